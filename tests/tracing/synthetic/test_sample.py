"""Samples: reproducible, clean where they should be, faulty exactly where it was asked."""

from itertools import product as pairs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracing.synthetic.makers import MAKER, OTHER, context
from tracing.records import RECORDS
from tracing.records.bindings import BINDINGS
from tracing.records.checking import check_rows
from tracing.synthetic.faults import SPOILERS, plant, spoilers_of
from tracing.synthetic.products import batch_of
from tracing.synthetic.rows import Packing
from tracing.synthetic.sample import WRITERS, Order, Sample, make, serial_number
from tracing.synthetic.spoilers import Spoiler

records = pytest.mark.parametrize("record", sorted(RECORDS))


def found(sample: Sample) -> set[tuple[int, str, str]]:
    """What the record's own check finds: sheet row, column, code."""
    rows = len(next(iter(sample.columns.values())))
    checked = check_rows(RECORDS[sample.record], sample.columns, context(rows))
    assert not checked.warnings
    assert checked.normalised == 0
    return {(fault.row + 2, fault.column, fault.code) for fault in checked.faults}


def test_every_record_has_samples_and_faults_to_plant() -> None:
    assert set(WRITERS) == set(SPOILERS) == {b.sample for b in BINDINGS.values()}


@records
def test_rows_without_faults_pass_without_a_remark(record: str) -> None:
    assert found(make(record, Order(MAKER, 1_000))) == set()


@records
@pytest.mark.parametrize(("rows", "share"), [(3_000, 0.1), (50, 1.0), (7, 0.5), (1, 1.0)])
def test_the_check_finds_exactly_what_was_planted(record: str, rows: int, share: float) -> None:
    sample = make(record, Order(MAKER, rows, seed=3, faults=share))
    assert len(sample.planted) == round(rows * share)
    assert len({fault.row for fault in sample.planted}) == len(sample.planted)
    assert found(sample) == set(sample.planted)


@pytest.mark.parametrize(
    ("record", "spoiler"),
    [(code, spoiler) for code in BINDINGS for spoiler in spoilers_of(code)],
    ids=lambda value: value if isinstance(value, str) else f"{value.column}-{value.code}",
)
def test_each_kind_of_fault_gives_its_one_finding(record: str, spoiler: Spoiler) -> None:
    sample = make(record, Order(MAKER, 20))
    rows = [{name: cells[i] for name, cells in sample.columns.items()} for i in range(20)]
    place, earlier = next(
        (place, earlier)
        for place in reversed(range(20))
        for earlier in reversed(range(place))
        if spoiler.fits(rows[place]) and spoiler.follows(rows[place], rows[earlier])
    )
    sample.columns[spoiler.column][place] = spoiler.spoil(rows[place], rows[earlier])
    assert found(sample) == {(place + 2, spoiler.column, spoiler.code)}


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 400), st.integers(0, 5), st.floats(0, 1), st.sampled_from(sorted(RECORDS)))
def test_planted_faults_are_found_whatever_the_seed(
    rows: int, seed: int, share: float, record: str
) -> None:
    sample = make(record, Order(MAKER, rows, seed=seed, faults=share))
    assert found(sample) == set(sample.planted)


@records
def test_the_same_order_gives_the_same_rows(record: str) -> None:
    order = Order(MAKER, 500, seed=9, faults=0.1)
    assert make(record, order) == make(record, order)


@records
def test_faults_change_only_their_own_cells(record: str) -> None:
    clean = make(record, Order(MAKER, 500, seed=9))
    spoiled = make(record, Order(MAKER, 500, seed=9, faults=0.2))
    changed = {
        (index + 2, name)
        for name, cells in clean.columns.items()
        for index, pair in enumerate(zip(cells, spoiled.columns[name], strict=True))
        if pair[0] != pair[1]
    }
    assert changed == {(fault.row, fault.column) for fault in spoiled.planted}


def test_seeds_batches_and_makers_share_no_code() -> None:
    orders = [
        Order(maker, 2_000, seed=seed, batch=batch)
        for maker, seed, batch in pairs((MAKER, OTHER), (1, 2, 3), ("A", "B"))
    ]
    codes = [
        code
        for order in orders
        for level in (1, 2, 3)
        for code in set(make("domestic-drug-codes", order).columns[f"lv{level}_trac_code"])
    ]
    assert len(codes) == len(set(codes)) > 12 * 2_000


def test_a_batch_and_its_codes_agree_whatever_their_seeds() -> None:
    info = make("domestic-drug-info", Order(MAKER, 3, seed=1, batch="B-1"))
    codes = make("domestic-drug-codes", Order(MAKER, 3, seed=2, batch="B-1"))
    assert info.columns["trac_codg_sn"][0] == "B-1"
    assert len(set(info.columns["trac_codg_sn"])) == 3
    for name in ("trac_codg_sn", "med_list_codg", "prod_code"):
        assert set(codes.columns[name]) == {info.columns[name][0]}


def test_codes_without_a_batch_belong_to_the_seeds_first_batch() -> None:
    order = Order(MAKER, 3, seed=4)
    info = make("domestic-drug-info", order)
    codes = make("domestic-drug-codes", order)
    assert codes.columns["trac_codg_sn"] == [serial_number(order)] * 3
    assert info.columns["trac_codg_sn"][0] == serial_number(order)


@pytest.mark.parametrize(
    ("levels", "middle", "large"),
    [("10x20", 100, 5), ("4x3", 250, 84), ("5", 200, 0), ("0", 0, 0), ("1000x1", 1, 1)],
)
def test_packs_fill_their_boxes_in_order(levels: str, middle: int, large: int) -> None:
    order = Order(MAKER, 1_000, packing=Packing.parse(levels))
    columns = make("domestic-drug-codes", order).columns
    assert len(set(columns["lv2_trac_code"]) - {None}) == middle
    assert len(set(columns["lv3_trac_code"]) - {None}) == large


@pytest.mark.parametrize("levels", ["", "x", "10x", "x20", "10x20x2", "-1", "0x5", "10*20", "1.5"])
def test_a_packing_that_makes_no_sense_is_refused(levels: str) -> None:
    with pytest.raises(ValueError, match="packing"):
        Packing.parse(levels)


def test_the_seed_decides_which_rows_are_faulty() -> None:
    rows = [
        {fault.row for fault in make("domestic-drug-codes", Order(MAKER, 900, s, 0.05)).planted}
        for s in (1, 2)
    ]
    assert rows[0] != rows[1]


def test_planting_nothing_changes_nothing() -> None:
    columns = make("domestic-drug-codes", Order(MAKER, 10)).columns
    before = {name: list(cells) for name, cells in columns.items()}
    assert plant("domestic-drug-codes", columns, 1, 0.0) == []
    assert columns == before


def test_a_batch_lasts_two_years_less_a_day() -> None:
    for number in range(800):
        batch = batch_of(MAKER, f"B{number}")
        assert (batch.expires - batch.made).days in (729, 730)


def test_looking_for_a_good_row_ends() -> None:
    sample = make("domestic-drug-retail", Order(MAKER, 2_000, faults=1.0))
    assert len(sample.planted) == 2_000
    assert found(sample) == set(sample.planted)
