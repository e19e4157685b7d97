"""Why a file could not be kept: the disk is full, or the place cannot be written to."""

import errno

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
SHUT = frozenset({errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR})


def is_full(error: BaseException | None) -> bool:
    """Whether there was no room left, or none of the user's share."""
    return isinstance(error, OSError) and error.errno in FULL


def not_kept(error: BaseException | None) -> bool:
    """Whether the place of a file is to blame and not the file: full, or not to be written to."""
    return is_full(error) or (isinstance(error, OSError) and error.errno in SHUT)
