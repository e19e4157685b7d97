"""Staff change their own password."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.debug import sensitive_post_parameters

from accounts.account.views import password_changed
from accounts.core.requests import AccountRequest
from accounts.signing_in.forms_passwords import ChangePasswordForm
from accounts.signing_in.passwords import LEAST_FOR_STAFF, MOST

HELP = f"{LEAST_FOR_STAFF} 至 {MOST} 个字符，可用任意字符；不要用常见密码，不要含账号名称。"


@sensitive_post_parameters("password", "new_password", "again")
def password_change(request: AccountRequest, context: dict[str, object]) -> HttpResponse:
    """Ask for the present password and another; `context` is what every page of the site has."""
    form = ChangePasswordForm(request.POST or None)
    form.fields["new_password"].help_text = HELP
    if form.is_valid() and password_changed(request, form):
        return redirect("admin:index")
    page = {**context, "title": "修改密码", "form": form}
    return TemplateResponse(request, "admin/password.html", page)
