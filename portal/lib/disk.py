"""Files that come from outside, written whole or not at all; and why one could not be kept."""

import errno
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
SHUT = frozenset({errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR})


def number_of(error: BaseException | None) -> int | None:
    """Return the system's number of an error; None for what is none of the system's."""
    return error.errno if isinstance(error, OSError) else None


def is_full(error: BaseException | None) -> bool:
    """Whether there was no room left, or none of the user's share."""
    return number_of(error) in FULL


def not_kept(error: BaseException | None) -> bool:
    """Whether the place of a file is to blame and not the file: full, or not to be written to."""
    return number_of(error) in FULL | SHUT


def has_room(folder: str, size: int) -> bool:
    """Whether so many bytes more find room in a folder: a file of them is written, and removed."""
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(size))
    except OSError as error:
        if not is_full(error):
            raise
        return False
    return True


class NotKept(Exception):
    """A file was not kept, for want of room or of a place that can be written to."""


@contextmanager
def keeping() -> Iterator[None]:
    """Raise NotKept for what the place of a file is to blame for."""
    try:
        yield
    except OSError as error:
        if not_kept(error):
            raise NotKept(str(error)) from error
        raise


def keep_new(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file that is not there yet, for its owner's eyes only. Raises NotKept.

    Whatever goes wrong, also in `chunks`, nothing of the file is left behind.
    """
    with keeping():
        path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        try:
            with path.open("xb") as file:
                path.chmod(0o600)
                for chunk in chunks:
                    file.write(chunk)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
