"""The operation log: who did what, for whom, before and after, from where."""

from typing import Any, ClassVar, NoReturn

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from accounts.core.models import Account
from accounts.core.scoping import ScopedModel
from accounts.log.operations import CODE_LENGTH, OPERATIONS
from accounts.units.models import Unit


class AppendOnly(RuntimeError):
    """Something tried to change or remove an entry of the operation log."""

    def __init__(self) -> None:
        super().__init__("The operation log is append-only: entries stay as they are")


class AppendOnlyQuerySet(models.QuerySet["OperationLog"]):
    """Refuses what would rewrite history."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly

    def delete(self) -> NoReturn:
        """Refuse."""
        raise AppendOnly

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly


class OperationLog(ScopedModel):
    """One entry. `unit` is null for what an agent or staff does for no unit, like signing in.

    The database refuses to change or remove a row, whoever asks (migration 0005); the managers
    here only refuse sooner.
    """

    at = models.DateTimeField("时间", auto_now_add=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    action = models.CharField("操作", max_length=CODE_LENGTH)
    target = models.CharField("对象", max_length=200, blank=True, default="")
    before = models.JSONField("操作前", null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField("操作后", null=True, encoder=DjangoJSONEncoder)
    address = models.GenericIPAddressField("来源IP", null=True)
    request_id = models.CharField("请求编号", max_length=64, blank=True, default="")

    everything: ClassVar[models.Manager["OperationLog"]] = models.Manager.from_queryset(
        AppendOnlyQuerySet
    )()

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "操作记录"
        # Newest first; a day far back is found without walking there.
        indexes: ClassVar = [models.Index(name="log_by_time", fields=["unit", "-at", "-id"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action}"

    @property
    def title(self) -> str:
        """The Chinese title of the operation."""
        return OPERATIONS[self.action]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new entry; refuse to store one again."""
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly


class LogSeal(ScopedModel):
    """A link of the chain that an entry of the log hangs in: one chain for each unit, one for all
    that belongs to no unit.

    Made shortly after the entry by `accounts.log.chain_sealer`, so that writers never wait for
    each other. `hash` is the SHA-256, in hex, of the hash before it and the entry; `position`
    counts from 1. A trigger refuses to change or remove it, as with the entries.
    """

    entry = models.OneToOneField(OperationLog, models.PROTECT, related_name="seal")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    position = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "操作记录校验链"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_chain", fields=["unit", "position"], nulls_distinct=False
            ),
            models.CheckConstraint(
                name="chain_counts_from_one", condition=models.Q(position__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.position}"


class UnsealedEntry(models.Model):
    """An entry that hangs in no chain yet. A trigger adds it in the transaction of the entry, so an
    id that commits late is found as surely as any other; sealing removes it.
    """

    entry = models.OneToOneField(
        OperationLog, models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )

    class Meta:
        verbose_name = verbose_name_plural = "待入链的操作记录"

    def __str__(self) -> str:
        return str(self.entry_id)
