"""What staff see of accounts. Rows change through accounts.actions alone, with a reason.

The first page lists the tables in the order in which these modules are imported: what waits for
staff comes first.
"""

from accounts.admin import papers  # isort: skip
from accounts.admin import feedback  # isort: skip
from accounts.admin import units  # isort: skip
from accounts.admin import agents  # isort: skip
from accounts.admin import rights  # isort: skip
from accounts.admin import log  # isort: skip
from accounts.admin import references  # isort: skip
from accounts.admin import staff  # isort: skip

__all__ = ["agents", "feedback", "log", "papers", "references", "rights", "staff", "units"]
