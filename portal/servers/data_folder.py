"""PORTAL_DATA, looked at before anything relies on it: missing, shut or full is said in words."""

import errno
import sys
import tempfile
from pathlib import Path

from portal.lib.disk import is_full
from portal.servers.errors import ServerError

# More than a file system keeps beside a file's name without taking room.
PROBE = b"\0" * 4096


def look_at(folder: Path, *, make: bool) -> None:
    """Write a file there and remove it. Raises ServerError where that cannot be done.

    A full disk is said on standard error, and stops nothing: lists and downloads need no room.
    `make`: whether the folder is made if it is not there; where the servers are others', a folder
    that is missing is a wrong path or a disk that is not mounted.
    """
    try:
        if make:
            folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(PROBE)
    except OSError as error:
        if not is_full(error):
            raise ServerError(trouble(folder, error)) from error
        sys.stderr.write(f"{trouble(folder, error)}\n")


def trouble(folder: Path, error: OSError) -> str:
    """Return what is wrong with the folder, what was expected, and how to mend it."""
    if is_full(error):
        return (
            f"The disk of PORTAL_DATA={folder} is full ({error.strerror}): nothing that is "
            "uploaded or exported can be kept. Free room there, or move PORTAL_DATA to a larger "
            "disk."
        )
    found = {
        errno.ENOENT: "does not exist",
        errno.ENOTDIR: "is not a folder",
        errno.EEXIST: "is not a folder",
        errno.EROFS: "is on a file system that can only be read",
        errno.EACCES: "may not be written to by this user",
        errno.EPERM: "may not be written to by this user",
    }.get(error.errno or 0, f"cannot be used ({error.strerror})")
    return (
        f"PORTAL_DATA={folder} {found}: a folder that this user may write to is expected. Make it, "
        "mount its disk, give it to this user (chown), or set PORTAL_DATA to another folder."
    )
