"""Staff change their own password."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.debug import sensitive_post_parameters

from accounts.core.forms import show_refusals
from accounts.core.origin import origin_of
from accounts.core.requests import AccountRequest
from accounts.core.views_account import CHANGED
from accounts.signing_in.actions_passwords import change_password
from accounts.signing_in.forms_passwords import ChangePasswordForm
from accounts.signing_in.passwords import LEAST_FOR_STAFF, MOST
from accounts.signing_in.sessions import current
from portal.lib.refused import Refused

HELP = f"{LEAST_FOR_STAFF} 至 {MOST} 个字符，可用任意字符；不要用常见密码，不要含账号名称。"


@sensitive_post_parameters("password", "new_password", "again")
def password_change(request: AccountRequest, context: dict[str, object]) -> HttpResponse:
    """Ask for the present password and another; `context` is what every page of the site has."""
    form = ChangePasswordForm(request.POST or None)
    form.fields["new_password"].help_text = HELP
    if form.is_valid() and _changed(request, form):
        # Else this session would end too; it gets a new key with it.
        update_session_auth_hash(request, request.user)
        messages.success(request, CHANGED)
        return redirect("admin:index")
    page = {**context, "title": "修改密码", "form": form}
    return TemplateResponse(request, "admin/password.html", page)


def _changed(request: AccountRequest, form: ChangePasswordForm) -> bool:
    values = form.cleaned_data
    try:
        change_password(
            request.user,
            old=values["password"],
            new=values["new_password"],
            keep=current(request),
            origin=origin_of(request),
        )
    except Refused as refused:
        show_refusals(form, refused)
        return False
    return True
