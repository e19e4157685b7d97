"""What other apps put on an agent's hall: for a business that the agent may do now, the address of
a part that the page fetches by itself, so that it never waits for it.

Other apps say what they have when they start; accounts knows none of them.
"""

from collections.abc import Callable, Iterable

# Given a unit's name in addresses and the code of a business: the address, or nothing.
Panel = Callable[[str, str], str]
_PANELS: list[Panel] = []


def declare(panel: Panel) -> None:
    """Add a panel. Its address answers with a fragment, which may be empty, to whoever may do the
    business, and with a page to those without scripts."""
    _PANELS.append(panel)


def panels(slug: str, businesses: Iterable[str]) -> list[str]:
    """Return the addresses of what belongs to these businesses, in their order."""
    found = (panel(slug, business) for business in businesses for panel in _PANELS)
    return [address for address in found if address]
