"""上传记录: every upload of a unit at a desk, its files, and 撤销 from there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.lib.clock import local_today
from tests.factories import AgentFactory
from tests.people import Side, client_of
from tests.tracing.undo.undoing import store, undo
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, workbook
from tests.tracing.uploads.uploads import cancel, upload
from tracing.core.pages import NO_MATCH, WRONG
from tracing.uploads.models import Submission
from tracing.uploads.outcome import ALL_FAILED, ALL_SAME
from tracing.uploads.turn import check_and_store

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agent(maker: Side) -> Client:
    return client_of(maker.agent.account)


def address(side: Side, name: str = "uploads", *args: Any) -> str:
    return reverse(f"tracing:maker-{name}", args=[side.unit.slug, *args])


def names(client: Client, side: Side, **asked: Any) -> list[str]:
    """The files that the list shows, in its order."""
    response = client.get(address(side), asked)
    return [row.file for row in response.context["rows"]]


def test_it_lists_every_upload_with_what_may_be_done(
    maker: Side, agent: Client, tmp_path: Path
) -> None:
    rows = code_rows(3)
    rows[0]["prod_code"] = "6999000000019"
    stored = store(maker, CODES, rows, tmp_path / "codes.xlsx")
    info = workbook(tmp_path / "info.xlsx", INFO, [example(INFO)])
    cancel(upload(*maker, INFO, info))
    undone = undo(store(maker, CODES, code_rows(2, start=5), tmp_path / "wrong.xlsx"))
    response = agent.get(address(maker))
    gone, dropped, last = response.context["rows"]
    assert [gone.file, dropped.file, last.file] == ["wrong.xlsx", "info.xlsx", "codes.xlsx"]
    counts = [("总计(条)", 3), ("成功(条)", 2), ("失败(条)", 1), ("新增(条)", 2)]
    assert last.counts == [*counts, ("替换(条)", 0), ("未变化(条)", 0)]
    assert (last.state, last.tone, last.agent) == ("导入完成", "good", maker.agent.name)
    assert all(last.addresses.values())
    page = response.content.decode()
    assert f"{stored.files.get().sha256[:8]}…" in page
    assert not any(dropped.addresses[name] for name in ("report", "undo", "receipt"))
    assert (gone.state, gone.addresses["undo"]) == (undone.get_state_display(), "")


def test_a_state_says_what_became_of_the_rows(maker: Side, agent: Client, tmp_path: Path) -> None:
    """The words of its dialog: those of the state alone would call all of these 尚未入库."""
    failed = [{**row, "prod_code": "6999000000019"} for row in code_rows(2, start=5)]
    store(maker, CODES, code_rows(2), tmp_path / "first.xlsx")
    for name, rows in (("same", code_rows(2)[::-1]), ("failed", failed)):
        upload(*maker, CODES, workbook(tmp_path / f"{name}.xlsx", CODES, rows))
    alone = upload(*maker, INFO, workbook(tmp_path / "alone.xlsx", INFO, [example(INFO)]))
    Submission.everything.filter(pk=alone.pk).update(check_only=True)
    upload(*maker, INFO, workbook(tmp_path / "waits.xlsx", INFO, [example(INFO)] * 2))
    shown = {row.file: row.state for row in agent.get(address(maker)).context["rows"]}
    assert shown == {
        "first.xlsx": "导入完成",
        "same.xlsx": ALL_SAME,
        "failed.xlsx": ALL_FAILED,
        "alone.xlsx": "校验完成，只校验不入库",
        "waits.xlsx": "校验完成，尚未入库",
    }


def test_the_filter_finds_by_template_state_agent_and_day(
    maker: Side, agent: Client, tmp_path: Path
) -> None:
    store(maker, CODES, code_rows(1), tmp_path / "codes.xlsx")
    upload(*maker, INFO, workbook(tmp_path / "info.xlsx", INFO, [example(INFO)]))
    assert names(agent, maker, record=INFO) == ["info.xlsx"]
    assert names(agent, maker, state="stored") == ["codes.xlsx"]
    assert names(agent, maker, agent=maker.agent.pk) == ["info.xlsx", "codes.xlsx"]
    today = local_today().isoformat()
    assert len(names(agent, maker, first=today, last=today)) == 2
    assert names(agent, maker, last="2020-01-01") == []
    assert NO_MATCH in agent.get(address(maker), {"last": "2020-01-01"}).content.decode()
    wrong = {"state": "nonsense"}
    assert names(agent, maker, **wrong) == []
    assert WRONG in agent.get(address(maker), wrong).content.decode()


def test_the_filter_tells_apart_what_the_list_calls_differently(
    maker: Side, agent: Client, tmp_path: Path
) -> None:
    wrong = [{**row, "prod_code": "6999000000019"} for row in code_rows(2)]
    for name, rows in (
        ("failed", wrong),
        ("waits", code_rows(1)),
        ("checked", code_rows(1, start=5)),
    ):
        upload(*maker, CODES, workbook(tmp_path / f"{name}.xlsx", CODES, rows))
    dry = Submission.everything.filter(files__name="checked.xlsx")
    dry.update(check_only=True)
    offered = dict(agent.get(address(maker)).context["filter_form"].fields["state"].choices)
    found = {value: names(agent, maker, state=value) for value in offered if value}
    assert {value: files for value, files in found.items() if files} == {
        "staged": ["waits.xlsx"],
        "all-failed": ["failed.xlsx"],
        "only-checked": ["checked.xlsx"],
    }
    for row in agent.get(address(maker)).context["rows"]:
        assert row.state in offered.values()


def test_the_latest_uploads_are_those_of_the_tab(
    maker: Side, agent: Client, tmp_path: Path
) -> None:
    upload(*maker, INFO, workbook(tmp_path / "info.xlsx", INFO, [example(INFO)]))
    page = reverse("tracing:maker-upload", args=[maker.unit.slug])
    files = {
        tab: [line.file for line in agent.get(page, {"tab": tab}).context["uploads"]]
        for tab in ("domestic", "imported", "consumable")
    }
    assert files == {"domestic": ["info.xlsx"], "imported": [], "consumable": []}


def test_pages_are_turned(maker: Side, agent: Client, tmp_path: Path) -> None:
    for number in range(12):
        rows = [example(INFO, trac_codg_sn=f"S{number}")]
        upload(*maker, INFO, workbook(tmp_path / f"{number:02}.xlsx", INFO, rows))
    assert names(agent, maker, page=2) == ["01.xlsx", "00.xlsx"]
    assert len(names(agent, maker, size=20)) == 12


def test_files_go_out_as_they_came_and_only_to_be_saved(
    maker: Side, agent: Client, tmp_path: Path
) -> None:
    path = workbook(tmp_path / "编码.xlsx", CODES, code_rows(1))
    submission = upload(*maker, CODES, path)
    shown = agent.get(address(maker, "submission-files", submission.pk))
    assert submission.files.get().sha256 in shown.content.decode()
    got = agent.get(address(maker, "submission-file", submission.pk, 1))
    assert b"".join(got.streaming_content) == path.read_bytes()  # type: ignore[attr-defined]
    assert got["Content-Type"] == "application/octet-stream"
    assert got["Content-Disposition"].startswith("attachment")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert agent.get(address(maker, "submission-file", submission.pk, 2)).status_code == 404
    submission.files.get().path.unlink()
    gone = agent.get(address(maker, "submission-file", submission.pk, 1), follow=True)
    assert "已不在服务器上" in gone.content.decode()


def test_another_units_uploads_are_nowhere(
    maker: Side, rival: Side, agent: Client, tmp_path: Path
) -> None:
    theirs = store(rival, CODES, code_rows(1), tmp_path / "a.xlsx")
    assert names(agent, maker) == []
    for name, args in (
        ("submission-files", ()),
        ("submission-file", (1,)),
        ("submission-undo", ()),
        ("submission-receipt", ()),
    ):
        assert agent.get(address(maker, name, theirs.pk, *args)).status_code == 404
    assert agent.post(address(maker, "submission-undo", theirs.pk)).status_code == 404
    # An agent of the rival's is none whom this unit may choose.
    assert rival.agent.name not in agent.get(address(maker)).content.decode()


def test_undo_says_first_what_will_happen(
    maker: Side, agent: Client, nudged: list[str], tmp_path: Path
) -> None:
    first = store(maker, CODES, code_rows(4), tmp_path / "a.xlsx")
    store(maker, CODES, code_rows(1, trac_codg_sn="SN9"), tmp_path / "b.xlsx")
    shown = agent.get(address(maker, "submission-undo", first.pk)).content.decode()
    assert "将作废 3 条" in shown
    assert "将保留 1 条" in shown
    assert "已被之后的上传替换：1 条" in shown
    assert Submission.everything.get(pk=first.pk).state == "stored", "nothing has happened"
    answer = agent.post(address(maker, "submission-undo", first.pk))
    assert answer["Location"] == address(maker, "submission", first.pk)
    running = agent.get(answer["Location"]).content.decode()
    assert "正在撤销…" in running
    assert nudged == [str(first.pk)]
    check_and_store(first.pk)
    done = agent.get(answer["Location"]).content.decode()
    assert "已撤销" in done
    assert "作废 3 条" in done
    assert "未能恢复 0 条" in done
    # Asked for once more, by a page that was open all the time.
    again = agent.post(address(maker, "submission-undo", first.pk), follow=True)
    assert "已撤销" in again.content.decode()


def test_a_long_upload_is_undone_without_a_plan(
    maker: Side, agent: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracing.undo.queries.MOST_PLANNED", 2)
    first = store(maker, CODES, code_rows(3), tmp_path / "a.xlsx")
    shown = agent.get(address(maker, "submission-undo", first.pk)).content.decode()
    assert "有 3 条数据仍是当前数据" in shown


def test_what_cannot_be_undone_says_why(maker: Side, agent: Client, tmp_path: Path) -> None:
    stored = store(maker, CODES, code_rows(1), tmp_path / "a.xlsx")
    Submission.everything.update(undoable_until=None)
    undoing = address(maker, "submission-undo", stored.pk)
    shown = agent.get(undoing).content.decode()
    assert "24 小时内才能撤销" in shown
    assert "确定撤销" not in shown
    assert "24 小时内才能撤销" in agent.post(undoing, follow=True).content.decode()


def test_a_colleague_without_the_business_gets_nothing(maker: Side, tmp_path: Path) -> None:
    colleague = client_of(AgentFactory.create(units=[maker.unit]).account)
    assert colleague.get(address(maker)).status_code == 403


def test_the_upload_page_leads_there(maker: Side, agent: Client, tmp_path: Path) -> None:
    store(maker, CODES, code_rows(1), tmp_path / "a.xlsx")
    page = agent.get(reverse("tracing:maker-upload", args=[maker.unit.slug])).content.decode()
    assert f'href="{address(maker)}"' in page
    assert "全部上传记录" in page
