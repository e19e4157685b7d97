"""An unknown code, a stranger's and a guessed one are asked for by the same statements, and
answered by the same words, on every page that takes a code."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import UnitFactory
from tests.people import client_of, side
from tests.tracing.factories import EventFactory, UnitCodeFactory, box, derived_once, small
from tests.tracing.traces.asking import Asker, text
from tracing.exports.models import Export
from tracing.stores.models_codes import TraceCode

pytestmark = pytest.mark.django_db

# Of the twelve packs of a maker, in boxes: one that the asker told of, and others.
GUESSED, STRANGE, UNKNOWN = small(0), small(5), small(998)
GUESSED_UNKNOWN = small(999)


@pytest.fixture(params=["maker", "distributor"])
def stranger(request: pytest.FixtureRequest, codes: list[TraceCode]) -> Asker:
    """A unit of a kind that told of two codes; of one the maker has a chain that goes elsewhere."""
    kind: str = request.param
    who = side(UnitFactory.create(is_maker=kind == "maker", is_distributor=kind != "maker"))
    with derived_once():
        for code in (GUESSED, GUESSED_UNKNOWN):
            EventFactory.create(code=code, unit=who.unit, kind="circulation-in")
            UnitCodeFactory.create(code=code, unit=who.unit, batch="GUESS")
        other = UnitFactory.create(is_maker=False, is_distributor=True)
        for made in (codes[0], codes[5]):
            EventFactory.create(code=made.code, unit=made.unit, to=other)
            EventFactory.create(code=made.lv3_trac_code, unit=other, kind="circulation-in")
    page = f"/u/{who.unit.slug}/{kind}/query/"
    return Asker(who, client_of(who.agent.account), page, GUESSED)


def asked(stranger: Asker, way: str, code: str) -> tuple[list[str], Any]:
    """The statements by which a way of asking is answered, without values, and the answer."""
    Export.everything.all().delete()
    with CaptureQueriesContext(connection) as captured:
        if way == "search":
            answer = stranger.get(code=code)
        elif way == "trace":
            answer = stranger.client.get(f"{stranger.page}trace/", {"code": code})
        else:
            fields = {"tab": "code", "code": code}
            answer = stranger.client.post(f"{stranger.page}export/", fields)
    statements = [re.sub(r"'[^']*'|\b\d+\b|_x\d+", "?", query["sql"]) for query in captured]
    return statements, answer


@pytest.mark.parametrize("way", ["search", "trace", "export"])
@pytest.mark.parametrize(
    ("real", "unknown"),
    [(STRANGE, UNKNOWN), (box(1, 3), UNKNOWN), (box(2, 2), UNKNOWN), (GUESSED, GUESSED_UNKNOWN)],
    ids=["a stranger's", "its large box", "its middle box", "guessed"],
)
def test_what_exists_is_asked_and_answered_like_what_does_not(
    stranger: Asker, way: str, real: str, unknown: str
) -> None:
    asked(stranger, way, unknown)
    of_unknown, nothing = asked(stranger, way, unknown)
    of_real, something = asked(stranger, way, real)
    assert of_real == of_unknown
    assert something.status_code == nothing.status_code
    without = [
        text(answer).replace(code, "") for answer, code in ((something, real), (nothing, unknown))
    ]
    assert without[0] == without[1]
