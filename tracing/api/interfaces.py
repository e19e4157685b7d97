"""An interface: one address of the signed interface, declared once.

Addresses, scopes, the OpenAPI document, the 对接方案 and the table of who may do what are made from
these.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from accounts.keys.authentication import Caller

OK = "ok"
# The parameter that brings rows.
DATA_NAME = "data"


class Answer(NamedTuple):
    """What a call is answered: `data` as JSON, and the HTTP status."""

    data: Mapping[str, Any]
    status: int = 200


class Ask(NamedTuple):
    """One call of an interface. `param` is what it asks, by name; `text` the same as it was sent
    and signed; `idempotency` the key of its header Idempotency-Key, empty without one; `call` the
    id of what is remembered under that, None where nothing is."""

    caller: Caller
    param: dict[str, Any]
    text: str
    idempotency: str = ""
    call: uuid.UUID | None = None


@dataclass(frozen=True)
class Parameter:
    """One name of `param`. `type` is a type of JSON Schema, or one of its objects where
    a word does not say it; `expected` says in Chinese what it must be."""

    name: str
    label: str
    type: str | Mapping[str, Any]
    expected: str = ""
    required: bool = False
    length: int | None = None
    example: Any = None


@dataclass(frozen=True)
class Interface:
    """`address` stands below /api/v1/; `name` is that of its URL. `business` is the scope that a
    key must have. `answer` does what is asked. `record` is that of the rows it takes, if any;
    `records` are those where it takes rows of several. `returned` describes the data of a good
    answer as a JSON Schema object. With `changes` it changes rows, and keeps its answer under an
    Idempotency-Key. `also` are further scopes of which one suffices."""

    address: str
    title: str
    business: str
    answer: Callable[[Ask], Answer]
    parameters: tuple[Parameter, ...] = ()
    record: str | None = None
    records: tuple[str, ...] = ()
    note: str = ""
    returned: Mapping[str, Any] = field(default_factory=dict)
    changes: bool = False
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of its URL."""
        return "api-" + self.address.replace("/", "-")

    @property
    def businesses(self) -> tuple[str, ...]:
        """The scopes of which a key must have one."""
        return (self.business, *self.also)

    @property
    def row_records(self) -> tuple[str, ...]:
        """The records whose rows come in by it, if any."""
        return self.records or (() if self.record is None else (self.record,))

    @property
    def statuses(self) -> tuple[int, ...]:
        """The HTTP statuses that a good answer may have: what changes rows may take longer."""
        return (200, 202) if self.changes else (200,)
