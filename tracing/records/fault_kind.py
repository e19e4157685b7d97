"""What a kind of finding is: a stable code, a level, and a Chinese sentence with slots."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a finding does: nothing, a remark beside an accepted row, or a rejected row."""

    OFF = "off"
    WARN = "warn"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One line of the catalogue.

    `message` says what was found, what was expected and how to mend it; `{label}` stands for the
    column, `{0}`, `{1}` … for the details named in `slots`, in that order. A `fixed` kind keeps its
    level: either no value could be stored (a text in a number column), or the reference rules call
    it an error always (a code that holds itself). `between_rows` says that several rows of a file
    have it together, until one of them is put right. `asked` says the same of the one code that a
    search asks for, where `message` speaks of the cells and columns of a file.
    """

    code: str
    level: Severity
    message: str
    slots: tuple[str, ...] = ()
    fixed: bool = False
    asked: str = ""
    between_rows: bool = False


def fixed(
    code: str, message: str, *slots: str, asked: str = "", between_rows: bool = False
) -> FaultKind:
    """Make a kind that always rejects its row."""
    return FaultKind(
        code, Severity.ERROR, message, slots, fixed=True, asked=asked, between_rows=between_rows
    )


def error(code: str, message: str, *slots: str) -> FaultKind:
    """Make a kind that rejects its row unless its level is lowered."""
    return FaultKind(code, Severity.ERROR, message, slots)


def warning(code: str, message: str, *slots: str) -> FaultKind:
    """Make a kind that remarks on a row it accepts unless its level is changed."""
    return FaultKind(code, Severity.WARN, message, slots)


def remark(code: str, message: str, *slots: str) -> FaultKind:
    """Make a kind that only remarks, on a whole file: no level could reject a row for it."""
    return FaultKind(code, Severity.WARN, message, slots, fixed=True)
