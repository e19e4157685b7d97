"""Files that no row names are removed when they are old; a file that has a row never is."""

import os
import re
import time
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from accounts.messages.actions_documents import keep_document
from accounts.messages.models import Document
from accounts.units.actions_qualifications import upload_paper
from accounts.units.models import Qualification
from tests.accounts.units.papers import PDF
from tests.people import Side
from tests.structure import ROOT
from tests.tracing.exports.asking import ask, make
from tests.tracing.factories import DrugBatchFactory, packed
from tests.tracing.uploads.rows import CODES, code_rows, workbook
from tests.tracing.uploads.uploads import submit, upload
from tracing import stray_files as strays
from tracing import tasks
from tracing.stray_files import ALONE, FOLDERS, remove_strays
from tracing.traces.selections import ByBatch
from tracing.uploads.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)


def aged(path: Path, age: timedelta = ALONE + timedelta(hours=1)) -> Path:
    """The same file, last changed so long ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    then = time.time() - age.total_seconds()
    os.utime(path, (then, then))
    return path


def files() -> set[Path]:
    return {path for path in Path(settings.PORTAL_FILES).rglob("*") if path.is_file()}


@pytest.fixture
def kept(maker: Side, tmp_path: Path) -> set[Path]:
    """One file of each kind that has a row, all of them old."""
    upload(
        *maker, CODES, workbook(tmp_path / "a.xlsx", CODES, [*code_rows(2), {"lv1_trac_code": "x"}])
    )
    batch = DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN0001", manu_lotnum="LOT1")
    packed(maker.unit, batch, 3)
    assert make(ask(maker, ByBatch("SN0001"))).path.is_file()
    upload_paper(maker.unit, Qualification.Kind.LICENCE, name="照.pdf", content=PDF)
    keep_document(Document(title="a"), name="手册.pdf", content=PDF)
    Submission.everything.get().report_part(2).touch()
    found = files()
    assert len({path.relative_to(settings.PORTAL_FILES).parts[0] for path in found}) == 4
    (report,) = [path for path in found if path.name == "report.xlsx"]
    further = Submission.everything.get().report_part(2)
    further.write_bytes(report.read_bytes())
    found.add(further)
    return {aged(path) for path in found}


def test_what_has_a_row_stays_and_what_has_none_goes(kept: set[Path]) -> None:
    root, nobody = Path(settings.PORTAL_FILES), str(uuid.uuid4())
    submission = Submission.everything.get()
    alone = [
        root / "submissions" / nobody / "1.xlsx",
        root / "submissions" / nobody / "report.xlsx",
        root / "submissions" / str(submission.pk) / "report.part",
        root / "submissions" / str(submission.pk) / "2.xlsx",
        root / "submissions" / "no-id",
        root / "exports" / f"{nobody}.xlsx",
        root / "exports" / f"{nobody}.{nobody}.part",
        root / "qualifications" / nobody,
        root / "documents" / f"{nobody}.pdf",
        root / "arriving" / "tmpabc.upload",
    ]
    fresh = [root / "documents" / "fresh.pdf", root / "submissions" / str(uuid.uuid4()) / "1.xlsx"]
    for path in alone:
        aged(path)
    for path in fresh:
        aged(path, timedelta(hours=20))
    tasks.clear_files()
    assert files() == kept | set(fresh)
    assert not (root / "submissions" / nobody).exists()
    assert remove_strays() == 0


def test_an_upload_that_is_just_being_stored_is_left_alone(maker: Side, tmp_path: Path) -> None:
    """Its file is there before its row is."""
    submit(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(2)))
    begun = Path(settings.PORTAL_FILES) / "submissions" / str(uuid.uuid4()) / "1.xlsx"
    aged(begun, timedelta(0))
    assert remove_strays() == 0
    assert begun.is_file()


def test_the_files_of_another_database_are_left_alone(
    maker: Side, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever connects an empty database by mistake loses nothing."""
    path = aged(Path(settings.PORTAL_FILES) / "submissions" / str(uuid.uuid4()) / "1.xlsx")
    assert remove_strays() == 0
    assert path.is_file()
    assert "the database not one row of them" in caplog.text


def test_many_are_looked_up_in_parts(kept: set[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strays, "BATCH", 2)
    for _ in range(5):
        aged(Path(settings.PORTAL_FILES) / "exports" / f"{uuid.uuid4()}.csv")
    assert remove_strays() == 5
    assert files() == kept


def test_every_folder_of_files_is_known() -> None:
    named = re.compile(r"PORTAL_FILES\)\s*/\s*\"([a-z]+)\"")
    sources = [
        path for part in ("accounts", "tracing", "portal") for path in ROOT.glob(f"{part}/**/*.py")
    ]
    used = {name for path in sources for name in named.findall(path.read_text())}
    assert used == set(FOLDERS)
