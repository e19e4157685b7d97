"""The import dialog: from the file to 导入完成, and back through a corrected error workbook."""

import errno
import os
import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.people import Side
from tests.portal.test_rendered_pages import is_sound
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, sheet_rows, workbook
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.uploads import report
from tracing.uploads import views_submissions as submissions
from tracing.uploads.forms import FileForm, ImportForm
from tracing.uploads.models import Submission
from tracing.uploads.turn import check_and_store
from tracing.uploads.workbook import error_book
from tracing.uploads.workbook.limits import PAGE_LIMITS

pytestmark = pytest.mark.django_db(transaction=True)

FRAGMENT = {"HX-Request": "true"}
BAD_DATE = "2024年13月40日"


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.PORTAL_FILES = tmp_path / "files"


@pytest.fixture
def page(maker: Side) -> str:
    return f"/u/{maker.unit.slug}/maker"


def filled(folder: Path, *rows: dict[str, Any], name: str = "国产药信息上传.xlsx") -> bytes:
    return workbook(folder / name, INFO, rows).read_bytes()


def three_rows(folder: Path) -> bytes:
    """The second of three batches has no date of production."""
    return filled(
        folder,
        example(INFO, trac_codg_sn="20241201-0001"),
        example(INFO, trac_codg_sn="20241201-0002", manu_date=BAD_DATE),
        example(INFO, trac_codg_sn="20241201-0003"),
    )


def send(client: Client, address: str, content: bytes, name: str = "国产药信息上传.xlsx") -> Any:
    """Send a file as the dialog's form does."""
    return client.post(address, {"record": INFO, "file": SimpleUploadedFile(name, content)})


def uploaded(client: Client, page: str, content: bytes) -> str:
    """Upload, let the worker's part happen here, and return the address of the result."""
    address: str = send(client, f"{page}/upload/import/", content)["Location"]
    check_and_store(Submission.everything.latest("received_at").pk)
    return address


def text(response: Any) -> str:
    """What is to be read on the page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def counts(response: Any) -> list[int]:
    return [int(n) for n in re.findall(r'data-count="[a-z]+">(\d+)<', response.content.decode())]


def test_the_dialog_opens_over_the_page_and_as_a_page(agent_client: Client, page: str) -> None:
    address = f"{page}/upload/import/"
    fragment = agent_client.get(address, headers=FRAGMENT).content.decode()
    whole = agent_client.get(address).content.decode()
    assert fragment.lstrip().startswith("<dialog")
    assert "data-own-page" not in fragment
    assert "data-own-page" in whole
    for words in ("第一步：明确导入规则：", "重复数据替换", "第二步：导入模板下载：", "第三步："):
        assert words in fragment
    hint = "支持拖动，.xlsx文件（也可 .xls、.ods、.csv、.txt），最多导入1个文件，最大10M"
    assert hint in fragment
    for attribute in ("accept", "data-endings"):
        assert f'{attribute}=".xlsx,.xls,.ods,.csv,.txt"' in fragment
    assert "国产药信息查询列表" in whole


def test_the_template_is_the_one_the_dialog_names(agent_client: Client, page: str) -> None:
    response = agent_client.get(f"{page}/upload/template/{INFO}/")
    assert response["Content-Disposition"].endswith(
        "filename*=utf-8''%E5%9B%BD%E4%BA%A7%E8%8D%AF%E4%BF%A1%E6%81%AF%E4%B8%8A%E4%BC%A0.xlsx"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response).startswith(b"PK")
    assert agent_client.get(f"{page}/upload/template/no-such-record/").status_code == 404


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (None, "没有选择文件"),
        (("数据.pdf", b"x"), "不是 .xlsx、.xls、.ods、.csv 或 .txt 文件"),
        (("空.xlsx", b""), "0字节"),
        (("大.xlsx", b"x" * (PAGE_LIMITS.max_bytes + 1)), "文件超过10M"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words_with_the_cure(
    agent_client: Client, page: str, file: tuple[str, bytes] | None, words: str
) -> None:
    data: dict[str, Any] = {"record": INFO}
    if file:
        data["file"] = SimpleUploadedFile(*file)
    response = agent_client.post(f"{page}/upload/import/", data)
    assert response.status_code == 422
    assert words in text(response)
    assert "。请" in text(response)
    assert not Submission.everything.exists()


def buttons(response: Any) -> set[str]:
    """What can be pressed on the page, by its words."""
    pressed = r'<(?:button|label class="button)[^>]*>(.*?)</(?:button|label)>'
    found = re.findall(pressed, response.content.decode(), re.S)
    return {re.sub(r"<[^>]+>", "", words).strip() for words in found}


def named_buttons(words: str) -> set[str]:
    return set(re.findall(r"【([^】]+)】", words))


@pytest.mark.parametrize("form", [ImportForm, FileForm])
@pytest.mark.parametrize("files", [0, 2])
def test_a_sentence_about_the_file_names_buttons_that_are_there(
    form: type[FileForm], files: int, agent_client: Client, page: str, tmp_path: Path
) -> None:
    address = f"{page}/upload/import/"
    if form is FileForm:
        address = f"{uploaded(agent_client, page, three_rows(tmp_path))}correct/"
    sent = [SimpleUploadedFile(f"{n}.xlsx", b"PK") for n in range(files)]
    response = agent_client.post(address, {"record": INFO, "file": sent} if sent else {})
    (errors,) = re.findall(r'<div class="form-errors".*?</div>', response.content.decode(), re.S)
    assert form.send in named_buttons(errors)
    assert named_buttons(errors) <= buttons(response)


def test_the_main_way_from_the_file_to_the_stored_rows(
    agent_client: Client, page: str, tmp_path: Path
) -> None:
    address = uploaded(agent_client, page, three_rows(tmp_path))
    staged = agent_client.get(address)
    assert "校验完成，尚未入库" in text(staged)
    assert counts(staged) == [3, 2, 1]
    assert "第 3 行" in text(staged)
    assert BAD_DATE in text(staged)
    assert not DrugBatch.everything.exists()

    assert agent_client.post(f"{address}confirm/").status_code == 302
    check_and_store(Submission.everything.get().pk)
    stored = agent_client.get(address)
    assert "导入完成！" in text(stored)
    assert "导入完成时间：" in text(stored)
    assert "新增 2 条" in text(stored)
    assert {b.trac_codg_sn for b in DrugBatch.everything.all()} == {
        "20241201-0001",
        "20241201-0003",
    }
    listed = agent_client.get(f"{page}/upload/")
    assert "20241201-0003" in text(listed)
    assert "最近上传" in text(listed)


def test_an_error_report_without_room_is_said_and_written_when_there_is(
    agent_client: Client, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(report, "write_book", no_room)
        address = uploaded(agent_client, page, three_rows(tmp_path))
        staged = agent_client.get(address)
    assert counts(staged) == [3, 2, 1]
    assert "错误报告没有保存" in text(staged)
    assert "生成错误报告" in text(staged)
    assert "下载错误报告" not in text(staged)

    assert agent_client.get(f"{address}report/")["Location"] == address
    submission = Submission.everything.get()
    assert (submission.state, submission.nudged_at is not None) == ("checking", True)
    check_and_store(submission.pk)
    again = agent_client.get(address)
    assert counts(again) == [3, 2, 1]
    assert "校验完成，尚未入库" in text(again)
    assert "没有保存" not in text(again)
    assert b"".join(agent_client.get(f"{address}report/")).startswith(b"PK")


def no_room(path: Path, *_: object) -> None:
    path.write_bytes(b"PK")
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_work_that_was_begun_and_cut_off_is_not_said_to_wait_for_its_beginning(
    agent_client: Client, page: str, tmp_path: Path
) -> None:
    address = send(agent_client, f"{page}/upload/import/", three_rows(tmp_path))["Location"]
    ago = timezone.now() - timedelta(minutes=2)
    Submission.everything.update(state="checking", attempts=2, queued_at=ago, lease_until=ago)
    said = text(agent_client.get(address))
    assert "已开始处理，但中断了 2 次，会自动重试" in said
    assert "尚未开始处理" not in said


def test_a_long_error_report_is_offered_in_parts(
    agent_client: Client, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(error_book, "MOST_BYTES", 1)
    monkeypatch.setattr(error_book, "COMMENTS", 1)
    wrong = [example(INFO, trac_codg_sn=f"SN{n}", manu_date=BAD_DATE) for n in range(2)]
    address = uploaded(agent_client, page, filled(tmp_path, *wrong))
    result = agent_client.get(address)
    assert "下载错误报告（第 1 份，共 2 份）" in text(result)
    assert f'href="{address}report/?part=2"' in result.content.decode()
    is_sound(result)
    found = []
    for number in (1, 2):
        part = agent_client.get(f"{address}report/", {"part": number})
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(b"".join(part))
        found += [row[-2] for row in sheet_rows(path)[1]]
    assert found == [2, 3]
    for nonsense in ("0", "3", "-1", "x", "²", "9" * 30):
        assert agent_client.get(f"{address}report/", {"part": nonsense}).status_code == 302


def test_the_corrected_error_workbook_mends_the_same_upload(
    agent_client: Client, page: str, tmp_path: Path
) -> None:
    address = uploaded(agent_client, page, three_rows(tmp_path))
    report = agent_client.get(f"{address}report/")
    assert "%E9%94%99%E8%AF%AF%E6%8A%A5%E5%91%8A.xlsx" in report["Content-Disposition"]
    path = tmp_path / "错误报告.xlsx"
    path.write_bytes(b"".join(report))
    book = openpyxl.load_workbook(path)
    headings = [str(cell.value).rstrip("*") for cell in book.worksheets[0][1]]
    book.worksheets[0].cell(2, headings.index("药品生产日期") + 1).value = "2024-12-15"
    book.save(path)

    correction = send(agent_client, f"{address}correct/", path.read_bytes(), path.name)["Location"]
    check_and_store(Submission.everything.latest("received_at").pk)
    assert agent_client.get(correction)["Location"] == address
    itself, _, meant = correction.partition("?")
    poll = agent_client.get(f"{itself}progress/?{meant}", headers=FRAGMENT)
    assert poll["HX-Redirect"] == itself
    assert counts(agent_client.get(address)) == [3, 3, 0]
    assert agent_client.get(f"{address}report/").status_code == 302


NO_CORRECTION = "不是原来那次导入的错误报告，已作为另一次导入处理"


def test_a_file_that_corrects_nothing_is_told_from_a_correction(
    agent_client: Client, page: str, tmp_path: Path
) -> None:
    content = three_rows(tmp_path)
    first = uploaded(agent_client, page, content)
    other = filled(tmp_path, example(INFO, trac_codg_sn="20241201-0009"))
    address = send(agent_client, f"{first}correct/", other)["Location"]
    waits = agent_client.get(address)
    assert NO_CORRECTION not in text(waits)
    (progress,) = re.findall(r'hx-get="([^"]+)" hx-trigger="every', waits.content.decode())
    check_and_store(Submission.everything.latest("received_at").pk)
    for shown in (agent_client.get(address), agent_client.get(progress, headers=FRAGMENT)):
        assert NO_CORRECTION in text(shown)
        assert f'<a href="{first}">返回原来的导入</a>' in shown.content.decode()
        assert counts(shown) == [1, 1, 0]
    itself = address.partition("?")[0]
    itself_again = send(agent_client, f"{first}correct/", content)["Location"]
    assert itself_again.startswith(first)
    words = text(agent_client.get(itself_again))
    assert "没有重复导入" in words
    assert NO_CORRECTION not in words
    for nonsense in ("", "?mends=", "?mends=x", f"?mends={uuid.uuid4()}"):
        assert NO_CORRECTION not in text(agent_client.get(f"{itself}{nonsense}"))


def test_a_report_of_no_upload_is_refused_as_one_and_not_called_another_import(
    agent_client: Client, page: str, tmp_path: Path
) -> None:
    dropped = uploaded(agent_client, page, three_rows(tmp_path))
    report = b"".join(agent_client.get(f"{dropped}report/"))
    agent_client.post(f"{dropped}cancel/")
    rows = [example(INFO, trac_codg_sn="20241201-0008", manu_date=BAD_DATE)]
    first = uploaded(agent_client, page, filled(tmp_path, *rows))
    address = send(agent_client, f"{first}correct/", report)["Location"]
    check_and_store(Submission.everything.latest("received_at").pk)
    shown = text(agent_client.get(address))
    assert "错误报告所属的上传已被退回、取消或过期" in shown
    assert NO_CORRECTION not in shown


def test_a_correction_without_a_file_keeps_the_result_on_the_page(
    agent_client: Client, page: str, tmp_path: Path
) -> None:
    address = uploaded(agent_client, page, three_rows(tmp_path))
    response = agent_client.post(f"{address}correct/", {})
    assert response.status_code == 422
    assert "没有选择文件" in text(response)
    assert counts(response) == [3, 2, 1]


def test_cancelling_keeps_nothing(agent_client: Client, page: str, tmp_path: Path) -> None:
    address = uploaded(agent_client, page, three_rows(tmp_path))
    agent_client.post(f"{address}cancel/")
    assert "已取消" in text(agent_client.get(address))
    agent_client.post(f"{address}confirm/")
    assert "应为校验完成、尚未入库的上传" in text(agent_client.get(address))
    assert not DrugBatch.everything.exists()


def test_storing_that_was_given_up_says_so_until_it_is_confirmed_again(
    agent_client: Client, page: str, tmp_path: Path
) -> None:
    address = uploaded(agent_client, page, three_rows(tmp_path))
    Submission.everything.update(refusal_code="store_gave_up", refusal_detail=["5"])
    shown = agent_client.get(address)
    assert "入库多次中断（5 次）" in text(shown)
    assert counts(shown) == [3, 2, 1]
    agent_client.post(f"{address}confirm/")
    check_and_store(Submission.everything.get().pk)
    shown = agent_client.get(address)
    assert "导入完成" in text(shown)
    assert "入库多次中断" not in text(shown)


def test_the_same_file_leads_to_the_earlier_upload(
    agent_client: Client, page: str, tmp_path: Path
) -> None:
    content = three_rows(tmp_path)
    address = uploaded(agent_client, page, content)
    again = send(agent_client, f"{page}/upload/import/", content)
    assert again["Location"] == address
    shown = agent_client.get(address).content.decode()
    # Inside the dialog: it covers whatever stands on the page.
    assert "没有重复导入" in shown.partition("<dialog")[2]
    assert Submission.everything.count() == 1


def test_a_refused_file_names_the_gate_and_the_cure(agent_client: Client, page: str) -> None:
    address = uploaded(agent_client, page, b"<html><body>not a workbook</body></html>")
    shown = text(agent_client.get(address))
    assert "文件未通过：文件检查" in shown
    assert "网页（HTML）" in shown
    assert "另存为" in shown
    assert "重新上传" in shown


def test_the_poll_says_nothing_while_nothing_changes_and_ends_with_the_result(
    agent_client: Client, page: str, tmp_path: Path
) -> None:
    address = send(agent_client, f"{page}/upload/import/", three_rows(tmp_path))["Location"]
    shown = agent_client.get(address)
    assert "正在排队" in text(shown)
    assert 'aria-current="page">生产企业药耗基础信息上传</a>' in shown.content.decode()
    assert 'hx-trigger="every 1s"' in shown.content.decode()
    match = re.search(r'name="seen" value="([^"]+)"', shown.content.decode())
    assert match
    seen = {"seen": match[1]}
    assert agent_client.get(f"{address}progress/", seen, headers=FRAGMENT).status_code == 204

    check_and_store(Submission.everything.get().pk)
    done = agent_client.get(f"{address}progress/", seen, headers=FRAGMENT)
    assert done.status_code == 286
    assert 'hx-swap-oob="innerHTML:#announce">校验完成，尚未入库<' in done.content.decode()
    assert "no-store" in done["Cache-Control"]
    assert "HX-Request" in done["Vary"]


def test_an_upload_that_nobody_takes_up_says_that_no_worker_answers(
    agent_client: Client, page: str, tmp_path: Path
) -> None:
    address = send(agent_client, f"{page}/upload/import/", three_rows(tmp_path))["Location"]
    assert "后台处理服务暂不可用" not in text(agent_client.get(address))
    seen = re.search(r'name="seen" value="([^"]+)"', agent_client.get(address).content.decode())
    assert seen
    Submission.everything.update(queued_at=timezone.now() - timedelta(minutes=1))
    assert "后台处理服务暂不可用" in text(agent_client.get(address))
    # It is read aloud too.
    told = agent_client.get(f"{address}progress/", {"seen": seen[1]}, headers=FRAGMENT)
    aloud = told.content.decode().partition('hx-swap-oob="innerHTML:#announce">')[2]
    assert aloud.startswith("文件已接收，正在排队… 后台处理服务暂不可用：自 ")
    assert "文件已经保存，服务恢复后会自动继续，无需重新上传。" in aloud


def test_an_upload_that_waits_longer_than_a_minute_for_busy_workers_says_since_when(
    agent_client: Client, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answers(queue: str) -> bool:
        asked.append(queue)
        return True

    monkeypatch.setattr(submissions, "worker_answers", answers)
    address = send(agent_client, f"{page}/upload/import/", three_rows(tmp_path))["Location"]
    since = timezone.now() - timedelta(seconds=50)
    Submission.everything.update(queued_at=since)
    assert "后台处理服务" not in text(agent_client.get(address))
    since = timezone.now() - timedelta(seconds=61)
    Submission.everything.update(queued_at=since)
    shown = text(agent_client.get(address))
    assert f"后台处理服务繁忙：自 {timezone.localtime(since):%Y-%m-%d %H:%M:%S} 起排队" in shown
    assert "文件已经保存，轮到后会自动处理，无需重新上传。" in shown
    assert set(asked) == {"imports"}
    # Somebody works on it now.
    Submission.everything.update(lease_until=timezone.now() + timedelta(minutes=1))
    assert "后台处理服务" not in text(agent_client.get(address))


def test_another_units_upload_does_not_exist(
    agent_client: Client, stranger_client: Client, stranger: Side, page: str, tmp_path: Path
) -> None:
    address = uploaded(agent_client, page, three_rows(tmp_path))
    theirs = address.replace(page, f"/u/{stranger.unit.slug}/maker")
    for part in ("", "progress/", "report/"):
        assert stranger_client.get(theirs + part).status_code == 404
    assert stranger_client.post(f"{theirs}confirm/").status_code == 404
    assert not TraceCode.everything.exists()


def test_codes_are_uploaded_in_the_same_dialog(
    agent_client: Client, page: str, tmp_path: Path
) -> None:
    content = workbook(tmp_path / "追溯码.xlsx", CODES, code_rows(3)).read_bytes()
    data = {"record": CODES, "file": SimpleUploadedFile("追溯码.xlsx", content)}
    address = agent_client.post(f"{page}/upload/import/", data)["Location"]
    check_and_store(Submission.everything.get().pk)
    shown = agent_client.get(address)
    assert "国产药追溯码信息上传" in text(shown)
    assert counts(shown) == [3, 3, 0]
    # The batch is not there yet: a warning, which rejects nothing.
    assert "提醒（不影响入库）" in text(shown)
