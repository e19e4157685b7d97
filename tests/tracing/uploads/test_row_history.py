"""历史 of a row: who, when, old and new, by which upload; and nothing of another unit's."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.agents.models import Agent
from accounts.core.origin import COMMAND
from accounts.log.entry_words import STAFF_WORDS
from accounts.rights.actions_handing_over import hand_over
from tests.factories import AgentFactory
from tests.people import Side, client_of
from tests.tracing.factories import EventFactory
from tests.tracing.undo.undoing import undo
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code, workbook
from tests.tracing.uploads.uploads import confirm, upload
from tracing.records.base import Record
from tracing.records.bindings import BINDINGS
from tracing.stores.actions_ownership import move_ownership
from tracing.stores.models import RowHistory
from tracing.stores.models_codes import TraceCode
from tracing.undo.actions import ask_for_undo
from tracing.uploads import row_history, row_keys
from tracing.uploads.actions import void_rows
from tracing.uploads.models import Submission
from tracing.uploads.row_history import CAME, LEFT, Entry, history
from tracing.uploads.turn import check_and_store

pytestmark = pytest.mark.django_db(transaction=True)

SN = "20241201-0001"
LATER = "2025-01-02 03:04:05"
Uploading = Callable[..., Submission]
INFO_RECORD, CODES_RECORD = BINDINGS[INFO].record, BINDINGS[CODES].record


@pytest.fixture
def stored(maker: Side, tmp_path: Path) -> Uploading:
    """Upload rows and confirm them."""
    count = iter(range(1000))

    def uploading(*rows: dict[str, Any], record: str = INFO, side: Side = maker) -> Submission:
        path = workbook(tmp_path / f"{next(count)}.xlsx", record, rows)
        return confirm(upload(*side, record, path))

    return uploading


def batch(**changes: Any) -> dict[str, Any]:
    return example(INFO, trac_codg_sn=SN, **changes)


def hand_to(side: Side, colleague: Agent) -> None:
    """Give the business to another agent."""
    hand_over(side.unit, "maker-upload", holder_id=side.agent.pk, to=colleague)


def void(side: Side, *keys: str, reason: str, record: str = INFO) -> None:
    void_rows(
        unit=side.unit,
        agent=side.agent,
        record_code=record,
        keys=keys,
        reason=reason,
        origin=COMMAND,
    )


def entries(side: Side, *key: str, record: Record = INFO_RECORD) -> list[Entry]:
    found = history(side.unit, record, key, number=1)
    assert found is not None
    return list(found.page.rows)


def titles(side: Side, *key: str, record: Record = INFO_RECORD) -> list[str]:
    return [entry.title for entry in entries(side, *key, record=record)]


def test_a_batch_from_its_first_upload_to_its_last(maker: Side, stored: Uploading) -> None:
    first = stored(batch())
    second = stored(batch(drug_lv="西药", rx_flag="2"))
    void(maker, SN, reason="批号写错")
    third = stored(batch(drug_lv="化学药", rx_flag="2"))
    again, voided, replaced, begun = entries(maker, SN)
    assert [e.title for e in (again, voided, replaced, begun)] == [
        "重新上传",
        "删除",
        "重复数据替换",
        "首次上传",
    ]
    assert [e.upload for e in (again, voided, replaced, begun)] == [
        third.pk,
        None,
        second.pk,
        first.pk,
    ]
    assert again.at > voided.at > replaced.at > begun.at
    assert again.cells == [("药品等级", "西药", "化学药")]
    assert voided.words == "删除原因：批号写错"
    assert replaced.cells == [("处方药标识", "否", "双跨"), ("药品等级", "中药", "西药")]
    assert (begun.cells, begun.how) == ([], "命令")
    assert all(e.who.startswith(maker.agent.name) for e in (again, voided, replaced, begun))


def test_the_agent_of_each_change_is_named(maker: Side, stored: Uploading, tmp_path: Path) -> None:
    stored(batch())
    colleague = AgentFactory.create(units=[maker.unit])
    hand_to(maker, colleague)
    void(Side(maker.unit, colleague), SN, reason="重复")
    voided, begun = entries(maker, SN)
    assert voided.who.startswith(colleague.name)
    assert begun.who.startswith(maker.agent.name)


def test_an_undo_is_told_of_who_asked_for_it_and_not_of_who_uploaded(
    maker: Side, stored: Uploading
) -> None:
    stored(batch())
    second = stored(batch(drug_lv="西药"))
    colleague = AgentFactory.create(units=[maker.unit])
    hand_to(maker, colleague)
    ask_for_undo(submission=second, agent=colleague, origin=COMMAND, work_elsewhere=False)
    check_and_store(second.pk)
    undone, replaced, _ = entries(maker, SN)
    assert (undone.title, undone.upload) == ("撤销上传", second.pk)
    assert undone.cells == [("药品等级", "西药", "中药")]
    assert undone.who.startswith(colleague.name)
    assert replaced.who.startswith(maker.agent.name)


def test_of_two_voidings_at_once_the_one_that_names_the_row_is_meant(
    maker: Side, stored: Uploading
) -> None:
    stored(batch(), example(INFO, trac_codg_sn="20241201-0002"))
    colleague = AgentFactory.create(units=[maker.unit])
    before = timezone.now()
    void(maker, "20241201-0002", reason="错")
    hand_to(maker, colleague)
    void(Side(maker.unit, colleague), SN, reason="错")
    # As if it had begun first and waited for the other.
    RowHistory.everything.filter(key=SN).update(at=before)
    assert entries(maker, SN)[0].who.startswith(colleague.name)


def test_a_code_that_moves_between_boxes(maker: Side, stored: Uploading) -> None:
    stored(*code_rows(2), record=CODES)
    stored(*code_rows(2, lv2_trac_code=pack_code(77, 8000002)), record=CODES)
    moved, _ = entries(maker, pack_code(0), record=CODES_RECORD)
    assert moved.cells == [("中包装追溯码", pack_code(0, 8000002), pack_code(77, 8000002))]


def test_an_event_is_read_by_the_record_that_told_it(
    distributor: Side, stored: Uploading, settings: Settings
) -> None:
    record = BINDINGS["circulation"].record
    typed = example("circulation", shp_org_uscc=distributor.unit.uscc)
    typed["shpp_org_uscc"] = distributor.unit.uscc
    stored(typed, record="circulation", side=distributor)
    stored(
        {**typed, "cnt": "7", "delv_emp": "某某物流有限公司"},
        record="circulation",
        side=distributor,
    )
    key = row_keys.read("circulation", RowHistory.everything.get().key)
    replaced, _ = entries(distributor, *key, record=record)
    labels = [cell.label for cell in replaced.cells]
    assert labels == [c.label for c in record.columns if c.name in ("cnt", "delv_emp")]


def test_what_another_unit_has_is_as_unknown_as_what_nobody_has(
    maker: Side, rival: Side, stored: Uploading
) -> None:
    stored(batch(), side=rival)
    stored(batch(drug_lv="西药"), side=rival)
    stored(*code_rows(1), record=CODES, side=rival)
    assert history(maker.unit, INFO_RECORD, (SN,), number=1) is None
    assert history(maker.unit, CODES_RECORD, (pack_code(0),), number=1) is None
    stored(batch(drug_lv="化学药"))
    assert [(e.title, e.cells) for e in entries(maker, SN)] == [("首次上传", [])]
    assert len(entries(rival, SN)) == 2


def test_after_a_move_neither_owner_reads_the_others_time(
    maker: Side, rival: Side, stored: Uploading
) -> None:
    """The first owner's values, its uploads and its name stay with it, and the other way round."""
    code = pack_code(0)
    stored(*code_rows(1), record=CODES)
    stored({**code_rows(1)[0], "lv2_trac_code": None, "lv3_trac_code": None}, record=CODES)
    move_ownership([code], rival.unit, "申诉核实")
    left, replaced, begun = entries(maker, code, record=CODES_RECORD)
    assert (left.title, left.who, left.words, left.cells) == ("归属变更", STAFF_WORDS, LEFT, [])
    assert (replaced.title, begun.title) == ("重复数据替换", "首次上传")
    (came,) = entries(rival, code, record=CODES_RECORD)
    assert (came.title, came.who, came.words, came.cells) == ("归属变更", STAFF_WORDS, CAME, [])
    assert (came.at, came.upload) == (left.at, None)

    alone = {"lv2_trac_code": None, "lv3_trac_code": None}
    stored({**code_rows(1)[0], **alone, "stoin_time": LATER}, record=CODES, side=rival)
    assert titles(rival, code, record=CODES_RECORD) == ["重复数据替换", "归属变更"]
    assert len(entries(maker, code, record=CODES_RECORD)) == 3
    assert LATER in str(entries(rival, code, record=CODES_RECORD))
    assert LATER not in str(entries(maker, code, record=CODES_RECORD))

    move_ownership([code], maker.unit, "申诉核实")
    assert titles(maker, code, record=CODES_RECORD) == [
        "归属变更",
        "归属变更",
        "重复数据替换",
        "首次上传",
    ]
    back, away, *_ = entries(maker, code, record=CODES_RECORD)
    assert (back.words, away.words) == (CAME, LEFT)
    assert (back.cells, away.cells) == ([], []), "what the other unit changed is not told"
    assert titles(rival, code, record=CODES_RECORD) == ["归属变更", "重复数据替换", "归属变更"]


def test_only_the_newest_are_shown_ten_at_a_time(
    maker: Side, stored: Uploading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_history, "MOST", 12)
    stored(batch())
    image = {"trac_codg_sn": SN, "family": INFO_RECORD.family, "submission_id": None}
    for n in range(15):
        RowHistory.objects.create(
            table="tracing_drugbatch",
            key=SN,
            unit_id=maker.unit.pk,
            cause="replaced",
            before={**image, "drug_lv": f"第{n}级", "uploaded_at": timezone.now().isoformat()},
            at=timezone.now(),
        )
    found = history(maker.unit, INFO_RECORD, (SN,), number=2)
    assert found is not None
    assert (found.more, found.page.total, len(found.page.rows)) == (True, 12, 2)
    assert ("药品等级", "第3级", "第4级") in found.page.rows[-1].cells
    beyond = history(maker.unit, INFO_RECORD, (SN,), number=99)
    assert beyond is not None
    assert beyond.page.number == 2


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def address(side: Side, **asked: str) -> str:
    kind = "maker" if side.unit.is_maker else "distributor"
    return f"/u/{side.unit.slug}/{kind}/upload/history/?{urlencode(asked)}"


def linked(client: Client, page: str, words: str = "历史") -> str:
    """Where the first link of these words leads."""
    html = client.get(page).content.decode()
    (link, *_) = re.findall(rf'<a class="link-button[^>]*href="([^"]+)"[^>]*>{words}<', html)
    return unescape(link)


def test_the_dialog_of_a_batch_leads_to_the_history_of_the_batch_and_of_its_codes(
    maker: Side, stored: Uploading, agent_client: Client
) -> None:
    first = stored(batch())
    stored(batch(drug_lv="西药"))
    stored(*code_rows(2, trac_codg_sn=SN), record=CODES)
    dialog = f"/u/{maker.unit.slug}/maker/upload/batch/?sn={SN}"
    link = linked(agent_client, dialog)
    shown = agent_client.get(link).content.decode()
    said = text(shown)
    assert "重复数据替换" in said
    assert "药品等级 中药 西药" in said
    assert f"/maker/uploads/{first.pk}/" in shown
    assert unescape(shown).count(dialog) >= 1, "the way back"
    of_code = text(agent_client.get(linked(agent_client, f"{dialog}&part=codes")).content.decode())
    assert f"追溯码信息： {pack_code(0)}" in of_code.replace("国产药", "")
    assert "首次上传" in of_code


def test_a_row_of_a_list_leads_to_its_history(distributor: Side) -> None:
    event = EventFactory.create(
        unit=distributor.unit, kind="circulation-in", submission_id=None, details={}
    )
    key = json.dumps([event.code, event.kind, event.document])
    client = client_of(distributor.agent.account)
    row = f"/u/{distributor.unit.slug}/distributor/upload/row/?{urlencode({'key': key})}"
    said = text(client.get(linked(client, row)).content.decode())
    assert "首次上传" in said
    assert event.code in said


def test_a_voided_row_still_tells_its_history_and_leads_back_to_the_list(
    maker: Side, stored: Uploading, agent_client: Client
) -> None:
    stored(batch())
    void(maker, SN, reason="批号写错")
    shown = agent_client.get(address(maker, record=INFO, key=SN, sn=SN)).content.decode()
    assert "删除原因：批号写错" in shown
    assert "/upload/batch/" not in shown.partition("<dialog")[2].partition("</dialog>")[0]


def test_an_upload_leads_to_the_history_of_its_rows_that_are_gone(
    maker: Side, stored: Uploading, agent_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = stored(*(example(INFO, trac_codg_sn=f"SN-{n}") for n in range(3)))
    shown_at = f"/u/{maker.unit.slug}/maker/uploads/{upload.pk}/"
    assert "变更归属的数据" not in text(agent_client.get(shown_at).content.decode())
    void(maker, "SN-0", reason="批号写错")
    page = agent_client.get(shown_at).content.decode().partition("<dialog")[2]
    assert "SN-0 删除" in text(page)
    assert "SN-1" not in text(page)
    assert "批号写错" in text(agent_client.get(linked(agent_client, shown_at)).content.decode())

    monkeypatch.setattr("tracing.uploads.queries_lost.SIZE", 2)
    undone = undo(upload)
    assert undone.state == "undone"
    said = text(agent_client.get(shown_at).content.decode())
    assert "（3 条）" in said
    assert "第 1 页，共 2 页" in said
    last = text(agent_client.get(f"{shown_at}?lost=2").content.decode())
    assert re.search(r"SN-[12] 撤销上传", last)
    found = linked(agent_client, f"{shown_at}?lost=2")
    assert "撤销上传" in text(agent_client.get(found).content.decode())


def test_rows_of_others_and_nonsense_are_not_found_alike(
    maker: Side, rival: Side, stored: Uploading, agent_client: Client
) -> None:
    stored(batch(), side=rival)
    stored(*code_rows(1), record=CODES, side=rival)
    asked = [
        {"record": INFO, "key": SN},
        {"record": INFO, "key": "nobody's"},
        {"record": CODES, "key": pack_code(0)},
        {"record": CODES, "key": pack_code(999)},
        {"record": "no-such-record", "key": SN},
        {"record": "circulation", "key": SN},
        {"record": INFO},
        {},
        {"record": "domestic-drug-shipment", "key": json.dumps([pack_code(0), "retail", "1"])},
    ]
    assert {agent_client.get(address(maker, **each)).status_code for each in asked} == {404}
    malformed = address(maker, record="domestic-drug-shipment", key="[")
    assert agent_client.get(malformed).status_code == 400
    pages = [agent_client.get(address(maker, **each)).content.decode() for each in asked[:4]]
    assert len(set(map(text, pages))) == 1
    assert TraceCode.objects.of(rival.unit).exists()
