"""File locks between processes. The system lets go of them however a process ends.

`flock` belongs to the open file, so forked children keep a lock together with their parent, and
started programs do not, because Python closes files on exec.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def lock(path: Path, *, shared: bool = False) -> int:
    """Wait for the lock; closing the returned file lets go of it."""
    file = open_lock(path)
    fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
    return file


@contextmanager
def locked(path: Path) -> Iterator[int]:
    file = lock(path)
    try:
        yield file
    finally:
        os.close(file)


def try_lock(path: Path) -> int | None:
    """Take the lock, or return None at once if somebody holds it."""
    file = open_lock(path)
    if _taken(file, fcntl.LOCK_EX):
        return file
    os.close(file)
    return None


def is_free(path: Path) -> bool:
    """Whether nobody holds the lock at this moment, not even shared.

    Looking takes the lock for an instant: two who look at once may both be told that it is held.
    """
    return _could_take(path, fcntl.LOCK_EX)


def is_owned(path: Path) -> bool:
    """Whether somebody holds the lock alone. Any number may look at once."""
    return not _could_take(path, fcntl.LOCK_SH)


def _could_take(path: Path, kind: int) -> bool:
    file = open_lock(path)
    try:
        return _taken(file, kind)
    finally:
        os.close(file)


def _taken(file: int, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
