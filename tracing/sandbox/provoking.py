"""Faults on demand: a call by a key of the sandbox may ask for any refusal there is."""

from __future__ import annotations

import time

from accounts.core.limits import Limit, spend
from accounts.keys.models import InterfaceKey
from portal.lib.refused import Refused, catalogue, echoed

HEADER = "Sandbox-Provoke"
# Not a refusal: the answer comes late, as long as a thread of the website may well be spared.
SLOW, SLOW_SECONDS = "slow", 2
# So many answers may be late at once, of all units and of one. What began within a period that is
# longer than a sleep is all that can still be asleep, and is forgotten by itself.
SLEEPERS, SLEEPERS_OF_UNIT = 4, 1
PERIOD = SLOW_SECONDS + 1
# What stands for each detail of the sentence.
DETAIL = "（联调示例）"


def provoke(wanted: str, key: InterfaceKey) -> None:
    """Do what the header asks. Raises Refused: by the code that it names, in the sandbox alone."""
    if not wanted:
        return
    if not key.sandbox:
        raise Refused("provoke_needs_sandbox")
    if wanted == SLOW:
        _sleep(str(key.unit_id))
        return
    declared = catalogue().get(wanted)
    if declared is None:
        raise Refused("provoke_unknown", found=echoed(wanted, 40))
    raise Refused(wanted, **dict.fromkeys(declared.details, DETAIL))


def _sleep(unit: str) -> None:
    """Raises Refused where the unit or all together let as many answers wait as may."""
    spend(
        "provoked_too_often",
        Limit("sandbox-slow", unit, SLEEPERS_OF_UNIT, PERIOD),
        Limit("sandbox-slow-all", "", SLEEPERS, PERIOD),
    )
    time.sleep(SLOW_SECONDS)
