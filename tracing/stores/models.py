"""What a code is printed on, and what a row was before it was replaced or voided."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KeyTextTransform

from accounts.core.columns import REASON_LENGTH
from accounts.core.scoping import ScopedModel
from tracing.models.fields import code_field, field_of, unit_field
from tracing.records.base import Record
from tracing.records.bindings import of_shape, required_of
from tracing.records.shapes import Shape

INFO = Shape.PRODUCT
# Of a key as history keeps it: a specification is known by two names of 200 characters.
KEY_LENGTH = 900


class Voidable(ScopedModel):
    """A row that came first at `uploaded_at` and can be taken back: kept with its reason, invisible
    to every reader.
    """

    uploaded_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=REASON_LENGTH, null=True)

    class Meta(ScopedModel.Meta):
        abstract = True


def live_index(name: str, *fields: str) -> models.Index:
    """An index of the live rows only: lists count and turn pages without visiting the table.

    While nobody has counted, few rows are believed to be live, and a small index of this kind is
    read from end to end by whoever asks for live rows. So it is for the lists alone.
    """
    return models.Index(fields=fields, name=name, condition=Q(voided_at__isnull=True))


def together(name: str, *fields: str) -> models.CheckConstraint:
    """All of these fields are filled, or none is."""
    empty = {f"{field}__isnull": True for field in fields}
    filled = dict.fromkeys(empty, False)
    return models.CheckConstraint(name=name, condition=Q(**empty) | Q(**filled))


def void_pair(name: str) -> models.CheckConstraint:
    """A voided row has a reason and a live one has none."""
    return together(name, "voided_at", "void_reason")


def as_its_family_says() -> list[models.CheckConstraint]:
    """Of the fields that not every family asks for, a batch has those that the record of its family
    asks for, and none that this record lacks.
    """
    return [
        models.CheckConstraint(
            name=f"drugbatch_{record.family.replace('-', '_')}",
            condition=~Q(family=record.family) | Q(**_empty_fields(record)),
        )
        for record in (binding.record for binding in of_shape(INFO))
    ]


def _empty_fields(record: Record) -> dict[str, bool]:
    """Which fields of a batch are NULL, always or never; what may be either is left out."""
    asked = {column.name: column.required for column in record.columns}
    told = {column.name for other in of_shape(INFO) for column in other.record.columns}
    free = {name for name in told if required_of(INFO, name) or asked.get(name) is False}
    return {f"{name}__isnull": name not in asked for name in sorted(told - free)}


class DrugBatch(Voidable):
    """药品基础信息: one row per batch of a unit."""

    pk = models.CompositePrimaryKey("unit_id", "trac_codg_sn")
    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    submission_id = models.UUIDField()
    trac_codg_sn = field_of(INFO, "trac_codg_sn")
    family = models.CharField(max_length=20)
    med_list_codg = field_of(INFO, "med_list_codg")
    nat_drug_no = field_of(INFO, "nat_drug_no")
    drug_genname = field_of(INFO, "drug_genname")
    dosform = field_of(INFO, "dosform")
    spec = field_of(INFO, "spec")
    pacspec = field_of(INFO, "pacspec")
    convrat = field_of(INFO, "convrat")
    convrat_unt = field_of(INFO, "convrat_unt")
    manu_lotnum = field_of(INFO, "manu_lotnum")
    manu_date = field_of(INFO, "manu_date")
    expy_end = field_of(INFO, "expy_end")
    aprvno = field_of(INFO, "aprvno")
    aprvno_date = field_of(INFO, "aprvno_date")
    aprvno_enddate = field_of(INFO, "aprvno_enddate")
    drug_regno = field_of(INFO, "drug_regno")
    impt_appv_no = field_of(INFO, "impt_appv_no")
    impt_entp_name = field_of(INFO, "impt_entp_name")
    rx_flag = field_of(INFO, "rx_flag")
    bas_medn_flag = field_of(INFO, "bas_medn_flag")
    manu_cnt = field_of(INFO, "manu_cnt")
    prodentp_name = field_of(INFO, "prodentp_name")
    prodentp_uscc = field_of(INFO, "prodentp_uscc")
    manu_addr = field_of(INFO, "manu_addr")
    drug_lv = field_of(INFO, "drug_lv")
    prod_code = field_of(INFO, "prod_code")

    class Meta(ScopedModel.Meta):
        verbose_name = "药品基础信息"
        constraints = [
            void_pair("drugbatch_void_pair"),
            models.CheckConstraint(
                name="drugbatch_expires_after_made", condition=Q(expy_end__gt=F("manu_date"))
            ),
            models.CheckConstraint(name="drugbatch_convrat_positive", condition=Q(convrat__gt=0)),
            models.CheckConstraint(
                name="drugbatch_manu_cnt_not_negative", condition=Q(manu_cnt__gte=0)
            ),
            *as_its_family_says(),
        ]
        indexes = [
            models.Index(fields=["unit", "-uploaded_at", "trac_codg_sn"], name="drugbatch_latest"),
            # A distributor looks for a lot of any maker.
            models.Index(fields=["manu_lotnum", "unit"], name="drugbatch_lotnum"),
        ]

    def __str__(self) -> str:
        return str(self.trac_codg_sn)


class RowHistory(ScopedModel):
    """A before-image. Rows are only ever added."""

    class Cause(models.TextChoices):
        """Why the row changed."""

        REPLACED = "replaced", "重复数据替换"
        VOIDED = "voided", "删除"
        REVIVED = "revived", "重新上传"
        MOVED = "moved", "归属变更"
        UNDONE = "undone", "撤销上传"

    id = models.BigAutoField(primary_key=True)
    table = models.CharField(max_length=40)
    key = code_field(max_length=KEY_LENGTH)
    unit = unit_field()
    cause = models.CharField(max_length=10, choices=Cause)
    before = models.JSONField()
    submission_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        verbose_name = "历史"
        indexes = [
            models.Index(fields=["table", "key"], name="rowhistory_key"),
            # What became of the rows of an upload.
            models.Index(KeyTextTransform("submission_id", "before"), name="rowhistory_writer"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.key}"


class RepeatedRow(ScopedModel):
    """A row that an upload found stored as it says it, by another that could still be undone.

    Kept until that can no longer be (tracing/uploads/leftovers.py): then nobody asks for it.
    """

    id = models.BigAutoField(primary_key=True)
    table = models.CharField(max_length=40)
    key = code_field(max_length=KEY_LENGTH)
    unit = unit_field()
    submission_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        verbose_name = "重复上传的数据"
        indexes = [
            models.Index(fields=["table", "key"], name="repeatedrow_key"),
            models.Index(fields=["at"], name="repeatedrow_at"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.key}"
