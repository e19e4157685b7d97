"""Moments of the database in Shanghai's time, as SQL."""

from __future__ import annotations


def local(value: str) -> str:
    """The SQL of a moment as the clock there shows it."""
    return f"({value} AT TIME ZONE 'Asia/Shanghai')"


def written_moment(value: str) -> str:
    """The SQL of a moment as text."""
    return f"to_char({local(value)}, 'YYYY-MM-DD HH24:MI:SS')"


def written_date(value: str) -> str:
    """The SQL of a day as text; its time only where one was given, as the records show it."""
    day = f"to_char({local(value)}, 'YYYY-MM-DD')"
    return f"CASE WHEN {local(value)}::time = '00:00' THEN {day} ELSE {written_moment(value)} END"


def earlier(value: str, than: str) -> str:
    """The SQL of whether a moment was surely earlier; a day without a time may be any of it."""
    day = f"{local(value)}::date < {local(than)}::date"
    return f"({value} < {than} AND ({day} OR {local(value)}::time <> '00:00'))"
