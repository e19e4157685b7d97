"""Codes: one row per pack and box, and one per code that a unit uploaded without owning it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.core.scoping import ScopedModel
from tracing.models.fields import code_field, field_of, unit_field
from tracing.records.shapes import Shape
from tracing.stores.models import Voidable, live_index, together, void_pair

CODES = Shape.CODES

# A bucket's row is locked by the confirmations whose codes fall into it; see ADR 0004.
BUCKETS = 256


def _filled_index(name: str, field: str) -> models.Index:
    """Finds the rows in a box; most rows are in none."""
    return models.Index(fields=[field], name=name, condition=Q(**{f"{field}__isnull": False}))


class CodeBucket(models.Model):
    """A lock on the codes that share a bucket, and the count of confirmations that took it."""

    bucket = models.PositiveSmallIntegerField(primary_key=True)
    version = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = "编码分组"
        constraints = [
            models.CheckConstraint(name="codebucket_in_range", condition=Q(bucket__lt=BUCKETS)),
        ]

    def __str__(self) -> str:
        return str(self.bucket)


class TraceCode(Voidable):
    """The three-code mapping of a smallest pack, its owner and its boxes."""

    code = field_of(CODES, "lv1_trac_code", primary_key=True)
    unit = unit_field()
    submission_id = models.UUIDField()
    trac_codg_sn = field_of(CODES, "trac_codg_sn")
    lv2_trac_code = field_of(CODES, "lv2_trac_code")
    lv3_trac_code = field_of(CODES, "lv3_trac_code")
    med_list_codg = field_of(CODES, "med_list_codg")
    prod_code = field_of(CODES, "prod_code")
    stoin_time = field_of(CODES, "stoin_time")
    system = models.CharField(max_length=16)
    quantity = models.DecimalField(max_digits=16, decimal_places=4, default=1)

    class Meta(ScopedModel.Meta):
        verbose_name = "追溯码"
        constraints = [
            void_pair("tracecode_void_pair"),
            models.CheckConstraint(
                name="tracecode_levels_differ",
                condition=~Q(code=F("lv2_trac_code"))
                & ~Q(code=F("lv3_trac_code"))
                & ~Q(lv2_trac_code=F("lv3_trac_code")),
            ),
            models.CheckConstraint(name="tracecode_quantity_positive", condition=Q(quantity__gt=0)),
        ]
        indexes = [
            live_index("tracecode_batch", "unit", "trac_codg_sn", "code"),
            live_index("tracecode_uploaded", "unit", "uploaded_at", "code"),
            _filled_index("tracecode_lv2", "lv2_trac_code"),
            _filled_index("tracecode_lv3", "lv3_trac_code"),
            live_index("tracecode_upload", "submission_id"),
        ]

    def __str__(self) -> str:
        return str(self.code)


class Pack(ScopedModel):
    """A middle (2) or large (3) box: its owner and the large box that holds it now."""

    class Level(models.IntegerChoices):
        """The pack levels above the smallest."""

        MIDDLE = 2, "中包装"
        LARGE = 3, "大包装"

    code = code_field(primary_key=True)
    unit = unit_field()
    level = models.PositiveSmallIntegerField(choices=Level)
    parent = code_field(null=True)
    uploaded_at = models.DateTimeField()
    submission_id = models.UUIDField()

    class Meta(ScopedModel.Meta):
        verbose_name = "包装"
        constraints = [
            models.CheckConstraint(name="pack_level", condition=Q(level__in=[2, 3])),
            models.CheckConstraint(
                name="pack_parent_of_middle_only", condition=Q(parent__isnull=True) | Q(level=2)
            ),
            models.CheckConstraint(name="pack_not_in_itself", condition=~Q(code=F("parent"))),
        ]
        indexes = [
            _filled_index("pack_parent", "parent"),
        ]

    def __str__(self) -> str:
        return str(self.code)


class UnitCode(Voidable):
    """A code of any pack level that a unit uploaded though another one made it.

    `batch` is the 药品生产批号 as the unit typed it. `owner` and `trac_codg_sn` name the maker's
    batch: both are empty until somebody else's upload corroborates the unit's, and while the
    code is unknown or a box of several batches. `uploaded_at` is the first upload.
    """

    pk = models.CompositePrimaryKey("code", "unit_id")
    code = code_field()
    unit = unit_field()
    submission_id = models.UUIDField()
    batch = field_of(Shape.EVENT, "manu_lotnum", null=True)
    owner = unit_field(null=True)
    trac_codg_sn = field_of(Shape.CODES, "trac_codg_sn", null=True)

    class Meta(ScopedModel.Meta):
        verbose_name = "单位上传的追溯码"
        constraints = [
            void_pair("unitcode_void_pair"),
            together("unitcode_batch_has_its_maker", "owner", "trac_codg_sn"),
        ]
        indexes = [
            live_index("unitcode_uploaded", "unit", "uploaded_at", "code"),
            live_index("unitcode_batch", "unit", "trac_codg_sn", "batch", "owner", "code"),
        ]

    def __str__(self) -> str:
        return str(self.code)
