"""django-import-export in bulk mode, without diffs, HTML and validation of models.

It looks for each row's code first, because a row that exists is to be replaced, as in our import;
`blind` leaves that out: the fastest it can be, but one code that exists already loses its batch of
rows. One model per resource is what it can do: the boxes of codes are left out, in its favour.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from django.utils import timezone
from import_export import fields, resources, widgets
from import_export.formats.base_formats import XLSX
from tablib import Dataset

from tracing.benchmarks.bare import CODES, INFO
from tracing.records.base import Column, Record
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode

BATCH = 1_000
DATE_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")


class ChoiceWidget(widgets.Widget):  # type: ignore[misc]  # the package has no types
    """The code of a word."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.codes = {word: code for code, word in column.kind.values}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return self.codes[value]


class MomentWidget(widgets.DateTimeWidget):  # type: ignore[misc]
    """A date with or without a time."""

    def __init__(self) -> None:
        super().__init__()
        self.formats = DATE_FORMATS


class Bulk(resources.ModelResource):  # type: ignore[misc]
    """A resource whose rows belong to one unit."""

    def __init__(self, unit: int, *, blind: bool) -> None:
        super().__init__()
        self.blind = blind
        self.given = {
            "unit_id": unit,
            "uploaded_at": timezone.now(),
            "submission_id": uuid.uuid4(),
        }

    def get_queryset(self) -> Any:
        """The rows of all units: a code has one owner."""
        return self._meta.model.everything.all()

    def get_or_init_instance(self, instance_loader: Any, row: Any) -> tuple[Any, bool]:
        """The row to fill, and whether it is a new one."""
        if self.blind:
            return self.init_instance(row), True
        found: tuple[Any, bool] = super().get_or_init_instance(instance_loader, row)
        return found

    def init_instance(self, row: Any = None) -> Any:
        """A new row of the unit."""
        return self._meta.model(**self.given)

    def bulk_create(
        self,
        using_transactions: bool,
        dry_run: bool,
        raise_errors: bool,
        batch_size: int | None = None,
        result: Any = None,
    ) -> None:
        """As the package does, by the manager that serves all units."""
        self._meta.model.everything.bulk_create(self.create_instances, batch_size=batch_size)
        self.create_instances.clear()


def _field(column: Column, attribute: str) -> fields.Field:
    widget = {
        "text": widgets.CharWidget,
        "code": widgets.CharWidget,
        "uscc": widgets.CharWidget,
        "number": widgets.DecimalWidget,
        "date": MomentWidget,
        "moment": MomentWidget,
        "choice": lambda: ChoiceWidget(column),
    }[column.kind.type]()
    heading = column.label + ("*" if column.required else "")
    return fields.Field(attribute=attribute, column_name=heading, widget=widget)


def _resource(record: Record, model: type[Any], names: dict[str, str]) -> type[Bulk]:
    """The resource of a record; `names` are attributes that differ from the column's."""
    options = {
        "model": model,
        "fields": [column.name for column in record.columns],
        "import_id_fields": [record.key[-1]],
        "use_bulk": True,
        "batch_size": BATCH,
        "skip_diff": True,
        "skip_html_diff": True,
    }
    columns = {
        column.name: _field(column, names.get(column.name, column.name))
        for column in record.columns
    }
    metaclass: Any = type(Bulk)
    parts = {**columns, "Meta": type("Meta", (), options)}
    made: type[Bulk] = metaclass(f"Bulk{model.__name__}", (Bulk,), parts)
    return made


BULK: dict[str, type[Bulk]] = {
    CODES.code: _resource(CODES, TraceCode, {"lv1_trac_code": "code"}),
    INFO.code: _resource(INFO, DrugBatch, {}),
}


def read_dataset(path: str) -> Dataset:
    """The file as the package reads it."""
    return XLSX().create_dataset(Path(path).read_bytes())
