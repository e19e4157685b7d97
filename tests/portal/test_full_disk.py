"""A disk that is full, can only be read, or is not there: said in words, and nothing is left."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.management.commands import collectstatic
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.messages.actions_documents import keep_document
from accounts.messages.models import Document
from accounts.units.actions_qualifications import upload_paper
from accounts.units.models import Qualification
from portal.demo.supervisor import DemoError
from portal.lib.disk import NotKept, keep_new
from portal.lib.refused import Refused
from portal.management.commands import demo
from portal.servers import starting
from portal.servers.data_folder import look_at
from portal.servers.errors import ServerError
from tests.accounts.units.papers import PDF
from tests.people import Side, client_of
from tracing.uploads.models import Submission
from tracing.uploads.upload_handlers import ArrivingFile, arriving

ALL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES)


def failing(number: int) -> Iterator[bytes]:
    """The first bytes of a file, and then what the system says."""
    yield b"first bytes"
    raise OSError(number, os.strerror(number))


@pytest.fixture
def files(settings: Settings, tmp_path: Path) -> Path:
    """A folder of its own."""
    settings.PORTAL_FILES = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def full(files: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Below the folder no file that is new takes a byte."""
    real = Path.open

    def opened(path: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
        file = real(path, mode, *rest, **more)
        if mode == "xb":
            file.close()
            return real(Path("/dev/full"), "wb", buffering=0)
        return file

    monkeypatch.setattr(Path, "open", opened)
    return files


def left(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("number", ALL)
def test_nothing_is_left_of_a_file_that_was_not_kept(tmp_path: Path, number: int) -> None:
    with pytest.raises(NotKept):
        keep_new(tmp_path / "a" / "b", failing(number))
    assert left(tmp_path) == []


def test_a_fault_that_the_disk_is_not_to_blame_for_stays_one(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="Input/output"):
        keep_new(tmp_path / "b", failing(errno.EIO))
    assert left(tmp_path) == []


@pytest.mark.django_db
def test_an_upload_says_that_it_was_not_kept(maker: Side, full: Path) -> None:
    answer = client_of(maker.agent.account).post(
        f"/u/{maker.unit.slug}/maker/upload/import/",
        {"record": "domestic-drug-info", "file": SimpleUploadedFile("批次.xlsx", b"x" * 99)},
    )
    assert answer.status_code == 422
    assert "文件没有保存，也没有导入任何数据" in answer.content.decode()
    assert not Submission.everything.exists()
    assert list(full.rglob("*")) == [full / "submissions"]


@pytest.mark.django_db
def test_papers_and_documents_too(maker: Side, full: Path) -> None:
    with pytest.raises(Refused, match="文件没有保存"):
        upload_paper(maker.unit, Qualification.Kind.LICENCE, name="照.pdf", content=PDF)
    with pytest.raises(Refused, match="文件没有保存") as caught:
        keep_document(Document(title="a"), name="手册.pdf", content=PDF)
    assert caught.value.code == "file_not_kept"
    assert not Qualification.everything.exists()
    assert not Document.objects.exists()
    assert left(full) == []


@pytest.mark.django_db
def test_a_file_too_large_for_memory_that_finds_no_room_while_it_arrives(
    maker: Side, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(self: ArrivingFile, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(ArrivingFile, "write", write, raising=False)
    client = client_of(maker.agent.account)
    client.raise_request_exception = False
    answer = client.post(
        f"/u/{maker.unit.slug}/maker/upload/import/",
        {"record": "domestic-drug-info", "file": SimpleUploadedFile("a.xlsx", b"x" * 3_000_000)},
    )
    assert answer.status_code == 507
    assert "没有保存" in answer.content.decode()
    assert left(arriving()) == []
    assert not Submission.everything.exists()


@pytest.mark.django_db
def test_any_other_fault_is_the_usual_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("accounts.rights.views_services.render", fail)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "系统出现错误" in answer.content.decode()


def test_a_folder_is_looked_at_before_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    look_at(tmp_path / "new", make=True)
    assert left(tmp_path) == []
    with pytest.raises(ServerError, match=r"PORTAL_DATA=.* does not exist: .* Make it"):
        look_at(tmp_path / "other", make=False)
    (tmp_path / "file").touch()
    with pytest.raises(ServerError, match="is not a folder"):
        look_at(tmp_path / "file" / "x", make=True)
    with pytest.raises(ServerError, match="is not a folder"):
        look_at(tmp_path / "file", make=True)

    def refuse(number: int) -> None:
        def probe(**_: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr("portal.servers.data_folder.tempfile.TemporaryFile", probe)

    refuse(errno.EROFS)
    with pytest.raises(ServerError, match="can only be read"):
        look_at(tmp_path, make=True)
    refuse(errno.ENOSPC)
    look_at(tmp_path, make=True)
    assert "is full (No space left on device): nothing" in capsys.readouterr().err


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_static_files_without_room_end_the_demo_in_words(
    monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    def collect(self: object, **_: object) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(collectstatic.Command, "collect", collect)
    said = DemoError if error == errno.ENOSPC else OSError
    with pytest.raises(said, match="静态文件没有保存" if said is DemoError else "Input/output"):
        demo.collect_static()


def test_a_process_does_not_start_without_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "gone"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/portal")
    with pytest.raises(SystemExit):
        starting.refuse_bad_start()
    assert "does not exist: a folder that this user may write to" in capsys.readouterr().err
