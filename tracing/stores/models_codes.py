"""Codes: one row per pack and box, and one per code that a unit uploaded without owning it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from accounts.core.scoping import ScopedModel
from tracing.models.fields import code_field, field_of, plain_field_of, unit_field
from tracing.records.bindings import column_of
from tracing.records.shapes import SERIAL, Shape
from tracing.records.trace_codes import SYSTEM_LENGTH
from tracing.stores.models import Voidable, live_index, together, void_pair

CODES, UDI = Shape.CODES, Shape.UDI
# What the batch of a consumable's code is made of.
BATCH_OF_CONSUMABLE = ("mcs_code", "manu_lotnum")
BATCH_LENGTH = 1 + sum(column_of(UDI, name).kind.length or 0 for name in BATCH_OF_CONSUMABLE)
# What a code says of itself depends on what it is of.
OF_CONSUMABLES = ("is_lot", "udi_di", "manu_lotnum", "manu_date", "expy_end")
OF_A_DRUG = Q(is_consumable=False, prod_code__isnull=False) & Q(
    **{f"{name}__isnull": True for name in OF_CONSUMABLES}
)
OF_A_CONSUMABLE = Q(is_consumable=True, prod_code__isnull=True) & Q(
    is_lot__isnull=False, manu_lotnum__isnull=False, manu_date__isnull=False
)

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


def batch_field(**options: Any) -> models.Field[Any, Any]:
    """The batch of codes: a drug's 流水号; a consumable's 医保耗材代码 and 生产批号, with a space
    between, which no 流水号 has.
    """
    return code_field(max_length=BATCH_LENGTH, **options)


class TraceCode(Voidable):
    """The three-code mapping of a smallest pack, its owner and its boxes.

    Of a consumable it is a piece, or a lot all of whose pieces bear the same code: then `is_lot`,
    and `quantity` says how many they are. `med_list_codg` is its 医保耗材代码, and it says itself
    what a drug's batch says. `udi_di` is the DI in its code, NULL where nobody can tell it.
    """

    code = field_of(CODES, "lv1_trac_code", primary_key=True)
    unit = unit_field()
    submission_id = models.UUIDField()
    trac_codg_sn = batch_field(verbose_name=column_of(CODES, SERIAL).label)
    lv2_trac_code = field_of(CODES, "lv2_trac_code")
    lv3_trac_code = field_of(CODES, "lv3_trac_code")
    med_list_codg = field_of(CODES, "med_list_codg")
    prod_code = field_of(CODES, "prod_code", null=True)
    stoin_time = field_of(CODES, "stoin_time")
    system = models.CharField(max_length=SYSTEM_LENGTH)
    quantity = plain_field_of(UDI, "cnt", default=1)
    is_consumable = models.BooleanField(db_default=False)
    is_lot = models.BooleanField(null=True)
    udi_di = code_field(null=True)
    manu_lotnum = field_of(UDI, "manu_lotnum", null=True)
    manu_date = field_of(UDI, "manu_date", null=True)
    expy_end = field_of(UDI, "expy_end")

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
            models.CheckConstraint(
                name="tracecode_of_its_goods", condition=OF_A_DRUG | OF_A_CONSUMABLE
            ),
        ]
        indexes = [
            live_index("tracecode_batch", "unit", "trac_codg_sn", "code"),
            live_index("tracecode_uploaded", "unit", "uploaded_at", "code"),
            models.Index(
                fields=["unit", "med_list_codg", "udi_di", "code"],
                name="tracecode_device",
                condition=Q(voided_at__isnull=True, is_consumable=True),
            ),
            _filled_index("tracecode_lv2", "lv2_trac_code"),
            _filled_index("tracecode_lv3", "lv3_trac_code"),
            models.Index(fields=["submission_id"], name="tracecode_upload"),
        ]

    def __str__(self) -> str:
        return str(self.code)

    def by_column(self) -> dict[str, Any]:
        """What it says by the columns of the records of codes, of drugs or of consumables."""
        named = {"lv1_trac_code": self.code, "mcs_code": self.med_list_codg, "cnt": self.quantity}
        return {**vars(self), **named}


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
    trac_codg_sn = batch_field(verbose_name=column_of(CODES, SERIAL).label, null=True)

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
