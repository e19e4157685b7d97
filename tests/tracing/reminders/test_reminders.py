"""报送提醒: what is owed on a day, of whom, and what is not."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from accounts.units.models import Unit
from portal.lib.clock import SHANGHAI, local_today
from tests.people import Side
from tests.tracing.factories import (
    DrugBatchFactory,
    EventFactory,
    TraceCodeFactory,
    box,
    small,
    voided,
)
from tests.tracing.uploads import devices
from tests.tracing.uploads.rows import example
from tracing.records.bindings import BINDINGS
from tracing.records.duties import DUTIES, By
from tracing.records.orders import ORDERS
from tracing.records.shapes import Shape
from tracing.reminders import queries_reminders
from tracing.reminders.models import Silence
from tracing.reminders.queries_reminders import reminders
from tracing.reminders.reminder_words import line_of
from tracing.uploads.models import Submission, SubmissionState

pytestmark = pytest.mark.django_db

TODAY = date(2026, 12, 1)
INFO, CODES, SHIPMENT = "domestic-drug-info", "domestic-drug-codes", "domestic-drug-shipment"
WHEN = "发生当日上传，尚未发生的不必处理"
MAKERS, TRADERS = "maker-upload", "distributor-upload"


def days_ago(days: int, hour: int = 9) -> datetime:
    """A moment of a local day."""
    return datetime(2026, 12, 1, hour, tzinfo=SHANGHAI) - timedelta(days=days)


def said(unit: Unit, business: str = MAKERS, today: date = TODAY) -> list[str]:
    """What the unit is told on a day."""
    return [line_of(reminder, today).words for reminder in reminders(unit, business, today)]


def uploaded(
    who: Side,
    record: str,
    at: datetime,
    state: SubmissionState = SubmissionState.STORED,
    rows: int = 1,
) -> Submission:
    """An upload that came to an end at a moment."""
    made = Submission(
        id=uuid4(),
        unit=who.unit,
        agent=who.agent,
        record_code=record,
        source=Submission.Source.PAGE,
        state=state,
        received_at=at,
        total=rows,
        accepted=rows,
        rejected=0,
    )
    if state == SubmissionState.STORED:
        made.created, made.replaced, made.unchanged, made.stored_at = rows, 0, 0, at
    made.save(force_insert=True)
    return made


def batch(who: Side, serial: str, days: int, **more: Any) -> Any:
    return DrugBatchFactory.create(
        unit=who.unit, trac_codg_sn=serial, uploaded_at=days_ago(days), **more
    )


def coded(made: Any, serial: int) -> Any:
    """One code of a batch."""
    return TraceCodeFactory.create(batch=made, code=small(serial))


def shipped(who: Side, code: str, serial: str, **more: Any) -> Any:
    return EventFactory.create(
        unit=who.unit, code=code, kind="shipment", details={"trac_codg_sn": serial}, **more
    )


@pytest.mark.parametrize(
    ("days", "when"),
    [
        (0, "应于今日上传"),
        (1, "应于当日上传，已过 1 天"),
        (3, "应于当日上传，已过 3 天"),
    ],
)
def test_a_batch_without_codes_is_owed_on_its_day(maker: Side, days: int, when: str) -> None:
    batch(maker, "20241201_0001", days)
    expected = f"批次 20241201_0001 已上传国产药信息，尚无国产药追溯码信息（{when}）。"
    assert said(maker.unit) == [expected]


def test_a_day_begins_at_midnight_in_shanghai(maker: Side) -> None:
    late = datetime(2026, 11, 30, 23, 59, tzinfo=SHANGHAI)
    DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN1", uploaded_at=late)
    assert "已过 1 天" in said(maker.unit)[0]
    assert "应于今日上传" in said(maker.unit, today=date(2026, 11, 30))[0]


def test_several_batches_are_one_line_that_says_the_oldest(maker: Side) -> None:
    for n in range(12):
        batch(maker, f"SN{n}", n)
    assert said(maker.unit) == [
        "12 个批次已上传国产药信息，尚无国产药追溯码信息（应于当日上传，最早的已过 11 天）。"
    ]


def test_a_batch_with_codes_waits_for_its_shipment_without_a_day(maker: Side) -> None:
    coded(batch(maker, "SN1", 30), 1)
    assert said(maker.unit) == [
        "批次 SN1 已上传国产药追溯码信息，尚无国产药发货信息（发生当日上传，尚未发生的不必处理）。"
    ]
    [reminder] = reminders(maker.unit, MAKERS, TODAY)
    assert not reminder.late
    shipped(maker, box(0, 3), "SN1")
    assert said(maker.unit) == []


def test_what_is_voided_is_owed_again(maker: Side) -> None:
    code = coded(batch(maker, "SN1", 1), 1)
    sent = shipped(maker, small(1), "SN1")
    assert said(maker.unit) == []
    voided(sent)
    assert "尚无国产药发货信息" in said(maker.unit)[0]
    voided(code)
    assert "尚无国产药追溯码信息" in said(maker.unit)[0]


def test_codes_wait_for_the_batch_that_nobody_uploaded(maker: Side) -> None:
    told = uploaded(maker, CODES, days_ago(2))
    gone = batch(maker, "SN1", 2)
    for n in range(34):
        TraceCodeFactory.create(
            batch=gone, code=small(n), submission_id=told.pk, uploaded_at=days_ago(2)
        )
    voided(gone)
    assert said(maker.unit) == [
        "批次 SN1 的 34 个追溯码待匹配，批次信息（国产药信息）未上传（应于当日上传，已过 2 天）。"
    ]


@pytest.mark.parametrize(("abroad", "called"), [(None, "国产药"), (True, "进口药")], ids=str)
def test_codes_of_no_upload_wait_too(maker: Side, abroad: bool | None, called: str) -> None:
    """Such are those that stayed when their upload was undone. A batch of the same product tells
    of what family they are."""
    gone = batch(maker, "SN1", 2)
    TraceCodeFactory.create(
        batch=gone, code=small(1), submission_id=uuid4(), uploaded_at=days_ago(2)
    )
    voided(gone)
    if abroad:
        batch(maker, "SN2", 100, abroad=abroad)
    assert said(maker.unit) == [
        f"批次 SN1 的 1 个追溯码待匹配，批次信息（{called}信息）未上传（应于当日上传，已过 2 天）。"
    ]


def test_batches_of_long_ago_and_beyond_the_most_are_not_looked_at(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch(maker, "SN1", queries_reminders.DAYS + 1)
    assert said(maker.unit) == []
    batch(maker, "SN2", 5)
    batch(maker, "SN3", 4)
    monkeypatch.setattr(queries_reminders, "MOST_BATCHES", 1)
    assert "批次 SN3" in said(maker.unit)[0]


def test_nobody_hears_of_anothers_batches(maker: Side, stranger: Side, distributor: Side) -> None:
    coded(batch(maker, "SN1", 3), 1)
    assert said(stranger.unit) == []
    assert said(distributor.unit) == []
    batch(stranger, "SN1", 3)
    assert "尚无国产药追溯码信息" in said(stranger.unit)[0]
    shipped(maker, small(1), "SN1")
    assert said(maker.unit) == []


def test_a_consumable_is_owed_by_its_code(maker: Side, tmp_path: Path) -> None:
    """By 医保耗材代码, whatever lots its codes are of; another's do not count."""
    mine = devices.Uploads(maker, tmp_path)
    mine.store(devices.ITEM, devices.item())
    today = local_today()
    owed = "已上传医用耗材单件信息，尚无医用耗材追溯码信息（应于今日上传）。"
    assert said(maker.unit, today=today) == [f"医保耗材代码 {devices.MCS} {owed}"]
    other = "C0101010010100199002"
    lots = [devices.code(f"{devices.DI}(10){lot}", manu_lotnum=lot, cnt="5") for lot in "AB"]
    mine.store(devices.CODES, *[{**row, "mcs_code": other} for row in lots])
    pending = (
        f"医保耗材代码 {other} 的 2 个追溯码待匹配，"
        "产品信息（医用耗材单件信息）未上传（应于今日上传）。"
    )
    told = said(maker.unit, today=today)
    assert pending in told
    # Each lot waits to be sent.
    waiting = f"2 个医用耗材批次已上传医用耗材追溯码信息，尚无医用耗材发货信息（{WHEN}）。"
    assert sorted(told)[0] == waiting
    assert len(told) == 3
    mine.store(devices.CODES, devices.code(devices.LOT, cnt="5"))
    told = said(maker.unit, today=today)
    assert [words for words in told if "医保耗材代码" in words] == [pending]
    Silence.objects.create(
        unit=maker.unit, agent=maker.agent, record_code=devices.ITEM, batch=other, reason="停产"
    )
    assert not [words for words in said(maker.unit, today=today) if "医保耗材代码" in words]


def test_what_was_sent_of_a_consumable_is_asked_lot_by_lot(
    maker: Side, distributor: Side, tmp_path: Path
) -> None:
    mine = devices.Uploads(maker, tmp_path)
    mine.store(devices.ITEM, devices.item())
    lots = {lot: f"{devices.DI}(10){lot}" for lot in "AB"}
    rows = [devices.code(udi, manu_lotnum=lot, cnt="5") for lot, udi in lots.items()]
    mine.store(devices.CODES, *rows)
    today = local_today()
    sent = devices.sent(maker, distributor, lots["A"], cnt="5", shp_sin_no="F1")
    mine.store(devices.SHIPMENT, sent)
    unsent = (
        f"医用耗材批次 {devices.MCS} B 已上传医用耗材追溯码信息，尚无医用耗材发货信息（{WHEN}）。"
    )
    undelivered = (
        f"医用耗材批次 {devices.MCS} A 已上传医用耗材发货信息，尚无医用耗材配送信息（{WHEN}）。"
    )
    assert sorted(said(maker.unit, today=today)) == [undelivered, unsent]
    delivery = example("consumable-delivery", trac_code=lots["A"], shp_sin_no="F1")
    mine.store("consumable-delivery", delivery)
    assert said(maker.unit, today=today) == [unsent]
    Silence.objects.create(
        unit=maker.unit,
        agent=maker.agent,
        record_code=devices.SHIPMENT,
        batch=f"{devices.MCS} B",
        reason="留样",
    )
    assert said(maker.unit, today=today) == []
    # Of what was sent under a code that names no lot nobody knows of which it is.
    other = devices.code(f"{devices.DI}(10)C", manu_lotnum="C", cnt="5")
    mine.store(devices.CODES, other)
    assert len(said(maker.unit, today=today)) == 1
    mine.store(devices.SHIPMENT, devices.sent(maker, distributor, "AHM-A1234567", shp_sin_no="F2"))
    assert said(maker.unit, today=today) == []


def test_a_silenced_batch_is_owed_no_more_of_that_record(maker: Side) -> None:
    batch(maker, "SN1", 3)
    batch(maker, "SN2", 3)
    Silence.objects.create(
        unit=maker.unit, agent=maker.agent, record_code=CODES, batch="SN1", reason="未上市"
    )
    assert said(maker.unit) == [
        "批次 SN2 已上传国产药信息，尚无国产药追溯码信息（应于当日上传，已过 3 天）。"
    ]


CIRCULATION = "circulation"


def test_a_distributor_uploads_day_by_day(distributor: Side) -> None:
    assert said(distributor.unit, TRADERS) == [
        "还没有上传过流通企业药信息（每日上传，没有发生的可不上传）。"
    ]
    uploaded(distributor, CIRCULATION, days_ago(1, hour=23))
    uploaded(distributor, CIRCULATION, days_ago(0), SubmissionState.STAGED)
    uploaded(distributor, CIRCULATION, days_ago(0), rows=0)
    assert said(distributor.unit, TRADERS) == [
        "今天还没有上传流通企业药信息，最近一次是 2026-11-30（每日上传，没有发生的可不上传）。"
    ]
    uploaded(distributor, CIRCULATION, days_ago(0, hour=0))
    assert said(distributor.unit, TRADERS) == []


def test_goods_in_store_owe_nothing(distributor: Side) -> None:
    uploaded(distributor, CIRCULATION, days_ago(0))
    EventFactory.create(unit=distributor.unit, kind="circulation-in", code=small(1))
    assert said(distributor.unit, TRADERS) == []


def test_without_a_list_of_batches_uploads_alone_are_looked_at(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries_reminders, "has_batches", lambda family: False)
    batch(maker, "SN1", 3)
    assert said(maker.unit) == []
    uploaded(maker, INFO, days_ago(queries_reminders.DAYS + 1))
    assert said(maker.unit) == []
    uploaded(maker, INFO, days_ago(3))
    assert said(maker.unit) == [
        "2026-11-28 上传了国产药信息，近 90 天没有上传过国产药追溯码信息（应于当日上传）。"
    ]
    uploaded(maker, CODES, days_ago(2))
    [words] = said(maker.unit)
    assert words.startswith("2026-11-29 上传了国产药追溯码信息，近 90 天没有上传过国产药发货信息")
    uploaded(maker, SHIPMENT, days_ago(1))
    assert said(maker.unit) == []


def test_duties_name_records_of_their_family_that_can_be_looked_at() -> None:
    """A family that has any of its records has all those that it owes."""
    bound = {binding.record.family for binding in BINDINGS.values()}
    for family, duties in DUTIES.items():
        if family not in bound:
            continue
        for duty in duties:
            records = [BINDINGS[code] for code in (duty.record, duty.after) if code]
            assert {record.record.family for record in records} == {family}
            assert bool(duty.after) is (duty.by is not By.DAILY)
            if queries_reminders.has_batches(family):
                told = [r for r in records if r.shape is Shape.EVENT]
                assert all(set(r.told.kinds) <= set(ORDERS) for r in told), "not counted by batch"


def test_a_makers_query_is_as_many_statements_whatever_there_is(
    maker: Side, django_assert_num_queries: Any
) -> None:
    for n in range(20):
        batch(maker, f"SN{n}", n)
    # Six questions, and what lets them be answered out of indexes.
    with django_assert_num_queries(10):
        reminders(maker.unit, MAKERS, TODAY)
