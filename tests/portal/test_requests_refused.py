"""What a request is not taken in for is said in the words of the catalogue."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.test import RequestFactory

from portal.lib.folding import MOST_MARKS
from portal.lib.refused import refusal
from portal.middleware import EndlessMarks
from portal.pages.error_pages import bad_request

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("error", "code", "limit"),
    [
        (
            RequestDataTooBig(),
            "request_too_large",
            f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024}K",
        ),
        (
            TooManyFieldsSent(),
            "request_too_many_fields",
            str(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS),
        ),
        (EndlessMarks(), "request_endless_marks", str(MOST_MARKS)),
    ],
)
def test_the_page_says_why_and_how_to_mend_it(error: Exception, code: str, limit: str) -> None:
    answer = bad_request(RequestFactory().post("/login/"), error)
    assert answer.status_code == 400
    assert refusal(code, limit=limit).message in answer.content.decode()


def test_any_other_fault_of_a_request_has_no_reason_of_ours() -> None:
    answer = bad_request(RequestFactory().get("/login/"), SuspiciousOperation("x"))
    assert answer.status_code == 400
    assert "没有接收" not in answer.content.decode()
