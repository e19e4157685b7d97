"""How often a race is run, and how many examples a property has that is dear to try: a part of what
was asked for, or, in `.ci/thorough`, all of it."""

import os

FEWEST = 5
SHARE = int(os.environ.get("PORTAL_TEST_TURNS", "10"))
THOROUGH = SHARE == 100


def turns(asked: int) -> int:
    """The turns of a race that was asked for so many: `PORTAL_TEST_TURNS` per cent of them."""
    return max(min(FEWEST, asked), asked * SHARE // 100)
