"""What the shell of every page shows: the unit acted for, the menu, the user.

One context processor, ``shell``; named in the TEMPLATES setting.
"""

from __future__ import annotations

from typing import NamedTuple

PRODUCT_NAME = "药耗追溯单位网厅"


class FooterSlot(NamedTuple):
    label: str
    value: str
