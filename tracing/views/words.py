"""Sentences for what an action or a reader refused."""

from __future__ import annotations

from tracing.ingest.read import Refused
from tracing.records import messages


def said(refused: Refused) -> str:
    """The Chinese sentence of a refusal: what was found, what was expected, how to mend it."""
    return messages.sentence(refused.code, refused.detail, "")
