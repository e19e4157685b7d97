"""The export of codes that the unit uploaded, each with what it may see of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from accounts.units.models import Unit
from tracing.exports import uploaded_sql
from tracing.exports.columns import FACT_COLUMNS, device_cells
from tracing.exports.reading import Counted, Row, counted, streamed
from tracing.stores import membership
from tracing.stores.models import DrugBatch
from tracing.traces.consumables import Described, as_drug
from tracing.traces.facts import FACTS, common_facts
from tracing.traces.selections import Codes

NOTHING = dict.fromkeys((fact.name for fact in FACTS), None)


def count(unit: Unit, codes: Codes) -> Counted:
    """Count the codes and their rows."""
    return counted(uploaded_sql.COUNT, codes, uploaded_sql.CHOSEN, *_looking(unit))


def rows(unit: Unit, codes: Codes, *, devices: bool) -> Iterator[Row]:
    """The rows, by one set-based query; products are read once each."""
    products = Products(devices=devices)
    product: Row = ()
    for chunk in streamed(uploaded_sql.ROWS, codes, uploaded_sql.CHOSEN, *_looking(unit)):
        products.learn(batches for _, _, _, _, batches, *_ in chunk)
        for code, middle, large, uploaded, batches, *node in chunk:
            product = product if batches is None else products.facts[batches]
            yield unit.uscc, code, middle, large, uploaded, *product, *node


def _looking(unit: Unit) -> tuple[Any, ...]:
    """Who looks, as the statements ask."""
    return membership.lifted(), unit.pk, unit.uscc


class Products:
    """The facts of what packs belong to, by the text that says to which batches they do."""

    def __init__(self, *, devices: bool) -> None:
        self._devices = devices
        self.facts: dict[str, Row] = {}
        self._batches: dict[tuple[int, str], Mapping[str, Any]] = {}
        self._consumables = Described()

    def learn(self, texts: Iterable[str | None]) -> None:
        """Read the batches that are new, by one query."""
        new = {text: json.loads(text) for text in texts if text and text not in self.facts}
        self._read(
            {(unit, sn) for packs in new.values() for unit, sn, unknown, *_ in packs if not unknown}
        )
        self._consumables.learn(made for packs in new.values() for *_, made in packs if made)
        for text, packs in new.items():
            facts = common_facts(self._product(*pack) for pack in packs)
            goods = [self._consumables.of(made) for *_, made in packs if made]
            own = device_cells(goods, devices=self._devices)
            self.facts[text] = [*(facts[fact.name] for fact in FACT_COLUMNS), *own]

    def _read(self, keys: set[tuple[int, str]]) -> None:
        missing = keys - self._batches.keys()
        if not missing:
            return
        these = reduce(or_, (Q(unit_id=unit, trac_codg_sn=serial) for unit, serial in missing))
        for batch in DrugBatch.everything.filter(these):
            said = {fact.name: getattr(batch, fact.name) for fact in FACTS}
            self._batches[batch.unit_id, batch.trac_codg_sn] = said

    def _product(
        self,
        unit: int,
        serial: str,
        unknown: bool,
        med_list: str | None,
        product: str | None,
        made: Sequence[Any] | None,
    ) -> Mapping[str, Any]:
        """What a batch says, or its packs while it is not there; of a consumable what it is."""
        if made:
            return as_drug(self._consumables.of(made), NOTHING)
        if not unknown:
            return self._batches[unit, serial]
        own = {"trac_codg_sn": serial, "med_list_codg": med_list, "prod_code": product}
        return {**NOTHING, **own}
