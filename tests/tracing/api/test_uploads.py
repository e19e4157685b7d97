"""Rows by interface: what is stored of them, and what each is told."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from accounts.log.models import OperationLog
from tests.accounts.keys.keys import key_of
from tests.people import Side
from tests.tracing.api.calls import call
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code
from tracing.api import row_answers
from tracing.api.upload_parameters import AT_ONCE
from tracing.records import messages
from tracing.stores.models_codes import TraceCode
from tracing.uploads.models import Submission
from tracing.uploads.turn import work_in_turn

pytestmark = pytest.mark.django_db(transaction=True)
BAD = "6999000000019"


def told(side: Side, address: str, param: Any, status: int = 200, **headers: str) -> dict[str, Any]:
    """The data of a good answer."""
    answer = call(key_of(side), address, param, **headers)
    assert answer.status_code == status, answer.content.decode()
    data: dict[str, Any] = answer.json()["data"]
    return data


def refused(side: Side, address: str, param: Any) -> str:
    """The code of a refusal."""
    answer = call(key_of(side), address, param)
    assert answer.status_code >= 400, answer.content.decode()
    code: str = answer.json()["code"]
    return code


def results(data: dict[str, Any]) -> dict[int, str]:
    """What became of each row."""
    return {row["row"]: row["result"] for row in data["rows"]}


def send(side: Side, rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Upload codes."""
    return told(side, f"upload/{CODES}", {"data": rows, **more})


def test_signed_rows_are_stored(maker: Side) -> None:
    text = json.dumps({"delFlag": False, "data": code_rows(3)})
    data = told(maker, f"upload/{CODES}", text)
    assert (data["state"], data["created"]) == ("stored", 3)
    assert data["payloadHash"] == hashlib.sha256(text.encode()).hexdigest()
    assert results(data) == {1: "created", 2: "created", 3: "created"}
    assert TraceCode.objects.of(maker.unit).count() == 3
    entries = OperationLog.everything.filter(target=data["submission"]).order_by("pk")
    assert [entry.action for entry in entries] == ["file-submitted", "rows-stored"]
    assert (entries[0].after or {})["confirmed_ahead"] is True


def test_each_row_is_told_what_became_of_it(maker: Side) -> None:
    send(maker, code_rows(3))
    rows = code_rows(5)
    rows[1]["stoin_time"] = "2024-12-25 10:11:12"
    rows[3]["prod_code"], rows[3]["med_list_codg"] = BAD, None
    data = send(maker, [*rows, {}, {"lv1_trac_code": " "}])
    assert results(data) == {
        1: "unchanged",
        2: "replaced",
        3: "unchanged",
        4: "rejected",
        5: "created",
        6: "blank",
        7: "blank",
    }
    counted = {name: data[name] for name in ("total", "created", "replaced", "unchanged")}
    assert counted == {"total": 5, "created": 1, "replaced": 1, "unchanged": 2}
    faults = data["rows"][3]["faults"]
    assert [(f["column"], f["code"]) for f in faults] == [
        ("med_list_codg", "required"),
        ("prod_code", "gtin_check_digit"),
    ]
    assert faults[1]["label"] == "商品码"
    assert BAD in faults[1]["message"]
    # The batch of these codes is not there yet, which every row that passes is told.
    assert {w["code"] for row in data["rows"] for w in row.get("warnings", ())} == {"batch_unknown"}
    assert "warnings" in data["rows"][4]


def test_names_are_taken_in_any_spelling(maker: Side) -> None:
    rows = code_rows(4)
    rows[1] = {name.upper(): cell for name, cell in rows[1].items()}
    rows[2] = {_camel(name): cell for name, cell in rows[2].items()}
    rows[3] = {name.title(): cell for name, cell in rows[3].items()}
    assert send(maker, rows)["created"] == 4


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


@pytest.mark.parametrize(
    ("param", "code"),
    [
        ({"data": [{**example(CODES), "TRAC_CODG_SN": "SN1"}]}, "column_repeated"),
        ({"data": [{**example(CODES), "TRACCODGSN_": "SN1"}]}, "column_unknown"),
        ({"data": {"lv1_trac_code": "1"}}, "rows_not_array"),
        ({"data": []}, "rows_empty"),
        ({"data": [{}]}, "rows_empty"),
        ({"data": [1]}, "row_not_object"),
        ({"data": [{**example(CODES), "prod_code": ["1"]}]}, "cell_not_plain"),
        ({"data": [{"trac_codg_sn": "SN1"}]}, "columns_missing"),
        ({"data": [{}] * 5_001}, "rows_too_many"),
        ({}, "param_missing"),
        ({"data": code_rows(1), "dry": True}, "param_unknown"),
        ({"data": code_rows(1), "delFlag": "false"}, "param_unfit"),
        ({"data": code_rows(1), "mode": "all"}, "param_no_choice"),
        ({"data": code_rows(1), "mode": ""}, "param_no_choice"),
        ({"data": code_rows(1), "delFlag": ""}, "param_unfit"),
        ({"data": code_rows(1), "DATA": code_rows(1)}, "param_twice"),
        ({"data": code_rows(1), "checkOnly": 1}, "param_unfit"),
    ],
)
def test_what_is_no_upload_is_refused_whole(maker: Side, param: Any, code: str) -> None:
    assert refused(maker, f"upload/{CODES}", param) == code
    assert not Submission.everything.exists()


def test_a_dry_run_says_what_would_be_and_stores_nothing(maker: Side) -> None:
    send(maker, code_rows(2))
    rows = code_rows(4)
    rows[1]["stoin_time"] = "2024-12-25 10:11:12"
    rows[2]["prod_code"] = BAD
    data = send(maker, rows, checkOnly=True)
    assert data["state"] == "checked"
    assert results(data) == {
        1: "would_be_unchanged",
        2: "would_be_replaced",
        3: "rejected",
        4: "would_be_created",
    }
    assert (data["created"], data["would_be_created"]) == (0, 1)
    assert TraceCode.objects.of(maker.unit).count() == 2


def test_the_same_dry_run_is_told_how_things_are_now(maker: Side) -> None:
    rows = code_rows(2)
    assert results(send(maker, rows, checkOnly=True)) == {
        1: "would_be_created",
        2: "would_be_created",
    }
    send(maker, rows)
    again = send(maker, rows, checkOnly=True)
    assert results(again) == {1: "would_be_unchanged", 2: "would_be_unchanged"}


def test_rollback_stores_all_or_nothing(maker: Side) -> None:
    rows = code_rows(3)
    rows[1]["prod_code"] = BAD
    data = send(maker, rows, mode="rollback")
    assert (data["state"], data["submissions"][0]["refusal"]) == ("rolled_back", None)
    assert results(data) == {1: "would_be_created", 2: "rejected", 3: "would_be_created"}
    assert not TraceCode.everything.exists()
    assert send(maker, code_rows(3), mode="rollback")["state"] == "stored"


def test_nothing_passes(maker: Side) -> None:
    data = send(maker, code_rows(2, prod_code=BAD))
    assert (data["state"], data["rejected"]) == ("rejected", 2)


def test_the_same_rows_lead_to_the_earlier_upload(maker: Side) -> None:
    first = send(maker, code_rows(2))
    again = send(maker, code_rows(2))
    assert again["submission"] == first["submission"]
    assert (first["submissions"][0]["repeated"], again["submissions"][0]["repeated"]) == (
        False,
        True,
    )
    assert results(again) == results(first)
    assert Submission.everything.count() == 1


@pytest.mark.parametrize("ask", [{"async": True}, {}])
def test_what_takes_longer_is_a_job(maker: Side, nudged: list[str], ask: dict[str, Any]) -> None:
    rows = code_rows(3 if ask else AT_ONCE + 1)
    rows[1]["prod_code"] = BAD
    data = told(maker, f"upload/{CODES}", {"data": rows, **ask}, status=202)
    number = data["submission"]
    assert (data["state"], data["created"], data["rows"], nudged) == ("waiting", None, [], [number])
    polled = told(maker, "upload/result", {"submission": number})
    assert (polled["state"], polled["rows"]) == ("waiting", [])
    Submission.everything.filter(pk=number).update(nudged_at="2040-01-01 00:00Z")
    work_in_turn()
    page = told(maker, "upload/result", {"submission": number, "page": 2, "pageSize": 2})
    assert (page["state"], page["created"], page["rejected"]) == ("stored", len(rows) - 1, 1)
    assert (page["page"], page["pages"]) == (2, -(-len(rows) // 2))
    assert [row["row"] for row in page["rows"]] == [3, 4][: len(rows) - 2]
    first = told(maker, "upload/result", {"submission": number, "pageSize": 2})
    assert first["rows"][1]["faults"][0]["code"] == "gtin_check_digit"


def test_a_page_costs_what_it_tells(maker: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = code_rows(30)
    for row in rows[::2]:
        row["prod_code"] = BAD
    data = send(maker, rows)
    said: list[str] = []

    def sentence(code: str, *args: Any) -> str:
        said.append(code)
        return messages.sentence(code, *args)

    monkeypatch.setattr(row_answers, "sentence", sentence)
    found = []
    for number in range(1, 9):
        asked = {"submission": data["submission"], "page": number, "pageSize": 4}
        page = told(maker, "upload/result", asked)
        assert (page["created"], page["rejected"], page["pages"]) == (15, 15, 8)
        found += page["rows"]
        # Each row has a fault or a remark; the last page has two rows.
        assert len(said) == len(page["rows"])
        said.clear()
    assert found == data["rows"]


def test_a_thousand_rows_are_answered_at_once(maker: Side) -> None:
    assert send(maker, code_rows(AT_ONCE))["created"] == AT_ONCE


def test_an_upload_of_others_is_unknown(maker: Side, rival: Side) -> None:
    number = send(maker, code_rows(1))["submission"]
    for asked in (number, "0b6f6c9e-2f6c-4d5e-9a51-0c6f3b1d2e4f", "1"):
        assert refused(rival, "upload/result", {"submission": asked}) == "upload_unknown"


def test_a_key_of_another_business_may_not_ask(maker: Side, dealer: Side) -> None:
    number = send(maker, code_rows(1))["submission"]
    only_queries = key_of(maker, ["maker-query"])
    for address, param in (
        (f"upload/{CODES}", {"data": code_rows(1)}),
        ("maker/codes", {"data": code_rows(1)}),
        ("upload/result", {"submission": number}),
    ):
        answer = call(only_queries, address, param)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert refused(dealer, f"upload/{CODES}", {"data": code_rows(1)}) == "scope_not_of_unit"
    assert refused(maker, "upload/circulation", {"data": [{}]}) == "scope_not_of_unit"
    assert refused(dealer, "upload/result", {"submission": number}) == "upload_unknown"


def test_a_unit_that_is_of_the_kind_no_more_may_not_upload(maker: Side) -> None:
    key = key_of(maker)
    type(maker.unit).objects.filter(pk=maker.unit.pk).update(is_maker=False, is_distributor=True)
    answer = call(key, f"upload/{CODES}", {"data": code_rows(1)})
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_not_of_unit")


def test_rows_of_another_record_are_refused(maker: Side) -> None:
    assert refused(maker, f"upload/{CODES}", {"data": [example(INFO)]}) == "column_unknown"
    assert not Submission.everything.exists()


def test_codes_of_others_are_no_more_known_by_interface(maker: Side, rival: Side) -> None:
    send(rival, code_rows(1))
    data = send(maker, [*code_rows(1), *code_rows(1, start=1_000)])
    assert results(data) == {1: "rejected", 2: "created"}
    assert data["rows"][0]["faults"][0]["code"] == "owned_by_other"
    assert pack_code(0) in data["rows"][0]["faults"][0]["message"]
