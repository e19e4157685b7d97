"""Read an uploaded workbook or array of rows: columns of cells for a record, or a precise refusal.

The file is hostile until read. Reading happens in a child process (`child.py`) with limits on
memory, time and disk; whatever a file does to that process, this one only learns
that the file was refused. The child's answer is JSON, never a pickle.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from portal.lib.disk import NotKept, has_room, keeping
from portal.lib.refused import Refused
from tracing.records import dates
from tracing.records.base import Record
from tracing.records.bindings import BINDINGS, of_business
from tracing.records.column_kinds import Date
from tracing.records.terms import Cell, ErrorCell
from tracing.uploads.arrays import read_rows
from tracing.uploads.workbook.child import OUT_OF_MEMORY
from tracing.uploads.workbook.headings import Wanted
from tracing.uploads.workbook.layout import ROWS_SUFFIX
from tracing.uploads.workbook.limits import MEBIBYTE, Limits, sizes
from tracing.uploads.workbook.other_records import refused_in_words
from tracing.uploads.workbook.transfer import receive, send

log = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[3]
# Of an array of rows: an interface's is measured as it comes, and that of rows put right on the
# pages is bounded by the file that they came out of.
LARGEST_ARRAY = 128 * MEBIBYTE
# An array of up to so many bytes is read in this process: it is JSON that this process wrote, and
# to start a child takes longer than all that is done with the rows (docs/adr/0038).
READ_HERE = 4 * MEBIBYTE
CRASHES = (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL)
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL")  # of the environment; no secrets


class ReaderFailed(Exception):
    """The child ended with a fault of its own, not of the file. Its error output is quoted."""


class OutOfMemory(Exception):
    """The child got no more memory."""


@dataclass(frozen=True)
class Sheet:
    """The rows of a file. Every list of `columns` is as long as `rows`.

    `rows` are the sheet's row numbers, `heading_row` too (from 1); those of an array of rows are
    their positions in it, from 1, and its `heading_row` is 0. `columns` holds every column of
    the record; one that the sheet does not have is all None, as every empty cell is. Texts are as
    the file has them. `original_rows` and `submission` are those of an error workbook; where a
    row has no row number there, what stands in its place.
    `ignored_headings` and `other_sheets` were not read; `blank_rows` were dropped, `hidden_rows`
    are among the rows. `written_in` are the encoding and the separator of a text, in words.
    """

    sheet_name: str
    heading_row: int
    columns: dict[str, list[Cell]]
    rows: list[int]
    original_rows: list[int | str] | None
    submission: str | None
    ignored_headings: list[str]
    other_sheets: list[str]
    blank_rows: int
    hidden_rows: int = 0
    written_in: tuple[str, str] | None = None


def read(path: Path, record: Record, limits: Limits) -> Sheet:
    """Read the rows of `record` in the file at `path`.

    Raises `Refused` for a file that cannot be taken, or where there was no room to read it, OSError
    if there is no such file, and `ReaderFailed` if reading went wrong for another reason that is
    not the file's.
    """
    size = path.stat().st_size
    if size == 0:
        raise Refused("empty_file")
    is_rows = path.suffix == ROWS_SUFFIX
    most = max(limits.max_bytes, LARGEST_ARRAY) if is_rows else limits.max_bytes
    if size > most:
        raise Refused("too_large", **sizes(size, most))
    if read_here(path, size):
        answer = _rows_read_here(path, record, limits.for_child(size))
    else:
        answer = _read_by_child(path, record, limits, size)
    if "refused" in answer:
        raise refused_in_words(answer["refused"], answer["detail"])
    count = len(answer["rows"])
    columns: dict[str, list[Cell]] = {
        column.name: answer["columns"].get(column.name) or [None] * count
        for column in record.columns
    }
    if answer.pop("date1904"):
        _from_1904(record, columns)
    if answer["written_in"] is not None:  # JSON knows no tuples
        answer["written_in"] = tuple(answer["written_in"])
    return Sheet(**{**answer, "columns": columns})


def read_here(path: Path, size: int) -> bool:
    """Whether a file of so many bytes is read in the process that asks for it."""
    return path.suffix == ROWS_SUFFIX and size <= READ_HERE


def _rows_read_here(path: Path, record: Record, limits: dict[str, int]) -> dict[str, Any]:
    """What the child would answer of an array. The cells pass through the child's own transfer, so
    that they have the types that they would have come back with."""
    answer = io.BytesIO()
    try:
        with path.open("rb") as file:
            send(*read_rows(file, record.code, wanted(record), limits), answer)
    except Refused as refused:
        return {"refused": refused.code, "detail": refused.detail}
    answer.seek(0)
    return receive(answer, ErrorCell)


def _read_by_child(path: Path, record: Record, limits: Limits, size: int) -> dict[str, Any]:
    request = _request(path, record, limits.for_child(size))
    try:
        with keeping():
            return _ask_twice(request, limits.wall_seconds)
    except NotKept as error:
        log.error("The temporary folder has no room to read a file: %s", error)
        raise Refused("not_kept") from error


def _from_1904(record: Record, columns: dict[str, list[Cell]]) -> None:
    for column in record.columns:
        if isinstance(column.kind, Date):
            columns[column.name] = list(map(dates.from_1904, columns[column.name]))


def wanted(record: Record) -> list[Wanted]:
    """The columns of a record as the gates know them."""
    return [Wanted(c.name, (c.label, *c.aliases), c.required) for c in record.columns]


def _beside(record: Record) -> list[Record]:
    """The other records that the business of a record uploads."""
    binding = BINDINGS.get(record.code)
    found = of_business(binding.business) if binding else []
    return [other.record for other in found if other.record.code != record.code]


def _request(path: Path, record: Record, limits: dict[str, int]) -> dict[str, Any]:
    return {
        "path": str(path.resolve()),
        "is_rows": path.suffix == ROWS_SUFFIX,
        "record": record.code,
        "title": record.title,
        "columns": wanted(record),
        "others": [(other.code, other.title, wanted(other)) for other in _beside(record)],
        "limits": limits,
        "careful": False,
    }


def _ask_twice(request: dict[str, Any], wall_seconds: float) -> dict[str, Any]:
    """Ask, and again for the reason where the memory did not last, then scanning before reading."""
    try:
        return _ask(request, wall_seconds)
    except OutOfMemory:
        pass
    try:
        return _ask({**request, "careful": True}, wall_seconds)
    except OutOfMemory:
        raise Refused("too_complex") from None


def _ask(request: dict[str, Any], wall_seconds: float) -> dict[str, Any]:
    """Run the child on a request; its answer, or what its death says about the file."""
    with (
        tempfile.TemporaryFile() as output,
        tempfile.TemporaryFile() as errors,
        tempfile.TemporaryDirectory() as folder,
    ):
        request = {**request, "folder": folder}
        child = subprocess.Popen(
            [
                sys.executable,
                "-E",
                "-s",
                "-m",
                "tracing.uploads.workbook.child",
                json.dumps(request),
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            cwd=ROOT,
            start_new_session=True,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
        )
        with _ended(child, wall_seconds) as timed_out:
            code = child.wait()
        if timed_out.is_set():
            raise Refused("too_slow", seconds=f"{wall_seconds:g}")
        if code == 0:
            output.seek(0)
            answer = receive(output, ErrorCell)
            if answer.get("refused") == OUT_OF_MEMORY:
                raise OutOfMemory
            return answer
        if not has_room(folder, MEBIBYTE):  # Then it could not even say why.
            raise NotKept(f"exit {code}: {_tail(errors)}")
        raise _death(-code, request["limits"]["cpu_seconds"], errors)


def _death(number: int, cpu_seconds: int, errors: IO[bytes]) -> Exception:
    """What it means that the child ended by a signal, or with a failure (then not positive)."""
    if number == signal.SIGXCPU:
        return Refused("too_slow", seconds=str(cpu_seconds))
    if number == signal.SIGABRT:  # Rust got no memory
        return OutOfMemory()
    if number in CRASHES:
        return Refused("damaged", why="读取程序意外终止")
    return ReaderFailed(f"exit {-number}: {_tail(errors)}")


@contextlib.contextmanager
def _ended(child: subprocess.Popen[bytes], wall_seconds: float) -> Iterator[threading.Event]:
    """Kill the child's process group when its time is up, which the event tells, or at the end."""
    timed_out = threading.Event()

    def stop() -> None:
        timed_out.set()
        _kill(child)

    timer = threading.Timer(wall_seconds, stop)
    timer.start()
    try:
        yield timed_out
    finally:
        timer.cancel()
        if child.poll() is None:
            _kill(child)
            child.wait()


def _kill(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def _tail(errors: IO[bytes]) -> str:
    errors.seek(max(errors.seek(0, os.SEEK_END) - 2000, 0))
    return errors.read().decode(errors="replace")
