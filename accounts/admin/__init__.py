"""What staff see of accounts. Rows change through accounts.actions alone, with a reason."""

from accounts.admin import (
    agents,
    feedback,
    log,
    papers,
    references,
    rights,
    staff,
    units,
)

__all__ = ["agents", "feedback", "log", "papers", "references", "rights", "staff", "units"]
