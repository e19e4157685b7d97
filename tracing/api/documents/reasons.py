"""Which refusals a call can be answered: those of the domains that a call goes through."""

from __future__ import annotations

from collections.abc import Iterator

from portal.lib.refused import Declared, Ground, catalogue

# A module or all modules of a folder. The rest of the catalogue is said on pages alone.
DOMAINS = (
    "accounts.core",
    "accounts.keys",
    "accounts.rights",
    "portal.refusals",
    "tracing.api",
    "tracing.library",
    "tracing.orders",
    "tracing.stores",
    "tracing.traces",
    "tracing.uploads",
)


def reasons() -> list[Declared]:
    """The refusals that a call can be answered, by their status, then as they are declared."""
    found = [declared for declared in catalogue().values() if _of_a_call(declared.module)]
    return sorted(found, key=lambda declared: declared.ground.value)


def by_ground() -> Iterator[tuple[Ground, list[Declared]]]:
    """The same for each status, in its order."""
    for ground in sorted(Ground, key=lambda each: each.value):
        found = [declared for declared in reasons() if declared.ground is ground]
        if found:
            yield ground, found


def _of_a_call(module: str) -> bool:
    return any(module == domain or module.startswith(f"{domain}.") for domain in DOMAINS)
