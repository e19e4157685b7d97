"""What a binding says of a record: its business, what its rows become, where they are listed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from tracing.records.base import Record
from tracing.records.columns import FirmColumns
from tracing.records.event_kinds import EventKind
from tracing.records.nodes import Node

# The businesses that upload records.
MAKERS, DISTRIBUTORS = "maker-upload", "distributor-upload"
# The column of the code that an event is told of, and of the batch that a row belongs to.
CODE, SERIAL = "trac_code", "trac_codg_sn"
# The columns of the codes of a pack and of the boxes around it, the smallest first; and the same
# where they are kept, by the code of the pack.
LEVEL_COLUMNS = ("lv1_trac_code", "lv2_trac_code", "lv3_trac_code")
KEPT_LEVELS = ("code", *LEVEL_COLUMNS[1:])


class Shape(Enum):
    """What the rows of a record become."""

    PRODUCT = "product"  # Facts of a batch, one row each; a family has one such record.
    CODES = "codes"  # Smallest packs of a batch and their boxes.
    EVENT = "event"  # What happened to a code of any pack level.
    ITEM = "item"  # A single consumable, known by its DI; a family has one such record.
    SPEC = "spec"  # How a consumable is packed.
    UDI = "udi"  # Pieces or whole lots of consumables by their UDI, and their boxes.


# Goods: their rows have a dialog of their own, with all that is told of them in its tabs; reminders
# look at them one by one, and they are removed with all their codes.
GOODS = (Shape.PRODUCT, Shape.ITEM)


class Pick(NamedTuple):
    """A column of a record, by its label or, where a screen uses another, by its alias."""

    name: str
    alias: str = ""


class Days(NamedTuple):
    """A filter of a moment by two days, which a form calls `first` and `last`."""

    name: str
    label: str
    first: str
    last: str


@dataclass(frozen=True)
class Listing:
    """A tab of the upload page that lists the rows of a record, with its filters.

    `tab` is what its address calls it. `header` is what the dialog of a row says above its tabs.
    """

    tab: str
    title: str
    search_title: str
    columns: tuple[Pick | str, ...]
    filters: tuple[Pick | Days | str, ...]
    header: tuple[str, ...] = ()


class Part(NamedTuple):
    """A tab in the dialog of a batch of the family. Without `columns` it shows all of the record,
    but for an event's batch, which the dialog names already."""

    code: str
    title: str
    columns: tuple[Pick | str, ...] = ()


class Firm(NamedTuple):
    """The columns of one side of an event; an empty one where the record says nothing."""

    name: str = ""
    uscc: str = ""

    @classmethod
    def of(cls, firm: FirmColumns) -> Firm:
        """The side that both columns of a firm tell of."""
        return cls(firm.name.name, firm.uscc.name)


class Is(NamedTuple):
    """A condition on a row: the choice `column` has one of the codes `values`."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """What rows of one direction tell: a kind of event, which makes a `node` in the rows that
    meet `where`. `status` is the column that says how far it went.
    """

    kind: EventKind
    node: Node | None = None
    where: tuple[Is, ...] = ()
    status: str = ""


def always(told: Told) -> tuple[tuple[str, Told], ...]:
    """What a record tells whose rows all have one direction."""
    return (("", told),)


@dataclass(frozen=True)
class Event:
    """How the columns of a record, which has a code and a document, say an event.

    `told` are pairs of a code of the choice `by` and what such rows tell; a record of one
    direction has no `by`, and `always` tells the same. `organisation` is whose step it is where
    no node tells. `lists_codes` says that the codes become the unit's own list where it does not
    own them; `expects_receiver` that a receiver nobody registered is worth a warning; `takes` that
    the quantity, or one piece where none is said, leaves the lot that the code stands for.
    """

    time: str
    told: tuple[tuple[str, Told], ...]
    by: str = ""
    sender: Firm = Firm()
    receiver: Firm = Firm()
    organisation: str = ""
    quantity: str = ""
    lists_codes: bool = False
    expects_receiver: bool = False
    takes: bool = False

    @property
    def kinds(self) -> tuple[EventKind, ...]:
        """The kinds of event that the rows tell of."""
        return tuple(told.kind for _, told in self.told)

    @property
    def fields(self) -> dict[str, tuple[str, ...]]:
        """The columns that each field of the stored event keeps in one direction or another."""
        firms = (self.sender.name, self.receiver.name)
        fields = {
            "code": (CODE,),
            "happened_at": (self.time,),
            "organisation": (self.organisation,) if self.organisation else firms,
            "sender_name": (self.sender.name,),
            "sender_uscc": (self.sender.uscc,),
            "receiver_name": (self.receiver.name,),
            "receiver_uscc": (self.receiver.uscc,),
            "status": tuple(told.status for _, told in self.told),
            "quantity": (self.quantity,),
        }
        return {field: tuple(filter(None, columns)) for field, columns in fields.items()}

    @property
    def kept(self) -> dict[str, str]:
        """Columns that stand in a field of the stored event as they are, by that field; what
        depends on the direction does not. Every other cell is among the event's details.
        """
        by_direction = {"status"} if self.by else set()
        if not self.organisation:
            by_direction.add("organisation")
        return {
            columns[0]: field
            for field, columns in self.fields.items()
            if columns and field not in by_direction
        }


@dataclass(frozen=True, eq=False)
class Binding:
    """What becomes of one record. `business` is the one that uploads and voids its rows; `event`
    belongs to the shape EVENT. `sample` names how samples of its rows are made up.
    """

    record: Record
    business: str
    shape: Shape
    sample: str
    event: Event | None = None
    listing: Listing | None = None
    part: Part | None = None

    @property
    def listed(self) -> Listing:
        """Its list. Raises ValueError for a record that has none."""
        if self.listing is None:
            raise ValueError(f"{self.record.code} has no list")
        return self.listing

    @property
    def told(self) -> Event:
        """How the rows say an event. Raises ValueError for a record that tells none."""
        if self.event is None:
            raise ValueError(f"{self.record.code} tells of no events")
        return self.event
