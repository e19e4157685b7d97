"""The interfaces that the guide names: each row goes to the family of its batch."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.core.origin import COMMAND
from portal.lib.refused import Refused
from tests.accounts.keys.keys import key_of
from tests.people import Side
from tests.tracing.api.calls import call
from tests.tracing.api.test_uploads import BAD, refused, results, told
from tests.tracing.uploads import devices
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code
from tracing.api.catalogue import INTERFACES
from tracing.core.advisory_locks import take_unit_and_record
from tracing.jobs import patience
from tracing.stores import buckets
from tracing.stores.models_codes import CodeBucket, TraceCode
from tracing.stores.models_events import TraceEvent
from tracing.uploads import actions, actions_together
from tracing.uploads.confirm import store_once
from tracing.uploads.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)
IMPORTED = "imported-drug-info"


def put(side: Side, address: str, *rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return told(side, address, {"data": [*rows], **more})


@pytest.fixture
def stocked(maker: Side) -> Side:
    """A maker with a batch of each family of drugs, and a consumable."""
    assert put(maker, "maker/domestic-drug-info", example(INFO))["created"] == 1
    imported = example(IMPORTED, trac_codg_sn="IMP1")
    assert put(maker, "maker/imported-drug-info", imported)["created"] == 1
    assert put(maker, "maker/consumable-item", devices.item())["created"] == 1
    return maker


def of_all_families() -> list[dict[str, Any]]:
    home, second = code_rows(2)
    abroad = {**code_rows(1, start=1_000)[0], "trac_codg_sn": "IMP1"}
    device = {**devices.code(devices.piece(1)), "trac_codg_sn": ""}
    return [home, device, {}, abroad, second]


def never_stored(side: Side, data: dict[str, Any]) -> None:
    """A call was taken back: nobody can give 确认 for any upload of it, and its rows are told."""
    assert data["submissions"]
    for one in data["submissions"]:
        upload = Submission.everything.get(pk=one["submission"])
        with pytest.raises(Refused, match="已取消"):
            actions.confirm(submission=upload, agent=side.agent, origin=COMMAND)
        page = told(side, "upload/result", {"submission": one["submission"]})
        assert (one["state"], page["state"]) == ("rolled_back", "rolled_back")
        rows = [{**row, "record": page["record"]} for row in page["rows"]]
        assert rows == [row for row in data["rows"] if row.get("record") == page["record"]]


def test_there_are_the_interfaces_that_the_guide_names() -> None:
    titles = [i.title for a, i in INTERFACES.items() if a.startswith(("maker/", "distributor/"))]
    assert titles[:10] == [
        "进口药信息上传",
        "国产药信息上传",
        "追溯码信息上传",
        "发货信息上传",
        "配送信息上传",
        "收货信息上传",
        "零售信息上传",
        "医用耗材单件信息上传",
        "医用耗材规格信息上传",
        "流通信息上传",
    ]


def test_rows_of_several_families_are_answered_in_the_order_sent(stocked: Side) -> None:
    rows = of_all_families()
    rows[4]["prod_code"] = BAD
    data = put(stocked, "maker/codes", *rows)
    assert [(r["row"], r["result"], r.get("record")) for r in data["rows"]] == [
        (1, "created", "domestic-drug-codes"),
        (2, "created", "consumable-codes"),
        (3, "blank", None),
        (4, "created", "imported-drug-codes"),
        (5, "rejected", "domestic-drug-codes"),
    ]
    assert [one["record"] for one in data["submissions"]] == [
        "imported-drug-codes",
        "domestic-drug-codes",
        "consumable-codes",
    ]
    assert (data["state"], data["total"], data["created"], data["rejected"]) == ("stored", 4, 3, 1)


def test_all_families_are_stored_or_none(stocked: Side) -> None:
    rows = of_all_families()
    rows[3]["prod_code"] = BAD
    data = put(stocked, "maker/codes", *rows, mode="rollback")
    assert data["state"] == "rolled_back"
    assert results(data) == {
        1: "would_be_created",
        2: "would_be_created",
        3: "blank",
        4: "rejected",
        5: "would_be_created",
    }
    assert not TraceCode.everything.exists()
    never_stored(stocked, data)
    data = put(stocked, "maker/codes", *of_all_families(), mode="rollback")
    assert (data["state"], data["created"]) == ("stored", 4)
    assert {one["state"] for one in data["submissions"]} == {"stored"}


def test_what_is_lost_while_it_waits_takes_all_back(
    stocked: Side, rival: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A code that another unit stored between the check and storing, in the last group."""
    rows = of_all_families()
    came: list[int] = []

    def rival_first(*args: Any) -> None:
        if not came:
            came.append(1)
            put(rival, f"upload/{CODES}", {**rows[0], "trac_codg_sn": "R1"})
        patience.patiently(*args)

    monkeypatch.setattr(actions_together, "patiently", rival_first)
    data = put(stocked, "maker/codes", *rows, mode="rollback")
    assert data["state"] == "rolled_back"
    assert data["rows"][0]["faults"][0]["code"] == "owned_by_other"
    assert not TraceCode.objects.of(stocked.unit).exists()
    never_stored(stocked, data)


def test_all_that_a_call_of_several_families_locks_is_locked_first(
    stocked: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order of everybody else, so that none of them waits for one that waits for it."""
    steps: list[str] = []
    hold, once, take = buckets.hold, store_once, take_unit_and_record

    def note(name: str, step: Any) -> Any:
        def noted(*args: Any, **options: Any) -> Any:
            steps.append(name)
            return step(*args, **options)

        return noted

    monkeypatch.setattr(buckets, "hold", note("buckets", hold))
    monkeypatch.setattr(actions_together, "store_once", note("stored", once))
    monkeypatch.setattr(actions_together, "take_unit_and_record", note("record", take))
    held = CodeBucket.objects.values_list("version", flat=True)
    assert put(stocked, "maker/codes", *of_all_families(), mode="rollback")["state"] == "stored"
    assert steps == ["record"] * 3 + ["buckets"] + ["stored"] * 3
    before = sum(held)
    with transaction.atomic():
        buckets.hold(range(5))
    assert sum(held.all()) == before


def test_a_batch_that_is_not_stored_needs_its_family(maker: Side) -> None:
    one, other = code_rows(2)
    data = put(maker, "maker/codes", one, {**other, "trac_codg_sn": None})
    assert (data["state"], data["submission"], data["submissions"]) == ("rejected", None, [])
    assert [row["faults"][0]["code"] for row in data["rows"]] == [
        "batch_without_family",
        "required",
    ]
    assert not Submission.everything.exists()
    assert put(maker, "maker/codes", one, family="imported-drug")["created"] == 1
    sent = Submission.everything.get()
    assert sent.record_code == "imported-drug-codes"
    assert refused(maker, "maker/codes", {"data": [one], "family": "drug"}) == "param_no_choice"


def test_a_row_of_no_family_takes_all_back(stocked: Side) -> None:
    one, other = code_rows(2)
    data = put(stocked, "maker/codes", one, {**other, "trac_codg_sn": "SN9"}, mode="rollback")
    assert (data["state"], results(data)) == ("rolled_back", {1: "would_be_created", 2: "rejected"})
    assert not TraceCode.everything.exists()
    never_stored(stocked, data)
    data = put(stocked, "maker/codes", one, {**other, "trac_codg_sn": "SN9"})
    assert (data["state"], results(data)) == ("stored", {1: "created", 2: "rejected"})


def test_nothing_is_kept_where_one_family_is_refused_whole(stocked: Side) -> None:
    before = Submission.everything.count()
    rows = [*code_rows(1), {**code_rows(1, start=1_000)[0], "trac_codg_sn": "IMP1", "lot": "1"}]
    assert refused(stocked, "maker/codes", {"data": rows}) == "column_unknown"
    assert Submission.everything.count() == before


def test_a_cell_that_is_no_value_is_refused(maker: Side) -> None:
    key = key_of(maker)
    for address in ("maker/codes", "maker/shipment", "maker/delivery"):
        for cell in ({"a": 1}, ["x"], [], {}):
            for column in ("trac_codg_sn", "TRAC_CODG_SN", "no_such_column"):
                for void in (False, True):
                    param = {"data": [{column: cell}], "delFlag": void}
                    answer = call(key, address, param)
                    assert (answer.status_code, answer.json()["code"]) == (422, "cell_not_plain")
                    assert f"“{column}”" in answer.json()["message"]
    assert not Submission.everything.exists()


def test_events_of_several_families(stocked: Side, dealer: Side) -> None:
    put(stocked, "maker/codes", *of_all_families())
    sides = {
        "shp_org_name": stocked.unit.name,
        "shp_org_uscc": stocked.unit.uscc,
        "shpp_org_name": dealer.unit.name,
        "shpp_org_uscc": dealer.unit.uscc,
    }
    home = example("domestic-drug-shipment", trac_code=pack_code(0), **sides)
    abroad = example(
        "imported-drug-shipment", trac_code=pack_code(1_000), **sides, trac_codg_sn="IMP1"
    )
    device = devices.sent(stocked, dealer, devices.piece(1))
    data = put(stocked, "maker/shipment", home, abroad, device)
    assert (data["created"], data["rejected"]) == (3, 0), data
    assert [one["record"] for one in data["submissions"]] == [
        "imported-drug-shipment",
        "domestic-drug-shipment",
        "consumable-shipment",
    ]
    keys: list[dict[str, Any]] = [
        {name: row[name] for name in ("trac_codg_sn", "trac_code", "shp_sin_no") if name in row}
        for row in (home, abroad, device)
    ]
    gone = put(stocked, "maker/shipment", *keys, delFlag=True)
    assert (gone["state"], gone["voided"]) == ("voided", 3)
    assert not TraceEvent.everything.filter(voided_at=None).exists()


def test_a_call_whose_rows_another_is_at_work_on_is_not_called_rolled_back(stocked: Side) -> None:
    """The same bytes lead to the uploads of a call that has not ended, or died a moment ago."""
    rows = of_all_families()
    first = put(stocked, "maker/codes", *rows, mode="rollback", checkOnly=True)
    assert first["state"] == "checked"
    Submission.everything.update(check_only=False, state="checking", lease_token=uuid.uuid4())
    later = timezone.now() + timedelta(minutes=1)
    Submission.everything.update(lease_until=later)
    assert refused(stocked, "maker/codes", {"data": rows, "mode": "rollback"}) == "call_unsettled"
    assert not TraceCode.everything.exists()
    Submission.everything.update(lease_until=timezone.now())
    assert put(stocked, "maker/codes", *rows, mode="rollback")["state"] == "stored"


def test_a_code_alone_is_enough_to_void_it(stocked: Side) -> None:
    rows = of_all_families()
    assert put(stocked, "maker/codes", *rows)["created"] == 4
    keys = [{"lv1_trac_code": row["lv1_trac_code"]} for row in rows if "lv1_trac_code" in row]
    gone = put(stocked, "maker/codes", *keys, delFlag=True)
    assert {row["result"] for row in gone["rows"]} == {"voided"}
    live = TraceCode.objects.of(stocked.unit).filter(voided_at=None, is_consumable=False)
    assert not live.exists()


@pytest.mark.parametrize("row", [{}, {"trac_codg_sn": None}, {"lv1_trac_code": "  "}])
@pytest.mark.parametrize("address", ["maker/codes", f"upload/{CODES}"])
def test_rows_without_content_are_none(stocked: Side, address: str, row: dict[str, Any]) -> None:
    for more in ({}, {"async": True}, {"delFlag": True}, {"checkOnly": True}):
        assert refused(stocked, address, {"data": [row, row], **more}) == "rows_empty"
