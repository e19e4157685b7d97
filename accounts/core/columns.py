"""Columns that several tables have, and how long a text in one may be."""

from django.db import models
from django.db.models import Q, Value

from accounts.core.id_types import CODE_LENGTH as ID_TYPE_LENGTH
from accounts.core.id_types import ID_TYPES
from accounts.core.names import AccountKind


def length_of(model: type[models.Model], name: str) -> int:
    """Return the most characters that a column of text holds."""
    length = getattr(model._meta.get_field(name), "max_length", None)
    if not isinstance(length, int):
        raise TypeError(f"{model.__name__}.{name} has no length")
    return length


EMAIL_LENGTH, ADDRESS_LENGTH = 100, 200
# Of why somebody did what others ask about later.
REASON_LENGTH = 200

POSTCODE_PATTERN = r"^[0-9]{6}$"


def account_kind_of(kind: AccountKind) -> models.GeneratedField:
    """The kind that an account must have, for a foreign key over both that is made by hand."""
    return models.GeneratedField(
        expression=Value(kind.value), output_field=models.CharField(max_length=5), db_persist=True
    )


def id_type_column(label: str) -> "models.CharField[str, str]":
    return models.CharField(
        label, max_length=ID_TYPE_LENGTH, choices=list(ID_TYPES.items()), blank=True, default=""
    )


def id_type_known(table: str, field: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{table}_id_type_known", condition=Q(**{f"{field}__in": ["", *ID_TYPES]})
    )


def postcode_column() -> "models.CharField[str, str]":
    return models.CharField("邮政编码", max_length=6, blank=True, default="")


def postcode_fits(table: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{table}_postcode_format",
        condition=Q(postcode="") | Q(postcode__regex=POSTCODE_PATTERN),
    )
