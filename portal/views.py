"""Health pages, which tell a supervisor what works and nothing else; and what is said to a request
that was not understood."""

import logging

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from portal.lib.folding import MOST_MARKS
from portal.middleware import EndlessMarks
from portal.worker import worker_answers

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


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """{database, redis, worker}, each true or false; 200 if all are true, else 503."""
    parts = {
        "database": database_answers(),
        "redis": redis_answers(),
        "worker": worker_answers(),
    }
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError as error:
        log.warning("The database does not answer: %s", error)
        return False
    return True


def redis_answers() -> bool:
    try:
        cache.get("readyz")
    except RedisError as error:
        log.warning("Redis does not answer: %s", error)
        return False
    return True


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say why a request was not taken in."""
    return render(request, "400.html", {"advice": ADVICE.get(type(exception), "")}, status=400)
