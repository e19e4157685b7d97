"""删除整批: a batch goes with all its codes in one act, and comes back by a new upload."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.core.origin import COMMAND
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.messages.notices import message
from portal.lib.refused import Refused
from tests.factories import UnitFactory
from tests.people import Side, client_of, side
from tests.tracing.stores.world import counted, links, there, true_links
from tests.tracing.undo.undoing import store
from tests.tracing.uploads import devices
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code
from tests.tracing.uploads.test_events import CIRCULATION, SHIPMENT, inbound, shipment
from tracing.jobs.models import MAX_ATTEMPTS
from tracing.removals import job
from tracing.removals.actions import remove_batch
from tracing.removals.models import BatchRemoval
from tracing.stores.models import DrugBatch, RowHistory
from tracing.stores.models_codes import TraceCode, UnitCode
from tracing.stores.models_consumables import ConsumableItem
from tracing.stores.models_events import TraceEvent
from tracing.stores.whole_batches import void_whole
from tracing.uploads import row_keys
from tracing.uploads.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)
SERIAL, OTHER = "SN1", "SN2"


@pytest.fixture
def batch(maker: Side, tmp_path: Path) -> str:
    """A batch with five codes beside another with one."""
    infos = [example(INFO, trac_codg_sn=serial) for serial in (SERIAL, OTHER)]
    store(maker, INFO, infos, tmp_path / "info.xlsx")
    store(maker, CODES, code_rows(5, trac_codg_sn=SERIAL), tmp_path / "codes.xlsx")
    store(maker, CODES, code_rows(1, start=50, trac_codg_sn=OTHER), tmp_path / "more.xlsx")
    return SERIAL


def remove(who: Side, **changes: Any) -> BatchRemoval:
    asked = {"record_code": INFO, "key": (SERIAL,), "reason": "录入错误", **changes}
    return remove_batch(unit=who.unit, agent=who.agent, origin=COMMAND, **asked)


def live(model: type[DrugBatch] | type[TraceCode]) -> int:
    return model.everything.filter(voided_at=None).count()


def derived_is_right() -> None:
    assert counted() == there()
    assert links() == true_links()


def test_a_batch_goes_with_its_codes_and_nothing_else(
    maker: Side, batch: str, tmp_path: Path
) -> None:
    dealer = side(UnitFactory.create(is_maker=False, is_distributor=True))
    sent = [shipment(maker, dealer, pack_code(0))]
    store(maker, SHIPMENT, sent, tmp_path / "ship.xlsx")
    store(dealer, CIRCULATION, [inbound(dealer, maker, pack_code(0))], tmp_path / "in.xlsx")
    assert UnitCode.everything.get().trac_codg_sn == SERIAL
    removal = remove(maker)
    assert (removal.state, removal.codes) == ("done", 5)
    assert [b.trac_codg_sn for b in DrugBatch.everything.filter(voided_at=None)] == [OTHER]
    assert [c.code for c in TraceCode.everything.filter(voided_at=None)] == [pack_code(50)]
    assert TraceCode.everything.get(code=pack_code(0)).void_reason == "录入错误"
    assert RowHistory.everything.filter(cause="voided").count() == 6
    # What was told of the packs stays; nobody is in the chain of a code that has no owner.
    assert TraceEvent.everything.filter(voided_at=None).count() == 2
    assert UnitCode.everything.get().trac_codg_sn is None
    uploads = Submission.everything.filter(record_code=CODES).order_by("received_at")
    assert [upload.live_rows for upload in uploads] == [0, 1]
    derived_is_right()
    entry = OperationLog.everything.get(action="batch-removed")
    assert entry.account == maker.agent.account
    assert entry.after is not None
    assert (entry.target, entry.after["code_count"]) == (SERIAL, 5)


def test_one_that_failed_before_the_eyes_of_who_asked_is_not_carried_out_later(
    maker: Side, batch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: Any, **__: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as broken:
        broken.setattr(job, "void_whole", dies)
        with pytest.raises(OperationalError):
            remove(maker)
    assert not BatchRemoval.everything.exists()
    assert live(TraceCode) == 6
    assert remove(maker).state == "done"


def test_who_asks_while_a_small_one_goes_is_not_told_to_wait_for_a_message(
    maker: Side, batch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[BatchRemoval | Refused] = []

    def ask() -> None:
        try:
            told.append(remove(maker))
        except Refused as refused:
            told.append(refused)
        finally:
            connection.close()

    second = Thread(target=ask)

    def while_asked_again(*given: Any) -> int | None:
        if second.ident is None:
            second.start()
            second.join(timeout=1)
        return void_whole(*given)

    monkeypatch.setattr(job, "void_whole", while_asked_again)
    assert remove(maker).state == "done"
    second.join()
    assert [getattr(answer, "code", answer) for answer in told] == ["batch_gone"]


def test_a_worker_tells_of_a_small_one_too(maker: Side, batch: str) -> None:
    """As one that the version before left behind."""
    BatchRemoval.everything.create(
        unit=maker.unit,
        agent=maker.agent,
        record_code=INFO,
        key=row_keys.written((SERIAL,)),
        reason="录入错误",
        codes=5,
        queued_at=timezone.now() - timedelta(minutes=5),
    )
    job.remove_in_turn()
    notice = Notice.objects.get(account=maker.agent.account)
    assert "及其 5 个追溯码已删除" in message(notice).text


def test_a_new_upload_brings_it_back(maker: Side, batch: str, tmp_path: Path) -> None:
    remove(maker)
    info = store(maker, INFO, [example(INFO, trac_codg_sn=SERIAL)], tmp_path / "info2.xlsx")
    codes = store(maker, CODES, code_rows(5, trac_codg_sn=SERIAL), tmp_path / "codes2.xlsx")
    assert (info.created, codes.created, codes.warnings) == (1, 5, {})
    assert (live(DrugBatch), live(TraceCode)) == (2, 6)
    derived_is_right()


def test_a_large_one_goes_by_a_worker_and_its_agent_is_told(
    maker: Side, batch: str, nudged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "SMALL_CODES", 4)
    removal = remove(maker)
    assert (removal.state, nudged, live(TraceCode)) == ("queued", [str(removal.pk)], 6)
    # Asked for again while it waits, it is the same.
    assert remove(maker) == removal
    BatchRemoval.everything.update(nudged_at=timezone.now() + timedelta(seconds=1))
    assert job.abandoned() == [removal.pk]
    job.remove_in_turn()
    job.remove_in_turn()
    removal.refresh_from_db()
    assert (removal.state, removal.lease_token, live(TraceCode)) == ("done", None, 1)
    notice = Notice.objects.get(account=maker.agent.account)
    assert message(notice).text == f"流水号“{SERIAL}”的批次及其 5 个追溯码已删除。"


def test_a_runner_that_dies_leaves_nothing(
    maker: Side, batch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: Any, **__: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(job, "SMALL_CODES", 4)
    monkeypatch.setattr("tracing.tasks.nudge", lambda task, row: None)
    removal = remove(maker)
    with monkeypatch.context() as broken:
        broken.setattr("accounts.log.writing.record", dies)
        with pytest.raises(MemoryError):
            job.run(removal.pk)
    assert (live(DrugBatch), live(TraceCode)) == (2, 6)
    removal.refresh_from_db()
    assert (removal.state, removal.attempts, removal.lease_token) == ("queued", 1, None)
    BatchRemoval.everything.update(lease_until=None, attempts=MAX_ATTEMPTS)
    job.run(removal.pk)
    removal.refresh_from_db()
    assert (removal.state, removal.refusal_code, live(TraceCode)) == (
        "failed",
        "removal_gave_up",
        6,
    )
    notice = Notice.objects.get(account=maker.agent.account)
    assert "没有删除：删除整批多次中断" in message(notice).text


def test_what_takes_too_long_is_given_up(
    maker: Side, batch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def waits(*_: Any) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(2)")
        return 0

    monkeypatch.setattr("tracing.jobs.patience.SECONDS", (0.2, 0.2))
    monkeypatch.setattr(job, "void_whole", waits)
    with pytest.raises(Refused) as refused:
        remove(maker)
    assert refused.value.code == "removal_too_slow"
    assert live(TraceCode) == 6


def test_what_is_not_there_or_not_ones_own_is_refused(maker: Side, rival: Side, batch: str) -> None:
    for who in (rival, maker):
        with pytest.raises(Refused) as refused:
            remove(who, key=(SERIAL if who is rival else "NONE",))
        assert refused.value.code == "batch_gone"
    with pytest.raises(Refused) as refused:
        remove(maker, reason="  ")
    assert "没有填写删除原因" in str(refused.value)
    with pytest.raises(Refused) as refused:
        remove_batch(
            unit=maker.unit,
            agent=rival.agent,
            record_code=INFO,
            key=(SERIAL,),
            reason="x",
            origin=COMMAND,
        )
    assert refused.value.code == "no_business"
    assert (live(DrugBatch), live(TraceCode)) == (2, 6)


@pytest.fixture
def agent(maker: Side) -> Client:
    return client_of(maker.agent.account)


def test_the_dialog_says_how_many_codes_go_and_asks_why(
    maker: Side, agent: Client, batch: str
) -> None:
    slug = maker.unit.slug
    address = reverse("tracing:maker-batch-remove", args=[slug])
    about = agent.get(reverse("tracing:maker-batch", args=[slug]), {"sn": SERIAL})
    assert f'href="{address}?sn={SERIAL}&amp;part=info"' in about.content.decode()
    shown = agent.get(address, {"sn": SERIAL}).content.decode()
    assert "其下全部 <strong>5</strong> 个追溯码" in shown
    assert live(TraceCode) == 6
    without = agent.post(address, {"sn": SERIAL, "reason": ""})
    assert without.status_code == 422
    assert "没有填写删除原因" in without.content.decode()
    done = agent.post(address, {"sn": SERIAL, "reason": "录入有误"}, follow=True)
    assert "及其 5 个追溯码。" in done.content.decode()
    assert live(TraceCode) == 1
    assert agent.get(address, {"sn": SERIAL}).status_code == 404


def test_another_units_batch_is_not_found(maker: Side, rival: Side, batch: str) -> None:
    theirs = client_of(rival.agent.account)
    address = reverse("tracing:maker-batch-remove", args=[rival.unit.slug])
    assert theirs.get(address, {"sn": SERIAL}).status_code == 404
    assert theirs.post(address, {"sn": SERIAL, "reason": "x"}).status_code == 404
    assert live(TraceCode) == 6


ITEM_KEY = (devices.MCS, devices.DI)


def test_a_consumable_goes_with_its_codes_and_not_with_those_of_another(
    maker: Side, tmp_path: Path
) -> None:
    """What nobody can tell the DI of goes with the last of the 医保耗材代码."""
    mine = devices.Uploads(maker, tmp_path)
    other = "(01)06972253600013"
    mine.store(devices.ITEM, devices.item(), devices.item(udi=other))
    opaque = "AHM0000000000000001"
    rows = [
        devices.code(devices.piece(1)),
        devices.code(devices.LOT, cnt="5"),
        devices.code(f"{other}(21)9"),
        devices.code(opaque, cnt="1"),
    ]
    stored = mine.store(devices.CODES, *rows)
    assert stored.created == 4
    mine.store(devices.SHIPMENT, devices.sent(maker, maker, devices.LOT, cnt="2"))
    removal = remove(maker, record_code=devices.ITEM, key=ITEM_KEY)
    assert (removal.state, removal.codes) == ("done", 2)
    left = TraceCode.everything.filter(voided_at=None).values_list("code", flat=True)
    assert set(left) == {f"{other}(21)9", opaque}
    assert ConsumableItem.everything.get(voided_at=None).udi == other
    assert TraceEvent.everything.filter(voided_at=None).count() == 1
    derived_is_right()
    entry = OperationLog.everything.get(action="batch-removed")
    assert entry.target == " ".join(ITEM_KEY)
    with pytest.raises(Refused, match="没有找到医保耗材代码") as refused:
        remove(maker, record_code=devices.ITEM, key=ITEM_KEY)
    assert refused.value.code == "batch_gone"
    assert remove(maker, record_code=devices.ITEM, key=(devices.MCS, other)).codes == 2
    assert live(TraceCode) == 0


def test_the_dialog_of_a_consumable_leads_to_its_removal(
    maker: Side, rival: Side, agent: Client, tmp_path: Path
) -> None:
    mine = devices.Uploads(maker, tmp_path)
    mine.store(devices.ITEM, devices.item())
    mine.store(devices.CODES, devices.code(devices.LOT, cnt="5"))
    slug, asked = maker.unit.slug, {"item": json.dumps(ITEM_KEY)}
    address = reverse("tracing:maker-batch-remove", args=[slug])
    about = agent.get(reverse("tracing:maker-item", args=[slug]), asked)
    assert f'href="{address}?{urlencode(asked)}&amp;part=' in about.content.decode()
    shown = agent.get(address, asked).content.decode()
    assert "其下全部 <strong>1</strong> 个追溯码" in shown
    theirs = client_of(rival.agent.account)
    of_rival = reverse("tracing:maker-batch-remove", args=[rival.unit.slug])
    assert theirs.post(of_rival, {**asked, "reason": "x"}).status_code == 404
    assert live(TraceCode) == 1
    done = agent.post(address, {**asked, "reason": "录入有误"}, follow=True)
    assert "的医用耗材及其 1 个追溯码。" in done.content.decode()
    assert live(TraceCode) == 0
