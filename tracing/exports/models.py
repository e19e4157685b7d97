"""A requested file of codes with all their nodes."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.lib.refused import Refusal, restored
from tracing.core.formats import FORMATS
from tracing.jobs.models import Leased, queue_index, turns_index
from tracing.traces.selections import By


class ExportState(models.TextChoices):
    """See `Export` for the moves."""

    QUEUED = "queued", "排队中"
    RUNNING = "running", "文件正在生成中，请稍后…"
    READY = "ready", "文件已生成"
    FAILED = "failed", "生成失败"
    EXPIRED = "expired", "文件已过期"


# It waits for a worker or is being made.
RUNNING = (ExportState.QUEUED, ExportState.RUNNING)


class Export(Leased):
    """One export: the filter as asked, then the file.

    ::

        queued ─► running ─► ready ─► expired
                     │
                     └─► failed

    `codes` is what was counted when it was asked for, and in the end what the file holds.
    """

    class Format(models.TextChoices):
        """The kind of file."""

        XLSX = "xlsx", FORMATS["xlsx"].label
        CSV = "csv", FORMATS["csv"].label

    business = models.CharField(max_length=40)
    # Which filter chose the codes.
    by = models.CharField(max_length=10, choices=By)
    filter = models.JSONField()
    format = models.CharField(max_length=5, choices=Format, default=Format.XLSX)
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.QUEUED)
    codes = models.PositiveIntegerField(null=True)
    rows = models.PositiveIntegerField(null=True)
    rows_done = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, null=True)
    failure_code = models.CharField(max_length=40, null=True)
    failure_detail = models.JSONField(default=list)
    # The moment whose rows the file shows: all of them are read in one snapshot.
    as_of = models.DateTimeField(null=True)
    requested_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta(Leased.Meta):
        verbose_name = "导出"
        constraints = [
            models.CheckConstraint(name="export_state", condition=Q(state__in=ExportState.values)),
            models.CheckConstraint(
                name="export_ready_is_whole",
                condition=~Q(state="ready")
                | Q(
                    codes__isnull=False,
                    rows__isnull=False,
                    size__isnull=False,
                    sha256__isnull=False,
                    as_of__isnull=False,
                    finished_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="export_failed_says_why",
                condition=~Q(state="failed") | Q(failure_code__isnull=False),
            ),
            # Asking again while the same file is being made must find that job, not start one.
            models.UniqueConstraint(
                fields=["unit", "business", "by", "filter", "format"],
                condition=Q(state__in=["queued", "running"]),
                name="export_one_running_per_filter",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "business", "-requested_at"], name="export_latest"),
            queue_index("export_running", "queued", "running"),
            turns_index("export_turns"),
        ]

    def __str__(self) -> str:
        return f"{self.business} {self.id}"

    @property
    def refusal(self) -> Refusal | None:
        """Why there is no file; None where it was not."""
        return restored(self.failure_code, self.failure_detail) if self.failure_code else None

    @property
    def path(self) -> Path:
        """The private file."""
        return Path(settings.PORTAL_FILES) / "exports" / f"{self.id}.{self.format}"
