"""Refusing what happens too often, with the time to wait."""

from accounts.limits import Limit, take
from accounts.refusals import Refused, refusal
from accounts.waiting import wait_words


def spend(code: str, *limits: Limit, **detail: str) -> None:
    """Count one try. Where a limit is full raises Refused: `code`, whose sentence says {wait}."""
    if wait := take(*limits):
        raise Refused(refusal(code, wait=wait_words(wait), **detail))
