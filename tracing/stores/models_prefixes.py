"""What the first seven digits of 码上放心 codes are known to stand for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.core.scoping import ScopedModel
from tracing.models.fields import code_field, field_of
from tracing.records.shapes import Shape
from tracing.records.trace_codes import KIND_LENGTH


class CodePrefix(ScopedModel):
    """That a unit uploaded codes of a prefix as packs of a level of a product.

    `code` is one of them: while it says so still, the prefix is known for it. A unit learns from
    its own uploads alone.
    """

    pk = models.CompositePrimaryKey("unit_id", "prefix", "level", "prod_code")
    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    prefix = code_field(max_length=KIND_LENGTH)
    level = models.PositiveSmallIntegerField()
    prod_code = field_of(Shape.CODES, "prod_code")
    code = code_field()

    class Meta(ScopedModel.Meta):
        verbose_name = "药品标识码"
        constraints = [
            models.CheckConstraint(name="codeprefix_level", condition=Q(level__in=[1, 2, 3])),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} {self.level} {self.prod_code}"
