"""Model fields made from record columns, so that no label, length or mark is typed twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from tracing.records.base import Column
from tracing.records.bindings import column_of, columns_told, required_of
from tracing.records.shapes import Shape
from tracing.records.trace_codes import LONGEST

# Codes are compared byte by byte: no locale may decide which code is the same or comes first.
CODE_COLLATION = "C"


if TYPE_CHECKING:
    Characters = models.CharField[Any, Any]
else:
    Characters = models.CharField


class CodeField(Characters):
    """A column for codes: characters compared as bytes.

    Django gives a unique `varchar` a second index for LIKE, which collation "C" does not need
    and a table of billions cannot afford; it goes by the type's short name.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("db_collation", CODE_COLLATION)
        super().__init__(*args, **options)

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """The same type by its full name."""
        return f"character varying({self.max_length})"


def code_field(max_length: int = LONGEST, **options: Any) -> CodeField:
    """A column for codes of up to `max_length` characters; a trace code is no longer than usual."""
    return CodeField(max_length=max_length, **options)


def unit_field(**options: Any) -> models.ForeignKey[Any, Any]:
    """The owner of a row in a table that is to spread over servers: no foreign key there."""
    return models.ForeignKey(
        "accounts.Unit",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
        **options,
    )


def field_for(column: Column, **options: Any) -> models.Field[Any, Any]:
    """The model field that keeps the parsed values of a record's column.

    An empty optional cell is NULL for every type: an empty string would be a second way to
    say the same thing, and comparing staged with stored rows would then see a difference.
    """
    kind = column.kind
    options.setdefault("null", not column.required)
    options.setdefault("verbose_name", column.label)
    match kind.type:
        case "text":
            return models.CharField(max_length=kind.length, **options)
        case "code" | "uscc":
            return CodeField(max_length=kind.length, **options)
        case "date" | "moment":
            return models.DateTimeField(**options)
        case "number":
            return models.DecimalField(
                max_digits=kind.precision, decimal_places=kind.scale, **options
            )
        case "choice":
            longest = max(len(code) for code, _ in kind.values)
            return models.CharField(max_length=longest, choices=list(kind.values), **options)
        case _:
            raise ValueError(f"no model field for a column of type {kind.type!r}")


def field_of(shape: Shape, column: str, **options: Any) -> models.Field[Any, Any]:
    """As `field_for`, by the name of a column that records of a shape have.

    What one of the records does not ask for is NULL in its rows, whatever the others ask.
    """
    options.setdefault("null", not required_of(shape, column))
    return field_for(column_of(shape, column), **options)


def plain_field_of(shape: Shape, column: str, **options: Any) -> models.Field[Any, Any]:
    """As `field_of`, for what is kept of a column elsewhere than among the rows of its records:
    never NULL unless asked for, and without its label.
    """
    return field_of(shape, column, **{"null": False, "verbose_name": None, **options})


def told_field(field: str, **options: Any) -> models.Field[Any, Any]:
    """A field for what `field` of the stored event keeps, as long as the longest of its columns."""
    longest = max(columns_told(field), key=lambda column: column.kind.length or 0)
    return field_for(longest, **{"null": True, "verbose_name": None, **options})
