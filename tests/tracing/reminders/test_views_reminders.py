"""报送提醒 on its page, in the hall and on the upload page; 不再提醒 and 恢复提醒."""

import re
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from psycopg.errors import QueryCanceled

from accounts.core.origin import COMMAND
from accounts.log.models import OperationLog
from accounts.rights.actions_granting import revoke
from portal.lib.clock import SHANGHAI
from portal.lib.refused import Refused
from tests.factories import AgentFactory
from tests.people import Side, client_of
from tests.tracing.factories import DrugBatchFactory
from tracing.reminders import actions_reminders, queries_reminders, views_reminders
from tracing.reminders.models import Silence

pytestmark = pytest.mark.django_db

TODAY = date(2026, 12, 1)
FRAGMENT = {"HX-Request": "true"}
CODES = "domestic-drug-codes"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day on which everybody asks."""
    for module in (views_reminders, actions_reminders):
        monkeypatch.setattr(module, "local_today", lambda: TODAY)


@pytest.fixture
def page(maker: Side) -> str:
    return f"/u/{maker.unit.slug}/maker/upload/reminders/"


@pytest.fixture
def owed(maker: Side) -> list[str]:
    """Batches without codes."""
    at = datetime(2026, 11, 28, 9, tzinfo=SHANGHAI)
    return [
        DrugBatchFactory.create(
            unit=maker.unit, trac_codg_sn=f"SN/{n}", uploaded_at=at + timedelta(hours=n)
        ).trac_codg_sn
        for n in range(3)
    ]


def text(response: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def test_the_page_names_each_batch_and_leads_to_its_template(
    agent_client: Client, page: str, owed: list[str], maker: Side
) -> None:
    response = agent_client.get(page)
    shown = text(response)
    assert "3 个批次已上传国产药信息，尚无国产药追溯码信息" in shown
    assert all(f"批次 {serial} 已上传" in shown for serial in owed)
    address = f"/u/{maker.unit.slug}/maker/upload/import/?record={CODES}"
    assert f'href="{address}"' in response.content.decode()
    dialog = agent_client.get(address, headers=FRAGMENT).content.decode()
    assert re.search(rf'<option value="{CODES}" selected', dialog)


def test_the_panel_is_a_line_for_each_duty_and_says_where_none_is_owed(
    agent_client: Client, page: str, owed: list[str], stranger: Side
) -> None:
    panel = agent_client.get(page, headers=FRAGMENT)
    assert "3 个批次" in text(panel)
    assert "<html" not in panel.content.decode()
    assert "SN/0" not in text(panel)
    own = f"/u/{stranger.unit.slug}/maker/upload/reminders/"
    nothing = client_of(stranger.agent.account).get(own, headers=FRAGMENT)
    assert "没有待报送的信息" in text(nothing)
    assert "<li" not in nothing.content.decode()
    assert "没有待报送的信息" in text(client_of(stranger.agent.account).get(own))


def test_the_upload_page_has_no_more_than_their_number(
    agent_client: Client, page: str, owed: list[str], stranger: Side
) -> None:
    upload = agent_client.get(page.removesuffix("reminders/")).content.decode()
    assert f'hx-get="{page}?count"' in upload
    assert f'hx-get="{page}"' not in upload, "the panel would move the list away"
    lines = agent_client.get(page, headers=FRAGMENT).content.decode().count("<li")
    count = agent_client.get(page, {"count": ""}, headers=FRAGMENT)
    assert text(count).strip() == f"（{lines} 项 ）"
    assert "<a" not in count.content.decode()
    own = f"/u/{stranger.unit.slug}/maker/upload/reminders/"
    none = client_of(stranger.agent.account).get(own, {"count": ""}, headers=FRAGMENT)
    assert text(none).strip() == ""


def test_the_hall_fetches_it_for_the_holder_alone_and_keeps_its_room(
    agent_client: Client, page: str, maker: Side
) -> None:
    hall = f"/u/{maker.unit.slug}/"
    fetched = f'hx-get="{page}"'
    assert fetched in agent_client.get(hall).content.decode()
    room = re.search(
        f"<div [^>]*{re.escape(fetched)}[^>]*>", agent_client.get(hall).content.decode()
    )
    assert room is not None
    assert 'class="panel fetched"' in room[0]
    assert 'hx-swap="innerHTML"' in room[0], "what comes stands within the room that was kept"
    other = AgentFactory.create(units=[maker.unit])
    assert fetched not in client_of(other.account).get(hall).content.decode()
    assert fetched not in client_of(maker.unit.account).get(hall).content.decode()
    revoke(maker.unit, maker.agent, "maker-upload")
    assert fetched not in agent_client.get(hall).content.decode()


def test_the_hall_itself_asks_nothing_of_what_is_owed(
    agent_client: Client, maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries_reminders, "reminders", lambda *_: pytest.fail("asked"))
    assert agent_client.get(f"/u/{maker.unit.slug}/").status_code == 200


def test_a_batch_is_silenced_with_a_reason_and_restored(
    agent_client: Client, page: str, owed: list[str], maker: Side
) -> None:
    given = {"record": CODES, "batch": owed[0]}
    dialog = agent_client.post(f"{page}silence/", given, headers=FRAGMENT)
    assert f"批次 {owed[0]} 的国产药追溯码信息将不再提醒" in text(dialog)
    assert not Silence.objects.of(maker.unit).exists()
    empty = agent_client.post(f"{page}silence/", {**given, "asked": "1"})
    assert "请填写原因。" in text(empty)
    done = agent_client.post(
        f"{page}silence/", {**given, "asked": "1", "reason": "未上市"}, follow=True
    )
    assert "2 个批次" in text(done)
    for words in (owed[0], "未上市", maker.agent.name, "恢复提醒"):
        assert words in text(done)
    entry = OperationLog.objects.of(maker.unit).get(action="reminder-silenced")
    assert (entry.target, entry.after) == (owed[0], {"record": CODES, "reason": "未上市"})
    again = agent_client.post(f"{page}silence/", {**given, "asked": "1", "reason": "再次"})
    assert again.status_code == 404
    back = agent_client.post(f"{page}restore/", given, follow=True)
    assert "3 个批次" in text(back)
    assert not Silence.objects.of(maker.unit).exists()
    assert OperationLog.objects.of(maker.unit).filter(action="reminder-restored").count() == 1
    agent_client.post(f"{page}restore/", given)
    assert OperationLog.objects.of(maker.unit).filter(action="reminder-restored").count() == 1


def test_nobody_silences_what_is_not_owed_or_anothers(
    agent_client: Client, page: str, owed: list[str], stranger: Side
) -> None:
    for given in (
        {"record": CODES, "batch": "SN9"},
        {"record": "domestic-drug-shipment", "batch": owed[0]},
        {"record": "circulation", "batch": owed[0]},
    ):
        assert agent_client.post(f"{page}silence/", given).status_code == 404
    own = f"/u/{stranger.unit.slug}/maker/upload/reminders/silence/"
    given = {"record": CODES, "batch": owed[0], "asked": "1", "reason": "x"}
    assert client_of(stranger.agent.account).post(own, given).status_code == 404
    assert not Silence.everything.exists()


def test_refusals_of_the_action(owed: list[str], maker: Side) -> None:
    def silence(**changes: str) -> str:
        said = {"record_code": CODES, "batch": owed[0], "reason": "未上市", **changes}
        with pytest.raises(Refused) as refused:
            actions_reminders.silence(
                unit=maker.unit,
                agent=maker.agent,
                business="maker-upload",
                origin=COMMAND,
                **said,
            )
        return refused.value.refusals[0].code

    assert silence(reason=" ") == "silence_reason_missing"
    assert silence(reason="x" * 201) == "silence_reason_missing"
    assert silence(batch="SN9") == "reminder_unknown"


def test_what_takes_too_long_is_said(
    agent_client: Client, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: Any) -> None:
        raise OperationalError("canceling statement") from QueryCanceled()

    monkeypatch.setattr(queries_reminders, "reminders", slow)
    assert "提醒暂时无法统计" in text(agent_client.get(page))
    assert "提醒暂时无法统计" in text(agent_client.get(page, headers=FRAGMENT))


def test_the_unit_itself_sees_at_home_what_is_owed(
    maker: Side, rival: Side, distributor: Side, owed: list[str]
) -> None:
    client = client_of(maker.unit.account)
    home = client.get(f"/u/{maker.unit.slug}/").content.decode()
    (address,) = re.findall(r'hx-get="([^"]+/reminders/unit/)"', home)
    shown = client.get(address, headers=FRAGMENT)
    assert "尚无国产药追溯码信息" in shown.content.decode()
    assert "经办人上传" in shown.content.decode()
    assert "href=" not in shown.content.decode(), "an agent uploads"
    assert "单位管理" in client.get(address).content.decode()
    assert client.get(address.replace("/maker/", "/distributor/")).status_code == 404
    other = client_of(rival.unit.account)
    assert other.get(address).status_code == 404
    theirs = other.get(address.replace(maker.unit.slug, rival.unit.slug), headers=FRAGMENT)
    assert "尚无国产药追溯码信息" not in theirs.content.decode()
