"""What is no array of rows, or comes from whoever may not send it, is refused whole."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.log.models import OperationLog
from accounts.units.actions_oversight import suspend_unit
from accounts.units.models import Unit
from portal.lib.refused import Refused
from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.uploads import arrays
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code
from tracing.uploads import actions_rows, check
from tracing.uploads.arrays import Pairs, parsed
from tracing.uploads.models import Submission, submission_files
from tracing.uploads.workbook.layout import ORIGINAL_COLUMN
from tracing.uploads.workbook.limits import PAGE_LIMITS

pytestmark = pytest.mark.django_db(transaction=True)


def refusal(side: Side, rows: Any, record: str = CODES, **more: Any) -> tuple[str, tuple[str, ...]]:
    """Why rows are refused. Nothing of them is kept, and the sentence is whole."""
    before = Submission.everything.count(), OperationLog.everything.count()
    with pytest.raises(Refused) as caught:
        arrays.send(*side, record, rows, **more)
    assert (Submission.everything.count(), OperationLog.everything.count()) == before
    assert not [path for path in submission_files().rglob("*") if path.is_file()]
    assert "{" not in str(caught.value)
    return caught.value.code, tuple(caught.value.detail.values())


@pytest.mark.parametrize("rows", [[], (), iter([]), [{}, {}]])
def test_an_empty_array_is_refused(maker: Side, rows: Any) -> None:
    assert refusal(maker, rows) == ("rows_empty", ())


def test_rows_of_blanks_alone_are_refused_when_they_are_read(maker: Side) -> None:
    blank = dict.fromkeys(example(CODES), " ")
    sent = arrays.send(*maker, CODES, [blank, {**blank, "prod_code": None}])
    assert (sent.state, sent.refusal_code) == ("refused", "rows_empty")


@pytest.mark.parametrize(
    ("rows", "word"), [({}, "对象"), ("[]", "文字"), (None, "null"), (7, "数字"), (True, "逻辑值")]
)
def test_what_is_no_array_is_refused(maker: Side, rows: Any, word: str) -> None:
    assert refusal(maker, rows) == ("rows_not_array", (word,))


@pytest.mark.parametrize(
    ("row", "word"),
    [([], "数组"), ("{}", "文字"), (None, "null"), (1.5, "数字"), (False, "逻辑值")],
)
def test_a_row_that_is_no_object_is_refused(maker: Side, row: Any, word: str) -> None:
    assert refusal(maker, [*code_rows(1), row]) == ("row_not_object", ("2", word))


def test_an_unknown_column_is_refused(maker: Side) -> None:
    """The label is not the identifier, and a number is only for corrections."""
    for name in ("小包装追溯码", "LV1_TRAC_CODE", "", ORIGINAL_COLUMN, "x" * 5_000, "\ud800"):
        code, detail = refusal(maker, [*code_rows(1), {**code_rows(1)[0], name: "1"}])
        assert (code, detail[0]) == ("column_unknown", "2")
        assert len(detail[1]) < 100
        assert "lv1_trac_code" in detail[2]


def test_a_missing_column_is_refused(maker: Side) -> None:
    rows = [{"lv1_trac_code": pack_code(1)}]
    code, (named,) = refusal(maker, rows)
    assert code == "columns_missing"
    assert "prod_code（商品码）" in named
    assert "lv1_trac_code" not in named


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ({"a": 1}, "对象"),
        ([1], "数组"),
        ([], "数组"),
        (Decimal(1), "JSON 以外的内容"),
        (b"1", "JSON 以外的内容"),
        (timezone.now(), "JSON 以外的内容"),
    ],
)
def test_a_nested_value_is_refused(maker: Side, value: Any, word: str) -> None:
    rows = code_rows(2)
    rows[1]["prod_code"] = value
    assert refusal(maker, rows) == ("cell_not_plain", ("2", "prod_code", word))


def test_a_depth_that_ends_the_parser_is_no_json(maker: Side) -> None:
    deep = b'{"prod_code":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert refusal(maker, parsed([deep])) == ("row_not_json", ("1",))


def test_a_mark_before_the_first_row_and_blank_lines_are_no_rows() -> None:
    lines = [b'\xef\xbb\xbf{"a": 1}\n', b"\n", b'{"a": 2}\r\n', b" \n"]
    assert list(parsed(lines)) == [{"a": 1}, {"a": 2}]
    with pytest.raises(Refused, match="第 2 行"):
        list(parsed([*lines[:2], lines[0]]))


def test_a_name_given_twice_is_refused(maker: Side) -> None:
    text = json.dumps(code_rows(2), ensure_ascii=False)
    rows = json.loads(
        text.replace('{"trac_codg_sn"', '{"prod_code": "1", "trac_codg_sn"'),
        object_pairs_hook=Pairs,
    )
    assert refusal(maker, rows) == ("column_repeated", ("1", "prod_code"))


def test_too_many_rows_are_refused(maker: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = 0

    def rows() -> Iterable[dict[str, Any]]:
        nonlocal taken
        for row in code_rows(50):
            taken += 1
            yield row

    limits = {**check.LIMITS, Submission.Source.API: replace(PAGE_LIMITS, max_rows=20)}
    monkeypatch.setattr(actions_rows, "LIMITS", limits)
    assert refusal(maker, rows()) == ("rows_too_many", ("20",))
    assert taken == 21


def test_an_array_larger_than_a_file_may_be_is_refused(maker: Side) -> None:
    row = example(INFO, manu_addr="某" * 30_000)
    rows = (dict(row, trac_codg_sn=f"SN{n}") for n in range(1_000))
    code, detail = refusal(maker, rows, INFO)
    assert (code, detail[1]) == ("too_large", "10 MB")


def test_a_suspended_unit_sends_nothing(maker: Side) -> None:
    suspend_unit(maker.unit, "核查")
    maker.unit.refresh_from_db()
    assert refusal(maker, code_rows(1))[0] == "unit_not_approved"


@pytest.mark.parametrize("shut", [{"closed_at": timezone.now()}, {"approved_at": None}])
def test_a_unit_that_is_not_open_sends_nothing(maker: Side, shut: dict[str, Any]) -> None:
    Unit.objects.filter(pk=maker.unit.pk).update(**shut)
    maker.unit.refresh_from_db()
    assert refusal(maker, code_rows(1))[0] == "unit_not_approved"


def test_an_agent_without_the_business_sends_nothing(maker: Side, rival: Side) -> None:
    dealer = side(UnitFactory.create(is_maker=False, is_distributor=True))
    for wrong in (dealer, Side(maker.unit, rival.agent)):
        assert refusal(wrong, code_rows(1))[0] == "no_business"
