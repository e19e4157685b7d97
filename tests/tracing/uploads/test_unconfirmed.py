"""Uploads that wait for 确认: where they are told of, and where 确认 stands."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.people import Side, client_of
from tests.tracing.mending import failing
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, workbook
from tests.tracing.uploads.uploads import cancel, confirm, upload
from tracing.uploads import unconfirmed as module
from tracing.uploads.models import Submission
from tracing.uploads.unconfirmed import KEPT_UNCONFIRMED, days_left, unconfirmed

pytestmark = pytest.mark.django_db(transaction=True)
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def agent(maker: Side) -> Client:
    return client_of(maker.agent.account)


@pytest.fixture
def staged(maker: Side, tmp_path: Path) -> Submission:
    return upload(*maker, INFO, workbook(tmp_path / "等待.xlsx", INFO, [example(INFO)]))


def address(side: Side, name: str, *args: Any) -> str:
    return reverse(f"tracing:maker-{name}", args=[side.unit.slug, *args])


def text(response: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def foot(client: Client, where: str) -> str:
    """What stands in the foot of the dialog of an upload, which no scrolling hides."""
    shown = client.get(where, headers=FRAGMENT).content.decode()
    return shown[shown.index('id="submission-foot"') :]


def test_what_may_be_done_stands_in_the_foot(
    maker: Side, agent: Client, staged: Submission
) -> None:
    where = address(maker, "submission", staged.pk)
    for act, words in (("confirm", "确认"), ("cancel", "取消")):
        assert f'action="{address(maker, f"submission-{act}", staged.pk)}"' in foot(agent, where)
        assert f">{words}</button>" in foot(agent, where)
    confirm(staged)
    assert "<button" not in foot(agent, where)


def test_the_poll_that_brings_the_result_brings_the_foot(
    maker: Side, agent: Client, staged: Submission
) -> None:
    progress = address(maker, "submission-progress", staged.pk)
    brought = agent.get(progress, {"seen": "checking-check-1-"}).content.decode()
    assert 'hx-swap-oob="innerHTML:#submission-foot"' in brought
    assert ">确认</button>" in brought.partition("hx-swap-oob")[2]
    Submission.everything.filter(pk=staged.pk).update(state="checking", stage="check")
    assert (
        "submission-foot" not in agent.get(progress, {"seen": "checking-read-1-"}).content.decode()
    )


def test_what_its_terms_forbid_to_store_may_be_cancelled_in_the_foot(
    maker: Side, agent: Client, tmp_path: Path
) -> None:
    submission = failing.packs(maker, tmp_path)
    Submission.everything.filter(pk=submission.pk).update(all_or_nothing=True)
    shown = foot(agent, address(maker, "submission", submission.pk))
    assert ">取消</button>" in shown
    assert ">确认</button>" not in shown
    assert unconfirmed(maker.unit, [CODES]) is None


def test_the_upload_page_and_the_reminders_say_what_waits_and_lead_there(
    maker: Side, agent: Client, staged: Submission
) -> None:
    words = "“等待.xlsx”（国产药信息上传）校验完成，尚未入库，请在 7 天内确认。"
    reminders = address(maker, "reminders")
    pages = [
        agent.get(address(maker, "upload"), {"tab": "imported"}),
        agent.get(reminders),
        agent.get(reminders, headers=FRAGMENT),
    ]
    for page in pages:
        assert words in text(page)
        assert f'href="{address(maker, "submission", staged.pk)}"' in page.content.decode()
    assert "没有待报送的信息" not in text(pages[1])
    assert "1 项" in text(agent.get(reminders, {"count": ""}, headers=FRAGMENT))
    cancel(staged)
    assert "尚未入库" not in text(agent.get(reminders))


def test_several_are_one_line_that_leads_to_their_list(
    maker: Side, agent: Client, staged: Submission, tmp_path: Path
) -> None:
    upload(*maker, CODES, workbook(tmp_path / "codes.xlsx", CODES, code_rows(1)))
    early = timezone.now() - KEPT_UNCONFIRMED + timedelta(hours=30)
    Submission.everything.filter(pk=staged.pk).update(checked_at=early)
    page = agent.get(address(maker, "upload"))
    assert "2 次上传校验完成，尚未入库，最早到期的请在 2 天内确认。" in text(page)
    leads = f"{address(maker, 'uploads')}?state=staged"
    assert f'href="{leads}"' in page.content.decode()
    assert len(agent.get(leads).context["rows"]) == 2


@pytest.mark.parametrize(("gone", "left"), [(0, 7), (1, 6), (6.5, 1), (8, 1)])
def test_days_are_counted_to_the_last(gone: float, left: int) -> None:
    checked = timezone.now() - timedelta(days=gone, seconds=1)
    assert days_left(Submission(state="staged", checked_at=checked)) == left


def test_those_of_others_and_what_is_never_stored_are_not_told_of(
    maker: Side, rival: Side, staged: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert unconfirmed(rival.unit, [INFO]) is None
    assert unconfirmed(maker.unit, [CODES]) is None
    Submission.everything.filter(pk=staged.pk).update(check_only=True)
    assert unconfirmed(maker.unit, [INFO]) is None
    Submission.everything.filter(pk=staged.pk).update(check_only=False)
    assert unconfirmed(maker.unit, [INFO]) is not None
    monkeypatch.setattr(module, "LOOKED_AT", 0)
    assert unconfirmed(maker.unit, [INFO]) is None
