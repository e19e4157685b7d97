"""Consumables: the facts of single ones, and how they are packed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.core.scoping import ScopedModel
from tracing.models.fields import code_field, field_of
from tracing.records.shapes import Shape
from tracing.stores.models import Voidable, void_pair

ITEM, SPEC = Shape.ITEM, Shape.SPEC


class ConsumableItem(Voidable):
    """医用耗材单件信息: one row per consumable of a unit.

    `udi` is the DI or a whole UDI, as uploaded; `udi_di` the DI in it, NULL where its system has no
    public grammar.
    """

    pk = models.CompositePrimaryKey("unit_id", "mcs_code", "udi")
    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    submission_id = models.UUIDField()
    mcs_code = field_of(ITEM, "mcs_code")
    udi = field_of(ITEM, "udi")
    udi_di = code_field(null=True)
    reg_fil_no = field_of(ITEM, "reg_fil_no")
    mcs_name = field_of(ITEM, "mcs_name")
    spec = field_of(ITEM, "spec")
    mol = field_of(ITEM, "mol")
    min_unt = field_of(ITEM, "min_unt")
    dspo_used_flag = field_of(ITEM, "dspo_used_flag")
    prodentp_name = field_of(ITEM, "prodentp_name")
    prodentp_uscc = field_of(ITEM, "prodentp_uscc")

    class Meta(ScopedModel.Meta):
        verbose_name = "医用耗材单件信息"
        constraints = [void_pair("consumableitem_void_pair")]
        indexes = [
            models.Index(
                fields=["unit", "-uploaded_at", "mcs_code", "udi"], name="consumableitem_latest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mcs_code} {self.udi}"


class ConsumableSpec(Voidable):
    """医用耗材规格信息: one row per packing. `mol` is empty where there is none: no part of a key
    may be NULL.
    """

    pk = models.CompositePrimaryKey("unit_id", "mcs_code", "spec", "mol")
    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    submission_id = models.UUIDField()
    mcs_code = field_of(SPEC, "mcs_code")
    udi_di = field_of(SPEC, "udi_di")
    spec = field_of(SPEC, "spec")
    mol = field_of(SPEC, "mol", null=False, default="")
    pacspec = field_of(SPEC, "pacspec")
    convrat = field_of(SPEC, "convrat")
    pacunt = field_of(SPEC, "pacunt")
    prod_code = field_of(SPEC, "prod_code")

    class Meta(ScopedModel.Meta):
        verbose_name = "医用耗材规格信息"
        constraints = [
            void_pair("consumablespec_void_pair"),
            models.CheckConstraint(
                name="consumablespec_convrat_positive", condition=Q(convrat__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mcs_code} {self.spec} {self.mol}".rstrip()
