"""Reminders in sentences."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.utils import timezone

from tracing.records.bindings import BINDINGS
from tracing.records.duties import By, Duty
from tracing.records.shapes import Shape
from tracing.reminders.queries_reminders import DAYS, Owing, Reminder

_DAILY_NEVER = "还没有上传过{title}（{by}）。"
_DAILY = "今天还没有上传{title}，最近一次是 {last}（{by}）。"
_NEVER = "{last} 上传了{after}，近 {days} 天没有上传过{title}（{by}）。"
_ONE = "批次 {batch} 已上传{after}，尚无{title}（{by}）。"
_SEVERAL = "{count} 个批次已上传{after}，尚无{title}（{by}）。"
_WAITING_ONE = "批次 {batch} 的 {codes} 个追溯码待匹配，批次信息（{title}）未上传（{by}）。"
_WAITING_SEVERAL = (
    "{codes} 个追溯码待匹配，所属 {count} 个批次的批次信息（{title}）未上传（{by}）。"
)


class BatchLine(NamedTuple):
    """One batch of a reminder."""

    batch: str
    words: str


class Line(NamedTuple):
    """A reminder as it is shown: its sentence, why, the record that mends it, its batches."""

    words: str
    why: str
    record: str
    title: str
    late: bool
    batches: list[BatchLine]


def line_of(reminder: Reminder, today: date) -> Line:
    """A reminder on a local day."""
    duty = reminder.duty
    return Line(
        words=_words(reminder, today),
        why=duty.why,
        record=duty.record,
        title=BINDINGS[duty.record].record.title,
        late=reminder.late,
        batches=[
            BatchLine(owing.batch, _of_batch(duty, [owing], today)) for owing in reminder.batches
        ],
    )


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
    waiting = BINDINGS[duty.record].shape is Shape.PRODUCT
    sentence = (
        (_WAITING_ONE if one else _WAITING_SEVERAL) if waiting else (_ONE if one else _SEVERAL)
    )
    return sentence.format(
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
