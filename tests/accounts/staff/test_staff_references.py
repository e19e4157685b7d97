"""Reference tables: kept one by one, and by files that django-import-export reads and writes."""

import csv
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import tablib
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.log.models import OperationLog
from accounts.messages.actions_documents import keep_document
from accounts.messages.models import Document
from accounts.staff import forms_reference_files, reference_formats
from accounts.staff.forms_reference_files import (
    MAX_BYTES,
    MOST_OTHERS,
    MOST_TAGS,
    NO_TEXT,
    NO_WORKBOOK,
    TOO_LARGE,
    TOO_MANY_TAGS,
)
from accounts.staff.reference_formats import MOST_ROWS
from accounts.staff.roles import MANAGER
from accounts.units.models import Region
from portal.lib.sheets import Heading, write_xlsx
from tests.accounts.staff.staff import staff_account, staff_client
from tests.portal.full_temp import without_room

pytestmark = pytest.mark.django_db
REGIONS, DOCUMENTS = "/admin/accounts/region/", "/admin/accounts/document/"
XLSX, CSV = "0", "1"


@pytest.fixture
def client(settings: Settings, tmp_path: Path) -> Client:
    """Somebody of the role 管理, inside; documents lie in the test's own folder."""
    settings.PORTAL_FILES = tmp_path
    Region.objects.all().delete()
    return staff_client(staff_account("staff1", MANAGER))


def workbook(*rows: list[Any]) -> SimpleUploadedFile:
    """A workbook of these rows."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("区划.xlsx", content.getvalue())


def text(*rows: list[str], encoding: str = "utf-8") -> SimpleUploadedFile:
    """A CSV file of these rows."""
    content = io.StringIO()
    csv.writer(content).writerows(rows)
    return SimpleUploadedFile("区划.csv", content.getvalue().encode(encoding))


def preview(client: Client, file: SimpleUploadedFile, form: str = XLSX, page: str = REGIONS) -> str:
    """Send a file; returns the page with what it would do, or what is wrong."""
    answer = client.post(f"{page}import/", {"import_file": file, "format": form, "resource": "0"})
    assert answer.status_code == 200
    return answer.content.decode()


def confirm(client: Client, seen: str, page: str = REGIONS) -> str:
    """Send the form of the preview."""
    names = ("import_file_name", "original_file_name", "format", "resource")
    asked = {}
    for name in names:
        tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', seen)
        assert tag, f"no {name} on the page"
        value = re.search(r'value="([^"]*)"', tag[0])
        asked[name] = value[1] if value else ""
    answer = client.post(f"{page}process_import/", asked, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def regions() -> dict[str, str]:
    return dict(Region.objects.values_list("code", "name"))


HEADINGS = ["代码", "名称"]


@pytest.mark.parametrize("code", ["990001", 990001, 990001.0])
def test_a_good_workbook_is_seen_then_stored(client: Client, code: object) -> None:
    Region.objects.create(code="990002", name="旧名")
    Region.objects.create(code="990003", name="不变市")
    file = workbook(HEADINGS, [code, "新市"], ["990002", "新名"], ["990003", "不变市"])
    seen = preview(client, file)
    assert regions() == {"990002": "旧名", "990003": "不变市"}, "a preview stores nothing"
    assert "确认导入" in seen
    assert "新市" in seen
    confirm(client, seen)
    assert regions() == {"990001": "新市", "990002": "新名", "990003": "不变市"}
    entry = OperationLog.everything.get(action="reference-imported")
    assert entry.target == "医保区划"
    assert entry.after == {"rows_added": 1, "rows_changed": 1}
    assert entry.account is not None
    assert entry.address == "127.0.0.1"


def test_a_preview_shows_old_and_new_as_text_without_styles(client: Client) -> None:
    Region.objects.create(code="990001", name="旧名")
    rows = [["990001", "新名"], ["990002", "<script>alert(1)</script>"]]
    seen = preview(client, workbook(HEADINGS, *rows))
    assert "<del>旧名</del> <ins>新名</ins>" in seen
    assert "<ins>&lt;script&gt;alert(1)&lt;/script&gt;</ins>" in seen
    assert "<script>alert" not in seen
    table = seen.split('<table class="import-preview">')[1].split("</table>")[0]
    assert "style=" not in table
    assert re.findall(r"<th[^>]*>([^<]*)</th>", table) == ["处理", *HEADINGS]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_good_csv_of_any_usual_encoding(client: Client, encoding: str) -> None:
    seen = preview(client, text(HEADINGS, ["990001", "某某市"], encoding=encoding), CSV)
    confirm(client, seen)
    assert regions() == {"990001": "某某市"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["99", "某市"], "代码“99”不正确：应为 6 位数字"),
        (["", "某市"], "代码为空"),
        (["990002", ""], "名称为空"),
        (["990002", "名" * 101], "名称有 101 个字，最多 100 个"),
        (["99000a", "某市"], "代码“99000a”不正确"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_stored(
    client: Client, row: list[str], said: str
) -> None:
    seen = preview(client, workbook(HEADINGS, ["990001", "好市"], row))
    assert said in seen
    assert "确认导入" not in seen
    assert "Traceback" not in seen
    assert "site-packages" not in seen
    assert regions() == {}


def test_a_file_without_a_column_says_which(client: Client) -> None:
    seen = preview(client, workbook(["代码", "区划"], ["990001", "某市"]))
    assert "缺少列：名称；第一行应为列名：代码、名称" in seen
    assert "Traceback" not in seen


def test_a_file_that_is_too_long(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_formats, "MOST_ROWS", 2)
    rows = [[f"99000{n}", "某市"] for n in range(3)]
    assert "超过 2 行数据" in preview(client, workbook(HEADINGS, *rows))
    assert "超过 2 行数据" in preview(client, text(HEADINGS, *rows), CSV)
    assert "确认导入" in preview(client, workbook(HEADINGS, *rows[1:]))
    assert "确认导入" in preview(client, text(HEADINGS, *rows[1:]), CSV)


def packed(sheet: str) -> SimpleUploadedFile:
    """A workbook whose first sheet holds this XML."""
    content, small = io.BytesIO(), io.BytesIO(workbook(["x"]).read())
    with zipfile.ZipFile(small) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                text = re.sub(rb"<sheetData>.*</sheetData>", sheet.encode(), text, flags=re.S)
            new.writestr(part, text)
    return SimpleUploadedFile("大.xlsx", content.getvalue())


def test_the_limit_is_asked_before_the_work(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 200,000 rows no more are read than the limit and one; a far cell is no long walk."""
    read = []
    append = tablib.Dataset.append

    def noted(dataset: tablib.Dataset, row: list[Any]) -> None:
        read.append(row)
        append(dataset, row)

    monkeypatch.setattr(tablib.Dataset, "append", noted)
    monkeypatch.setattr(reference_formats, "MOST_ROWS", 500)
    monkeypatch.setattr(forms_reference_files, "MAX_UNPACKED", 100 * 1024 * 1024)
    monkeypatch.setattr(forms_reference_files, "MOST_TAGS", 10_000_000)
    cell = '<c t="inlineStr"><is><t>990001</t></is></c>'
    row = f"<row>{cell}{cell}</row>"
    many = packed(f"<sheetData>{row * 200_000}</sheetData>")
    assert "超过 500 行数据" in preview(client, many)
    far = f'<sheetData>{row}<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    assert "超过 500 行数据" in preview(client, packed(far))
    assert len(read) <= 1_000
    wide = f'<sheetData><row r="1"><c r="XFD1"><v>1</v></c></row>{row}</sheetData>'
    assert "文件是空的" in preview(client, packed(wide))
    assert "超过 50 列" in preview(client, text(["列"] * 51), CSV)
    assert "第 2 行有 3 列，多于第一行的 2 列" in preview(client, text(HEADINGS, ["1"] * 3), CSV)
    assert "文件是空的" in preview(client, workbook())


@pytest.mark.parametrize(
    "sheet",
    [
        f"<sheetData><row>{'<c/>' * MOST_TAGS}</row></sheetData>",
        f"<sheetData>{'<row/>' * MOST_TAGS}</sheetData>",
        f"<sheetData/><cellXfs>{'<xf/>' * MOST_OTHERS}</cellXfs>",
    ],
    ids=["cells", "rows", "styles"],
)
def test_a_small_file_of_very_many_cells_is_not_begun(
    client: Client, monkeypatch: pytest.MonkeyPatch, sheet: str
) -> None:
    monkeypatch.setattr(openpyxl, "load_workbook", lambda *_, **__: pytest.fail("it was read"))
    file = packed(sheet)
    assert 0 < (file.size or 0) < MAX_BYTES
    assert TOO_MANY_TAGS in preview(client, file)


def test_the_longest_list_of_the_widest_table_is_no_such_file(tmp_path: Path) -> None:
    columns = [Heading(heading, heading, 20.0) for heading in "甲乙丙丁"]
    path = tmp_path / "a.xlsx"
    write_xlsx(path, "数据", columns, (["文字"] * 4 for _ in range(MOST_ROWS)), MOST_ROWS)
    with zipfile.ZipFile(path) as package:
        tags = sum(package.read(part).count(b"<") for part in package.namelist())
    assert tags < MOST_TAGS * 2 / 3


def test_a_damaged_file_is_said_in_words(client: Client) -> None:
    damaged = packed("<sheetData><row")
    assert "文件无法读取" in preview(client, damaged)
    assert "文件无法读取" in preview(client, text(["代码", "x" * 140_000]), CSV)


def test_a_file_is_confirmed_once(client: Client) -> None:
    seen = preview(client, workbook(HEADINGS, ["990001", "某市"]))
    confirm(client, seen)
    assert regions() == {"990001": "某市"}
    Region.objects.all().delete()
    assert "没有等待确认的文件" in confirm(client, seen)
    assert regions() == {}
    assert OperationLog.everything.filter(action="reference-imported").count() == 1


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"import_file_name": "nobody.rb"},
        {"import_file_name": "../../etc/passwd"},
        {"format": "7"},
        {"format": "x"},
        {"format": CSV},
        {"resource": "9"},
    ],
)
def test_an_unknown_file_is_not_confirmed(client: Client, asked: dict[str, str]) -> None:
    seen = preview(client, workbook(HEADINGS, ["990001", "某市"]))
    name = re.search(r'name="import_file_name" value="([^"]*)"', seen)
    assert name
    good = {"import_file_name": name[1], "original_file_name": "a", "format": XLSX, "resource": "0"}
    answer = client.post(
        f"{REGIONS}process_import/", {**good, **asked} if asked else {}, follow=True
    )
    assert answer.status_code == 200
    assert "没有等待确认的文件" in answer.content.decode()
    assert regions() == {}


def test_files_that_are_none(client: Client) -> None:
    assert NO_WORKBOOK in preview(client, text(HEADINGS), XLSX)
    assert NO_TEXT in preview(client, SimpleUploadedFile("a.csv", b"\xff\xfe\x00\x01"), CSV)
    assert NO_TEXT in preview(client, workbook(HEADINGS), CSV)
    large = SimpleUploadedFile("a.csv", b"x" * (MAX_BYTES + 1))
    assert TOO_LARGE in preview(client, large, CSV)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b" " * 21 * 1024 * 1024)
    assert TOO_LARGE in preview(client, SimpleUploadedFile("a.xlsx", packed.getvalue()), XLSX)
    answer = client.post(f"{REGIONS}import/", {"format": XLSX, "resource": "0"})
    assert "请选择要导入的文件" in answer.content.decode()


@pytest.mark.parametrize("form", [XLSX, CSV])
def test_the_export_can_be_imported_again(client: Client, form: str) -> None:
    Region.objects.create(code="990001", name="某某市")
    answer = client.post(f"{REGIONS}export/", {"format": form, "resource": "0"})
    content = b"".join(answer) if answer.streaming else answer.content
    if form == XLSX:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        rows = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    else:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows == [HEADINGS, ["990001", "某某市"]]
    Region.objects.all().delete()
    confirm(client, preview(client, SimpleUploadedFile("a", content), form))
    assert regions() == {"990001": "某某市"}


@pytest.mark.parametrize("form", [XLSX, CSV])
@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "＝1+1", "＠x", "'=1"])
def test_an_exported_text_is_no_formula_and_comes_back(
    client: Client, name: str, form: str
) -> None:
    Region.objects.create(code="990001", name=name)
    content = client.post(f"{REGIONS}export/", {"format": form, "resource": "0"}).content
    if form == XLSX:
        cell = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]["B2"]
        assert (cell.data_type, cell.value, cell.number_format) == ("s", f"'{name}", "@")
    else:
        assert f"990001,'{name}" in content.decode()
    Region.objects.all().delete()
    confirm(client, preview(client, SimpleUploadedFile("a", content), form))
    assert regions() == {"990001": name}


def test_a_code_with_leading_zeros_stays_one_in_the_exported_workbook(client: Client) -> None:
    Region.objects.create(code="010001", name="某某市")
    content = client.post(f"{REGIONS}export/", {"format": XLSX, "resource": "0"}).content
    cell = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]["A2"]
    assert (cell.value, cell.number_format) == ("010001", "@")


def test_an_export_says_that_there_is_no_room(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    Region.objects.create(code="990001", name="某某市")
    without_room(monkeypatch)
    client.raise_request_exception = False
    answer = client.post(f"{REGIONS}export/", {"format": XLSX, "resource": "0"})
    assert answer.status_code == 507
    assert "存储空间已满" in answer.content.decode()


def test_an_empty_table_is_exported(client: Client) -> None:
    content = client.post(f"{REGIONS}export/", {"format": XLSX, "resource": "0"}).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [HEADINGS]


def test_a_region_is_kept_by_hand(client: Client) -> None:
    asked = {"code": "990001", "name": "某某市"}
    assert "已添加" in client.post(f"{REGIONS}add/", asked, follow=True).content.decode()
    assert "代码 990001 已存在" in client.post(f"{REGIONS}add/", asked).content.decode()
    wrong = client.post(f"{REGIONS}add/", {"code": "9", "name": "x"}).content.decode()
    assert "代码应为 6 位数字" in wrong
    client.post(f"{REGIONS}990001/do/rename/", {"name": "新名"})
    assert regions() == {"990001": "新名"}
    client.post(f"{REGIONS}990001/do/remove/", {"sure": "True"})
    assert regions() == {}
    entries = OperationLog.everything.filter(action__startswith="region-").order_by("pk")
    assert [entry.action for entry in entries] == ["region-saved"] * 2 + ["region-removed"]
    assert [entry.target for entry in entries] == ["990001"] * 3


def keep(title: str) -> None:
    """A document with its file."""
    keep_document(Document(title=title, position=1), name="手册.pdf", content=b"%PDF-1.7")


def test_the_list_of_documents_is_ordered_by_a_file(client: Client) -> None:
    keep("甲")
    keep("乙")
    headings = ["名称", "文件", "次序", "显示"]
    file = workbook(headings, ["甲", "别的.pdf", 9, "否"], ["乙", "", 3, "是"])
    confirm(client, preview(client, file, page=DOCUMENTS), DOCUMENTS)
    rows = list(Document.objects.values_list("title", "position", "shown", "file_name"))
    assert rows == [("乙", 3, True, "手册.pdf"), ("甲", 9, False, "手册.pdf")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["丙", 1, "是"], "没有名称为“丙”的资料"),
        (["甲", "一", "是"], "次序“一”不正确"),
        (["甲", 40000, "是"], "次序“40000”不正确"),
        (["甲", 1, "yes"], "显示“yes”不正确"),
    ],
)
def test_a_bad_row_of_documents(client: Client, row: list[Any], said: str) -> None:
    keep("甲")
    seen = preview(client, workbook(["名称", "次序", "显示"], row), page=DOCUMENTS)
    assert said in seen
    assert "确认导入" not in seen
    assert Document.objects.get().position == 1
