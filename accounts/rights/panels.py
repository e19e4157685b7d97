"""What other apps put on an agent's hall and on the unit's own home: for a business that the agent
may do now, or for a kind of the unit, the address of a part that the page fetches by itself, so
that it never waits for it.

Other apps say what they have when they start; accounts knows none of them.
"""

from collections.abc import Callable, Collection, Iterable

from accounts.core.kinds import KINDS, UnitKind

# Given a unit's name in addresses and the code of a business: the address, or nothing.
Panel = Callable[[str, str], str]
_PANELS: list[Panel] = []
# Given a unit's name in addresses and a kind that it is of: the address, or nothing.
UnitPanel = Callable[[str, UnitKind], str]
_UNIT_PANELS: list[UnitPanel] = []


def declare(panel: Panel) -> None:
    """Add a panel. Its address answers with a fragment, which may be empty, to whoever may do the
    business, and with a page to those without scripts."""
    _PANELS.append(panel)


def declare_of_unit(panel: UnitPanel) -> None:
    """Add a panel of the unit's home; its address answers likewise to the unit's own account."""
    _UNIT_PANELS.append(panel)


def unit_panels(slug: str, kinds: Collection[UnitKind]) -> list[str]:
    """Return the addresses of what belongs to a unit of these kinds, in the order of the kinds."""
    own = [kind for kind in KINDS.values() if kind in kinds]
    found = (panel(slug, kind) for kind in own for panel in _UNIT_PANELS)
    return [address for address in found if address]


def panels(slug: str, businesses: Iterable[str]) -> list[str]:
    """Return the addresses of what belongs to these businesses, in their order."""
    found = (panel(slug, business) for business in businesses for panel in _PANELS)
    return [address for address in found if address]
