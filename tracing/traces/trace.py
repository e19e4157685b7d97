"""The trace of one code of any pack level, and who may see how much of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from accounts.units.models import Unit
from portal.lib.identifiers import CREDIT_CODE
from tracing.core.tables import Cell
from tracing.records.nodes import Node
from tracing.stores.models_codes import OF_CONSUMABLES, Pack
from tracing.traces.chains import Chain, Position, ToldEvent
from tracing.traces.consumables import Facts, Made, as_drug, described, in_block, made_of
from tracing.traces.facts import FACTS, KNOWN_TO_CODE, common_facts, in_columns
from tracing.traces.timeline import Step, TimelineNode, Uncorroborated, timeline, uncorroborated

# Of codes that strangers made and of codes that nobody has uploaded these are the same words.
UNCORROBORATED = (
    "本单位上传过此追溯码，但上游单位尚未上传将其发往本单位的数据，所以只显示本单位填报的内容。"
    f"请联系上游单位上传以本单位{CREDIT_CODE}为收货机构的发货或出库信息，上传后即可查看全部环节。"
)
MEND = (
    "上传下列内容的单位不在此追溯码的流通链条中，所以不计入环节个数，其他单位也看不到。"
    f"确系本单位售出的，请上传以该单位{CREDIT_CODE}为收货机构、状态为已发货的发货信息，"
    "上传后自动计入环节；不属实的，请联系该单位更正。"
)
SMALLEST = "小包装"


def _fact(name: str) -> str:
    """A fact of a batch, or of its codes while the batch is not there."""
    return f"coalesce(b.{name}, min(p.{name}))" if name in KNOWN_TO_CODE else f"b.{name}"


_MADE = made_of("p", summed=True, looking="%(looking)s::bigint")

# The live packs that are one of the codes or lie in it, one row per batch, for the unit that looks;
# staff, for NULL, are told everything.
PACKS = f"""
    SELECT p.asked, p.level, u.name, u.uscc, count(*),
           min(coalesce(p.stoin_time, p.manu_date, b.manu_date, p.uploaded_at)),
           min(p.uploaded_at), b.family, min(p.system),
           CASE WHEN p.is_consumable THEN {_MADE}::text END,
           {", ".join(_fact(fact.name) for fact in FACTS)}
    FROM (SELECT code AS asked, 1 AS level, t.* FROM tracing_tracecode t
          WHERE code = ANY(%(codes)s)
          UNION ALL
          SELECT lv2_trac_code, 2, t.* FROM tracing_tracecode t
          WHERE lv2_trac_code = ANY(%(codes)s)
          UNION ALL
          SELECT lv3_trac_code, 3, t.* FROM tracing_tracecode t
          WHERE lv3_trac_code = ANY(%(codes)s)) p
    JOIN accounts_unit u ON u.id = p.unit_id
    LEFT JOIN tracing_drugbatch b ON b.unit_id = p.unit_id
         AND b.trac_codg_sn = p.trac_codg_sn AND b.voided_at IS NULL
    WHERE p.voided_at IS NULL
    GROUP BY p.asked, p.level, p.unit_id, u.name, u.uscc, p.trac_codg_sn, b.unit_id, b.trac_codg_sn,
             p.is_consumable, {", ".join(f"p.{name}" for name in OF_CONSUMABLES)}
    ORDER BY p.asked, p.level, p.unit_id, p.trac_codg_sn"""  # noqa: S608 - columns of ours


class _Packs(NamedTuple):
    """The packs of one batch, or of one consumable and lot, that are the code or lie in it; what
    consumables say of themselves is `made`."""

    level: int
    unit_name: str
    unit_uscc: str
    contents: int
    produced_at: datetime
    uploaded_at: datetime
    family: str | None
    system: str
    made: str | None
    product: dict[str, Any]
    consumable: Facts | None = None


class Box(NamedTuple):
    """A box that holds the code now."""

    level: int
    title: str
    code: str


@dataclass(frozen=True)
class Trace:
    """What may be seen of a code.

    `level` is 1 for a smallest pack, 2 or 3 for a box, None where its maker has not uploaded
    it. `product` maps fact names to texts, `families` are those of its batches,
    `consumables` the facts of what is no drug. `boxes` go from
    the largest, `contents_count` is the number of smallest packs in a box. `restricted` says to a
    unit outside the chain why it sees what it told and nothing else; `mend` tells the owner what to
    do about `uncorroborated`. `system` is what was recognised when the smallest pack was uploaded,
    empty for other codes.
    """

    code: str
    level: int | None
    product: dict[str, str]
    boxes: Sequence[Box]
    contents_count: int
    nodes: Sequence[TimelineNode]
    uscc: str = ""
    uploaded_at: datetime | None = None
    uncorroborated: Sequence[Uncorroborated] = ()
    restricted: str = ""
    mend: str = ""
    families: Collection[str] = ()
    system: str = ""
    consumables: Sequence[Facts] = ()

    @property
    def facts(self) -> Sequence[list[Cell]]:
        """The product facts with their labels, in two columns."""
        if self.consumables:
            return in_block(self.consumables)
        return in_columns(self.product, self.families)


def visible(chain: Chain, unit: Unit | None) -> bool:
    """Whether anything of a code may be seen.

    A unit outside its chain sees what it told of this very code.
    """
    if unit is None:
        return bool(chain.owner or chain.events)
    return chain.open_to(unit) or chain.told_by(unit)


def traces(seen: Sequence[Chain], unit: Unit | None) -> dict[str, Trace]:
    """The traces of visible codes, in one query whatever is seen."""
    packs = _packs([chain.code for chain in seen if chain.open_to(unit)], unit)
    return {
        chain.code: _whole(chain, packs[chain.code], unit)
        if chain.open_to(unit)
        else _outside(chain, unit)
        for chain in seen
    }


def _whole(chain: Chain, packs: Sequence[_Packs], unit: Unit | None) -> Trace:
    level = packs[0].level if packs else None
    outside = chain.uncorroborated_for(unit)
    told = [(_step(event, event.organisation), event.teller_name) for event in outside]
    return Trace(
        code=chain.code,
        level=level,
        product=_product(packs),
        boxes=_boxes(chain.place),
        contents_count=sum(p.contents for p in packs) if level != 1 else 0,
        nodes=timeline(chain.code, [*_produced(chain.code, packs), *_steps(chain.nodes_for(unit))]),
        uscc=packs[0].unit_uscc if packs else "",
        uploaded_at=min((p.uploaded_at for p in packs), default=None),
        uncorroborated=uncorroborated(chain.code, told),
        mend=MEND if told else "",
        families={p.family for p in packs if p.family is not None},
        system=packs[0].system if level == 1 else "",
        consumables=[p.consumable for p in packs if p.consumable is not None],
    )


def _outside(chain: Chain, unit: Unit | None) -> Trace:
    """What the unit typed itself, and nothing that anybody else said."""
    own = chain.uncorroborated_for(unit)
    told = [(_step(event, event.typed), event.teller_name) for event in own]
    return Trace(
        code=chain.code,
        level=None,
        product=_product(()),
        boxes=(),
        contents_count=0,
        nodes=(),
        uncorroborated=uncorroborated(chain.code, told),
        restricted=UNCORROBORATED,
    )


def _product(packs: Sequence[_Packs]) -> dict[str, str]:
    return common_facts(batch.product for batch in packs)


def _produced(code: str, packs: Sequence[_Packs]) -> list[Step]:
    """生产入库, the one node that no event makes; a box has that of its first pack."""
    if not packs:
        return []
    first = min(packs, key=lambda p: (p.produced_at, p.product["trac_codg_sn"]))
    return [Step(first.produced_at, Node.PRODUCED, code, first.unit_name)]


def _packs(codes: Sequence[str], unit: Unit | None) -> dict[str, list[_Packs]]:
    names = [fact.name for fact in FACTS]
    found: dict[str, list[_Packs]] = {code: [] for code in codes}
    with connection.cursor() as cursor:
        cursor.execute(PACKS, {"codes": list(codes), "looking": None if unit is None else unit.pk})
        for code, *row in cursor:
            facts = dict(zip(names, row[-len(names) :], strict=True))
            found[code].append(_Packs._make([*row[: -len(names)], facts, None]))
    return _with_facts_of_consumables(found)


def _with_facts_of_consumables(found: dict[str, list[_Packs]]) -> dict[str, list[_Packs]]:
    """The same, consumables with what their items and packings say."""
    texts = {p.made for packs in found.values() for p in packs if p.made}
    if not texts:
        return found
    goods = {text: Made.read(json.loads(text)) for text in texts}
    known = described(set(goods.values()))
    return {
        code: [_described(p, known[goods[p.made]]) if p.made else p for p in packs]
        for code, packs in found.items()
    }


def _described(packs: _Packs, facts: Facts) -> _Packs:
    return packs._replace(product=as_drug(facts, packs.product), consumable=facts)


def _boxes(place: Position) -> list[Box]:
    """The boxes above, largest first."""
    above = {3: place.large, 2: place.middle}
    return [
        Box(level, str(Pack.Level(level).label), code)
        for level, code in above.items()
        if code is not None
    ]


def _steps(nodes: Iterable[ToldEvent]) -> list[Step]:
    return [_step(event, event.organisation) for event in nodes]


def _step(event: ToldEvent, organisation: str) -> Step:
    return Step(event.happened_at, event.step, event.code, organisation)
