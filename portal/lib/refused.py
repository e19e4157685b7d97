"""Why something is not done: one exception for all of the product, and one catalogue of its words.

    declare(Ground.CONFLICT, {"unit_closed": "{unit} 已经停用；请刷新页面查看。"})
    raise Refused("unit_closed", unit=unit.name)

Each domain declares its codes in its own `refusals.py`; `load` brings them together. The codes are
a public contract: pages, commands, stored rows and the interface quote them, so a code means one
thing in all of the product and is never renamed. A sentence says what was found, what was expected
and how to mend it. It may be worded anew, but names its details in the order in which it does now:
rows keep them in that order, without their names.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from string import Formatter
from typing import NamedTuple, Self

# What stands in a sentence for a detail that holds nothing.
EMPTY = "（空）"
# Characters of what somebody sent that a sentence says back: enough to find it by.
SHOWN = 6


class Ground(Enum):
    """What a refusal means to a program that asked; the value is the status of an HTTP answer."""

    INVALID = HTTPStatus.UNPROCESSABLE_ENTITY  # what was given must be mended
    UNSIGNED = HTTPStatus.UNAUTHORIZED  # a program did not prove who it is
    FORBIDDEN = HTTPStatus.FORBIDDEN  # who asks may not do this, as things are
    NOT_FOUND = HTTPStatus.NOT_FOUND  # there is no such thing, or none that may be known of
    METHOD = HTTPStatus.METHOD_NOT_ALLOWED  # the address is asked in another way
    MEDIA = HTTPStatus.UNSUPPORTED_MEDIA_TYPE  # what was sent is of a kind that is not read
    CONFLICT = HTTPStatus.CONFLICT  # things are no longer, or not yet, as this needs them
    TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE  # more than is taken at once
    TOO_OFTEN = HTTPStatus.TOO_MANY_REQUESTS  # later it may be done
    BUSY = HTTPStatus.SERVICE_UNAVAILABLE  # the portal could not do it now
    NO_ROOM = HTTPStatus.INSUFFICIENT_STORAGE  # the portal had no room to keep it
    FAILED = HTTPStatus.INTERNAL_SERVER_ERROR  # the portal tried and ended


class Declared(NamedTuple):
    """One line of the catalogue. `details` are named in the order in which the sentence does;
    `module` is the one that declares it.
    """

    code: str
    ground: Ground
    sentence: str
    place: str
    details: tuple[str, ...]
    module: str


_CATALOGUE: dict[str, Declared] = {}


def declare(ground: Ground, sentences: Mapping[str, str], *, place: str = "") -> None:
    """Put codes with their sentences into the catalogue; `{name}` stands for a detail.

    `place` is what they are about: a field of the forms that have it, or a gate of an upload.
    Raises ValueError for a code that is declared already.
    """
    module: str = sys._getframe(1).f_globals["__name__"]
    for code, sentence in sentences.items():
        if code in _CATALOGUE:
            raise ValueError(f"The refusal {code!r} is declared twice.")
        details = tuple(
            dict.fromkeys(name for _, name, _, _ in Formatter().parse(sentence) if name)
        )
        _CATALOGUE[code] = Declared(code, ground, sentence, place, details, module)


def load(package: str) -> None:
    """Read the declarations of a package: every module `refusals` in it, however deep."""
    for folder in map(Path, import_module(package).__path__):
        for file in sorted(folder.rglob("refusals.py")):
            inner = file.relative_to(folder).with_suffix("").parts
            import_module(".".join((package, *inner)))


def catalogue() -> dict[str, Declared]:
    """Every refusal of the product by its code, as far as it is loaded."""
    return dict(_CATALOGUE)


@dataclass(frozen=True)
class Refusal:
    """One rule that said no: its code, details and place. See `refusal`."""

    code: str
    detail: Mapping[str, str]
    place: str

    @property
    def ground(self) -> Ground:
        """What it means to a program."""
        return _CATALOGUE[self.code].ground

    @property
    def message(self) -> str:
        """The Chinese sentence: what was found, what was expected, how to mend it."""
        filling = {name: found or EMPTY for name, found in self.detail.items()}
        return _CATALOGUE[self.code].sentence.format(**filling)

    @property
    def kept(self) -> list[str]:
        """The details as a row keeps them; `restored` reads them again."""
        return [self.detail[name] for name in _CATALOGUE[self.code].details]


def refusal(code: str, /, *, place: str | None = None, **detail: str) -> Refusal:
    """Make one refusal; `place` where it is not the one that is declared.

    Raises KeyError for an unknown code, and ValueError for other details than its sentence names.
    """
    declared = _CATALOGUE[code]
    if detail.keys() != set(declared.details):
        raise ValueError(f"{code!r} is told with {declared.details}, not {tuple(detail)}.")
    return Refusal(code, detail, declared.place if place is None else place)


def restored(code: str, kept: Sequence[str], *, place: str | None = None) -> Refusal:
    """Make a refusal of the details that a row has kept. Raises ValueError for too few."""
    details = dict(zip(_CATALOGUE[code].details, kept, strict=False))
    return refusal(code, place=place, **details)


def echoed(text: str, most: int = SHOWN) -> str:
    """The first characters of a text, a dot for each that cannot be printed, and how many there
    are in all where there are more: a number of a person that was sent by mistake stays unread."""
    seen = "".join(char if char.isprintable() else "·" for char in text[:most])
    return seen if len(text) <= most else f"{seen}…（共 {len(text)} 个字符）"


class Refused(Exception):
    """Something was refused, for one reason or for several said all at once. Nothing has changed.

    `code`, `detail` and the other names of a refusal are those of the first reason.
    """

    refusals: tuple[Refusal, ...]

    def __init__(self, code: str, /, *, place: str | None = None, **detail: str) -> None:
        super().__init__(code)
        self.refusals = (refusal(code, place=place, **detail),)

    @classmethod
    def of(cls, *refusals: Refusal) -> Self:
        """Refuse for reasons that are made already, at least one."""
        refused = cls(refusals[0].code, **refusals[0].detail)
        refused.refusals = refusals
        return refused

    def __str__(self) -> str:
        return "\n".join(each.message for each in self.refusals)

    @property
    def first(self) -> Refusal:
        """The reason to name where there is room for one."""
        return self.refusals[0]

    @property
    def code(self) -> str:
        """The code of the first reason."""
        return self.first.code

    @property
    def detail(self) -> Mapping[str, str]:
        """The details of the first reason."""
        return self.first.detail
