"""The pages for what failed inside, and for a request that was not understood."""

import logging
import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token
from django.views.defaults import server_error as fault_of_ours

from portal.lib.disk import is_full
from portal.lib.folding import MOST_MARKS
from portal.middleware import EndlessMarks

# RFC 4918: the server cannot store what is needed to complete the request.
INSUFFICIENT_STORAGE = 507
log = logging.getLogger(__name__)

# What was found and how to mend it, by what a request was refused for.
ADVICE: dict[type[Exception], str] = {
    RequestDataTooBig: (
        f"这次填写的内容超过 {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024}K，没有接收。"
        "请返回上一页删减内容，或分几次提交。"
    ),
    TooManyFieldsSent: (
        f"这次提交的内容超过 {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS} 项，没有接收。"
        "请返回上一页减少勾选，分几次提交。"
    ),
    EndlessMarks: (
        f"填写的内容里，一个字符上叠加了 {MOST_MARKS} 个以上的组合符号，没有接收。"
        "请返回上一页删除这些符号，再提交一次。"
    ),
}


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that a full disk kept nothing, or that something failed. Called by Django with the
    fault in hand (`handler500`)."""
    error = sys.exc_info()[1]
    if not is_full(error):
        return fault_of_ours(request)
    log.error("The disk of PORTAL_DATA is full, what was sent was not kept: %s", error)
    return render(None, "507.html", status=INSUFFICIENT_STORAGE)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say why a request was not taken in."""
    return render(request, "400.html", {"advice": ADVICE.get(type(exception), "")}, status=400)
