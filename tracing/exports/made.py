"""The export of codes that the unit made, whose boxes and products are its own.

In its SQL `{chosen}` is the query that chooses the codes. The product facts come as an array, and
only with the first row of a product: the rows that follow have NULL there and mean the same. So
they are written as text, sent and read once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from accounts.units.models import Unit
from tracing.exports.columns import device_cells
from tracing.exports.reading import Counted, Row, counted, streamed
from tracing.records.base import Column
from tracing.records.nodes import Node
from tracing.stores import membership
from tracing.stores.local_times import written_date, written_moment
from tracing.stores.membership import ORGANISATION, REGISTERED
from tracing.traces.consumables import Described, as_drug, made_of
from tracing.traces.facts import FACTS, KNOWN_TO_CODE, common_facts
from tracing.traces.selections import Codes

CHOSEN = (
    "code",
    "unit_id",
    "trac_codg_sn",
    "lv2_trac_code",
    "lv3_trac_code",
    "med_list_codg",
    "prod_code",
    "stoin_time",
    "uploaded_at",
    "is_consumable",
    "udi_di",
    "manu_lotnum",
    "manu_date",
    "expy_end",
    "is_lot",
    "quantity",
)


def _written(fact: Column) -> str:
    """The SQL of a batch's fact as text, the same as `tables.shown` gives."""
    name = f"b.{fact.name}"
    match fact.kind.type:
        case "date" | "moment":
            text = written_date(name)
        case "number":
            text = f"trim_scale({name})::text"
        case "choice":
            words = " ".join(f"WHEN '{code}' THEN '{word}'" for code, word in fact.kind.values)
            text = f"CASE {name} {words} ELSE {name} END"
        case _:
            text = f"{name}::text"
    return f"coalesce({text}, '')"


def _array(texts: Iterable[str]) -> str:
    return f"ARRAY[{', '.join(texts)}]::text[]"


# What a batch says, and what its codes say of themselves while it is not there.
_OF_BATCH = _array(map(_written, FACTS))
_OF_CODE = _array(f"c.{f.name}" if f.name in KNOWN_TO_CODE else "''" for f in FACTS)
_PRODUCT = ", ".join(f"c.{name}" for name in KNOWN_TO_CODE)
_PRODUCT_BEFORE = ", ".join(f"lag(c.{name}) OVER way" for name in KNOWN_TO_CODE)
TITLES = "CASE s.node {} END".format(
    " ".join(f"WHEN {node.value} THEN '{node.label}'" for node in Node)
)

# Parameters after those of the chosen codes: the unit, and the setting that lifts the rule.
_CHAINS = f"""
    WITH chosen AS MATERIALIZED ({{chosen}}),
    placed AS (SELECT code, %s::bigint AS owner, lv2_trac_code AS middle, lv3_trac_code AS large
               FROM chosen),
    {membership.chain("%s")}"""  # noqa: S608 - texts of ours

# 生产入库 is the code itself, so there are as many of it as codes.
COUNT = f"""{_CHAINS}
    SELECT codes, codes + events, devices
    FROM (SELECT count(*) AS codes, coalesce(bool_or(is_consumable), false) AS devices
          FROM chosen) c,
         (SELECT count(*) AS events {membership.nodes(to_owner=True)}) e"""  # noqa: S608 - texts of ours

_ORDER = 'ORDER BY s.code, s.at, s.node, s.pack, s.organisation COLLATE "C"'

# Further parameters: the unit's name, the unit, and the unit again.
ROWS = f"""{_CHAINS},
    steps AS (
        SELECT c.code, coalesce(c.stoin_time, c.manu_date, b.manu_date, c.uploaded_at) AS at,
               {Node.PRODUCED.value} AS node, c.code AS pack, %s AS organisation
        FROM chosen c LEFT JOIN tracing_drugbatch b
             ON b.unit_id = %s AND b.trac_codg_sn = c.trac_codg_sn AND b.voided_at IS NULL
        UNION ALL
        SELECT p.code, e.happened_at, e.node, e.code, {ORGANISATION}
        {membership.nodes(REGISTERED, to_owner=True)})
    SELECT s.code::text, coalesce(c.lv2_trac_code, '')::text,
           coalesce(c.lv3_trac_code, '')::text, {written_moment("c.uploaded_at")},
           CASE WHEN c.is_consumable THEN NULL
                WHEN ROW({_PRODUCT_BEFORE}) IS DISTINCT FROM ROW({_PRODUCT}) THEN coalesce(
               (SELECT {_OF_BATCH} FROM tracing_drugbatch b
                WHERE b.unit_id = %s AND b.trac_codg_sn = c.trac_codg_sn AND b.voided_at IS NULL),
               {_OF_CODE}) END,
           CASE WHEN c.is_consumable AND lag(c.code) OVER way IS DISTINCT FROM c.code
                THEN {made_of("c")}::text END,
           {TITLES}, {written_moment("s.at")}, s.organisation::text,
           CASE WHEN s.pack = s.code THEN '' ELSE s.pack END::text
    FROM steps s JOIN chosen c ON c.code = s.code
    WINDOW way AS ({_ORDER})
    {_ORDER}"""  # noqa: S608 - texts of ours


class ConsumableRows:
    """The facts of consumables as cells, by the text that says what a code tells of itself."""

    def __init__(self, *, devices: bool) -> None:
        self._devices = devices
        self._described = Described()
        self._cells: dict[str, Row] = {}

    def learn(self, texts: Iterable[str | None]) -> None:
        """Read the facts of what is new."""
        new = {text for text in texts if text} - self._cells.keys()
        if not new:
            return
        self._described.learn(json.loads(text) for text in new)
        names = [fact.name for fact in FACTS]
        for text in new:
            goods = self._described.of(json.loads(text))
            facts = common_facts([as_drug(goods, names)])
            own = device_cells([goods], devices=self._devices)
            self._cells[text] = [*(facts[name] for name in names), *own]

    def of(self, text: str) -> Row:
        """The cells of a text that was learned."""
        return self._cells[text]


def count(unit: Unit, codes: Codes) -> Counted:
    """Count the codes and their rows."""
    return counted(COUNT, codes, CHOSEN, unit.pk, membership.lifted())


def rows(unit: Unit, codes: Codes, *, devices: bool) -> Iterator[Row]:
    """The rows, by one set-based query."""
    product: Row = ()
    consumables = ConsumableRows(devices=devices)
    of_drugs = device_cells((), devices=devices)
    looking = (unit.pk, membership.lifted(), unit.name, unit.pk, unit.pk)
    for chunk in streamed(ROWS, codes, CHOSEN, *looking):
        consumables.learn(made for _, _, _, _, _, made, *_ in chunk)
        for code, middle, large, uploaded_at, changed, made, *node in chunk:
            if made is not None:
                product = consumables.of(made)
            elif changed is not None:
                product = [*changed, *of_drugs]
            yield unit.uscc, code, middle, large, uploaded_at, *product, *node
