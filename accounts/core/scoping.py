"""An unscoped query is an error: rows of a unit are reached through that unit.

A model whose rows belong to a unit inherits `ScopedModel`:

    Submission.objects.of(unit).filter(state="staged")      rows of one unit
    Submission.objects.create(unit=unit, ...)               a new row names its unit
    Submission.objects.filter(...)                          raises UnscopedQuery
    Submission.everything.filter(...)                       every unit's rows; the name says so

`everything` is for code that works across units on purpose (a sweeper, staff, constraints).
It is also the default and base manager, so that Django's own machinery keeps working.
"""

from typing import Any, ClassVar, Protocol, Self, TypeVar

from django.db import models


class UnscopedQuery(RuntimeError):
    """A query on a unit's table that does not say which unit it is for."""


class HasKey(Protocol):
    """Whatever stands for a unit here: the Unit model or anything with its primary key."""

    @property
    def pk(self) -> Any: ...


M = TypeVar("M", bound=models.Model)


class ScopedManager(models.Manager[M]):
    """A manager that answers only after it is told the unit.

    `field` names the model field that holds the owning unit: a foreign key or its plain number.
    """

    def __init__(self, field: str = "unit") -> None:
        super().__init__()
        self.field = field

    def get_queryset(self) -> models.QuerySet[M]:
        """Refuse: every plain use of the manager comes through here."""
        name = self.model.__name__
        raise UnscopedQuery(
            f"{name}.objects was used without a unit. Write {name}.objects.of(unit), "
            f"or {name}.everything where rows of all units are meant."
        )

    def of(self, unit: HasKey) -> models.QuerySet[M]:
        """Return the rows of this unit."""
        if unit.pk is None:
            raise UnscopedQuery(f"{self.model.__name__}.objects.of(unit): the unit is not saved")
        return self.model._base_manager.filter(**{self.field: unit.pk})

    def create(self, **values: Any) -> M:
        """Store one row; `values` must name the unit."""
        if values.get(self.field) is None and values.get(f"{self.field}_id") is None:
            raise UnscopedQuery(f"{self.model.__name__}.objects.create() needs {self.field}=")
        return self.model._base_manager.create(**values)


class ScopedModel(models.Model):
    """Base of every model whose rows belong to a unit by a field named `unit`.

    A model with another field name declares `objects` again: `ScopedManager("owner")`. A queryset
    class of its own goes on `everything`, and `of` answers with it too.
    """

    everything: ClassVar[models.Manager[Self]] = models.Manager()
    objects: ClassVar[ScopedManager[Self]] = ScopedManager()

    class Meta:
        abstract = True
        base_manager_name = "everything"
        default_manager_name = "everything"
