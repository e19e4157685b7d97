"""Failing rows with boxes: typed over, saved as a round of the same upload."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.log.models import OperationLog
from portal.lib.refused import Refused, refusal
from tests.people import Side, client_of
from tests.portal.test_rendered_pages import is_sound
from tests.tracing.mending import failing
from tests.tracing.mending.failing import BAD, GOOD, address, fields, save, text
from tests.tracing.uploads.rows import CODES, code_rows, pack_code, workbook
from tests.tracing.uploads.uploads import confirm, counts, upload
from tracing.core import rates
from tracing.mending import actions, forms
from tracing.mending.actions import Typed, fill, save_typed
from tracing.uploads import check
from tracing.uploads.causes import place_of
from tracing.uploads.cell_words import words as words_of
from tracing.uploads.models import RejectedRow, Round
from tracing.uploads.turn import check_and_store
from tracing.uploads.workbook.limits import PAGE_LIMITS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(maker: Side) -> Client:
    return client_of(maker.agent.account)


def test_causes_stand_on_the_result_with_their_counts(
    maker: Side, client: Client, tmp_path: Path
) -> None:
    submission = failing.batches(maker, tmp_path)
    page = client.get(address(maker, submission))
    is_sound(page)
    words = text(page)
    assert "失败原因归类（3 类）" in words
    assert "2 行 药品生产批号为空 第 3、4 行" in words
    assert "药品生产日期“…”没有把年写在最前" in words
    assert "15/12/2024" in words


def test_a_typed_cell_makes_a_round(maker: Side, client: Client, tmp_path: Path) -> None:
    submission = failing.batches(maker, tmp_path)
    where = address(maker, submission, "mend/?column=manu_lotnum&code=required")
    page = client.get(where)
    is_sound(page)
    boxes = {name for name in fields(page.content.decode()) if "." in name}
    assert boxes == {"3.manu_lotnum", "4.manu_lotnum", "4.manu_date"}
    saved = save(client, where, r3__manu_lotnum="L-3", r4__manu_lotnum="L-4")
    assert (saved.status_code, saved["Location"]) == (302, address(maker, submission))
    shown = text(client.get(saved["Location"]))
    assert "已保存 2 行：1 行通过，1 行仍未通过。" in shown
    assert "文件 batches.xlsx 最近修改 网页修改（逐行修改 2 行）" in shown
    submission.refresh_from_db()
    assert (submission.rounds, submission.total, submission.accepted) == (2, 5, 3)
    left = RejectedRow.objects.get(submission=submission, row=4)
    assert [fault[:2] for fault in left.faults] == [["manu_date", "date_year_last"]]
    file = Round.objects.get(submission=submission, number=2)
    assert (file.name, file.rows) == ("网页修改（逐行修改 2 行）", 2)
    stored = confirm(submission)
    assert counts(stored)["created"] == 3
    entry = OperationLog.objects.of(maker.unit).get(action="rows-mended")
    assert entry.after is not None
    assert (entry.after["mended_how"], entry.after["rows"]) == ("typed", 2)


def test_a_whole_row_is_edited(maker: Side, client: Client, tmp_path: Path) -> None:
    submission = failing.batches(maker, tmp_path)
    where = address(maker, submission, "mend/?row=5")
    posted = fields(client.get(where).content.decode())
    assert posted["5.rx_flag"] == "2-双跨"
    assert {n for n in posted if "." in n} == {f"5.{c.name}" for c in submission.record.columns}
    save(client, where, r5__rx_flag="双跨", r5__drug_genname="另一种胶囊")
    stored = confirm(submission)
    assert (stored.accepted, stored.created) == (3, 3)


def test_a_choice_keeps_what_it_held(maker: Side, client: Client, tmp_path: Path) -> None:
    submission = failing.batches(maker, tmp_path)
    where = address(maker, submission, "mend/?column=rx_flag&code=choice_unknown")
    content = client.get(where).content.decode()
    assert "2-双跨（原内容）" in content
    assert '<option value="双跨">' in content
    assert "可自动改正为" in content


def test_nothing_typed_is_refused(maker: Side, client: Client, tmp_path: Path) -> None:
    submission = failing.batches(maker, tmp_path)
    answer = save(client, address(maker, submission, "mend/"))
    assert answer.status_code == 422
    assert refusal("nothing_mended").message in text(answer)
    submission.refresh_from_db()
    assert submission.rounds == 1
    folder = submission.report_path.parent
    assert not list(folder.glob("*.jsonl"))


def test_an_emptied_row_is_refused(maker: Side, client: Client, tmp_path: Path) -> None:
    submission = failing.packs(maker, tmp_path)
    where = address(maker, submission, "mend/?row=3")
    posted = fields(client.get(where).content.decode())
    empty = {name: "" if "." in name else value for name, value in posted.items()}
    answer = client.post(where, empty)
    assert answer.status_code == 422
    assert refusal("row_emptied", row="3").message in text(answer)


def test_a_text_that_no_cell_holds_is_refused_and_kept(
    maker: Side, client: Client, tmp_path: Path
) -> None:
    submission = failing.packs(maker, tmp_path)
    long = "x" * (forms.LONGEST_TYPED + 1)
    answer = save(client, address(maker, submission, "mend/"), r3__prod_code=long)
    assert answer.status_code == 422
    assert "一个单元格最多填写 2000 个" in text(answer)
    assert long in answer.content.decode()


def test_rows_that_changed_meanwhile_keep_what_they_have(
    maker: Side, client: Client, tmp_path: Path
) -> None:
    submission = failing.packs(maker, tmp_path)
    where = address(maker, submission, "mend/")
    posted = fields(client.get(where).content.decode())
    save(client, where, r3__prod_code=GOOD)
    answer = client.post(where, {**posted, "3.prod_code": BAD[:-1] + "7", "4.prod_code": GOOD})
    words = text(client.get(answer["Location"]))
    assert refusal("rows_passed_meanwhile", rows="3").message in words
    assert "已保存 1 行：1 行通过" in words
    submission.refresh_from_db()
    assert (submission.rounds, submission.rejected) == (3, 0)


def test_when_all_rows_changed_meanwhile_nothing_is_saved(
    maker: Side, client: Client, tmp_path: Path
) -> None:
    submission = failing.packs(maker, tmp_path)
    where = address(maker, submission, "mend/")
    posted = fields(client.get(where).content.decode())
    save(client, where, r3__prod_code=BAD[:-1] + "7")
    answer = client.post(where, {**posted, "3.prod_code": GOOD})
    assert answer.status_code == 422
    assert refusal("rows_mended_meanwhile", rows="3").message in text(answer)
    submission.refresh_from_db()
    assert submission.rounds == 2


def test_a_row_that_was_mended_meanwhile_is_said_to_be_so(
    maker: Side, client: Client, tmp_path: Path
) -> None:
    submission = failing.packs(maker, tmp_path)
    where = address(maker, submission, "mend/")
    posted = fields(client.get(where).content.decode())
    alone = fields(client.get(address(maker, submission, "mend/?row=3")).content.decode())
    save(client, where, r3__prod_code=GOOD)
    words = refusal("rows_passed_meanwhile", rows="3").message
    both = client.post(where, {**posted, "3.prod_code": BAD[:-1] + "7", "4.prod_code": GOOD})
    assert words in text(client.get(both["Location"]))
    answer = client.post(address(maker, submission, "mend/?row=3"), alone)
    assert words in text(client.get(answer["Location"]))
    submission.refresh_from_db()
    assert (submission.rounds, submission.rejected) == (3, 0)


def test_what_contradicted_a_mended_row_is_checked_again_with_it(
    maker: Side, client: Client, tmp_path: Path
) -> None:
    submission = failing.misplaced(maker, tmp_path)
    assert submission.rejected == 4
    page = text(client.get(address(maker, submission)))
    assert "统一填写" not in page
    where = address(maker, submission, "mend/?column=lv3_trac_code&code=box_in_two_boxes")
    answer = save(client, where, r2__lv2_trac_code=pack_code(30, 8000002))
    assert "已保存 1 行，与之矛盾的 3 行也重新校验：4 行通过" in text(
        client.get(answer["Location"])
    )
    submission.refresh_from_db()
    assert (submission.rejected, submission.accepted) == (0, 5)
    act = failing.act(maker, submission)
    with pytest.raises(Refused, match="不能为多行填写同一个值"):
        fill(act, "lv3_trac_code", "box_in_two_boxes", pack_code(1, 8000003), seen="")


def test_what_nobody_typed_over_stays_as_it_is(maker: Side, tmp_path: Path) -> None:
    """A number that lost digits comes back as that number, not as a text that passes, and is quoted
    as it was."""
    rows = code_rows(1)
    rows[0] |= {"lv1_trac_code": 8.352616025261235e19, "prod_code": failing.BAD}
    path = workbook(tmp_path / "packs.xlsx", CODES, rows)
    submission = upload(*maker, CODES, path)
    found = RejectedRow.objects.get(submission=submission)
    place = place_of(submission.record, "lv1_trac_code")
    save_typed(failing.act(maker, submission), [Typed(found.row, 1, {"prod_code": GOOD})])
    left = RejectedRow.objects.get(submission=submission)
    assert [fault[1] for fault in left.faults] == ["number_lost_digits"]
    assert left.faults == [fault for fault in found.faults if fault[0] == "lv1_trac_code"]
    assert words_of(left.cells[place]) == "8.352616025261235e+19"


def test_pages_of_failing_rows(maker: Side, client: Client, tmp_path: Path) -> None:
    submission = failing.packs(maker, tmp_path, 15, tuple(range(13)))
    cause = "mend/?column=prod_code&code=gtin_check_digit"
    first = client.get(address(maker, submission, cause))
    assert "总共13条 显示1-10条" in text(first)
    second = fields(client.get(address(maker, submission, f"{cause}&page=2")).content.decode())
    assert {name for name in second if "." in name} == {f"{n}.prod_code" for n in (12, 13, 14)}
    whole = fields(client.get(address(maker, submission, f"{cause}&size=50")).content.decode())
    assert len([name for name in whole if "." in name]) == 13


CAUSE = "mend/?column=prod_code&code=gtin_check_digit"


def turn(client: Client, where: str, typed: dict[str, str], **pressed: str) -> Any:
    """Type into the boxes of a page and press one of its pager's buttons."""
    return client.post(where, {**fields(client.get(where).content.decode()), **typed, **pressed})


def test_the_pager_sends_the_form(maker: Side, client: Client, tmp_path: Path) -> None:
    submission = failing.packs(maker, tmp_path, 15, tuple(range(13)))
    page = client.get(address(maker, submission, CAUSE))
    is_sound(page)
    content = page.content.decode()
    pager = content[content.index("mend-pager") :]
    pager = pager[: pager.index("</nav>")]
    assert "<a " not in pager
    assert "<form" not in pager
    assert pager.count('form="mend-form"') == pager.count("<button") + 2


def test_turning_the_page_saves_what_was_typed(maker: Side, client: Client, tmp_path: Path) -> None:
    submission = failing.packs(maker, tmp_path, 15, tuple(range(13)))
    where = address(maker, submission, CAUSE)
    answer = turn(client, where, {"2.prod_code": GOOD}, to="2")
    assert answer["Location"] == f"{where}&page=2&size=10"
    shown = text(client.get(answer["Location"]))
    assert "已保存 1 行：1 行通过，0 行仍未通过。" in shown
    assert "总共12条 显示11-12条" in shown
    submission.refresh_from_db()
    assert (submission.rounds, submission.rejected) == (2, 12)


def test_a_page_that_passed_whole_is_followed_by_the_rows_of_the_next(
    maker: Side, client: Client, tmp_path: Path
) -> None:
    submission = failing.packs(maker, tmp_path, 15, tuple(range(13)))
    all_ten = {f"{row}.prod_code": GOOD for row in range(2, 12)}
    answer = turn(client, address(maker, submission, CAUSE), all_ten, to="2")
    left = fields(client.get(answer["Location"]).content.decode())
    assert {name for name in left if "." in name} == {f"{n}.prod_code" for n in (12, 13, 14)}


@pytest.mark.parametrize(
    ("pressed", "page", "size"),
    [
        ({"to": "2"}, 2, 10),
        ({"go": "1", "page": "2"}, 2, 10),
        ({"go": "1", "page": "1"}, 1, 10),
        ({"page": "1", "size": "50"}, 1, 50),
        ({"to": "2", "size": "0"}, 2, 10),
    ],
)
def test_turning_the_page_saves_nothing_where_nothing_was_typed(
    pressed: dict[str, str], page: int, size: int, maker: Side, client: Client, tmp_path: Path
) -> None:
    submission = failing.packs(maker, tmp_path, 15, tuple(range(13)))
    where = address(maker, submission, CAUSE)
    answer = turn(client, where, {}, **pressed)
    assert answer["Location"] == f"{where}&page={page}&size={size}"
    submission.refresh_from_db()
    assert submission.rounds == 1


def test_what_failed_again_is_seen_before_the_page_is_turned(
    maker: Side, client: Client, tmp_path: Path
) -> None:
    submission = failing.packs(maker, tmp_path, 15, tuple(range(13)))
    where = address(maker, submission, "mend/")
    typed = {"2.prod_code": GOOD, "3.prod_code": BAD[:-1] + "7"}
    answer = turn(client, where, typed, to="2")
    assert answer["Location"] == f"{where}?page=1&size=10"
    assert "没有翻页" in text(client.get(answer["Location"]))


def test_a_form_brings_no_more_than_a_request_may(
    maker: Side, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracing.mending.shown.MOST_BOXES", 2)
    submission = failing.packs(maker, tmp_path, 4, (0, 1, 2))
    page = client.get(address(maker, submission, "mend/"))
    assert len([name for name in fields(page.content.decode()) if "." in name]) == 2
    assert "其余 1 行请先保存本页再改" in text(page)


def test_what_the_pages_write_may_be_larger_than_what_people_send(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = failing.packs(maker, tmp_path)
    small = replace(PAGE_LIMITS, max_bytes=10)
    monkeypatch.setattr(check, "LIMITS", dict.fromkeys(check.LIMITS, small))
    words = {"prod_code": GOOD}
    save_typed(failing.act(maker, submission), [Typed(3, 1, words)])
    submission.refresh_from_db()
    assert (submission.rejected, submission.files.get(number=2).refusal_code) == (1, None)


def test_another_units_rows_do_not_exist(
    maker: Side, rival: Side, client: Client, tmp_path: Path
) -> None:
    theirs = failing.packs(rival, tmp_path)
    for page in ("mend/", "mend/fill/", "mend/repairs/", "mend/?row=3"):
        assert client.get(address(maker, theirs, page)).status_code == 404
    assert client.post(address(maker, theirs, "mend/"), {"3.prod_code": GOOD}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.rounds == 1


def test_an_upload_that_is_not_checked_is_said(maker: Side, client: Client, tmp_path: Path) -> None:
    submission = failing.packs(maker, tmp_path)
    submission.state = "dropped"
    submission.save()
    answer = client.post(address(maker, submission, "mend/"), {"3.prod_code": GOOD})
    assert answer["Location"] == address(maker, submission)


def test_a_correction_of_a_large_upload_is_the_workers(
    maker: Side,
    client: Client,
    tmp_path: Path,
    nudged: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    submission = failing.packs(maker, tmp_path)
    monkeypatch.setattr(actions, "SMALL_ROWS", 3)
    answer = save(client, address(maker, submission, "mend/"), r3__prod_code=GOOD)
    assert (answer["Location"], nudged) == (address(maker, submission), [str(submission.pk)])
    assert "已提交 1 行的修改，正在重新校验。" in text(client.get(answer["Location"]))
    check_and_store(submission.pk)
    submission.refresh_from_db()
    assert (submission.state, submission.rejected) == ("staged", 1)


def test_corrections_count_among_the_uploads_of_the_hour(
    maker: Side, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = failing.packs(maker, tmp_path)
    monkeypatch.setattr(rates, "UPLOADS", rates.UPLOADS._replace(times=1))
    where = address(maker, submission, "mend/")
    assert save(client, where, r3__prod_code=GOOD).status_code == 302
    answer = save(client, where, r4__prod_code=GOOD)
    assert answer.status_code == 422
    assert "一小时内已上传 1 次" in text(answer)
    submission.refresh_from_db()
    assert submission.rounds == 2


def test_rows_checked_again_name_the_first_that_contradicts_them(
    maker: Side, tmp_path: Path
) -> None:
    """As in a corrected workbook, where rows stand in the order of the file."""
    submission = failing.misplaced(maker, tmp_path)
    numbers = sorted(
        RejectedRow.objects.filter(submission=submission).values_list("row", flat=True)
    )
    box = {"lv3_trac_code": pack_code(77, 8000003)}
    save_typed(failing.act(maker, submission), [Typed(numbers[-1], 1, box)])
    rows = RejectedRow.objects.filter(submission=submission, mended_in=None).order_by("row")
    named = [
        [int(detail[3]) for _, code, detail in row.faults if code == "box_in_two_boxes"]
        for row in rows
    ]
    assert named == [[numbers[1]], [numbers[0]], [numbers[0]], [numbers[0]]]
