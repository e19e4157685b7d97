"""Which refusals a call can be answered: those of the domains that a call goes through."""

from __future__ import annotations

from collections.abc import Iterator

from portal.lib.refused import Declared, Ground, catalogue

# A module or all modules of a folder. The rest of the catalogue is said on pages alone.
DOMAINS = (
    "accounts.keys",
    "portal.refusals",
    "tracing.api",
    "tracing.stores",
    "tracing.traces",
    "tracing.uploads",
)
# What is wrong with a workbook, except what an array may be as well.
OF_WORKBOOKS = frozenset({"file", "sheet"})
OF_ARRAYS_TOO = frozenset({"too_complex", "too_large", "too_slow"})

# What bars an agent bars the key of the agent's unit.
OF_RIGHTS = frozenset({"business_rests", "no_business", "unit_not_approved"})


def reasons() -> list[Declared]:
    """The refusals that a call can be answered, by their status, then as they are declared."""
    found = [declared for declared in catalogue().values() if _of_a_call(declared)]
    return sorted(found, key=lambda declared: declared.ground.value)


def by_ground() -> Iterator[tuple[Ground, list[Declared]]]:
    """The same for each status, in its order."""
    for ground in sorted(Ground, key=lambda each: each.value):
        found = [declared for declared in reasons() if declared.ground is ground]
        if found:
            yield ground, found


def _of_a_call(declared: Declared) -> bool:
    of_workbooks = declared.place in OF_WORKBOOKS and declared.code not in OF_ARRAYS_TOO
    of_a_domain = any(f"{declared.module}.".startswith(f"{domain}.") for domain in DOMAINS)
    return declared.code in OF_RIGHTS or (of_a_domain and not of_workbooks)
