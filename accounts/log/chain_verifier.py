"""Reading the chains again from the start, to see whether anything in them was changed since."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection, transaction

from accounts.log.chain_links import ENTRY_COLUMNS, START, Entry, link_hash

# Within this time every entry is sealed, and no transaction is open that long.
PATIENCE = timedelta(minutes=20)
# How many rows are held at a time.
CHUNK = 2_000


class BrokenLink(StrEnum):
    """What is wrong at the first broken place of a chain."""

    ENTRY_GONE = "entry_gone"
    SEAL_GONE = "seal_gone"
    ALTERED = "altered"
    ELSEWHERE = "elsewhere"
    BACKDATED = "backdated"
    CUT = "cut"
    REWRITTEN = "rewritten"


class Broken(NamedTuple):
    """The first broken place of a chain. `entry` is null where there is none."""

    fault: BrokenLink
    position: int
    entry: int | None


class Head(NamedTuple):
    """The last link of a chain at some time: `unit` is a primary key, None for no unit."""

    unit: int | None
    position: int
    hash: str

    def __str__(self) -> str:
        return f"{'-' if self.unit is None else self.unit}:{self.position}:{self.hash}"


@dataclass
class LogChain:
    """What was found of one chain. `late` counts the links that were sealed only after `patience`.

    `head` is the last link that is good; position 0 where none is.
    """

    head: Head
    late: int = 0
    broken: Broken | None = None


class Unsealed(NamedTuple):
    """The entries of one unit that should hang in its chain by now and do not."""

    unit: int | None
    entries: int
    first: int


class _Link(NamedTuple):
    """A row of accounts_logseal and the entry it names, if that is there."""

    unit: int | None
    position: int
    hash: str
    sealed_at: datetime
    entry_id: int
    written_at: datetime | None
    entry: Entry


LINKS = f"""
    SELECT s.unit_id, s.position, s.hash, s.at, s.entry_id, e.at, {ENTRY_COLUMNS}
    FROM accounts_logseal s LEFT JOIN accounts_operationlog e ON e.id = s.entry_id
    {{chosen}} ORDER BY s.unit_id, s.position
"""  # noqa: S608
UNSEALED = """
    SELECT e.unit_id, count(*), min(e.id) FROM accounts_operationlog e
    WHERE NOT EXISTS (SELECT FROM accounts_logseal s WHERE s.entry_id = e.id)
      AND e.at < now() - %(patience)s {chosen}
    GROUP BY e.unit_id ORDER BY e.unit_id
"""


def verify(
    *, unit: int | None = None, noted: Sequence[Head] = (), patience: timedelta = PATIENCE
) -> tuple[list[LogChain], list[Unsealed]]:
    """Judge every chain, or that of one unit, and look for entries that hang in none.

    `noted` are heads that were written down elsewhere: each chain must still run through them.
    All is read in one snapshot, and streamed: memory grows with the chains, not their links.
    Must not be called inside a transaction.
    """
    heads: dict[int | None, list[Head]] = {}
    for head in noted:
        if unit is None or head.unit == unit:
            heads.setdefault(head.unit, []).append(head)
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        chains = list(_chains(_links(unit), heads, patience))
        return chains, _unsealed(unit, patience)


def _links(unit: int | None) -> Iterator[_Link]:
    """Stream the links of all chains, or of one unit's, each chain in its order."""
    chosen, parameters = ("WHERE s.unit_id = %s", [unit]) if unit is not None else ("", [])
    with closing(connection.chunked_cursor()) as cursor:
        cursor.execute(LINKS.format(chosen=chosen), parameters)
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                unit, position, hash_, sealed_at, entry, written_at, *held = row
                yield _Link(unit, position, hash_, sealed_at, entry, written_at, Entry(*held))


def _unsealed(unit: int | None, patience: timedelta) -> list[Unsealed]:
    chosen = "AND e.unit_id = %(unit)s" if unit is not None else ""
    parameters: dict[str, Any] = {"patience": patience, "unit": unit}
    with connection.cursor() as cursor:
        cursor.execute(UNSEALED.format(chosen=chosen), parameters)
        return [Unsealed(*row) for row in cursor.fetchall()]


def _chains(
    links: Iterable[_Link], noted: Mapping[int | None, Sequence[Head]], patience: timedelta
) -> Iterator[LogChain]:
    """Judge the chains one after the other; chains that only a noted head knows come last."""
    left = dict(noted)
    walk: _Walk | None = None
    for link in links:
        if walk is None or walk.unit != link.unit:
            if walk is not None:
                yield walk.ended()
            walk = _Walk(link.unit, left.pop(link.unit, ()), patience)
        walk.take(link)
    if walk is not None:
        yield walk.ended()
    for unit, heads in left.items():
        yield _Walk(unit, heads, patience).ended()


class _Walk:
    """Goes along one chain until its first broken place; the rest of it cannot be judged."""

    def __init__(self, unit: int | None, noted: Sequence[Head], patience: timedelta) -> None:
        self.unit = unit
        self.noted: dict[int, set[str]] = {}
        for head in noted:
            self.noted.setdefault(head.position, set()).add(head.hash)
        self.patience = patience
        self.newest: datetime | None = None
        self.chain = LogChain(Head(unit, 0, START))

    def take(self, link: _Link) -> None:
        """Judge the next link."""
        if self.chain.broken is not None:
            return
        if fault := self._fault(link):
            self._break(fault, link)
            return
        self.chain.head = Head(self.unit, link.position, link.hash)
        written = link.written_at
        if written is not None:
            self.chain.late += link.sealed_at - written > self.patience
            self.newest = max(written, self.newest or written)

    def _fault(self, link: _Link) -> BrokenLink | None:
        previous = self.chain.head
        if link.position != previous.position + 1:
            return BrokenLink.SEAL_GONE
        if link.written_at is None:
            return BrokenLink.ENTRY_GONE
        if link.entry.unit != self.unit:
            return BrokenLink.ELSEWHERE
        if link.hash != link_hash(previous.hash, link.position, link.sealed_at, link.entry):
            return BrokenLink.ALTERED
        if self.noted.get(link.position, {link.hash}) != {link.hash}:
            return BrokenLink.REWRITTEN
        # Whoever writes an entry under an old date has it sealed like a new one.
        if self.newest is not None and self.newest - link.written_at > self.patience:
            return BrokenLink.BACKDATED
        return None

    def _break(self, fault: BrokenLink, link: _Link) -> None:
        position = self.chain.head.position + 1
        entry = None if fault is BrokenLink.SEAL_GONE else link.entry_id
        self.chain.broken = Broken(fault, position, entry)

    def ended(self) -> LogChain:
        """The chain has no more links: it must not be shorter than it was noted to be."""
        last = self.chain.head.position
        if self.chain.broken is None and any(position > last for position in self.noted):
            self.chain.broken = Broken(BrokenLink.CUT, last + 1, None)
        return self.chain
