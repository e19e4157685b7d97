"""事件通知: the webhooks of a unit, kept by whoever does 接口调用自助服务."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.core.forms import RefusalsShown, status_of
from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest, or_404, posted, takes_form
from accounts.keys import actions_webhooks as actions
from accounts.keys import queries_webhooks as queries
from accounts.keys.forms_webhooks import WebhookForm
from accounts.keys.models_webhooks import EVENT_WORDS, Pause, Webhook, WebhookState
from accounts.keys.scopes import SELF_SERVICE
from accounts.rights.permissions import business_required
from portal.lib.refused import Refused
from portal.pages.dialogs import private, show_dialog

PAGE = "accounts/keys/webhooks.html"
CHANGED = "已保存。"
SHOWN_BEFORE = (
    "签名密钥只在添加之后显示一次，现在不能再查看。如果没有保存，请停用这个地址，再重新添加。"
)
PAUSED = "“{name}”已暂停；等待投递的事件保留，暂停期间的新事件不再通知。"
RESUMED = "“{name}”已恢复；等待投递的事件现在继续投递。"
ENDED = "“{name}”已停用。"
TESTED = "已发出测试事件，几秒后在下面查看结果。"
TONES = {WebhookState.LIVE: "good", WebhookState.PAUSED: "warn"}


class Line(NamedTuple):
    """A webhook as the list shows it. `tone` is the colour of its state, `why` says why it is
    paused, or since when it fails; `waiting` counts events."""

    webhook: Webhook
    events: str
    tone: str
    why: str
    waiting: int


@require_safe
@business_required(SELF_SERVICE)
def webhooks(request: AgentRequest) -> HttpResponse:
    """Show the webhooks of the unit."""
    return private(render(request, PAGE, page(request)))


@takes_form
@business_required(SELF_SERVICE)
def add(request: AgentRequest) -> HttpResponse:
    """Ask for a webhook and make it, which leads to the page that shows its secret."""
    form = WebhookForm(posted(request), initial={"events": list(EVENT_WORDS)})
    if form.is_valid():
        origin = origin_of(request, request.user)
        with RefusalsShown(form):
            webhook = actions.add(request.unit, **form.cleaned_data, origin=origin)
            return redirect("accounts:webhook-secret", request.unit.slug, webhook.pk)
    more = {"title": "添加事件通知地址", "action": address(request, "webhook-add")}
    return _form_dialog(request, form, more)


@require_GET
@business_required(SELF_SERVICE)
def secret(request: AgentRequest, webhook_id: int) -> HttpResponse:
    """Show the secret of a webhook to whoever has just added it, this once."""
    found = or_404(queries.webhook_of(request.unit, webhook_id))
    webhook = actions.reveal(found, origin=origin_of(request, request.user))
    if webhook is None:
        messages.warning(request, SHOWN_BEFORE)
        return redirect("accounts:webhooks", request.unit.slug)
    context = {"webhook": webhook, "back": address(request, "webhooks")}
    return private(render(request, "accounts/keys/webhook_secret.html", context))


@takes_form
@business_required(SELF_SERVICE)
def edit(request: AgentRequest, webhook_id: int) -> HttpResponse:
    """Change where a webhook leads and what it is told."""
    webhook = or_404(queries.webhook_of(request.unit, webhook_id))
    initial = {"name": webhook.name, "url": webhook.url, "events": webhook.events}
    form = WebhookForm(posted(request), initial=initial)
    if form.is_valid():
        with RefusalsShown(form):
            origin = origin_of(request, request.user)
            actions.change(webhook, **form.cleaned_data, origin=origin)
            messages.success(request, CHANGED)
            return redirect("accounts:webhooks", request.unit.slug)
    action = address(request, "webhook-edit", webhook.pk)
    return _form_dialog(request, form, {"title": "修改事件通知地址", "action": action})


@takes_form
@business_required(SELF_SERVICE)
def end(request: AgentRequest, webhook_id: int) -> HttpResponse:
    """Ask whether a webhook is to end, then end it."""
    webhook = or_404(queries.webhook_of(request.unit, webhook_id))
    if request.method == "POST":
        actions.end(webhook, origin=origin_of(request, request.user))
        messages.success(request, ENDED.format(name=webhook.name))
        return redirect("accounts:webhooks", request.unit.slug)
    action = address(request, "webhook-end", webhook.pk)
    context = {"webhook": webhook, "action": action, "back": address(request, "webhooks")}
    return _dialog(request, "accounts/keys/webhook_end.html", context)


@require_POST
@business_required(SELF_SERVICE)
def pause(request: AgentRequest, webhook_id: int) -> HttpResponse:
    """Pause a webhook."""
    webhook = or_404(queries.webhook_of(request.unit, webhook_id))
    actions.pause_by_hand(webhook, origin=origin_of(request, request.user))
    messages.success(request, PAUSED.format(name=webhook.name))
    return redirect("accounts:webhooks", request.unit.slug)


@require_POST
@business_required(SELF_SERVICE)
def resume(request: AgentRequest, webhook_id: int) -> HttpResponse:
    """Take a paused webhook up again."""
    webhook = or_404(queries.webhook_of(request.unit, webhook_id))
    actions.resume(webhook, origin=origin_of(request, request.user))
    messages.success(request, RESUMED.format(name=webhook.name))
    return redirect("accounts:webhooks", request.unit.slug)


@require_POST
@business_required(SELF_SERVICE)
def test(request: AgentRequest, webhook_id: int) -> HttpResponse:
    """测试: send an event that tells of nothing."""
    webhook = or_404(queries.webhook_of(request.unit, webhook_id))
    origin = origin_of(request, request.user)
    return said(request, webhook, TESTED, lambda: actions.ping(webhook, origin=origin))


def said(
    request: AgentRequest, webhook: Webhook, words: str, action: Callable[[], object]
) -> HttpResponse:
    """Do something that may be refused, and show what was sent with what came of it."""
    try:
        action()
    except Refused as refused:
        messages.error(request, refused.first.message)
    else:
        messages.success(request, words)
    return redirect("accounts:webhook", request.unit.slug, webhook.pk)


def page(request: AgentRequest) -> dict[str, Any]:
    """The context of the list, also as it stands behind a dialog."""
    waiting = queries.waiting(request.unit)
    return {
        "lines": [_line(row, waiting.get(row.pk, 0)) for row in queries.webhooks(request.unit)],
        "most": actions.MOST,
        "private_allowed": settings.PORTAL_WEBHOOK_PRIVATE,
    }


def why(webhook: Webhook) -> str:
    """Why a webhook is paused, or how it fails; nothing where all is well."""
    if webhook.state == WebhookState.PAUSED:
        return str(Pause(webhook.paused_why).label)
    return f"最近连续 {webhook.failures} 次投递失败" if webhook.failures else ""


def events_of(webhook: Webhook) -> str:
    """What a webhook is told of, in words, in the order of the form."""
    return "、".join(word for event, word in EVENT_WORDS.items() if event in webhook.events)


def tone(webhook: Webhook) -> str:
    """The colour of its state."""
    return "bad" if webhook.failures else TONES[WebhookState(webhook.state)]


def address(request: AgentRequest, name: str, *args: int) -> str:
    """Where something of the unit's webhooks stands."""
    return reverse(f"accounts:{name}", args=[request.unit.slug, *args])


def _line(webhook: Webhook, waiting: int) -> Line:
    return Line(webhook, events_of(webhook), tone(webhook), why(webhook), waiting)


def _form_dialog(request: AgentRequest, form: WebhookForm, more: dict[str, Any]) -> HttpResponse:
    context = {**more, "form": form, "back": address(request, "webhooks")}
    return _dialog(request, "accounts/keys/webhook_form.html", context, status_of(form))


def _dialog(
    request: AgentRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    return show_dialog(
        request, template, context, page=PAGE, behind=lambda: page(request), status=status
    )
