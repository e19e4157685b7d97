"""The process in which an uploaded file is read: it can be killed, and nothing is lost.

Its one argument is a request in JSON, its standard output one answer in JSON: columns, or the code
and details of a refusal. It takes away its own rights to memory, time and disk before it opens the
file. Ending in any other way means that the file was too much for it, or that it has a fault.
"""

from __future__ import annotations

import errno
import gc
import json
import os
import resource
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

OUT_OF_MEMORY = "out_of_memory"  # in the place of a refusal's code
ORIGINAL = "\0original"  # a column beside the record's; no record has such a name


def confine(limits: dict[str, int]) -> None:
    """Take away what reading does not need."""
    for kind, soft in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        # A worker's own limit, which it would inherit, is another one.
        (resource.RLIMIT_DATA, limits["memory_bytes"]),
        (resource.RLIMIT_FSIZE, limits["answer_bytes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (soft, soft))
    seconds = limits["cpu_seconds"]
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def answer(request: dict[str, Any], file: IO[bytes]) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """Read a file as a request asks: the answer and its columns. Raises `Refused`."""
    # Not before the limits hold: this brings the reader's own code into the process.
    wanted = _wanted(request["columns"])
    if request["is_rows"]:
        from tracing.uploads.arrays import read_rows

        return read_rows(file, request["record"], wanted, request["limits"])
    return _workbook(request, wanted, file)


def _wanted(columns: list[Any]) -> list[Any]:
    from tracing.uploads.workbook.headings import Wanted

    return [Wanted(name, tuple(labels), required) for name, labels, required in columns]


def _workbook(
    request: dict[str, Any], wanted: list[Any], file: IO[bytes]
) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    from portal.lib.refused import Refused
    from tracing.uploads.workbook.choose import choose, portal_submission
    from tracing.uploads.workbook.headings import Template
    from tracing.uploads.workbook.opening import opened, written_in
    from tracing.uploads.workbook.table import cut, original_rows

    limits = request["limits"]
    book = opened(file, wanted, request)
    submission = portal_submission(book, request["record"])
    others = [Template(code, title, _wanted(columns)) for code, title, columns in request["others"]]
    chosen = choose(book, Template(request["record"], request["title"], wanted), others)
    submission = submission or chosen.headings.submission
    corrects = submission is not None
    if corrects and chosen.headings.original_row is None:
        raise Refused("original_row_missing")
    table = cut(chosen, limits["max_rows"], limits["longest_cell"], ORIGINAL if corrects else None)
    originals = table.columns.pop(ORIGINAL, None)
    read = {
        "sheet_name": chosen.rows.name,
        "heading_row": chosen.headings.row + 1,
        "rows": table.rows,
        "original_rows": None if originals is None else original_rows(originals),
        "submission": submission,
        "ignored_headings": chosen.headings.unknown,
        "other_sheets": chosen.others,
        "blank_rows": table.blank_rows,
        "hidden_rows": table.hidden_rows,
        "written_in": written_in(book),
        "date1904": book.date1904,
    }
    return read, table.columns


def main(argument: str) -> None:
    """Answer one request on standard output."""
    gc.disable()  # one file, then the end: collecting would only cost time
    request = json.loads(argument)
    confine(request["limits"])
    refused = _refusal(request)
    if refused is not None:  # by now what was read is gone, and there is memory again
        _refuse(*refused)


def _refusal(request: dict[str, Any]) -> tuple[str, Mapping[str, str]] | None:
    """Send the answer, or return why there is none."""
    from portal.lib.panics import is_panic
    from portal.lib.refused import Refused
    from tracing.uploads.workbook.transfer import send

    try:
        with Path(request["path"]).open("rb") as file:
            send(*answer(request, file), sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except Refused as refused:
        return refused.code, refused.detail
    except MemoryError:
        return OUT_OF_MEMORY, {}
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        return "too_complex", {}
    except BaseException as error:
        if not is_panic(error):
            raise
        # Rust got no memory for a row.
        return OUT_OF_MEMORY, {}
    return None


def _refuse(code: str, detail: Mapping[str, str]) -> None:
    """Answer with a refusal in place of what may have been written already."""
    os.ftruncate(1, 0)
    os.lseek(1, 0, os.SEEK_SET)
    os.write(1, json.dumps({"refused": code, "detail": detail}).encode())


if __name__ == "__main__":
    main(sys.argv[1])
    os._exit(0)  # nothing to put away, and taking a million cells apart takes time
