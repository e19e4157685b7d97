"""Codes of others: what a unit that does not own a code uploaded of it."""

from __future__ import annotations

from django.db import models

from accounts.scoping import ScopedModel
from tracing.models.fields import code_field, field_of, unit_field
from tracing.models.product import Voidable, void_pair


class UnitCode(Voidable, ScopedModel):
    """A code of any pack level that a unit uploaded though another one made it.

    `batch` is the 药品生产批号 as the unit typed it. `owner` and `trac_codg_sn` name the maker's
    batch: both are empty until somebody else's upload corroborates the unit's, and while the
    code is unknown or a box of several batches. `uploaded_at` is the first upload.
    """

    pk = models.CompositePrimaryKey("code", "unit_id")
    code = code_field()
    unit = unit_field()
    batch = field_of("circulation", "manu_lotnum", null=True)
    owner = unit_field(null=True)
    trac_codg_sn = field_of("domestic-drug-codes", "trac_codg_sn", null=True)
    uploaded_at = models.DateTimeField()
    submission_id = models.UUIDField()

    class Meta(ScopedModel.Meta):
        verbose_name = "单位上传的追溯码"
        constraints = [
            void_pair("unitcode_void_pair"),
            models.CheckConstraint(
                name="unitcode_batch_has_its_maker",
                condition=models.Q(owner__isnull=True, trac_codg_sn__isnull=True)
                | models.Q(owner__isnull=False, trac_codg_sn__isnull=False),
            ),
        ]
        indexes = [
            # Live rows only, as for the makers' codes: lists turn pages in the index.
            models.Index(
                fields=["unit", "uploaded_at", "code"],
                name="unitcode_uploaded",
                condition=models.Q(voided_at__isnull=True),
            ),
            models.Index(
                fields=["unit", "trac_codg_sn", "batch", "owner", "code"],
                name="unitcode_batch",
                condition=models.Q(voided_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.code)
