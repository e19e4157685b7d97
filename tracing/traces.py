"""The trace of one code of any pack level, and who may see how much of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from accounts.models import Unit
from tracing.facts import FACTS, KNOWN_TO_CODE, common_facts, in_columns
from tracing.models import Node, Pack, TraceEvent
from tracing.tables import Cell
from tracing.timeline import Step, TimelineNode, timeline

UNCORROBORATED = (
    "本单位上传过此追溯码，但尚无其他单位上传的数据印证，所以只显示产品信息和本单位的环节。"
    "上下游单位上传以本单位为发货方或收货方的数据后，即可查看全部环节。"
)
SMALLEST = "小包装"


def _fact(name: str) -> str:
    """A fact of a batch, or of its codes while the batch is not there."""
    return f"coalesce(b.{name}, min(p.{name}))" if name in KNOWN_TO_CODE else f"b.{name}"


# The live packs that are the code or lie in it, one row per batch.
PACKS = f"""
    SELECT p.level, p.unit_id, u.name, u.uscc, count(*),
           max(p.lv2_trac_code), max(p.lv3_trac_code),
           min(coalesce(p.stoin_time, b.manu_date, p.uploaded_at)), min(p.uploaded_at),
           {", ".join(_fact(fact.name) for fact in FACTS)}
    FROM (SELECT 1 AS level, t.* FROM tracing_tracecode t WHERE code = %(code)s
          UNION ALL
          SELECT 2, t.* FROM tracing_tracecode t WHERE lv2_trac_code = %(code)s
          UNION ALL
          SELECT 3, t.* FROM tracing_tracecode t WHERE lv3_trac_code = %(code)s) p
    JOIN accounts_unit u ON u.id = p.unit_id
    LEFT JOIN tracing_drugbatch b ON b.unit_id = p.unit_id
         AND b.trac_codg_sn = p.trac_codg_sn AND b.voided_at IS NULL
    WHERE p.voided_at IS NULL
    GROUP BY p.level, p.unit_id, u.id, p.trac_codg_sn, b.unit_id, b.trac_codg_sn"""  # noqa: S608 - columns of ours


# Whether the unit has anything of its own to do with a code: by keys alone, so that the answer
# takes the same time for an unknown code and for another's box of a hundred thousand packs.
CONCERNS = """
    SELECT EXISTS (SELECT FROM tracing_tracecode WHERE code = %(code)s AND unit_id = %(unit)s)
        OR EXISTS (SELECT FROM tracing_pack WHERE code = %(code)s AND unit_id = %(unit)s)
        OR EXISTS (
            SELECT FROM tracing_traceevent
            WHERE unit_id = %(unit)s AND voided_at IS NULL AND code IN (
                SELECT %(code)s
                UNION ALL
                SELECT unnest(ARRAY[lv2_trac_code, lv3_trac_code])
                FROM tracing_tracecode WHERE code = %(code)s
                UNION ALL
                SELECT parent FROM tracing_pack WHERE code = %(code)s))"""


class _Packs(NamedTuple):
    """The packs of one batch that are the code or lie in it."""

    level: int
    unit_id: int
    unit_name: str
    unit_uscc: str
    contents: int
    middle: str | None
    large: str | None
    produced_at: datetime
    uploaded_at: datetime
    product: dict[str, Any]


class Box(NamedTuple):
    """A box that holds the code now."""

    level: int
    title: str
    code: str


@dataclass(frozen=True)
class Trace:
    """What may be seen of a code.

    `level` is 1 for a smallest pack, 2 or 3 for a box, None where its maker has not uploaded
    it. `product` maps fact names to texts, `boxes` go from the largest, `contents_count` is
    the number of smallest packs in a box. `restricted` says why nodes are missing.
    """

    code: str
    level: int | None
    product: dict[str, str]
    boxes: Sequence[Box]
    contents_count: int
    nodes: Sequence[TimelineNode]
    uscc: str = ""
    uploaded_at: datetime | None = None
    restricted: str = ""

    @property
    def facts(self) -> Sequence[list[Cell]]:
        """The product facts with their labels, in two columns."""
        return in_columns(self.product)


@dataclass(frozen=True)
class Known:
    """Everything that is stored about a code, before it is asked who looks."""

    code: str
    packs: Sequence[_Packs]
    events: Sequence[TraceEvent]

    def owned_by(self, unit: Unit) -> bool:
        """Whether the unit uploaded the code as its maker."""
        return any(packs.unit_id == unit.pk for packs in self.packs)

    def seen_by(self, unit: Unit | None) -> Trace | None:
        """What a unit, or staff for None, may see; None is 未查到."""
        if unit is None or self.owned_by(unit):
            return self._all() if self.packs or self.events else None
        own = [event for event in self.events if event.unit_id == unit.pk]
        if not own:
            return None
        if settings.PORTAL_TRACE_UNCORROBORATED or self._corroborate(unit):
            return self._all()
        return Trace(
            code=self.code,
            level=self._level,
            product=self._product,
            boxes=(),
            contents_count=0,
            nodes=timeline(self.code, _steps(own)),
            restricted=UNCORROBORATED,
        )

    def _corroborate(self, unit: Unit) -> bool:
        """Whether somebody else's upload names the unit as sender or receiver."""
        return any(
            event.unit_id != unit.pk and unit.uscc in (event.sender_uscc, event.receiver_uscc)
            for event in self.events
        )

    def _all(self) -> Trace:
        first = self.packs[0] if self.packs else None
        return Trace(
            code=self.code,
            level=self._level,
            product=self._product,
            boxes=_boxes(first),
            contents_count=sum(p.contents for p in self.packs) if self._level != 1 else 0,
            nodes=timeline(self.code, [*self._produced(), *_steps(self.events)]),
            uscc=first.unit_uscc if first else "",
            uploaded_at=min((p.uploaded_at for p in self.packs), default=None),
        )

    @property
    def _level(self) -> int | None:
        return self.packs[0].level if self.packs else None

    @cached_property
    def _product(self) -> dict[str, str]:
        return common_facts(packs.product for packs in self.packs)

    def _produced(self) -> list[Step]:
        """生产入库, the one node that no event makes; a box has that of its first pack."""
        if not self.packs:
            return []
        first = min(self.packs, key=lambda p: (p.produced_at, p.product["trac_codg_sn"]))
        maker = first.product["prodentp_name"] or first.unit_name
        return [Step(first.produced_at, Node.PRODUCED, self.code, maker)]


def look_up(code: str, unit: Unit | None) -> Known:
    """Read what is stored about a code in its canonical form, for a unit or for staff.

    Nothing is read for a unit that has nothing to do with the code: it waits as long, by the
    same query, as for one that does not exist.
    """
    if unit is not None and not _concerns(code, unit):
        return Known(code, (), ())
    packs = _packs(code)
    boxes = [box.code for box in _boxes(packs[0] if packs else None)]
    events = TraceEvent.everything.filter(code__in=[code, *boxes], voided_at__isnull=True)
    return Known(code, packs, list(events.only(*_SEEN_OF_EVENTS)))


# Documents, quantities and details never leave the table.
_SEEN_OF_EVENTS = (
    "code",
    "kind",
    "unit_id",
    "document",
    "happened_at",
    "node",
    "organisation",
    "sender_uscc",
    "receiver_uscc",
)


def _concerns(code: str, unit: Unit) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(CONCERNS, {"code": code, "unit": unit.pk})
        return bool(cursor.fetchone()[0])


def _packs(code: str) -> list[_Packs]:
    names = [fact.name for fact in FACTS]
    with connection.cursor() as cursor:
        cursor.execute(PACKS, {"code": code})
        return [
            _Packs._make([*row[: -len(names)], dict(zip(names, row[-len(names) :], strict=True))])
            for row in cursor
        ]


def _boxes(packs: _Packs | None) -> list[Box]:
    """The boxes above, largest first."""
    if packs is None:
        return []
    above = {3: packs.large, 2: packs.middle}
    return [
        Box(level, str(Pack.Level(level).label), code)
        for level, code in above.items()
        if code is not None and level > packs.level
    ]


def _steps(events: Iterable[TraceEvent]) -> list[Step]:
    return [
        Step(event.happened_at, Node(event.node), event.code, event.organisation)
        for event in events
        if event.node is not None
    ]
