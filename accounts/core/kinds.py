"""The kinds of unit (单位类别), each declared once; everybody else reads them here, when they ask.

A further kind is an entry of `KINDS`, its flag in `accounts.units.models.Unit`, and a migration
for the flag and for the database's lists of kinds and businesses.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class CodeList(StrEnum):
    """Which codes a unit lists, counts, finds and exports; what that takes is said in `tracing`.

    One table each, so codes are counted once for a unit of several kinds. The counters know the
    lists by the names of the kinds that had them first.
    """

    # Smallest packs that the unit made; their boxes are found too.
    MADE = "maker"
    # Codes of any pack level that the unit uploaded without owning them.
    UPLOADED = "distributor"


@dataclass(frozen=True)
class UnitKind:
    """What a unit is; one unit may be several.

    `code` begins the addresses of its pages. `uploads` is the code of the business by which it
    uploads, none for a kind that uploads nothing; `businesses` are the codes of what its agents
    may be granted, besides `uploads` and `query`.
    """

    code: str
    label: str
    lists: CodeList
    uploads: str | None = None
    businesses: tuple[str, ...] = ()

    @property
    def flag(self) -> str:
        """The field of `Unit` that says whether a unit is one."""
        return f"is_{self.code}"

    @property
    def query(self) -> str:
        """The business by which a unit asks for the codes of its list and exports them."""
        return f"{self.code}-query"

    def has(self, business: str) -> bool:
        """Whether agents of such a unit may be granted a business."""
        return business in (self.query, self.uploads, *self.businesses)


MAKER = UnitKind("maker", "生产企业", CodeList.MADE, "maker-upload", ("api-self-service",))
DISTRIBUTOR = UnitKind(
    "distributor", "流通企业", CodeList.UPLOADED, "distributor-upload", ("api-self-service",)
)
# In the order in which they are offered.
KINDS: dict[str, UnitKind] = {kind.code: kind for kind in (MAKER, DISTRIBUTOR)}


def kinds_of(codes: Collection[str]) -> frozenset[UnitKind]:
    """Return the kinds of these codes; raises KeyError for any other text."""
    return frozenset(KINDS[code] for code in codes)


def codes_of(kinds: Collection[UnitKind]) -> list[str]:
    """Return the codes of kinds, sorted, as entries of the log keep them."""
    return sorted(kind.code for kind in kinds)


def flags_of(kinds: Collection[UnitKind]) -> dict[str, bool]:
    """Return the fields of a `Unit` that say that it is of these kinds and of no other."""
    return {kind.flag: kind in kinds for kind in KINDS.values()}


def kinds_with(lists: CodeList) -> list[UnitKind]:
    """Return the kinds that have this list."""
    return [kind for kind in KINDS.values() if kind.lists is lists]


def kind_asking(business: str) -> UnitKind:
    """Return the kind whose list a business asks; raises KeyError for one that asks none."""
    return {kind.query: kind for kind in KINDS.values()}[business]


def kind_choices() -> list[tuple[str, str]]:
    """Return what a form offers."""
    return [(kind.code, kind.label) for kind in KINDS.values()]


def kind_words(kinds: Collection[UnitKind], between: str = "、") -> str:
    """Return the kinds in Chinese, in their order: 生产企业、流通企业."""
    return between.join(kind.label for kind in KINDS.values() if kind in kinds)
