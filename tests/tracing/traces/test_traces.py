"""The trace of a code: what it holds, and who sees how much of it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from accounts.core.kinds import MAKER
from accounts.units.models import Unit
from tests.factories import UnitFactory
from tests.tracing.factories import (
    MADE,
    UPLOADED,
    DrugBatchFactory,
    EventFactory,
    TraceCodeFactory,
    box,
    packed,
    small,
    voided,
)
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.traces.chains import PLACES
from tracing.traces.facts import FACTS, SEVERAL
from tracing.traces.queries import find_codes, trace
from tracing.traces.trace import UNCORROBORATED, Trace

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch() -> DrugBatch:
    return DrugBatchFactory.create()


@pytest.fixture
def code(batch: DrugBatch) -> TraceCode:
    """The first of 25 packs, in a middle and a large box."""
    return packed(batch.unit, batch, 25)[0]


@pytest.fixture
def trader() -> Unit:
    return UnitFactory.create(is_maker=False, is_distributor=True)


def titles(found: Trace | None) -> list[str]:
    assert found is not None
    return [node.title for node in found.nodes]


def seen(code: str, unit: Unit | None) -> Trace:
    found = trace(code, unit)
    assert found is not None
    return found


def test_a_new_code_has_one_node_its_boxes_and_its_22_facts(code: TraceCode) -> None:
    found = seen(code.code, code.unit)
    assert [tuple(node) for node in found.nodes] == [
        ("生产入库", MADE + timedelta(days=1), code.unit.name, "由生产企业入库时产生", None)
    ]
    assert [(b.title, b.code) for b in found.boxes] == [
        ("大包装", box(0, 3)),
        ("中包装", box(0, 2)),
    ]
    assert (found.level, found.contents_count, found.restricted) == (1, 0, "")
    assert len(FACTS) == len(found.product) == 25
    assert [len(column) for column in found.facts] == [11, 11]


def test_facts_are_shown_as_people_read_them(code: TraceCode) -> None:
    product = seen(code.code, code.unit).product
    assert product["manu_date"] == "2024-12-15 16:15:00"
    assert product["aprvno_date"] == "2022-01-11"
    assert (product["rx_flag"], product["bas_medn_flag"]) == ("是", "否")
    assert (product["manu_cnt"], product["convrat"]) == ("33000", "60")


@pytest.mark.parametrize(
    ("stored", "known_batch", "expected"),
    [
        (MADE + timedelta(days=3), True, MADE + timedelta(days=3)),
        (None, True, MADE),
        (None, False, UPLOADED),
    ],
)
def test_the_time_of_production(
    batch: DrugBatch, stored: Any, known_batch: bool, expected: Any
) -> None:
    made = TraceCodeFactory.create(batch=batch, stoin_time=stored)
    if not known_batch:
        DrugBatch.everything.all().delete()
    assert [node.time for node in seen(made.code, batch.unit).nodes] == [expected]


def test_a_code_whose_batch_is_unknown_says_what_it_says_itself(batch: DrugBatch) -> None:
    made = TraceCodeFactory.create(batch=batch)
    DrugBatch.everything.all().delete()
    found = seen(made.code, batch.unit)
    known = {name: text for name, text in found.product.items() if text}
    assert known == {
        "trac_codg_sn": made.trac_codg_sn,
        "med_list_codg": made.med_list_codg,
        "prod_code": made.prod_code,
    }
    assert found.nodes[0].organisation == batch.unit.name


def test_the_maker_is_the_unit_that_uploaded_the_code(batch: DrugBatch) -> None:
    DrugBatch.everything.filter(pk=batch.pk).update(prodentp_name="受托生产企业")
    made = TraceCodeFactory.create(batch=batch)
    found = seen(made.code, batch.unit)
    assert found.nodes[0].organisation == batch.unit.name
    assert found.product["prodentp_name"] == "受托生产企业"


def test_a_pack_inherits_the_nodes_of_its_boxes_and_only_of_those(code: TraceCode) -> None:
    unit = code.unit
    EventFactory.create(code=code.lv3_trac_code, unit=unit, days=2)
    EventFactory.create(code=code.lv2_trac_code, unit=unit, kind="circulation-in", days=3)
    EventFactory.create(code=code.code, unit=unit, kind="retail", days=4)
    EventFactory.create(code=small(1), unit=unit, kind="retail", days=4)
    EventFactory.create(code=box(1, 2), unit=unit, kind="circulation-out", days=4)
    found = seen(code.code, unit)
    assert titles(found) == ["生产入库", "生产出库", "流通入库", "销售出库"]
    inherited = [node.inherited_from for node in found.nodes]
    assert inherited == [None, code.lv3_trac_code, code.lv2_trac_code, None]


def test_a_box_has_the_nodes_of_itself_and_above_and_counts_what_it_holds(
    code: TraceCode,
) -> None:
    unit = code.unit
    EventFactory.create(code=code.lv3_trac_code, unit=unit, days=2)
    EventFactory.create(code=code.lv2_trac_code, unit=unit, kind="circulation-in", days=3)
    EventFactory.create(code=code.code, unit=unit, kind="retail", days=4)
    middle = seen(box(0, 2), unit)
    assert (middle.level, middle.contents_count) == (2, 10)
    assert [b.code for b in middle.boxes] == [box(0, 3)]
    assert titles(middle) == ["生产入库", "生产出库", "流通入库"]
    large = seen(box(0, 3), unit)
    assert (large.level, large.contents_count, list(large.boxes)) == (3, 20, [])
    assert titles(large) == ["生产入库", "生产出库"]


def test_a_box_of_several_batches_shows_what_they_have_in_common(batch: DrugBatch) -> None:
    other = DrugBatchFactory.create(unit=batch.unit, manu_date=MADE - timedelta(days=9))
    for serial, of in ((0, batch), (1, other)):
        TraceCodeFactory.create(
            batch=of, code=small(serial), lv2_trac_code=box(0, 2), stoin_time=None
        )
    found = seen(box(0, 2), batch.unit)
    assert found.product["drug_genname"] == batch.drug_genname
    assert found.product["trac_codg_sn"] == SEVERAL
    assert found.nodes[0].time == MADE - timedelta(days=9)


def test_events_without_a_node_make_none(code: TraceCode) -> None:
    EventFactory.create(code=code.code, unit=code.unit, kind="delivery")
    EventFactory.create(code=code.code, unit=code.unit, node=None, status="0")
    assert titles(seen(code.code, code.unit)) == ["生产入库"]


def test_voided_rows_are_nowhere(code: TraceCode) -> None:
    unit = code.unit
    voided(EventFactory.create(code=code.code, unit=unit))
    assert titles(seen(code.code, unit)) == ["生产入库"]
    voided(code)
    assert trace(code.code, unit) is None
    assert find_codes(unit, code.code, kind=MAKER) == []
    assert seen(box(0, 2), unit).contents_count == 9


def test_a_box_whose_packs_are_all_voided_is_not_found(batch: DrugBatch) -> None:
    for made in packed(batch.unit, batch, 3):
        voided(made)
    assert trace(box(0, 2), batch.unit) is None
    assert trace(box(0, 3), None) is None


def test_a_voided_batch_is_as_one_that_never_came(code: TraceCode, batch: DrugBatch) -> None:
    voided(batch)
    assert seen(code.code, code.unit).product["drug_genname"] == ""


def test_typed_codes_are_read_as_the_records_read_them(code: TraceCode) -> None:
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in code.code)
    for typed in (f"  {code.code}\n", full_width, f"\ufeff{code.code[:7]} {code.code[7:]}"):
        assert [row.code for row in find_codes(code.unit, typed, kind=MAKER)] == [code.code]


@pytest.mark.parametrize("typed", ["", "   ", "８", "不是追溯码", "6916194000426", "x" * 101])
def test_what_can_be_no_code_is_not_found(typed: str, batch: DrugBatch) -> None:
    assert find_codes(batch.unit, typed, kind=MAKER) == []
    assert trace(typed, None) is None


def record_of(unit: Unit, code: str, **more: Any) -> None:
    EventFactory.create(code=code, unit=unit, kind="circulation-in", days=3, **more)


Upload = Callable[[TraceCode, Unit, Unit], object]
# What was uploaded of the code by its maker, the trader and others: whether the trader then sees
# nothing, what it told itself, or all nodes.
MATRIX: list[tuple[str, list[Upload], str]] = [
    ("nothing", [], "nothing"),
    (
        "named by the maker without a record of its own",
        [lambda c, t, o: EventFactory.create(code=c.code, unit=c.unit, to=t)],
        "all",
    ),
    (
        "named by the maker in a shipment still to be sent",
        [
            lambda c, t, o: record_of(t, c.code),
            lambda c, t, o: EventFactory.create(
                code=c.code, unit=c.unit, to=t, node=None, status="0"
            ),
        ],
        "own",
    ),
    (
        "named by the maker in a shipment that was cancelled",
        [
            lambda c, t, o: record_of(t, c.code),
            lambda c, t, o: EventFactory.create(
                code=c.code, unit=c.unit, to=t, node=None, status="2"
            ),
        ],
        "own",
    ),
    (
        "named by the maker in a delivery",
        [
            lambda c, t, o: record_of(t, c.code),
            lambda c, t, o: EventFactory.create(code=c.code, unit=c.unit, kind="delivery", to=t),
        ],
        "own",
    ),
    (
        "named by one whom the maker names",
        [
            lambda c, t, o: record_of(t, c.code),
            lambda c, t, o: EventFactory.create(code=c.lv3_trac_code, unit=c.unit, to=o),
            lambda c, t, o: EventFactory.create(
                code=c.lv2_trac_code, unit=o, kind="circulation-out", to=t
            ),
        ],
        "all",
    ),
    (
        "named by one who names itself",
        [
            lambda c, t, o: record_of(t, c.code),
            lambda c, t, o: EventFactory.create(code=c.code, unit=o, kind="receipt", to=o),
            lambda c, t, o: EventFactory.create(code=c.code, unit=o, kind="circulation-out", to=t),
        ],
        "own",
    ),
    (
        "named by one whom it names, and who names it: two in collusion",
        [
            lambda c, t, o: EventFactory.create(code=c.code, unit=t, kind="circulation-out", to=o),
            lambda c, t, o: EventFactory.create(code=c.code, unit=o, kind="circulation-out", to=t),
        ],
        "own",
    ),
    ("a record of its own alone", [lambda c, t, o: record_of(t, c.code)], "own"),
    (
        "a record that names itself",
        [lambda c, t, o: record_of(t, c.code, source=c.unit, to=t)],
        "own",
    ),
    (
        "a record of its own, others name each other",
        [
            lambda c, t, o: record_of(t, c.code),
            lambda c, t, o: EventFactory.create(code=c.code, unit=c.unit, source=c.unit, to=o),
        ],
        "own",
    ),
    (
        "named as receiver by the maker",
        [
            lambda c, t, o: record_of(t, c.code),
            lambda c, t, o: EventFactory.create(code=c.code, unit=c.unit, to=t),
        ],
        "all",
    ),
    (
        "named as sender by the next in the chain",
        [
            lambda c, t, o: record_of(t, c.code),
            lambda c, t, o: EventFactory.create(code=c.code, unit=o, kind="receipt", source=t),
        ],
        "own",
    ),
    (
        "its record and the naming are of different levels",
        [
            lambda c, t, o: record_of(t, c.lv2_trac_code),
            lambda c, t, o: EventFactory.create(code=c.lv3_trac_code, unit=c.unit, to=t),
        ],
        "all",
    ),
    (
        "its record is of another pack",
        [
            lambda c, t, o: record_of(t, small(1)),
            lambda c, t, o: EventFactory.create(code=c.code, unit=c.unit, to=t),
        ],
        "all",
    ),
    (
        "the naming is of another pack",
        [
            lambda c, t, o: record_of(t, c.code),
            lambda c, t, o: EventFactory.create(code=small(1), unit=c.unit, to=t),
        ],
        "own",
    ),
    (
        "the naming is voided",
        [
            lambda c, t, o: record_of(t, c.code),
            lambda c, t, o: voided(EventFactory.create(code=c.code, unit=c.unit, to=t)),
        ],
        "own",
    ),
    (
        "its own record is voided",
        [
            lambda c, t, o: voided(EventFactory.create(code=c.code, unit=t, kind="receipt")),
            lambda c, t, o: EventFactory.create(code=c.code, unit=c.unit, to=t),
        ],
        "all",
    ),
]


@pytest.mark.parametrize(
    ("uploads", "expected"), [m[1:] for m in MATRIX], ids=[m[0] for m in MATRIX]
)
def test_who_sees_a_trace(
    code: TraceCode, trader: Unit, uploads: list[Upload], expected: str
) -> None:
    other = UnitFactory.create(is_maker=False, is_distributor=True)
    for upload in uploads:
        upload(code, trader, other)
    found = trace(code.code, trader)
    everything = seen(code.code, code.unit)
    if expected == "nothing":
        assert found is None
    elif expected == "all":
        assert found == replace(everything, uncorroborated=[], mend="")
    else:
        assert found is not None
        assert {told.told_by for told in found.uncorroborated} == {trader.name}
        assert (found.restricted, list(found.nodes)) == (UNCORROBORATED, [])
        assert set(found.product.values()) == {""}
        assert (found.level, list(found.boxes), found.contents_count) == (None, [], 0)


def test_a_setting_lifts_corroboration_but_not_the_record(
    code: TraceCode, trader: Unit, settings: Settings
) -> None:
    settings.PORTAL_TRACE_UNCORROBORATED = True
    assert trace(code.code, trader) is None
    record_of(trader, code.code)
    assert trace(code.code, trader) == seen(code.code, code.unit)


def test_staff_see_everything(code: TraceCode, trader: Unit) -> None:
    record_of(trader, code.code)
    assert seen(code.code, None) == seen(code.code, code.unit)
    assert [told.title for told in seen(code.code, None).uncorroborated] == ["流通入库"]
    record_of(trader, small(777))
    found = seen(small(777), None)
    assert (titles(found), [told.title for told in found.uncorroborated]) == ([], ["流通入库"])
    assert trace(small(778), None) is None


def test_a_unit_sees_its_own_rows_of_a_code_its_maker_has_not_uploaded(
    trader: Unit, code: TraceCode
) -> None:
    """They are the same words as of a code of strangers."""
    for asked in (small(777), code.code):
        record_of(trader, asked, organisation="自己填的名称")
    unknown, strange = seen(small(777), trader), seen(code.code, trader)
    assert [told.organisation for told in unknown.uncorroborated] == ["自己填的名称"]
    assert replace(strange, code=small(777)) == unknown


def test_a_step_is_of_the_unit_whose_credit_code_the_row_gives(
    code: TraceCode, trader: Unit
) -> None:
    """A name can be typed at will; a unit that registers later counts from then on."""
    unit = code.unit
    EventFactory.create(code=code.code, unit=unit, to=trader, organisation="某某监督管理局")
    later = UnitFactory.build(name="后来注册的药店")
    EventFactory.create(
        code=code.code, unit=unit, kind="receipt", to=later, organisation="假药店", days=3
    )
    firms = [node.organisation for node in seen(code.code, trader).nodes]
    assert firms == [unit.name, unit.name, "假药店（未注册）"]
    squatter = UnitFactory.create(uscc=later.uscc, name="某某局", approved_at=None)
    assert seen(code.code, trader).nodes[-1].organisation == "假药店（未注册）"
    Unit.objects.filter(pk=squatter.pk).update(name=later.name, approved_at=UPLOADED)
    assert seen(code.code, trader).nodes[-1].organisation == "后来注册的药店"


def test_the_owner_sees_its_buyers_apart_until_it_names_them(code: TraceCode, trader: Unit) -> None:
    record_of(trader, code.lv3_trac_code)
    found = seen(code.code, code.unit)
    assert titles(found) == ["生产入库"]
    assert [tuple(told) for told in found.uncorroborated] == [
        ("流通入库", MADE + timedelta(days=3), trader.name, trader.name, code.lv3_trac_code)
    ]
    assert "发货信息" in found.mend
    EventFactory.create(code=code.lv3_trac_code, unit=code.unit, to=trader)
    found = seen(code.code, code.unit)
    assert titles(found) == ["生产入库", "生产出库", "流通入库"]
    assert (list(found.uncorroborated), found.mend) == ([], "")


def test_no_document_and_no_quantity_leaves_the_table(code: TraceCode, trader: Unit) -> None:
    event = EventFactory.create(code=code.code, unit=trader, kind="receipt")
    shown = repr(seen(code.code, code.unit))
    assert event.document not in shown
    assert "单据内容" not in shown


def test_a_stranger_and_an_unknown_code_cost_the_same_queries(
    code: TraceCode, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stranger = UnitFactory.create()
    asked = ((code.code, stranger), (box(0, 3), stranger), (small(999), stranger))
    tables = []
    for typed, unit in asked:
        with django_assert_num_queries(3) as captured:
            trace(typed, unit)
        tables.append([re.findall("tracing_[a-z]+", q["sql"]) for q in captured.captured_queries])
    assert tables[0] == tables[1] == tables[2]


def test_a_stranger_is_told_what_is_told_of_an_unknown_code(code: TraceCode) -> None:
    stranger = UnitFactory.create()
    for asked in (code.code, box(0, 2), box(0, 3), small(999)):
        assert trace(asked, stranger) is None
        assert find_codes(stranger, asked, kind=MAKER) == []


def test_of_a_box_one_pack_is_looked_at_however_many_it_holds(code: TraceCode) -> None:
    """The time of a look at all of them would tell strangers that the box is there."""
    for held in (box(0, 2), box(0, 3)):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {PLACES}", {"codes": [held]})
            looks = list(looks_at(TraceCode._meta.db_table, cursor.fetchone()[0][0]["Plan"]))
        assert sum(look["Actual Rows"] for look in looks) == 1


def looks_at(table: str, plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The parts of a plan that read a table."""
    if plan.get("Relation Name") == table:
        yield plan
    for part in plan.get("Plans", ()):
        yield from looks_at(table, part)
