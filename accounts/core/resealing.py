"""Sealing anew, with the first of PORTAL_DATA_KEYS, what an older key has sealed."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Value
from django.db.models.functions import Cast

from accounts.core.origin import COMMAND, Origin
from accounts.log.writing import record
from accounts.sealed import SealedField
from portal.lib.sealing import Unsealable, resealed

# How many rows are read and written in one transaction.
BATCH = 500


class SealedColumn(NamedTuple):
    """What was done to one sealed column.

    `values`: how many rows hold something; `resealed`: how many were sealed anew; `unsealable`: the
    primary keys of those that no key opens, which stay as they are.
    """

    table: str
    name: str
    values: int
    resealed: int
    unsealable: list[int]


def reseal(*, origin: Origin = COMMAND) -> list[SealedColumn]:
    """Seal every sealed value with the first key; where all went well, no other is needed any more.

    Rows that change meanwhile are sealed by whoever changes them. Run it again after a stop: it
    goes on with what is left. The operation log keeps how many there were.
    """
    columns = [_column(model, name) for model, name in sealed_columns()]
    count = sum(column.resealed for column in columns)
    if count:
        with transaction.atomic():
            record("data-resealed", origin=origin, after={"values_resealed": count})
    return columns


def sealed_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Yield every sealed column there is: its model and its name."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedField):
                yield model, field.name


def _column(model: type[models.Model], name: str) -> SealedColumn:
    values, done, unsealable, last = 0, 0, [], 0
    while rows := _after(model, name, last):
        with transaction.atomic():
            for key, sealed in rows:
                try:
                    done += _reseal(model, name, key, sealed)
                except Unsealable:
                    unsealable.append(key)
        values, last = values + len(rows), rows[-1][0]
    return SealedColumn(model._meta.db_table, name, values, done, unsealable)


def _after(model: type[models.Model], name: str, last: int) -> list[tuple[int, str]]:
    """The next rows that hold something, as the database holds it: primary key and sealed text."""
    rows = _raw(model, name).filter(pk__gt=last).exclude(sealed_text="")
    return list(rows.order_by("pk").values_list("pk", "sealed_text")[:BATCH])


def _reseal(model: type[models.Model], name: str, key: int, sealed: str) -> bool:
    """Seal one value anew, unless it is so already or was changed since it was read."""
    anew = resealed(sealed, settings.PORTAL_DATA_KEYS)
    if anew is None:
        return False
    # As it is: the field itself would seal it once more.
    stored = Value(anew, output_field=models.TextField())
    return bool(_raw(model, name).filter(pk=key, sealed_text=sealed).update(**{name: stored}))


def _raw(model: type[models.Model], name: str) -> models.QuerySet[Any]:
    """The rows with the column as the database holds it, in `sealed_text`."""
    return model._base_manager.annotate(sealed_text=Cast(F(name), models.TextField()))
