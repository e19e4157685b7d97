"""What 确认 will do, said before it is given: as the same statement counts it, for any record."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from accounts.core.origin import COMMAND
from tests.people import Side, client_of
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code, workbook
from tests.tracing.uploads.test_corrections_misplaced import mended
from tests.tracing.uploads.test_edges import BAD
from tests.tracing.uploads.uploads import cancel, confirm, upload
from tracing.records.base import Record
from tracing.records.bindings import BINDINGS
from tracing.removals.actions import remove_batch
from tracing.stores.images import cells
from tracing.stores.registry import store_of
from tracing.uploads import actions, preview
from tracing.uploads.actions_preview import look_again
from tracing.uploads.models import Submission
from tracing.uploads.outcome import ALL_FAILED, ALL_SAME, MEND_ALL, NOTHING_NEW, PASSED_SAME
from tracing.uploads.row_history import history

pytestmark = pytest.mark.django_db(transaction=True)

BAD_DATE = "2024年13月40日"
Rows = Callable[..., Submission]


@pytest.fixture
def checked(maker: Side, tmp_path: Path) -> Rows:
    """Upload rows of batches, and check them."""
    count = iter(range(100))

    def uploading(*rows: dict[str, Any], record: str = INFO) -> Submission:
        return upload(*maker, record, workbook(tmp_path / f"{next(count)}.xlsx", record, rows))

    return uploading


def batch(number: int, **changes: Any) -> dict[str, Any]:
    return example(INFO, trac_codg_sn=f"20241201-{number:04d}", **changes)


def kept(submission: Submission) -> dict[str, Any]:
    assert submission.preview is not None
    return dict(submission.preview)


def foreseen(submission: Submission) -> list[int]:
    return list(kept(submission)["counts"])


def shown(maker: Side, submission: Submission) -> str:
    """What is to be read in the dialog."""
    address = f"/u/{maker.unit.slug}/maker/uploads/{submission.pk}/"
    html = client_of(maker.agent.account).get(address).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("<dialog")[2]))


def test_new_replaced_and_unchanged_rows_are_counted_before_and_come_true(
    maker: Side, checked: Rows
) -> None:
    first = confirm(checked(batch(1), batch(2), batch(3)))
    staged = checked(batch(1), batch(2, drug_lv="西药", rx_flag="2"), batch(4))
    assert foreseen(staged) == [1, 1, 1]
    assert (staged.created, staged.replaced, staged.unchanged) == (None, None, None)
    said = shown(maker, staged)
    for words in ("新增 1 条", "替换 1 条", "未变化 1 条", "第 3 行：20241201-0002"):
        assert words in said
    assert f"（命令， {first.files.get().name} ）：1 条" in said
    assert re.search(r"处方药标识 \S+ 双跨 ", said), "the words of choices"
    assert re.search(r"药品等级 \S+ 西药 ", said)
    assert "药品通用名" not in said.partition("只列出变化的列")[2].partition("确认 取消")[0]
    stored = confirm(staged)
    assert (stored.created, stored.replaced, stored.unchanged) == (1, 1, 1)
    assert "以实际为准" not in shown(maker, stored)
    assert "rows" not in kept(stored), "the history has them now"


def test_what_was_stored_in_between_is_looked_at_again(maker: Side, checked: Rows) -> None:
    staged = checked(batch(1), batch(2))
    assert foreseen(staged) == [2, 0, 0]
    confirm(checked(batch(1), batch(3)))
    assert "新增 1 条 替换 0 条 未变化 1 条" in shown(maker, staged)
    staged.refresh_from_db()
    assert foreseen(staged) == [1, 0, 1]


def test_deleted_rows_count_as_new_at_the_next_look(maker: Side, checked: Rows) -> None:
    confirm(checked(batch(1)))
    staged = checked(batch(1, drug_lv="西药"))
    assert foreseen(staged) == [0, 1, 0]
    actions.void_rows(
        unit=maker.unit,
        agent=maker.agent,
        record_code=INFO,
        keys=["20241201-0001"],
        reason="批号写错",
        origin=COMMAND,
    )
    assert foreseen(look_again(staged)) == [1, 0, 0]


def remarked(submission: Submission) -> tuple[dict[str, int], list[str]]:
    submission.refresh_from_db()
    return submission.warnings, [code for _, _, code, _ in submission.first_warnings]


UNKNOWN = ({"batch_unknown": 3}, ["batch_unknown"])


@pytest.mark.parametrize("looked", [True, False])
def test_codes_whose_batch_went_while_they_waited_are_remarked(
    maker: Side, checked: Rows, looked: bool
) -> None:
    confirm(checked(batch(1)))
    staged = checked(*code_rows(3, trac_codg_sn="20241201-0001"), record=CODES)
    assert remarked(staged) == ({}, [])
    remove_batch(
        unit=maker.unit,
        agent=maker.agent,
        record_code=INFO,
        key=("20241201-0001",),
        reason="批号写错",
        origin=COMMAND,
    )
    if looked:
        again = look_again(Submission.everything.get(pk=staged.pk))
        assert again.warnings == UNKNOWN[0]
        assert remarked(staged) == UNKNOWN
    assert remarked(confirm(staged)) == UNKNOWN


def test_codes_whose_batch_came_while_they_waited_are_no_longer_remarked(checked: Rows) -> None:
    staged = checked(*code_rows(3, trac_codg_sn="20241201-0001"), record=CODES)
    assert remarked(staged) == UNKNOWN
    confirm(checked(batch(1)))
    assert remarked(confirm(staged))[0].keys() & UNKNOWN[0].keys() == set()


def test_other_numbers_after_confirming_are_said_in_one_sentence(
    maker: Side, checked: Rows
) -> None:
    staged = checked(batch(1), batch(2))
    confirm(checked(batch(1)))
    stored = confirm(staged)
    assert (stored.created, stored.replaced, stored.unchanged) == (1, 0, 1)
    said = shown(maker, stored)
    assert "校验时预计新增 2 条、替换 0 条、未变化 0 条" in said
    assert "本次入库实际新增 1 条、替换 0 条、未变化 1 条" in said


def test_a_look_that_takes_too_long_leaves_the_preview_with_its_time(
    checked: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged = checked(batch(1))
    confirm(checked(batch(1), batch(2)))

    def slow(*_: object, **__: object) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 1; SELECT pg_sleep(10)")
        raise AssertionError

    with monkeypatch.context() as patch:
        patch.setattr(preview, "foresee", slow)
        tried = look_again(staged)
    assert foreseen(tried) == [1, 0, 0]
    assert "tried" in kept(tried)
    before = kept(tried)["at"]
    staged.refresh_from_db()
    assert kept(staged)["at"] == before


def test_another_error_of_the_database_is_not_taken_for_slowness(
    checked: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged = checked(batch(1))
    confirm(checked(batch(1), batch(2)))

    def broken(*_: object, **__: object) -> dict[str, Any]:
        raise OperationalError

    monkeypatch.setattr(preview, "foresee", broken)
    with pytest.raises(OperationalError):
        look_again(staged)


def test_an_upload_from_before_gets_its_preview_when_it_is_looked_at(checked: Rows) -> None:
    staged = checked(batch(1))
    Submission.everything.update(preview=None)
    staged.refresh_from_db()
    assert foreseen(look_again(staged)) == [1, 0, 0]


def test_new_codes_are_counted_without_a_join(
    checked: Rows, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(200) as run:
        staged = checked(*code_rows(20), record=CODES)
    assert foreseen(staged) == [20, 0, 0]
    joins = [q["sql"] for q in run.captured_queries if "LEFT JOIN tracing_tracecode t" in q["sql"]]
    assert joins == []


def test_codes_that_move_to_another_box_are_shown_with_the_old_one(
    maker: Side, checked: Rows
) -> None:
    confirm(checked(*code_rows(3), record=CODES))
    staged = checked(*code_rows(3, lv2_trac_code=pack_code(77, 8000002)), record=CODES)
    assert foreseen(staged) == [0, 3, 0]
    said = shown(maker, staged)
    assert f"中包装追溯码 {pack_code(0, 8000002)} {pack_code(77, 8000002)}" in said
    assert f"第 2 行：{pack_code(0)}" in said


def test_newer_versions_of_rows_that_the_upload_stored_itself_are_counted_apart(
    maker: Side, checked: Rows, tmp_path: Path
) -> None:
    staged = checked(*code_rows(4, prod_code=BAD), record=CODES)
    first = mended(staged, tmp_path / "first.xlsx", {})
    second = mended(staged, tmp_path / "second.xlsx", {}, 1)
    confirm(upload(*maker, CODES, first))
    staged = upload(*maker, CODES, second)
    assert (staged.rounds, staged.staged_rows) == (3, 4)
    assert foreseen(staged) == [0, 0, 0]
    assert "更新此前已入库的 4 条" in shown(maker, staged)


def test_what_is_cancelled_has_no_preview(checked: Rows) -> None:
    staged = checked(batch(1), batch(2, manu_date=BAD_DATE))
    assert foreseen(staged) == [1, 0, 0]
    assert cancel(staged).preview is None


def test_all_rows_failed_is_a_title_of_its_own_without_a_button(maker: Side, checked: Rows) -> None:
    said = shown(maker, checked(batch(1, manu_date=BAD_DATE), batch(2, manu_date=BAD_DATE)))
    assert ALL_FAILED in said
    assert MEND_ALL in said
    assert "尚未入库" not in said
    assert " 确认 " not in said
    assert "确认后将会" not in said


@pytest.mark.parametrize(
    ("further", "words"),
    [([], ALL_SAME), ([batch(9, manu_date=BAD_DATE)], PASSED_SAME)],
)
def test_rows_that_change_nothing_are_said_so(
    further: list[dict[str, Any]], words: str, maker: Side, checked: Rows
) -> None:
    confirm(checked(batch(1), batch(2)))
    said = shown(maker, checked(batch(2), batch(1), *further))
    assert words in said
    assert NOTHING_NEW in said
    assert "2 条都与已入库的相同，点击【确认】后不作改动" in said
    assert "条数据写入库中" not in said


def test_rows_that_change_nothing_are_not_among_those_that_are_stored(
    maker: Side, checked: Rows
) -> None:
    confirm(checked(batch(1), batch(2)))
    staged = checked(batch(1), batch(2), batch(3))
    said = shown(maker, staged)
    assert "点击【确认】后，1 条数据写入库中，另外 2 条与已入库的相同，不作改动" in said
    assert "改为正式导入" not in said
    Submission.everything.filter(pk=staged.pk).update(check_only=True)
    assert "改为正式导入并确认后将会" in shown(maker, staged)


def test_only_rows_of_the_unit_are_shown(maker: Side, rival: Side, tmp_path: Path) -> None:
    """Two units may have a batch of one 流水号; neither sees the other's."""
    other = workbook(tmp_path / "a.xlsx", INFO, [batch(1, drug_lv="别家的")])
    confirm(upload(*rival, INFO, other))
    staged = upload(*maker, INFO, workbook(tmp_path / "b.xlsx", INFO, [batch(1)]))
    assert foreseen(staged) == [1, 0, 0]
    assert "别家的" not in str(staged.preview)


def told(record: Record, side: Side) -> dict[str, Any]:
    """The record's example, as told by the unit."""
    row = example(record.code)
    own = record.own_unit.columns if record.own_unit else ()
    return {**row, **{column: side.unit.uscc for _, column in own}}


def changed(record: Record, row: dict[str, Any]) -> tuple[str, str]:
    """A column that neither identifies a row nor obeys a rule, and another value for it."""
    for column in record.columns:
        if column.name not in record.identifying_columns:
            if column.kind.type == "text":
                return column.name, f"{row[column.name]}二"
            if column.kind.type == "moment":
                day_before = column.kind.parse(row[column.name]) - timedelta(days=1)
                return column.name, column.kind.show(day_before)
    raise AssertionError(record.code)


@pytest.fixture(params=list(BINDINGS))
def any_record(request: pytest.FixtureRequest) -> Record:
    return BINDINGS[request.param].record


def test_any_record_reads_back_its_columns_and_tells_what_changes(
    any_record: Record, maker: Side, distributor: Side, tmp_path: Path
) -> None:
    """So previews and histories of every record show whatever changes in it."""
    code = any_record.code
    side = maker if BINDINGS[code].business.startswith("maker") else distributor
    row = told(any_record, side)
    first = confirm(upload(*side, code, workbook(tmp_path / "a.xlsx", code, [row])))
    assert first.created == 1, first.first_warnings
    target = store_of(code).TARGET
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(t) FROM {target.table} t WHERE submission_id = %s", [first.pk]
        )
        image = json.loads(cursor.fetchone()[0])
    assert cells(any_record, image) == {
        column.name: column.kind.parse(row[column.name]) for column in any_record.columns
    }

    name, other = changed(any_record, row)
    path = workbook(tmp_path / "b.xlsx", code, [{**row, name: other}])
    staged = upload(*side, code, path)
    assert foreseen(staged) == [0, 1, 0]
    ((_, _, columns),) = kept(staged)["rows"]
    assert [column for column, *_ in columns] == [name]
    assert kept(staged)["uploads"] == [[str(first.pk), 1]]
    assert confirm(staged).replaced == 1
    found = history(side.unit, any_record, tuple(str(image[n]) for n in target.key), number=1)
    assert found is not None
    assert [entry.upload for entry in found.page.rows] == [staged.pk, first.pk]
    assert [cell.label for cell in found.page.rows[0].cells] == [any_record.column(name).label]
