"""导出, 重新导出 and the download: who may, what is found again, what is refused."""

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.core.kinds import MAKER
from accounts.core.origin import Origin
from accounts.log.models import OperationLog
from accounts.rights.models import Authorization
from tests.factories import AgentFactory, UnitFactory, hold
from tests.people import Side, side
from tests.tracing.exports.asking import ask, make, refused
from tests.tracing.factories import packed, small, voided
from tracing import tasks
from tracing.exports import actions as export_actions
from tracing.exports import limits
from tracing.exports import queries as exports
from tracing.exports.actions import download, request_export
from tracing.exports.models import Export
from tracing.exports.rows import count_codes
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.traces.selections import ByBatch, ByCode, selection_of

BATCH = ByBatch("SN0001")


@pytest.fixture(autouse=True)
def packs(maker: Side, batch: DrugBatch) -> None:
    """Five packs."""
    packed(maker.unit, batch, 5)


def test_asking_again_while_it_runs_finds_the_same_export(maker: Side) -> None:
    first = ask(maker, BATCH)
    assert ask(maker, BATCH) == first
    assert ask(maker, BATCH, again=True) == first
    Export.everything.filter(pk=first.pk).update(state="running")
    assert ask(maker, BATCH) == ask(maker, BATCH, again=True) == first


def test_another_filter_or_format_is_another_export(maker: Side) -> None:
    found = {ask(maker, BATCH), ask(maker, ByCode(small(0))), ask(maker, BATCH, format="csv")}
    assert len(found) == 3


def test_a_ready_file_is_entered_again_until_a_new_one_is_asked_for(maker: Side) -> None:
    first = make(ask(maker, BATCH))
    assert ask(maker, BATCH) == first
    second = ask(maker, BATCH, again=True)
    assert second != first
    assert second.requested_at > first.requested_at
    assert ask(maker, BATCH) == second
    assert first.path.exists()


def test_an_expired_or_failed_export_is_not_entered_again(maker: Side) -> None:
    first = make(ask(maker, BATCH))
    Export.everything.filter(pk=first.pk).update(expires_at=timezone.now())
    second = ask(maker, BATCH)
    assert second != first
    Export.everything.filter(pk=second.pk).update(state="failed", failure_code="export_gave_up")
    assert ask(maker, BATCH) not in (first, second)


def test_two_who_ask_in_one_moment_get_one_export(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    barrier = threading.Barrier(2, timeout=20)

    def together(*arguments: Any) -> int:
        barrier.wait()
        return count_codes(*arguments)

    monkeypatch.setattr(export_actions, "count_codes", together)
    found: list[Export] = []

    def one() -> None:
        try:
            found.append(ask(maker, BATCH))
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert found[0].pk == found[1].pk
    assert Export.everything.count() == 1
    assert OperationLog.everything.filter(action="export-requested").count() == 1


def test_asking_nudges_a_worker_and_is_logged(maker: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(tasks.build_export, "delay", lambda: sent.append("woken"))
    export = request_export(
        unit=maker.unit,
        agent=maker.agent,
        business=MAKER.query,
        selection=BATCH,
        origin=Origin("192.0.2.7", "abc"),
    )
    assert sent == ["woken"]
    tasks.build_export()
    export.refresh_from_db()
    assert export.state == "ready"
    entry = OperationLog.everything.get(action="export-requested")
    assert (entry.unit, entry.account, entry.address) == (
        maker.unit,
        maker.agent.account,
        "192.0.2.7",
    )
    assert entry.after == {"by": "batch", "filter": {"batch": "SN0001"}, "format": "xlsx"}
    assert selection_of(export.by, export.filter) == BATCH


def test_too_many_codes_are_refused_with_both_numbers(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert limits.MOST_CODES == 100_000
    monkeypatch.setattr(limits, "MOST_CODES", 5)
    ask(maker, BATCH)
    monkeypatch.setattr(limits, "MOST_CODES", 4)
    code, words = refused(lambda: ask(maker, ByBatch("LOT1")))
    assert code == "export_too_many"
    assert "5 个追溯码" in words
    assert "上限 4 个" in words
    assert Export.everything.count() == 1


def test_nothing_to_export_is_refused(maker: Side) -> None:
    assert refused(lambda: ask(maker, ByBatch("SN9")))[0] == "export_empty"
    assert refused(lambda: ask(maker, ByCode(small(99))))[0] == "export_empty"
    for code in TraceCode.everything.all():
        voided(code)
    assert refused(lambda: ask(maker, BATCH))[0] == "export_empty"


def test_an_agent_without_the_business_is_refused(maker: Side) -> None:
    agent = AgentFactory.create(units=[maker.unit])
    code, words = refused(lambda: ask(Side(maker.unit, agent), BATCH))
    assert code == "no_business"
    assert "生产企业药耗追溯信息查询" in words
    stranger = side(UnitFactory.create())
    assert refused(lambda: ask(Side(maker.unit, stranger.agent), BATCH))[0] == "no_business"
    assert not Export.everything.exists()


def test_the_file_is_downloaded_by_who_holds_the_business_now(maker: Side) -> None:
    export = make(ask(maker, BATCH))
    with download(export, maker.agent).file as file:
        assert file.read() == export.path.read_bytes()
    Authorization.everything.filter(business=MAKER.query).update(revoked_at=timezone.now())
    assert refused(lambda: download(export, maker.agent))[0] == "no_business"
    successor = AgentFactory.create(units=[maker.unit])
    hold(maker.unit, successor, MAKER.query)
    download(export, successor).file.close()
    assert refused(lambda: download(export, maker.agent))[0] == "no_business"


def test_a_downloads_name_says_of_when_it_is(maker: Side) -> None:
    export = make(ask(maker, BATCH))
    assert export.as_of is not None
    got = download(export, maker.agent)
    got.file.close()
    moment = timezone.localtime(export.as_of)
    assert got.name == f"药耗追溯信息_{moment:%Y%m%d_%H%M%S}.xlsx"


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_file_that_is_not_made_yet_is_refused(maker: Side, state: str) -> None:
    export = ask(maker, BATCH)
    Export.everything.filter(pk=export.pk).update(state=state)
    export.refresh_from_db()
    assert refused(lambda: download(export, maker.agent))[0] == "export_not_ready"


def test_a_failed_export_has_no_file(maker: Side) -> None:
    export = ask(maker, BATCH)
    export.state, export.failure_code = "failed", "export_gave_up"
    code, words = refused(lambda: download(export, maker.agent))
    assert code == "export_not_ready"
    assert "生成失败" in words


@pytest.mark.parametrize("state", ["ready", "expired"])
def test_an_expired_file_is_refused_also_before_it_is_swept(maker: Side, state: str) -> None:
    export = make(ask(maker, BATCH))
    over = timezone.now() - timedelta(seconds=1)
    Export.everything.filter(pk=export.pk).update(state=state, expires_at=over)
    export.refresh_from_db()
    code, words = refused(lambda: download(export, maker.agent))
    assert code == "export_expired"
    assert f"{timezone.localtime(over):%Y-%m-%d %H:%M}" in words


def test_a_file_that_is_gone_is_refused(maker: Side) -> None:
    export = make(ask(maker, BATCH))
    export.path.unlink()
    assert refused(lambda: download(export, maker.agent))[0] == "export_gone"


def test_exports_are_one_units(maker: Side) -> None:
    export = ask(maker, BATCH)
    stranger = UnitFactory.create()
    assert exports.export_of(maker.unit, export.pk) == export
    assert exports.export_of(stranger, export.pk) is None
    assert exports.export_of(maker.unit, uuid4()) is None
    assert exports.current_export(stranger, MAKER.query, BATCH) is None
