"""Faults on demand: a call by a key of the sandbox may ask for any refusal there is."""

from __future__ import annotations

import time

from portal.lib.refused import Refused, catalogue, echoed

HEADER = "Sandbox-Provoke"
# Not a refusal: the answer comes late, as long as a thread of the website may well be spared.
SLOW, SLOW_SECONDS = "slow", 3
# What stands for each detail of the sentence.
DETAIL = "（联调示例）"


def provoke(wanted: str, *, sandbox: bool) -> None:
    """Do what the header asks. Raises Refused: by the code that it names, in the sandbox alone."""
    if not wanted:
        return
    if not sandbox:
        raise Refused("provoke_needs_sandbox")
    if wanted == SLOW:
        time.sleep(SLOW_SECONDS)
        return
    declared = catalogue().get(wanted)
    if declared is None:
        raise Refused("provoke_unknown", found=echoed(wanted, 40))
    raise Refused(wanted, **dict.fromkeys(declared.details, DETAIL))
