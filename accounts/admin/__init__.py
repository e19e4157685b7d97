"""What staff see of accounts. Rows change through actions alone, with a reason.

The first page lists the tables in the order in which these modules are imported: what waits for
staff comes first.
"""

from accounts.units import admin_qualifications as papers  # isort: skip
from accounts.messages import admin as feedback  # isort: skip
from accounts.units import admin as units  # isort: skip
from accounts.agents import admin as agents  # isort: skip
from accounts.rights import admin as rights  # isort: skip
from accounts.keys import admin as keys  # isort: skip
from accounts.log import admin as log  # isort: skip
from accounts.units import admin_regions as regions  # isort: skip
from accounts.messages import admin_documents as documents  # isort: skip
from accounts.staff import admin as staff  # isort: skip

__all__ = [
    "agents",
    "documents",
    "feedback",
    "keys",
    "log",
    "papers",
    "regions",
    "rights",
    "staff",
    "units",
]
