"""One value for many rows, and the safe repairs: listed first, then applied as one round."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from portal.lib.refused import Refused, refusal
from tests.people import Side, client_of
from tests.portal.test_rendered_pages import is_sound
from tests.tracing.mending import failing
from tests.tracing.mending.failing import GOOD, act, address, text
from tests.tracing.uploads.rows import CODES, code_rows, workbook
from tests.tracing.uploads.test_submissions import faults_of
from tests.tracing.uploads.uploads import upload
from tracing.mending import actions
from tracing.mending.offers import seen_of
from tracing.uploads.causes import causes_of, kept
from tracing.uploads.models import RejectedRow, Submission

pytestmark = pytest.mark.django_db(transaction=True)
LOT = {"column": "manu_lotnum", "code": "required"}


@pytest.fixture
def client(maker: Side) -> Client:
    return client_of(maker.agent.account)


@pytest.fixture
def batches(maker: Side, tmp_path: Path) -> Submission:
    return failing.batches(maker, tmp_path)


def test_a_value_is_listed_and_then_applied(maker: Side, client: Client, batches: Any) -> None:
    where = address(maker, batches, "mend/fill/")
    asked = client.get(where, LOT)
    is_sound(asked)
    assert "把这 2 行的“药品生产批号”都填为" in text(asked)
    listed = client.get(where, {**LOT, "value": "L-1"})
    is_sound(listed)
    assert "将修改 2 行" in text(listed)
    assert "第 3 行 （空） L-1" in text(listed)
    batches.refresh_from_db()
    assert batches.rounds == 1
    done = client.post(where, {**LOT, "value": "L-1", "seen": seen_of(batches)})
    assert done["Location"] == address(maker, batches)
    assert "已保存 2 行：1 行通过，1 行仍未通过。" in text(client.get(done["Location"]))
    batches.refresh_from_db()
    assert (batches.rounds, batches.rejected) == (2, 2)


def test_a_value_that_fails_by_itself_is_refused(maker: Side, client: Client, batches: Any) -> None:
    where = address(maker, batches, "mend/fill/")
    for given, words in (("x" * 200, "有 200 个字符"), ("", "没有填写要统一填入的内容")):
        answer = client.get(where, {**LOT, "value": given})
        assert answer.status_code == 422
        assert words in text(answer)
        answer = client.post(where, {**LOT, "value": given, "seen": seen_of(batches)})
        assert answer.status_code == 422
    batches.refresh_from_db()
    assert batches.rounds == 1


def test_what_changed_after_it_was_listed_is_listed_anew(
    maker: Side, client: Client, batches: Any
) -> None:
    where = address(maker, batches, "mend/fill/")
    seen = seen_of(batches)
    actions.save_typed(act(maker, batches), [actions.Typed(3, 1, {"manu_lotnum": "L-3"})])
    answer = client.post(where, {**LOT, "value": "L-1", "seen": seen})
    assert answer.status_code == 422
    assert refusal("mended_meanwhile").message in text(answer)
    assert "将修改 1 行" in text(answer)
    repairs = address(maker, batches, "mend/repairs/")
    answer = client.post(repairs, {"kind": "rx_flag:choice_unknown", "seen": seen})
    assert answer.status_code == 422
    assert refusal("mended_meanwhile").message in text(answer)


def test_what_tells_rows_apart_is_not_filled(maker: Side, client: Client, tmp_path: Path) -> None:
    rows = code_rows(2)
    rows[0]["lv1_trac_code"] = rows[1]["lv1_trac_code"] = None
    submission = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows))
    asked = {"column": "lv1_trac_code", "code": "required"}
    answer = client.get(address(maker, submission, "mend/fill/"), asked)
    assert answer["Location"] == address(maker, submission)
    with pytest.raises(Refused) as caught:
        actions.fill(
            act(maker, submission), "lv1_trac_code", "required", GOOD, seen=seen_of(submission)
        )
    assert caught.value.code == "fill_not_offered"
    with pytest.raises(Refused):
        actions.fill(act(maker, submission), "no_column", "required", "1", seen="1.0.2")


def test_repairs_are_listed_by_kind_and_those_ticked_applied(
    maker: Side, client: Client, batches: Any
) -> None:
    where = address(maker, batches, "mend/repairs/")
    page = client.get(where)
    is_sound(page)
    assert "第 4 行 15/12/2024 2024-12-15" in text(page)
    assert "第 5 行 2-双跨 双跨" in text(page)
    kinds = ["rx_flag:choice_unknown", "manu_date:date_year_last"]
    done = client.post(where, {"kind": kinds, "seen": seen_of(batches)})
    assert "已保存 2 行：1 行通过，1 行仍未通过。" in text(client.get(done["Location"]))
    batches.refresh_from_db()
    assert faults_of(batches) == {3: ["required"], 4: ["required"]}
    assert client.get(where)["Location"] == address(maker, batches)


def test_no_repair_ticked_is_refused(maker: Side, client: Client, batches: Any) -> None:
    where = address(maker, batches, "mend/repairs/")
    answer = client.post(where, {"seen": seen_of(batches)})
    assert answer.status_code == 422
    assert refusal("nothing_to_repair").message in text(answer)
    answer = client.post(where, {"kind": "spec:required", "seen": seen_of(batches)})
    assert answer.status_code == 422
    assert "没有这一种改正" in text(answer)


def test_one_act_takes_so_many_rows(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_ROWS", 2)
    monkeypatch.setattr(actions, "CHUNK", 1)
    rows = code_rows(5)
    for row in rows[:4]:
        row["prod_code"] = "6-999000-000018"
        row["med_list_codg"] = None
    submission = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows))
    mended = actions.repair(
        act(maker, submission), [("prod_code", "too_long")], seen=seen_of(submission)
    )
    assert mended.rows == 2
    submission.refresh_from_db()
    left = {(c.column, c.code): c.rows for c in causes_of(submission)}
    assert left == {("prod_code", "too_long"): 2, ("med_list_codg", "required"): 4}
    mended = actions.fill(
        act(maker, submission),
        "med_list_codg",
        "required",
        rows[4]["med_list_codg"],
        seen=seen_of(submission),
    )
    assert (mended.rows, mended.submission.rejected) == (2, 2)


def test_causes_are_counted_exactly_and_kept(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(30)
    for row in rows[:25]:
        row["prod_code"] = failing.BAD
    for row in rows[10:12]:
        row["stoin_time"] = "去年"
    submission = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows))
    first, second = causes_of(submission)
    assert (first.column, first.code, first.rows) == ("prod_code", "gtin_check_digit", 25)
    assert (first.first, first.cell) == ([2, 3, 4], failing.BAD)
    assert (second.column, second.code, second.rows) == ("stoin_time", "date_form", 2)
    assert submission.causes == kept(submission)
    # Of an upload from before they were kept they are counted when asked for.
    submission.causes = None
    assert causes_of(submission) == [first, second]


def test_rows_of_no_first_file_are_no_cause(maker: Side, batches: Submission) -> None:
    row = RejectedRow.objects.filter(submission=batches).first()
    assert row is not None
    row.pk = (batches.pk, 10_000_002)
    row.row = 10_000_002
    row.save(force_insert=True)
    assert {c.rows for c in causes_of(batches)} == {c[2] for c in kept(batches)}


@pytest.mark.parametrize("page", ["mend/", "mend/fill/", "mend/repairs/"])
def test_an_upload_being_checked_is_not_mended(
    maker: Side, client: Client, batches: Submission, page: str
) -> None:
    batches.state = "checking"
    batches.save()
    answer = client.get(address(maker, batches, page))
    assert answer["Location"] == address(maker, batches)
    with pytest.raises(Refused) as caught:
        actions.save_typed(act(maker, batches), [actions.Typed(3, 1, {"manu_lotnum": "L"})])
    assert caught.value.code == "mending_closed"
