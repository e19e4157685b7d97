"""Who asks at 追溯信息查询, and what they read there."""

import re
from typing import Any, NamedTuple

import pytest
from django.test import Client

from tests.people import Side, client_of
from tests.tracing.factories import (
    DrugBatchFactory,
    EventFactory,
    UnitCodeFactory,
    derived_once,
    packed,
)
from tracing.stores.models_codes import TraceCode


class Asker(NamedTuple):
    """An agent at a query page, and a code that stands in its list."""

    who: Side
    client: Client
    page: str
    code: str

    def get(self, **fields: str) -> Any:
        return self.client.get(self.page, fields)


@pytest.fixture
def codes(maker: Side) -> list[TraceCode]:
    batch = DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN1", manu_lotnum="LOT1")
    return packed(maker.unit, batch, 12, per_middle=2, per_large=2)


@pytest.fixture(params=["maker", "distributor"])
def asker(
    request: pytest.FixtureRequest, maker: Side, distributor: Side, codes: list[TraceCode]
) -> Asker:
    """The maker of twelve codes, or a distributor that received them all from the maker."""
    kind: str = request.param
    who = maker if kind == "maker" else distributor
    with derived_once():
        for code in codes:
            EventFactory.create(
                code=code.code, unit=maker.unit, kind="shipment", to=distributor.unit, days=1
            )
            if kind == "distributor":
                EventFactory.create(code=code.code, unit=who.unit, kind="circulation-in", days=2)
                EventFactory.create(code=code.code, unit=who.unit, kind="circulation-out", days=3)
                UnitCodeFactory.create(code=code.code, unit=who.unit, batch="LOT1")
    page = f"/u/{who.unit.slug}/{kind}/query/"
    return Asker(who, client_of(who.agent.account), page, codes[0].code)


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def listed(response: Any) -> list[str]:
    """The codes of the list."""
    return re.findall(r'<td data-label="药耗追溯码"[^>]*>([^<]+)<', response.content.decode())


def cells(response: Any) -> list[tuple[str, str]]:
    return re.findall(r'<td data-label="([^"]+)"[^>]*>([^<]*)</td>', response.content.decode())
