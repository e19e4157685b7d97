"""How many live codes a unit has, so that no list counts its rows.

Written by `tracing.stores.counters` in the transaction that changes the codes. `kind` says
which list is counted, not what the unit is: a list that two kinds have is counted once.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.core.kinds import DISTRIBUTOR, MAKER, CodeList
from accounts.core.scoping import ScopedModel
from tracing.models.fields import code_field, plain_field_of, unit_field
from tracing.records.shapes import Shape

# Named after the kinds that had them first, as the tables are.
LISTS = [(CodeList.MADE.value, MAKER.label), (CodeList.UPLOADED.value, DISTRIBUTOR.label)]


class DayCount(ScopedModel):
    """Codes first uploaded on a local day."""

    pk = models.CompositePrimaryKey("unit_id", "kind", "day")
    unit = unit_field()
    kind = models.CharField(max_length=11, choices=LISTS)
    day = models.DateField()
    codes = models.BigIntegerField()

    class Meta(ScopedModel.Meta):
        verbose_name = "追溯码日计数"
        constraints = [
            models.CheckConstraint(name="daycount_codes", condition=Q(codes__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class BatchCount(ScopedModel):
    """Codes of a batch.

    Codes it made: `owner` is the unit itself and `batch` is empty. Codes it uploaded: `batch` is
    the 药品生产批号 as typed, `owner` and `trac_codg_sn` name the maker's batch once the code is
    corroborated. What is not known is 0 or empty, because no part of a key may be NULL.
    """

    pk = models.CompositePrimaryKey("unit_id", "kind", "trac_codg_sn", "batch", "owner")
    unit = unit_field()
    kind = models.CharField(max_length=11, choices=LISTS)
    trac_codg_sn = code_field(default="")
    batch = plain_field_of(Shape.EVENT, "manu_lotnum", default="")
    owner = models.BigIntegerField(default=0)
    codes = models.BigIntegerField()

    class Meta(ScopedModel.Meta):
        verbose_name = "追溯码批次计数"
        constraints = [
            models.CheckConstraint(name="batchcount_codes", condition=Q(codes__gte=0)),
        ]
        indexes = [
            models.Index(fields=["unit", "kind", "batch"], name="batchcount_typed"),
            models.Index(fields=["unit", "kind", "owner", "trac_codg_sn"], name="batchcount_made"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.trac_codg_sn} {self.batch}"
