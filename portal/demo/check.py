"""The demo's own check: an agent's main job from the sign-in to the downloaded file, over HTTP."""

import io
import json
import secrets
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import python_calamine
from django.core.management import call_command

from accounts.rights.businesses import SERVED
from portal.demo.browser import Browser, CheckFailed, Page
from tracing.records import RECORDS
from tracing.records.bindings import record_of
from tracing.records.shapes import Shape

UNIT, RECORD = "maker1", record_of(Shape.CODES).code
ROWS, FAULTY = 200, 4
PATIENCE_SECONDS = 120
POLL_SECONDS = 0.5
# The demo's codes have all of them, codes just uploaded the first.
NODES = ("生产入库", "生产出库", "流通入库", "流通出库", "销售入库", "销售出库")


class Upload(NamedTuple):
    """The workbook to upload, and a code in it that will be stored."""

    file: Path
    code: str


class Check:
    """One run. `say` hears each step that went well; CheckFailed ends the run."""

    def __init__(
        self, origin: str, picture_word: str, folder: Path, say: Callable[[str], None]
    ) -> None:
        self.browser = Browser(origin)
        self.picture_word = picture_word
        self.folder = folder
        self.say = say
        self.seeded = seeded()

    def run(self) -> None:
        upload = self.make_workbook()
        hall = self.choose_unit(self.sign_in())
        self.upload(hall, upload)
        self.trace(hall, self.seeded["codes"][0], NODES)
        self.export(self.trace(hall, upload.code, NODES[:1]), upload.code)

    def make_workbook(self) -> Upload:
        """New codes of a batch that the demo has, some rows spoiled."""
        file, planted = self.folder / "upload.xlsx", self.folder / "planted.json"
        batch = next(each for each in self.seeded["batches"] if each["unit"] == UNIT)
        call_command(
            "sample",
            unit=UNIT,
            record=RECORD,
            rows=ROWS,
            batch=batch["trac_codg_sn"],
            seed=secrets.randbelow(2**31),
            faults=FAULTY / ROWS,
            plant=planted,
            out=file,
            stdout=io.StringIO(),
        )
        faulty = {fault["row"] for fault in json.loads(planted.read_text())}
        heads, *rows = read_rows(file, 0)
        label = RECORDS[RECORD].column("lv1_trac_code").label
        place = [str(head).rstrip("*") for head in heads].index(label)
        good = [row[place] for number, row in enumerate(rows, start=2) if number not in faulty]
        return Upload(file, str(good[0]))

    def sign_in(self) -> Page:
        agent = next(each for each in self.seeded["agents"] if each["units"] == [UNIT])
        answers = {"username": agent["mobile"], "password": agent["password"]}
        page = self.browser.submit(
            self.browser.get("/login/"), "登录", {**answers, "captcha_1": self.picture_word}
        )
        page.expect("退出登录")
        self.say("经办人已登录（图形验证码）")
        return page

    def choose_unit(self, page: Page) -> Page:
        name = next(each["name"] for each in self.seeded["units"] if each["account"] == UNIT)
        hall = self.browser.submit(page, "切换单位", {"unit": UNIT})
        hall.expect("服务大厅", name)
        self.say(f"已选择单位：{name}")
        return hall

    def upload(self, hall: Page, upload: Upload) -> None:
        page = self.browser.get(hall.link(SERVED["maker-upload"].title))
        dialog = self.browser.get(page.link("上传"))
        self.browser.download(
            dialog.link(f"{RECORDS[RECORD].title}上传.xlsx"), self.folder / "template.xlsx"
        )
        sent = self.browser.submit(dialog, "确定", {"record": RECORD}, upload.file)
        checked = self.wait_for(sent, "校验完成，尚未入库")
        expect_counts(checked, total=ROWS, accepted=ROWS - FAULTY, rejected=FAULTY)
        self.browser.download(checked.link("下载错误报告"), self.folder / "report.xlsx")
        report = read_rows(self.folder / "report.xlsx", 0)
        if len(report) != FAULTY + 1:
            raise CheckFailed(f"错误报告：应当有 {FAULTY} 行，却有 {len(report) - 1} 行。")
        self.say(f"已上传 {ROWS} 行：{ROWS - FAULTY} 行通过校验，{FAULTY} 行在错误报告中")
        stored = self.wait_for(self.browser.submit(checked, "确认"), "导入完成")
        stored.expect(f"新增 {ROWS - FAULTY} 条")
        self.say(f"已确认入库：新增 {ROWS - FAULTY} 条")

    def trace(self, hall: Page, code: str, nodes: tuple[str, ...]) -> Page:
        """Look a code up and read its trace; returns the list it stands in."""
        page = self.browser.get(hall.link(SERVED["maker-query"].title))
        found = self.browser.submit(page, "查询", {"code": code})
        found.expect(code)
        self.browser.get(found.link("追溯信息")).expect("追溯信息详情", code, *nodes)
        self.say(f"已查到 {code} 的追溯信息：{'、'.join(nodes)}")
        return found

    def export(self, found: Page, code: str) -> None:
        file = self.folder / "export.xlsx"
        ready = self.wait_for(self.browser.submit(found, "导出"), "文件已生成")
        self.browser.download(ready.link("下载"), file)
        cells = {str(cell) for row in read_rows(file, 0) for cell in row}
        if not {code, NODES[0]} <= cells:
            raise CheckFailed(f"导出的文件中没有 {code} 及其“{NODES[0]}”环节。")
        self.say("已导出并下载文件，内容正确")

    def wait_for(self, page: Page, text: str) -> Page:
        """Load a page again until its dialog says the text."""
        until = time.monotonic() + PATIENCE_SECONDS
        while text not in page.dialog and time.monotonic() < until:
            time.sleep(POLL_SECONDS)
            page = self.browser.get(page.address)
        if text not in page.dialog:
            raise CheckFailed(f"{page.address}：等不到“{text}”。窗口内容：{page.dialog}")
        return page


def seeded() -> dict[str, Any]:
    """What the demo's data are: accounts with passwords, batches, codes."""
    output = io.StringIO()
    call_command("seed_demo", json=True, stdout=output)
    described: dict[str, Any] = json.loads(output.getvalue())
    return described


def read_rows(file: Path, sheet: int) -> list[list[Any]]:
    workbook = python_calamine.CalamineWorkbook.from_path(file)
    return workbook.get_sheet_by_index(sheet).to_python()


def expect_counts(page: Page, **wanted: int) -> None:
    """Compare 总计, 成功 and 失败."""
    found = {name: page.counts.get(name) for name in wanted}
    if found != {name: str(count) for name, count in wanted.items()}:
        raise CheckFailed(f"校验结果：应当是 {wanted}，却是 {found}。")


def run(origin: str, picture_word: str, say: Callable[[str], None]) -> None:
    """Do the main job once. Raises CheckFailed, with what was found, when something is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        Check(origin, picture_word, Path(folder), say).run()
