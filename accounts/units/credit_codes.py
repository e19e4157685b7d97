"""Why a 统一社会信用代码 cannot be one, with the place where it shows."""

from accounts.core.refusals import USCC_FLAWS, Refusal, refusal
from portal.lib.identifiers import UsccFlaw, uscc_flaw, uscc_strange_place


def uscc_problem(uscc: str) -> Refusal | None:
    """Return what is wrong with a code in canonical form, or None. Places count from 1."""
    flaw = uscc_flaw(uscc)
    if flaw is None:
        return None
    detail = {"found": str(len(uscc))}
    place = uscc_strange_place(uscc)
    if flaw is UsccFlaw.CHARACTERS and place is not None:
        detail = {"place": str(place + 1), "character": uscc[place]}
    return refusal("uscc_invalid", uscc=uscc, why=USCC_FLAWS[flaw].format(**detail))
