"""Which refusals a call can be answered: those of the domains that a call goes through."""

from __future__ import annotations

from collections.abc import Iterator

from portal.lib.refused import Declared, Ground, catalogue

# What a call consists of.
PLACES = frozenset({"envelope", "param", "rows", "sandbox"})
# What a call meets on its way: all of these that is about no cell or file. What pages alone do is
# said elsewhere: mending by error workbooks, exporting, removing, moving codes.
DOMAINS = ("tracing.traces", "tracing.uploads")
ON_THE_WAY = frozenset({"", "submission"})
# What bars an agent bars the key of the agent's unit; an array can be too much as a workbook can.
ALSO = frozenset(
    {"business_rests", "no_business", "unit_not_approved"}
    | {"too_complex", "too_large", "too_slow"}
)


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
    of_a_domain = any(f"{declared.module}.".startswith(f"{domain}.") for domain in DOMAINS)
    on_the_way = of_a_domain and declared.place in ON_THE_WAY
    return declared.place in PLACES or declared.code in ALSO or on_the_way
