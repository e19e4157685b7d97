"""Crashes in libraries written in Rust, told apart, and told in Python's words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

# They give the system's number in their words alone.
_OF_THE_SYSTEM = re.compile(r"\(os error (\d+)\)|\bOs \{ code: (\d+)")


def is_panic(error: BaseException) -> bool:
    """Whether it is what a crash in Rust becomes."""
    return type(error).__name__ == "PanicException"


@contextmanager
def no_panics() -> Iterator[None]:
    """Raise OSError with its number where the system was to blame, else RuntimeError for a panic:
    that is no Exception, and would pass by whatever handles those and end the process.
    """
    try:
        yield
    except BaseException as error:
        said = _OF_THE_SYSTEM.search(str(error))
        if said and (is_panic(error) or _has_no_number(error)):
            raise OSError(int(said[1] or said[2]), str(error)) from error
        if is_panic(error):
            raise RuntimeError(str(error)) from error
        raise


def _has_no_number(error: BaseException) -> bool:
    return isinstance(error, RuntimeError) or (isinstance(error, OSError) and error.errno is None)
