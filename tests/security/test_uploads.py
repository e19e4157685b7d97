"""What a browser would never send as a file: several, too many bytes, names that are paths."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.people import Side
from tracing.uploads.forms import SEVERAL_FILES, TOO_LARGE, ImportForm
from tracing.uploads.models import Round, Submission
from tracing.uploads.workbook.limits import PAGE_LIMITS

INFO = "domestic-drug-info"


def address(side: Side) -> str:
    """Where a file is uploaded."""
    return f"/u/{side.unit.slug}/maker/upload/import/"


def send(client: Client, side: Side, files: Sequence[SimpleUploadedFile]) -> Any:
    """Upload files as one field, with the first record's template chosen."""
    return client.post(address(side), {"record": INFO, "file": list(files)})


def a_file(size: int = 10, name: str = "批次.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"x" * size)


def test_several_files_are_refused_together(maker: Side, agent_client: Client) -> None:
    answer = send(agent_client, maker, [a_file(), a_file(11)])
    assert answer.status_code == 422
    assert SEVERAL_FILES.format(send=ImportForm.send) in answer.content.decode()
    assert not Submission.everything.exists()


def test_a_small_file_beside_one_that_is_too_large_is_not_taken_for_it(
    maker: Side, agent_client: Client
) -> None:
    answer = send(agent_client, maker, [a_file(), a_file(PAGE_LIMITS.max_bytes)])
    assert answer.status_code == 422
    assert SEVERAL_FILES.format(send=ImportForm.send) in answer.content.decode()
    assert not Submission.everything.exists()


def test_a_file_that_is_too_large_is_said(maker: Side, agent_client: Client) -> None:
    answer = send(agent_client, maker, [a_file(PAGE_LIMITS.max_bytes + 1)])
    assert answer.status_code == 422
    assert TOO_LARGE in answer.content.decode()


def test_the_limit_is_the_requests_and_not_each_files(maker: Side, agent_client: Client) -> None:
    half = PAGE_LIMITS.max_bytes // 2
    request = agent_client.post(
        address(maker), {f"f{n}": a_file(half, f"{n}.xlsx") for n in range(4)}
    ).wsgi_request
    assert getattr(request, "upload_too_large", False)
    assert len(request.FILES) == 2


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/批次.xlsx", "批次.xlsx"),
        ("..\\..\\批次.xlsx", "批次.xlsx"),
        ("<img src=x onerror=alert(1)>.xlsx", "<img src=x onerror=alert(1)>.xlsx"),
    ],
)
def test_a_name_is_only_a_name(maker: Side, agent_client: Client, name: str, kept: str) -> None:
    file = BytesIO(b"not a workbook")
    file.name = name
    answer = agent_client.post(address(maker), {"record": INFO, "file": file})
    stored = Round.objects.get()
    assert stored.name == kept
    assert stored.stored_name == f"{stored.submission_id}/1.xlsx"
    page = agent_client.get(answer["Location"]).content.decode()
    assert "<img src=x" not in page
