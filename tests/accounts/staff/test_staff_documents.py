"""资料下载, the staff's side: documents with their files are added, changed and taken away."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.log.models import OperationLog
from accounts.messages.actions_documents import keep_document
from accounts.messages.documents import path_of
from accounts.messages.models import Document
from accounts.staff.roles import MANAGER
from portal.lib.refused import Refused
from tests.accounts.staff.staff import staff_account, staff_client

pytestmark = pytest.mark.django_db
DOCUMENTS = "/admin/accounts/document/"
PDF = b"%PDF-1.7 a manual"


@pytest.fixture
def client(settings: Settings, tmp_path: Path) -> Client:
    """Somebody of the role 管理, inside; documents lie in the test's own folder."""
    settings.PORTAL_FILES = tmp_path
    return staff_client(staff_account("staff1", MANAGER))


def pdf(name: str = "手册.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def add(client: Client, file: SimpleUploadedFile | None, title: str = "操作手册") -> str:
    """Add a document; returns the page that follows."""
    asked = {"title": title, "position": "1", "shown": "on"}
    files = {"file": file} if file else {}
    return client.post(f"{DOCUMENTS}add/", {**asked, **files}, follow=True).content.decode()


def test_a_document_is_added_changed_and_taken_away(client: Client) -> None:
    assert "已保存“操作手册”" in add(client, pdf())
    document = Document.objects.get()
    first = path_of(document)
    assert first.read_bytes() == PDF
    assert first.stat().st_mode & 0o077 == 0
    assert document.file_name == "手册.pdf"
    with pytest.MonkeyPatch.context() as patched:
        # A test's transaction never commits by itself.
        patched.setattr("django.db.transaction.on_commit", lambda work, **_more: work())
        edit = f"{DOCUMENTS}{document.pk}/do/edit/"
        client.post(edit, {"title": "新手册", "position": "2"})
        document.refresh_from_db()
        assert (document.title, document.position, document.shown) == ("新手册", 2, False)
        assert path_of(document) == first
        client.post(edit, {"title": "新手册", "position": "2", "file": pdf(content=PDF + b"2")})
        document.refresh_from_db()
        assert path_of(document).read_bytes() == PDF + b"2"
        assert not first.exists()
        client.post(f"{DOCUMENTS}{document.pk}/do/remove/", {"sure": "True"})
        assert not path_of(document).exists()
    assert not Document.objects.exists()
    entries = OperationLog.everything.filter(action__startswith="document-").order_by("pk")
    assert [entry.action.split("-")[1] for entry in entries] == [
        "added",
        "changed",
        "changed",
        "removed",
    ]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (None, "请选择文件"),
        (pdf(content=b""), "是空的"),
        (pdf("手册.exe", b"MZ"), "扩展名或内容不符"),
        (pdf("手册.pdf", b"<html>"), "扩展名或内容不符"),
        (pdf("手册.docx", PDF), "扩展名或内容不符"),
        (pdf("手册.pdf", PDF + b"x" * 10 * 1024 * 1024), "超过 10M"),
    ],
    ids=["none", "empty", "program", "page", "disguised", "large"],
)
def test_files_that_are_not_offered(
    client: Client, file: SimpleUploadedFile | None, said: str
) -> None:
    assert said in add(client, file)
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("手册.pdf", None, "document_file_missing"),
        ("手册.pdf", b"", "document_empty"),
        ("手册.pdf", b"x" * (10 * 1024 * 1024 + 1), "document_too_large"),
        ("手册.html", PDF, "document_form_wrong"),
    ],
)
def test_the_action_refuses_by_itself(name: str, content: bytes | None, code: str) -> None:
    with pytest.raises(Refused) as error:
        keep_document(Document(title="操作手册"), name=name, content=content)
    assert error.value.refusals[0].code == code
