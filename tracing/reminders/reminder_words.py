"""Reminders in sentences."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.utils import timezone

from tracing.records.bindings import BINDINGS, column_of, is_of_devices
from tracing.records.duties import By, Duty
from tracing.records.shapes import Shape
from tracing.reminders.queries_reminders import DAYS, Owing, Reminder

_DAILY_NEVER = "还没有上传过{title}（{by}）。"
_DAILY = "今天还没有上传{title}，最近一次是 {last}（{by}）。"
_NEVER = "{last} 上传了{after}，近 {days} 天没有上传过{title}（{by}）。"
_ONE = "{goods} {batch} 已上传{after}，尚无{title}（{by}）。"
_SEVERAL = "{count} 个{goods}已上传{after}，尚无{title}（{by}）。"
_WAITING_ONE = "{goods} {batch} 的 {codes} 个追溯码待匹配，{facts}（{title}）未上传（{by}）。"
_WAITING_SEVERAL = (
    "{codes} 个追溯码待匹配，所属 {count} 个{goods}的{facts}（{title}）未上传（{by}）。"
)


class Goods(NamedTuple):
    """What the goods of a duty are called, and what is said of them."""

    name: str
    facts: str


GOODS: dict[Shape, Goods] = {
    Shape.PRODUCT: Goods("批次", "批次信息"),
    Shape.ITEM: Goods(column_of(Shape.ITEM, "mcs_code").label, "产品信息"),
    Shape.UDI: Goods("医用耗材批次", "产品信息"),
}


# What codes wait for that came first.
WAITED_FOR = (Shape.PRODUCT, Shape.ITEM)


class BatchLine(NamedTuple):
    """One batch of a reminder."""

    batch: str
    words: str


class Line(NamedTuple):
    """A reminder as it is shown: its sentence, why, the record that mends it, its batches, what
    these are called, and where the record is uploaded."""

    words: str
    why: str
    record: str
    title: str
    goods: str
    late: bool
    batches: list[BatchLine]
    address: str = ""


def line_of(reminder: Reminder, today: date) -> Line:
    """A reminder on a local day."""
    duty = reminder.duty
    return Line(
        words=_words(reminder, today),
        why=duty.why,
        record=duty.record,
        title=BINDINGS[duty.record].record.title,
        goods=goods_called(duty.record).name,
        late=reminder.late,
        batches=[
            BatchLine(owing.batch, _of_batch(duty, [owing], today)) for owing in reminder.batches
        ],
    )


def goods_called(record_code: str) -> Goods:
    """What those goods are called of which a record is owed one by one."""
    if not is_of_devices(record_code):
        return GOODS[Shape.PRODUCT]
    return GOODS[Shape.UDI if BINDINGS[record_code].shape is Shape.EVENT else Shape.ITEM]


def _words(reminder: Reminder, today: date) -> str:
    duty = reminder.duty
    if reminder.batches:
        return _of_batch(duty, reminder.batches, today)
    said = {"title": _title(duty.record), "by": duty.by.value, "last": str(reminder.last)}
    if duty.by is By.DAILY:
        return (_DAILY if reminder.last else _DAILY_NEVER).format(**said)
    return _NEVER.format(after=_title(duty.after), days=DAYS, **said)


def _of_batch(duty: Duty, owing: list[Owing], today: date) -> str:
    """What is owed of one batch or of several."""
    one = len(owing) == 1
    goods = goods_called(duty.record)
    waiting = BINDINGS[duty.record].shape in WAITED_FOR
    sentence = (
        (_WAITING_ONE if one else _WAITING_SEVERAL) if waiting else (_ONE if one else _SEVERAL)
    )
    return sentence.format(
        goods=goods.name,
        facts=goods.facts,
        batch=owing[0].batch,
        count=len(owing),
        codes=sum(batch.codes for batch in owing),
        title=_title(duty.record),
        after=_title(duty.after),
        by=_by(duty, owing, today),
    )


def _by(duty: Duty, owing: list[Owing], today: date) -> str:
    """By when, and how long ago that was for the oldest."""
    if duty.by is not By.SAME_DAY:
        return str(duty.by.value)
    oldest = min(batch.since for batch in owing)
    days = (today - timezone.localdate(oldest)).days
    if days <= 0:
        return "应于今日上传"
    return f"{duty.by.value}，{'' if len(owing) == 1 else '最早的'}已过 {days} 天"


def _title(record_code: str) -> str:
    return BINDINGS[record_code].record.title if record_code else ""
