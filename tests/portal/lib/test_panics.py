"""What Rust says of the system comes as an OSError, and no crash passes by a handler."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from portal.lib.panics import no_panics
from portal.lib.sheets import Heading, write_xlsx
from portal.servers.homes import BASE_DIR
from tests.portal.full_temp import PanicException

WIDE = [Heading(str(n), str(n), 9.0) for n in range(50)]
# In a process of its own, which may write nothing to a file.
NO_BYTE = """
import resource, sys
from pathlib import Path
from portal.lib.sheets import Heading, write_xlsx
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
rows = int(sys.argv[2])
try:
    write_xlsx(Path(sys.argv[1]), "a", [Heading("a", "a", 9.0)], [["x" * 999]] * rows, rows)
except OSError as error:
    print(error.errno, type(error.__cause__).__name__)
"""


@pytest.mark.parametrize(("rows", "raised"), [(1, "OSError"), (2000, "PanicException")])
def test_what_the_real_writer_raises_is_an_error_of_the_system(
    tmp_path: Path, rows: int, raised: str
) -> None:
    said = subprocess.run(
        [sys.executable, "-c", NO_BYTE, str(tmp_path / "a.xlsx"), str(rows)],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == [str(errno.EFBIG), raised]


def test_so_is_a_temporary_folder_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "gone"))
    with pytest.raises(FileNotFoundError):
        write_xlsx(tmp_path / "a.xlsx", "a", WIDE, [["x"] * 50], 1)


@pytest.mark.parametrize(
    ("told", "as_what", "number"),
    [
        (PanicException("Os { code: 28, kind: StorageFull }"), OSError, errno.ENOSPC),
        (OSError("No space left on device (os error 28)"), OSError, errno.ENOSPC),
        (PanicException("index out of bounds"), RuntimeError, None),
        (RuntimeError("no number"), RuntimeError, None),
        (ValueError("3 rows instead of 4 (os error 28)"), ValueError, None),
        (OSError(errno.EIO, "(os error 28)"), OSError, errno.EIO),
        (KeyboardInterrupt(), KeyboardInterrupt, None),
    ],
    ids=repr,
)
def test_nothing_else_is_taken_for_one(
    told: BaseException, as_what: type[BaseException], number: int | None
) -> None:
    with pytest.raises(as_what) as caught, no_panics():
        raise told
    assert getattr(caught.value, "errno", None) == number
