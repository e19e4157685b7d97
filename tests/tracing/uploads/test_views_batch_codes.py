"""追溯码信息 in the dialog of a batch: search, page sizes, 前往."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.people import Side, client_of
from tests.tracing.factories import DrugBatchFactory, box, packed, small, voided
from tests.tracing.uploads.rows import CODES
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.uploads.queries_codes import INSIDE, OF_BATCH, codes_found

pytestmark = pytest.mark.django_db
SERIAL, OTHER = "SN1", "SN2"


@pytest.fixture
def batch(maker: Side) -> str:
    """A batch of 25 codes in boxes, and another one whose codes lie elsewhere; the address."""
    packed(maker.unit, DrugBatchFactory.create(unit=maker.unit, trac_codg_sn=SERIAL), 25)
    other = DrugBatchFactory.create(unit=maker.unit, trac_codg_sn=OTHER)
    packed(maker.unit, other, 3, start=100)
    return f"/u/{maker.unit.slug}/maker/upload/batch/"


def shown(client: Client, address: str, **asked: Any) -> list[str]:
    """The codes of a page."""
    response = client.get(address, {"sn": SERIAL, "part": "codes", **asked})
    dialog = response.content.decode().partition('id="batch-body"')[2]
    return re.findall(r'name="key" value="([^"]+)"', dialog)


def part(client: Client, address: str, **asked: Any) -> str:
    response = client.get(
        address, {"sn": SERIAL, "part": "codes", **asked}, headers={"HX-Request": "true"}
    )
    page: str = response.content.decode()
    return page


def test_pages_of_any_size_are_turned_and_gone_to(agent_client: Client, batch: str) -> None:
    assert shown(agent_client, batch) == [small(n) for n in range(10)]
    assert shown(agent_client, batch, page=3) == [small(n) for n in range(20, 25)]
    assert shown(agent_client, batch, size=20, page=2) == [small(n) for n in range(20, 25)]
    assert len(shown(agent_client, batch, size=50)) == 25
    # What no list offers is ten; a page past the end the last.
    assert len(shown(agent_client, batch, size=1000)) == 10
    assert shown(agent_client, batch, page=99) == [small(n) for n in range(20, 25)]
    page = part(agent_client, batch)
    assert "总共<span data-total>25</span>条 显示1-10条" in page
    assert "100条/页" in page
    assert 'aria-label="前往第几页"' in page


def test_links_keep_the_batch_and_the_search(agent_client: Client, batch: str) -> None:
    page = part(agent_client, batch, code=box(0, 3), size=10)
    assert f"sn={SERIAL}&amp;part=codes&amp;code={box(0, 3)}&amp;size=10&amp;page=2" in page
    assert f'<input type="hidden" name="code" value="{box(0, 3)}">' in page


def test_a_code_finds_itself_and_a_box_what_lies_in_it(agent_client: Client, batch: str) -> None:
    assert shown(agent_client, batch, code=small(7)) == [small(7)]
    assert shown(agent_client, batch, code=f" {small(7)} ") == [small(7)]
    assert shown(agent_client, batch, code=box(1, 2)) == [small(n) for n in range(10, 20)]
    assert len(shown(agent_client, batch, code=box(0, 3), size=20)) == 20
    assert shown(agent_client, batch, code=box(0, 3), page=2) == [small(n) for n in range(10, 20)]
    voided(TraceCode.everything.get(code=small(7)))
    assert shown(agent_client, batch, code=small(7)) == []


def test_codes_whose_batch_is_gone_are_listed_and_can_be_removed(
    maker: Side, rival: Side, agent_client: Client, batch: str
) -> None:
    gone = DrugBatch.everything.get(trac_codg_sn=OTHER)
    DrugBatch.everything.filter(pk=gone.pk).update(voided_at=timezone.now(), void_reason="x")
    codes = [small(n) for n in range(100, 103)]
    assert shown(agent_client, batch, sn=OTHER) == codes
    page = agent_client.get(batch, {"sn": OTHER}).content.decode()
    assert "没有对应的药品信息" in page
    assert "删除整批" not in page
    assert shown(agent_client, batch, sn=OTHER, code=codes[1]) == [codes[1]]
    asked = {"sn": OTHER, "part": "codes", "record": CODES, "asked": "1", "reason": "多余"}
    void = f"/u/{maker.unit.slug}/maker/upload/void/"
    some = agent_client.post(void, {**asked, "key": codes[:2]}, follow=True)
    assert some.status_code == 200
    assert shown(agent_client, batch, sn=OTHER) == codes[2:]
    last = agent_client.post(void, {**asked, "key": codes[2:]}, follow=True)
    assert (last.status_code, last.redirect_chain[-1][0].partition("?")[0]) == (
        200,
        f"/u/{maker.unit.slug}/maker/upload/",
    )
    assert agent_client.get(batch, {"sn": OTHER}).status_code == 404
    theirs = f"/u/{rival.unit.slug}/maker/upload/batch/"
    assert client_of(rival.agent.account).get(theirs, {"sn": SERIAL}).status_code == 404


def test_what_is_not_of_the_batch_is_not_found(
    agent_client: Client, batch: str, stranger: Side
) -> None:
    theirs = DrugBatchFactory.create(unit=stranger.unit, trac_codg_sn=SERIAL)
    packed(stranger.unit, theirs, 1, start=500)
    for code in (small(100), small(500), small(999)):
        assert shown(agent_client, batch, code=code) == []
    assert "此批次中没有这个追溯码" in part(agent_client, batch, code=small(100))
    assert "追溯码或包装码" in part(agent_client, batch, code="123")
    assert shown(agent_client, batch, code="123") == []


def test_a_search_reads_what_it_finds_and_no_more_whatever_is_known_of_the_tables(
    maker: Side, batch: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM pg_statistic WHERE starelid = 'tracing_tracecode'::regclass")
        # Of a table that is believed to be empty every plan costs alike.
        cursor.execute(
            "UPDATE pg_class SET reltuples = -1, relpages = 0"
            " WHERE oid = 'tracing_tracecode'::regclass"
        )
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = codes_found(maker.unit, SERIAL, box(1, 2))
    assert (found.total, len(queries)) == (10, 2)
    with connection.cursor() as cursor:
        # However small the table is here, and whatever is believed of it.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            f"EXPLAIN {INSIDE.format(belongs=OF_BATCH)}",
            {"codes": [box(1, 2)], "unit": 1, "serial": SERIAL, "size": 10, "start": 0},
        )
        plan = "\n".join(line for (line,) in cursor)
    for index in ("tracing_tracecode_pkey", "tracecode_lv2", "tracecode_lv3"):
        assert index in plan
    assert "tracecode_batch" not in plan
