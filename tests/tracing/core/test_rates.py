"""How often one agent may upload and export within the hour."""

from collections.abc import Callable

import pytest

from accounts.core.origin import COMMAND, Origin
from portal.lib.refused import Refused
from tests.factories import AgentFactory, hold
from tests.people import Side
from tests.tracing.factories import DrugBatchFactory, packed
from tracing.core import rates
from tracing.exports.actions import request_export
from tracing.exports.models import Export
from tracing.traces.selections import ByCode
from tracing.uploads import actions
from tracing.uploads.models import Submission, submission_files

pytestmark = pytest.mark.django_db

PAGE = Origin("192.0.2.1", "request")


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two an hour instead of a hundred."""
    monkeypatch.setattr(rates, "UPLOADS", rates.UPLOADS._replace(times=2))
    monkeypatch.setattr(rates, "EXPORTS", rates.EXPORTS._replace(times=2))


def upload(side: Side, content: bytes, origin: Origin = PAGE) -> Submission:
    return actions.submit(
        unit=side.unit,
        agent=side.agent,
        record_code="domestic-drug-info",
        name="数据.xlsx",
        chunks=[content],
        source=Submission.Source.PAGE,
        origin=origin,
        work_elsewhere=False,
    ).submission


def export(side: Side, code: str, origin: Origin = PAGE) -> Export:
    return request_export(
        unit=side.unit,
        agent=side.agent,
        business="maker-query",
        selection=ByCode(code),
        origin=origin,
        work_elsewhere=False,
    )


def refusal(act: Callable[[], object]) -> tuple[str, str]:
    """Return the code and the sentence of a refusal."""
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code, str(refused.value)


def test_uploads_beyond_the_rate_are_refused_and_leave_nothing(maker: Side) -> None:
    upload(maker, b"one")
    upload(maker, b"two")
    before = sorted(submission_files().rglob("*"))
    code, words = refusal(lambda: upload(maker, b"three"))
    assert code == "uploads_too_many"
    assert words.startswith("您一小时内已上传 2 次，达到上限。请在 60 分钟后再上传")
    assert sorted(submission_files().rglob("*")) == before
    assert Submission.objects.of(maker.unit).count() == 2


def test_another_agent_and_a_command_are_not_kept_waiting(maker: Side, stranger: Side) -> None:
    for content in (b"one", b"two"):
        upload(maker, content)
    upload(stranger, b"three")
    for content in (b"four", b"five", b"six"):
        upload(maker, content, COMMAND)


def test_exports_beyond_the_rate_are_refused(maker: Side) -> None:
    batch = DrugBatchFactory.create(unit=maker.unit)
    codes = [row.code for row in packed(maker.unit, batch, 3, per_middle=3, per_large=1)][:3]
    first, _second = export(maker, codes[0]), export(maker, codes[1])
    code, words = refusal(lambda: export(maker, codes[2]))
    assert code == "exports_too_many"
    assert words.startswith("您一小时内已导出 2 次，达到上限。请在 60 分钟后再导出")
    # One that runs is entered again as often as one likes.
    assert export(maker, codes[0]) == first
    export(maker, codes[2], COMMAND)


def test_the_rate_is_the_agents_not_the_units(maker: Side) -> None:
    for content in (b"one", b"two"):
        upload(maker, content)
    other = AgentFactory.create(units=[maker.unit])
    maker.unit.authorizations.filter(business="maker-upload").delete()
    hold(maker.unit, other, "maker-upload")
    upload(Side(maker.unit, other), b"three")
