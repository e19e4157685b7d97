"""What every page with 图形验证码 and 短信验证码 does when 发送验证码 is pressed.

def page(sms: SmsFields) -> HttpResponse: ...      # shows the form; templates include
                                                   # sms_fields.html with sms=sms
if sending.is_asked(request):
    return sending.answer(request, purpose, mobile=request.POST.get("mobile", ""), page=page)
"""

from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.core.limits import MINUTE
from accounts.core.names import canonical
from accounts.core.origin import origin_of
from accounts.signing_in import pictures
from accounts.signing_in.actions_sms import request_sms_code
from accounts.signing_in.forms_fields import ANOTHER, SEND
from accounts.signing_in.forms_picture import WRONG_CODE, PictureForm
from accounts.signing_in.models import SmsCode
from accounts.signing_in.sms_codes import LIFE_MINUTES
from accounts.units.models import Unit
from portal.lib.refused import Refused
from portal.pages.dialogs import is_fragment, private

FIELDS = "accounts/signing_in/sms_fields.html"
SENT = "验证码已发送，{minutes} 分钟内有效；没有收到时请核对手机号，{wait} 秒后可重新发送。"


class SmsFields(NamedTuple):
    """What the two fields show, and the address that 发送验证码 posts to.

    `sent` and `problem` are sentences, at most one of them there.
    """

    address: str
    picture: pictures.Picture
    sent: str = ""
    problem: str = ""
    wait: int = 0


def is_asked(request: HttpRequest) -> bool:
    """Whether the form came by 发送验证码 or, without a script, by 换一张."""
    return request.method == "POST" and (SEND in request.POST or ANOTHER in request.POST)


def fields(request: HttpRequest) -> SmsFields:
    """Return the two fields as a page shows them first."""
    return SmsFields(request.get_full_path(), pictures.new_picture(request))


def answer(
    request: HttpRequest,
    purpose: SmsCode.Purpose,
    *,
    mobile: str,
    page: Callable[[SmsFields], HttpResponse],
    unit: Unit | None = None,
    silent: Callable[[str], bool] = lambda mobile: False,
) -> HttpResponse:
    """Send a code to `mobile`, as typed, and answer with the two fields: alone to htmx, else in
    `page`.

    `silent` gets the canonical number and says whether nothing must go out, as for a number nobody
    is known by; the answer is the same. Show the form of the page unbound, with what was typed as
    its `initial`, so that fields which are still to be filled in are not called wrong.
    """
    if SEND in request.POST:
        shown = _send(request, purpose, canonical(mobile).name, unit, silent)
    else:
        shown = fields(request)
    return private(render(request, FIELDS, {"sms": shown}) if is_fragment(request) else page(shown))


def _send(
    request: HttpRequest,
    purpose: SmsCode.Purpose,
    mobile: str,
    unit: Unit | None,
    silent: Callable[[str], bool],
) -> SmsFields:
    """The picture first, used up right or wrong; then the limits; then the code."""
    form = PictureForm(request.POST)
    typed = form.is_valid()
    values = form.cleaned_data
    solved = pictures.redeem(request, values.get("captcha_0", ""), values.get("captcha_1", ""))
    problem, wait = "", 0
    if not typed:
        problem = str(next(iter(form.errors.get("captcha_1") or [WRONG_CODE])))
    elif not solved:
        problem = WRONG_CODE
    else:
        try:
            request_sms_code(
                purpose, mobile, origin=origin_of(request), unit=unit, silent=silent(mobile)
            )
            wait = MINUTE
        except Refused as refused:
            problem = str(refused)
    sent = SENT.format(wait=wait, minutes=LIFE_MINUTES) if wait else ""
    return fields(request)._replace(sent=sent, problem=problem, wait=wait)
