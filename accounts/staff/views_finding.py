"""Finding an agent by the whole mobile number: sent in a form, so that no address holds it."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.debug import sensitive_post_parameters

from accounts.core.forms import status_of, typed_field
from accounts.core.names import TYPED_LENGTH
from accounts.core.queries import agent_for
from accounts.core.requests import posted, takes_form

TITLE = "按手机号查找经办人"
UNKNOWN = "没有使用此手机号的经办人；请核对后输入完整的 11 位手机号。"


class FindForm(forms.Form):
    """A whole mobile number."""

    mobile = typed_field(
        "手机号",
        TYPED_LENGTH,
        help_text="完整的 11 位手机号，不支持部分匹配。",
        required="请输入 11 位手机号。",
        too_long="手机号应为 11 位；请核对后重新输入。",
        autocomplete="off",
        inputmode="tel",
    )


@takes_form
@sensitive_post_parameters("mobile")
def find_agent(request: HttpRequest) -> HttpResponse:
    """Lead to the agent's page."""
    form = FindForm(posted(request))
    if form.is_valid():
        if agent := agent_for(form.cleaned_data["mobile"]):
            return redirect("admin:accounts_agent_change", agent.pk)
        form.add_error("mobile", UNKNOWN)
    page = {**admin.site.each_context(request), "title": TITLE, "form": form}
    return TemplateResponse(request, "admin/find_agent.html", page, status=status_of(form))
