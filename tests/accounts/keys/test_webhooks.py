"""事件通知: the pages on which webhooks are added, changed, paused, tried and ended."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from accounts import tasks
from accounts.core.origin import COMMAND, Origin
from accounts.keys import actions_webhooks as actions
from accounts.keys import queries_webhooks as queries
from accounts.keys.models_webhooks import DeliveryState, Event, Webhook, WebhookDelivery
from accounts.keys.webhook_delivery import claim, deliver, finish
from accounts.keys.webhook_sending import Outcome
from accounts.log.entry_words import line
from accounts.log.models import OperationLog
from portal.lib.refused import Refused, refusal
from tests.accounts.keys.webhooks import event_for, webhook_of
from tests.people import Side, client_of
from tests.receivers import receiver

pytestmark = pytest.mark.django_db
URL = "https://hooks.firm.cn/in"


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The names that there are, and their addresses."""
    known = {"hooks.firm.cn": ["8.8.8.8"], "inner.firm.cn": ["10.0.0.8"]}

    def lookup(host: str, port: int) -> list[str]:
        if host not in known:
            raise OSError
        return known[host]

    monkeypatch.setattr("portal.lib.outside.looked_up", lookup)
    return known


def address(side: Side, rest: str = "") -> str:
    return f"/u/{side.unit.slug}/api/webhooks/{rest}"


def origin(side: Side) -> Origin:
    return COMMAND.done_by(side.agent.account)


def form(**changes: object) -> dict[str, object]:
    return {"name": "进销存系统", "url": URL, "events": [Event.UPLOAD, Event.EXPORT], **changes}


def add(side: Side, **changes: object) -> Webhook:
    return actions.add(side.unit, **form(**changes), origin=origin(side))  # type: ignore[arg-type]


def titles(side: Side) -> list[str]:
    return [line(entry).title for entry in OperationLog.objects.of(side.unit).order_by("pk")]


def test_a_webhook_is_added_and_its_secret_shown_once(maker: Side, agent_client: Client) -> None:
    assert "还没有事件通知地址" in agent_client.get(address(maker)).content.decode()
    made = agent_client.post(address(maker, "add/"), form())
    webhook = Webhook.objects.of(maker.unit).get()
    assert made["Location"] == address(maker, f"{webhook.pk}/secret/")
    answer = agent_client.get(made["Location"])
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert len(webhook.secret) == 64
    assert webhook.secret in page
    again = agent_client.get(made["Location"], follow=True).content.decode()
    assert "现在不能再查看" in again
    assert webhook.secret not in again
    for shown in ("", f"{webhook.pk}/", f"{webhook.pk}/edit/", f"{webhook.pk}/end/"):
        page = agent_client.get(address(maker, shown)).content.decode()
        assert webhook.name in page
        assert webhook.secret not in page
    entry = OperationLog.objects.of(maker.unit).get(action="webhook-added")
    assert webhook.secret not in str(entry.after)
    assert line(entry).changes == [
        "通知事件：导出有结果、上传有结果",
        "名称：进销存系统",
        f"接收地址：{URL}",
    ]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.firm.cn/in", "webhook_address"),
        ("https://user@hooks.firm.cn/", "webhook_address"),
        ("https://localhost/", "webhook_address"),
        ("https://0x7f000001/", "webhook_address"),
        ("https://127.0.0.1/", "webhook_not_public"),
        ("https://[::ffff:10.0.0.1]/", "webhook_not_public"),
        ("https://inner.firm.cn/", "webhook_not_public"),
        ("https://nobody.firm.cn/", "webhook_name_unknown"),
    ],
)
def test_an_address_that_leads_inside_is_refused_at_its_field(
    maker: Side, agent_client: Client, url: str, code: str
) -> None:
    answer = agent_client.post(address(maker, "add/"), form(url=url))
    assert answer.status_code == 422
    assert answer.context["form"].errors.as_data()["url"][0].code == code
    assert not Webhook.everything.exists()
    webhook = webhook_of(maker)
    answer = agent_client.post(address(maker, f"{webhook.pk}/edit/"), form(url=url))
    assert answer.context["form"].errors.as_data()["url"][0].code == code


def test_a_setting_allows_networks_of_firms(
    maker: Side, agent_client: Client, settings: Settings
) -> None:
    settings.PORTAL_WEBHOOK_PRIVATE = True
    agent_client.post(address(maker, "add/"), form(url="http://inner.firm.cn:8080/in"))
    assert Webhook.objects.of(maker.unit).get().url == "http://inner.firm.cn:8080/in"
    assert "允许内网地址" in agent_client.get(address(maker)).content.decode()


def test_a_form_says_what_is_missing(maker: Side, agent_client: Client) -> None:
    answer = agent_client.post(address(maker, "add/"), {})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["name", "url", "events"]
    answer = agent_client.post(address(maker, "add/"), form(events=["ping"]))
    assert "没有“ping”这种事件" in answer.content.decode()
    add(maker)
    answer = agent_client.post(address(maker, "add/"), form())
    assert answer.context["form"].errors.as_data()["name"][0].code == "webhook_name_taken"


def test_a_webhook_is_changed(maker: Side, agent_client: Client) -> None:
    webhook = add(maker)
    agent_client.post(address(maker, f"{webhook.pk}/edit/"), form(events=[Event.UNDO]))
    webhook.refresh_from_db()
    assert webhook.events == [Event.UNDO]
    assert titles(maker) == ["添加事件通知地址", "修改事件通知地址"]


def test_pausing_resuming_and_ending(maker: Side, agent_client: Client) -> None:
    webhook = add(maker)
    event_for(webhook, maker.unit)
    for step, state in (("pause", "已暂停"), ("resume", "使用中"), ("end", "")):
        for _ in range(2):
            agent_client.post(address(maker, f"{webhook.pk}/{step}/"))
        page = agent_client.get(address(maker)).content.decode()
        assert (state or "还没有事件通知地址") in page
    webhook.refresh_from_db()
    assert (webhook.state, webhook.secret) == ("ended", "")
    assert claim(1) == []
    # Each was said once.
    assert titles(maker)[1:] == ["暂停事件通知地址", "恢复事件通知地址", "停用事件通知地址"]
    assert agent_client.get(address(maker, f"{webhook.pk}/")).status_code == 404
    with pytest.raises(Refused) as refused:
        actions.change(webhook, name="x", url=webhook.url, events=["ping"], origin=origin(maker))
    assert refused.value.code == "webhook_ended"


def test_what_waited_is_due_when_a_webhook_is_resumed(maker: Side) -> None:
    webhook = webhook_of(maker)
    event_for(webhook, maker.unit)
    finish(claim(1)[0], Outcome(500, "", refusal("webhook_answered", status="500")))
    actions.pause_by_hand(webhook, origin=origin(maker))
    actions.resume(webhook, origin=origin(maker))
    assert len(claim(1)) == 1


def test_the_holder_keeps_ten(maker: Side) -> None:
    for number in range(actions.MOST):
        add(maker, name=f"系统{number}")
    with pytest.raises(Refused) as refused:
        add(maker)
    assert refused.value.code == "webhook_too_many"
    actions.end(Webhook.objects.of(maker.unit)[0], origin=origin(maker))
    add(maker)


def test_a_webhook_is_tried(
    maker: Side,
    agent_client: Client,
    settings: Settings,
    names: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.PORTAL_WEBHOOK_PRIVATE = True
    names["hooks"] = ["127.0.0.1"]
    monkeypatch.setattr(tasks.deliver_webhooks, "delay", woken := Mock())
    with receiver() as there:
        webhook = webhook_of(maker, f"http://hooks:{there.port}/")
        with django_capture_on_commit_callbacks(execute=True):
            page = agent_client.post(address(maker, f"{webhook.pk}/test/"), follow=True)
        assert "已发出测试事件" in page.content.decode()
        woken.assert_called_once()
        deliver()
        page = agent_client.get(address(maker, f"{webhook.pk}/"))
        assert "已送达" in page.content.decode()
        # It is sent again under its number.
        delivery = WebhookDelivery.objects.of(maker.unit).get()
        again = address(maker, f"{webhook.pk}/deliveries/{delivery.pk}/again/")
        assert "已重新发送" in agent_client.post(again, follow=True).content.decode()
        deliver()
    first, second = there.received
    assert first.body == second.body
    assert b'"event": "ping"' in first.body
    assert first.headers["portal-webhook-id"] == second.headers["portal-webhook-id"]
    assert titles(maker) == ["测试事件通知地址", "重新发送事件通知"]


def test_what_failed_is_sent_again_from_the_first(maker: Side, agent_client: Client) -> None:
    webhook = webhook_of(maker)
    delivery = event_for(webhook, maker.unit)
    again = address(maker, f"{webhook.pk}/deliveries/{delivery.pk}/again/")
    (claimed,) = claim(1)
    page = agent_client.post(again, follow=True).content.decode()
    assert refusal("webhook_underway").message in page
    delivery.attempts = 7
    delivery.save(update_fields=["attempts"])
    finish(claimed, Outcome(404, "没有", refusal("webhook_answered", status="404")))
    page = agent_client.get(address(maker, f"{webhook.pk}/?state=failed")).content.decode()
    assert "接收地址应答 404" in page
    assert "没有" in page
    assert "投递失败" in page
    agent_client.post(again)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (DeliveryState.WAITING, 0)
    assert len(claim(1)) == 1


def test_a_paused_webhook_is_sent_nothing(maker: Side, agent_client: Client) -> None:
    webhook = webhook_of(maker)
    delivery = event_for(webhook, maker.unit)
    actions.pause_by_hand(webhook, origin=origin(maker))
    for rest in ("test/", f"deliveries/{delivery.pk}/again/"):
        page = agent_client.post(address(maker, f"{webhook.pk}/{rest}"), follow=True)
        assert refusal("webhook_paused", name=webhook.name).message in page.content.decode()
    assert WebhookDelivery.everything.count() == 1


def test_what_is_repeated_is_limited(maker: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "LOOKUPS_AN_HOUR", 1)
    monkeypatch.setattr(actions, "SENDS_AN_HOUR", 1)
    webhook = add(maker)
    with pytest.raises(Refused) as refused:
        add(maker, name="其他")
    assert refused.value.code == "webhook_changes_too_many"
    # Its name alone is changed without a look.
    actions.change(webhook, name="另名", url=URL, events=["ping"], origin=origin(maker))
    actions.ping(webhook, origin=origin(maker))
    with pytest.raises(Refused) as refused:
        actions.ping(webhook, origin=origin(maker))
    assert refused.value.code == "webhook_sends_too_many"


def test_nobody_reaches_the_webhooks_of_another_unit(maker: Side, stranger: Side) -> None:
    theirs = webhook_of(stranger)
    delivery = event_for(theirs, stranger.unit)
    mine = webhook_of(maker)
    client = client_of(maker.agent.account)
    for rest in ("", "edit/", "end/"):
        assert client.get(address(maker, f"{theirs.pk}/{rest}")).status_code == 404
    for rest in ("edit/", "end/", "pause/", "resume/", "test/"):
        assert client.post(address(maker, f"{theirs.pk}/{rest}")).status_code == 404
    for webhook in (mine, theirs):
        again = address(maker, f"{webhook.pk}/deliveries/{delivery.pk}/again/")
        assert client.post(again).status_code == 404
    assert theirs.name not in client.get(address(stranger)).content.decode()


def test_older_deliveries_follow_on_further_pages(
    maker: Side, agent_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    webhook = webhook_of(maker)
    for minutes in range(5):
        delivery = event_for(webhook, maker.unit)
        delivery.made_at = timezone.now() - timedelta(minutes=minutes)
        delivery.save()
    pages = [queries.deliveries(webhook, "", number) for number in (1, 2, 3, 4, 0)]
    assert [len(page.rows) for page in pages] == [2, 2, 1, 2, 2]
    assert [page.more for page in pages[:3]] == [True, True, False]
    assert pages[0].rows == pages[3].rows == pages[4].rows
    assert "下一页" in agent_client.get(address(maker, f"{webhook.pk}/")).content.decode()
