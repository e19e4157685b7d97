"""Why something is done, as whoever does it writes it: it is asked for, and it is short."""

from accounts.core.columns import REASON_LENGTH
from portal.lib.refused import Refused


def reason_of(text: str, missing: str) -> str:
    """Return the reason without blanks around it. Raises Refused: `missing` where nothing is
    written, reason_too_long.
    """
    reason = text.strip()
    if not reason:
        raise Refused(missing)
    if len(reason) > REASON_LENGTH:
        raise Refused("reason_too_long", found=str(len(reason)), limit=str(REASON_LENGTH))
    return reason


def short_reason(text: str, refused: str) -> str:
    """Return the reason without blanks around it. Raises Refused: `refused`, told the limit, where
    nothing is written or too much.
    """
    reason = text.strip()
    if not reason or len(reason) > REASON_LENGTH:
        raise Refused(refused, limit=str(REASON_LENGTH))
    return reason
