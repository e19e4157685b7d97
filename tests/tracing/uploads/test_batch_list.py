"""国产药信息查询列表."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.factories import UnitFactory
from tests.tracing.factories import MADE, UPLOADED, DrugBatchFactory, voided
from tracing.records.bindings import record_of
from tracing.records.shapes import Shape
from tracing.stores.models import DrugBatch
from tracing.uploads.queries_batches import batch
from tracing.uploads.queries_batches import batches as batches_of

pytestmark = pytest.mark.django_db

batches = partial(batches_of, record=record_of(Shape.PRODUCT))


@pytest.fixture
def wanted() -> DrugBatch:
    return DrugBatchFactory.create(
        trac_codg_sn="SN100A", drug_genname="某某颗粒", manu_lotnum="LOT7", rx_flag="0"
    )


@pytest.fixture
def other(wanted: DrugBatch) -> DrugBatch:
    """Another batch of the unit, which differs in everything."""
    return DrugBatchFactory.create(
        unit=wanted.unit,
        trac_codg_sn="SN200B",
        med_list_codg="ZA04CAE99000101099001",
        drug_genname="某某片",
        prodentp_name="受托生产企业",
        manu_lotnum="LOT8",
        manu_date=MADE + timedelta(days=1),
        rx_flag="1",
    )


def serials(batches_: Any) -> list[str]:
    return [row.trac_codg_sn for row in batches_.rows]


@pytest.mark.parametrize(
    "filled",
    [
        {"trac_codg_sn": "SN100A"},
        {"trac_codg_sn": "ｓｎ１００"},
        {"med_list_codg": "XA12"},
        {"drug_genname": "颗粒"},
        {"prodentp_name": "测试单位"},
        {"manu_lotnum": "LOT7"},
        {"manu_date": date(2024, 12, 15)},
        {"rx_flag": "0"},
        {"drug_genname": "颗粒", "rx_flag": "0", "manu_lotnum": ""},
    ],
)
def test_every_field_filters(wanted: DrugBatch, other: DrugBatch, filled: dict[str, Any]) -> None:
    assert serials(batches(wanted.unit, filled)) == ["SN100A"]


@pytest.mark.parametrize(
    "filled",
    [{"manu_date": date(2024, 12, 14)}, {"trac_codg_sn": "流水号"}, {"drug_genname": "100%"}],
)
def test_what_fits_no_batch_finds_none(wanted: DrugBatch, filled: dict[str, Any]) -> None:
    assert batches(wanted.unit, filled).total == 0


def test_an_empty_filter_shows_all_the_newest_first(wanted: DrugBatch, other: DrugBatch) -> None:
    newest = DrugBatchFactory.create(unit=wanted.unit, uploaded_at=UPLOADED + timedelta(days=1))
    page = batches(wanted.unit, {"drug_genname": "", "manu_date": None})
    assert serials(page) == [newest.trac_codg_sn, "SN100A", "SN200B"]


def test_pages_are_exact_and_whole(wanted: DrugBatch) -> None:
    DrugBatchFactory.create_batch(24, unit=wanted.unit)
    found = [sn for n in (1, 2, 3) for sn in serials(batches(wanted.unit, {}, number=n))]
    assert len(set(found)) == len(found) == batches(wanted.unit, {}).total == 25


def test_voided_batches_are_neither_listed_nor_opened(wanted: DrugBatch) -> None:
    voided(wanted)
    assert batches(wanted.unit, {}).total == 0
    assert batch(wanted.unit, "SN100A") is None


def test_a_list_and_a_batch_are_one_units(wanted: DrugBatch) -> None:
    stranger = UnitFactory.create()
    assert batches(stranger, {}).total == 0
    assert batch(stranger, "SN100A") is None
    assert batch(wanted.unit, "SN100A") == wanted


def test_a_page_costs_three_queries_and_those_that_keep_it_from_sorting(
    wanted: DrugBatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    DrugBatchFactory.create_batch(15, unit=wanted.unit)
    for size in (10, 20):
        with django_assert_num_queries(3 + 4):
            batches(wanted.unit, {}, size=size)
