"""Unfinished uploads and exports go along with the business, to whoever may do it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.agents.models import Agent
from accounts.core.origin import COMMAND
from accounts.log.models import OperationLog
from accounts.rights import actions_handing_over
from accounts.rights.actions_handing_over import stand_in
from accounts.rights.models import StandIn
from accounts.rights.unfinished import Pile, going_along
from portal.lib.refused import Refused
from tests.factories import AgentFactory, UnitFactory
from tests.people import Side, client_of, side
from tests.tracing.factories import DrugBatchFactory, packed
from tests.tracing.uploads.rows import CODES, code_rows, workbook
from tests.tracing.uploads.uploads import upload
from tracing.exports import actions as export_actions
from tracing.exports import build
from tracing.exports.models import Export, ExportState
from tracing.traces.selections import ByBatch
from tracing.uploads import actions
from tracing.uploads.models import Submission, SubmissionState
from tracing.uploads.queries_unfinished import EXPORTS, NEWEST, UPLOADS
from tracing.uploads.turn import check_and_store

pytestmark = pytest.mark.django_db(transaction=True)
UPLOAD, QUERY = "maker-upload", "maker-query"


@pytest.fixture
def maker(transactional_db: None, settings: Settings, tmp_path: Path) -> Side:
    """A maker whose files lie in the test's own folder."""
    settings.PORTAL_FILES = tmp_path / "files"
    return side(UnitFactory.create())


@pytest.fixture
def colleague(maker: Side) -> Agent:
    """Another agent of the maker."""
    agent: Agent = AgentFactory.create(units=[maker.unit])
    return agent


@pytest.fixture
def staged(maker: Side, tmp_path: Path) -> Submission:
    """An upload that waits for 确认."""
    return upload(*maker, CODES, workbook(tmp_path / "追溯码.xlsx", CODES, code_rows(30)))


@pytest.fixture
def queued(maker: Side) -> Export:
    """An export that nobody has made yet."""
    batch = DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN1", manu_lotnum="LOT1")
    packed(maker.unit, batch, 3)
    return export_actions.request_export(
        unit=maker.unit,
        agent=maker.agent,
        business=QUERY,
        selection=ByBatch("SN1"),
        origin=COMMAND,
        work_elsewhere=False,
    )


def hand_over(maker: Side, to: Agent, business: str) -> None:
    actions_handing_over.hand_over(maker.unit, business, holder_id=maker.agent.pk, to=to)


def confirm(submission: Submission, agent: Agent) -> None:
    actions.confirm(submission=submission, agent=agent, origin=COMMAND, work_elsewhere=False)


def piles(maker: Side, *businesses: str) -> dict[str, Pile]:
    return {pile.title: pile for pile in going_along(maker.unit, businesses)}


def test_what_is_unfinished_is_named(maker: Side, staged: Submission, queued: Export) -> None:
    found = piles(maker, UPLOAD, QUERY)
    (item,) = found[UPLOADS].newest
    assert (item.business, item.name, item.state) == (
        UPLOAD,
        "追溯码.xlsx",
        "校验完成，尚未入库",
    )
    (item,) = found[EXPORTS].newest
    assert (item.business, item.name, item.state) == (QUERY, "批量查询：SN1", "排队中")
    # Each business has its own.
    assert set(piles(maker, QUERY)) == {EXPORTS}
    assert piles(maker, "api-self-service") == {}


def test_what_is_finished_and_what_is_anothers_is_not_named(
    maker: Side, staged: Submission, stranger: Side
) -> None:
    assert piles(stranger, UPLOAD) == {}
    confirm(staged, maker.agent)
    check_and_store(staged.pk)
    assert piles(maker, UPLOAD) == {}


def test_many_are_counted(maker: Side, tmp_path: Path) -> None:
    for number in range(NEWEST + 1):
        rows = code_rows(1, start=number) if number else code_rows(1)
        upload(*maker, CODES, workbook(tmp_path / f"{number}.xlsx", CODES, rows))
    pile = piles(maker, UPLOAD)[UPLOADS]
    assert pile.total == NEWEST + 1
    assert [item.name for item in pile.newest] == [f"{n}.xlsx" for n in range(NEWEST, 0, -1)]


def test_the_dialog_shows_what_goes_along(maker: Side, staged: Submission) -> None:
    address = reverse("accounts:hand-over", args=[maker.unit.slug, UPLOAD])
    page = client_of(maker.unit.account).get(address).content.decode()
    for words in ("未完成的上传：1 项", "追溯码.xlsx", "校验完成，尚未入库"):
        assert words in page


def test_the_new_holder_sees_and_confirms_the_upload(
    maker: Side, staged: Submission, colleague: Agent
) -> None:
    hand_over(maker, colleague, UPLOAD)
    address = reverse("tracing:maker-submission", args=[maker.unit.slug, staged.pk])
    assert "追溯码.xlsx" in client_of(colleague.account).get(address).content.decode()
    assert client_of(maker.agent.account).get(address).status_code == 403
    with pytest.raises(Refused) as caught:
        confirm(staged, maker.agent)
    assert caught.value.code == "no_business"
    confirm(staged, colleague)
    check_and_store(staged.pk)
    stored = Submission.everything.get(pk=staged.pk)
    assert (stored.state, stored.agent) == (SubmissionState.STORED, colleague)
    entry = OperationLog.objects.of(maker.unit).get(action="rows-stored")
    assert entry.account == colleague.account


def test_what_is_being_stored_goes_on_through_the_hand_over(
    maker: Side, staged: Submission, colleague: Agent
) -> None:
    confirm(staged, maker.agent)
    hand_over(maker, colleague, UPLOAD)
    check_and_store(staged.pk)
    stored = Submission.everything.get(pk=staged.pk)
    assert stored.state == SubmissionState.STORED
    # It was the old holder who confirmed it.
    assert stored.agent == maker.agent


def test_the_new_holder_cancels_the_upload(
    maker: Side, staged: Submission, colleague: Agent
) -> None:
    hand_over(maker, colleague, UPLOAD)
    with pytest.raises(Refused):
        actions.cancel(submission=staged, agent=maker.agent, origin=COMMAND, work_elsewhere=False)
    actions.cancel(submission=staged, agent=colleague, origin=COMMAND, work_elsewhere=False)
    assert Submission.everything.get(pk=staged.pk).state == SubmissionState.DROPPED


def test_the_new_holder_downloads_the_export(maker: Side, queued: Export, colleague: Agent) -> None:
    hand_over(maker, colleague, QUERY)
    build.run(queued.pk)
    made = Export.everything.select_related("unit").get(pk=queued.pk)
    assert made.state == ExportState.READY
    with pytest.raises(Refused):
        export_actions.fetch(export=made, agent=maker.agent, origin=COMMAND)
    opened = export_actions.fetch(export=made, agent=colleague, origin=COMMAND)
    with opened.file as file:
        assert file.read(2) == b"PK"


def test_the_holder_goes_on_with_what_a_stand_in_began(
    maker: Side, colleague: Agent, tmp_path: Path
) -> None:
    now = timezone.now()
    made = stand_in(
        maker.unit,
        UPLOAD,
        colleague,
        holder_id=maker.agent.pk,
        ends_at=now + timedelta(hours=1),
    )
    path = workbook(tmp_path / "代办.xlsx", CODES, code_rows(30))
    with pytest.raises(Refused) as caught:
        upload(*maker, CODES, path)
    assert caught.value.code == "business_rests"
    submission = upload(maker.unit, colleague, CODES, path)
    # The period ends by itself: nothing is done at its end.
    over = {"starts_at": now - timedelta(hours=2), "ends_at": now - timedelta(hours=1)}
    StandIn.objects.of(maker.unit).filter(pk=made.pk).update(**over)
    with pytest.raises(Refused) as caught:
        confirm(submission, colleague)
    assert caught.value.code == "no_business"
    confirm(submission, maker.agent)
    check_and_store(submission.pk)
    assert Submission.everything.get(pk=submission.pk).state == SubmissionState.STORED
