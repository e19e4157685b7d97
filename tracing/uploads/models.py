"""One upload, its rounds, and the rows that were rejected."""

from __future__ import annotations

import re
from itertools import count, takewhile
from pathlib import Path, PurePath
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.lib.refused import Refusal, restored
from tracing.jobs.models import Leased, queue_index, turns_index
from tracing.records import RECORDS
from tracing.records.base import Record

UNDO_NAME = "undo.xlsx"
OWN_NAME = re.compile(rf"report(-[1-9][0-9]*)?\.xlsx|{re.escape(UNDO_NAME)}")


def submission_files() -> Path:
    """The private folder of uploaded files."""
    return Path(settings.PORTAL_FILES) / "submissions"


class SubmissionState(models.TextChoices):
    """See `Submission` for the moves."""

    RECEIVED = "received", "已接收"
    CHECKING = "checking", "校验中"
    STAGED = "staged", "校验完成，尚未入库"
    STORING = "storing", "入库中"
    STORED = "stored", "导入完成"
    REFUSED = "refused", "文件未通过"
    DROPPED = "dropped", "已取消"
    UNDOING = "undoing", "撤销中"
    UNDONE = "undone", "已撤销"


ONLY_CHECKED = "校验完成，只校验不入库"
COMING_IN = (SubmissionState.RECEIVED, SubmissionState.CHECKING, SubmissionState.STORING)
# A worker has it or will have it.
RUNNING = (*COMING_IN, SubmissionState.UNDOING)
# Checked: rows that failed have an error workbook and can be corrected.
CORRECTABLE = (SubmissionState.STAGED, SubmissionState.STORED)
# Not stored yet, and still may be.
UNFINISHED = (*COMING_IN, SubmissionState.STAGED)
# Nothing of it was stored, nor will be.
ENDED = (SubmissionState.REFUSED, SubmissionState.DROPPED)
# Takes no corrections any more.
CLOSED = (*ENDED, SubmissionState.UNDONE)


class Checked(models.Model):
    """What the check says of a file, or of all files of an upload."""

    normalised = models.PositiveIntegerField(default=0)
    warnings = models.JSONField(default=dict)
    first_warnings = models.JSONField(default=list)
    refusal_code = models.CharField(max_length=40, null=True)
    refusal_detail = models.JSONField(default=list)

    class Meta:
        abstract = True

    @property
    def refusal(self) -> Refusal | None:
        """Why it was refused, or is staged again; None where it was not."""
        return restored(self.refusal_code, self.refusal_detail) if self.refusal_code else None


class Terms(NamedTuple):
    """What whoever uploads asks of an upload, by the fields of `Submission`."""

    all_or_nothing: bool = False
    check_only: bool = False


USUAL_TERMS = Terms()


class Submission(Checked, Leased):
    """One upload by page, command or API. This row is the truth; a message is only a nudge.

    ::

        received ─► checking ─► staged ─► storing ─► stored ◄─► undoing ─► undone
                       │  ▲        │ ▲                 │
                       ▼  └────────┴─┼─ a corrected ───┘
                    refused          │  error workbook
                                  dropped

    A corrected error workbook is a further `Round`. Rounds up to `checked_rounds` are in the
    staging table or among the rejected rows; rounds up to `stored_rounds` are stored.
    `total` is the first round's number of rows and stays; `rejected` counts the rows that
    still fail; `accepted` is the rest. `staged_rows` is what the staging table must hold.
    Once 确认 was given for all rounds (`confirmed_rounds`), a check that must be done again
    goes on to storing by itself. An upload that turns out to be a corrected error workbook
    becomes a round of its submission, `merged_into`, and is dropped itself.
    `sight` is how the tables of codes stood at the check: the buckets of the staged codes,
    their version then, and how many of the codes were known.
    A submission whose storing was given up is staged again, and its refusal says why.
    `agent` uploaded the file, and becomes whoever gives 确认: the business may have gone to another
    agent meanwhile.
    `live_rows` counts the stored rows that this submission wrote last; `lost_rows` those that
    others replaced, voided or moved since, and it never falls. `rests_on` holds, for the uploads
    whose rows this one found as it says them, their `lost_rows` at that time. It is None where
    nobody can tell: see `tracing.uploads.untouched`. `preview` is what 确认 would do, as of its
    time: see `tracing.uploads.preview`.
    It can be undone until `undoable_until`; None where it was not stored, or before that was known.
    `undone_by` asked for it last; an undo that was given up is stored again, and its refusal says
    why. `undo` says what became of the rows, as `tracing.undo` keeps it.
    `all_or_nothing`: 确认 is given once no row fails, and stores nothing should one fail then.
    `check_only`: it is checked and mended, and never stored.
    `causes`: why rows fail now, as tracing/uploads/causes.py counts them; None before that.
    """

    class Source(models.TextChoices):
        """How the file came."""

        PAGE = "page", "网页"
        COMMAND = "command", "命令"
        API = "api", "接口"

    record_code = models.CharField(max_length=40)
    source = models.CharField(max_length=10, choices=Source)
    state = models.CharField(
        max_length=10, choices=SubmissionState, default=SubmissionState.RECEIVED
    )
    rounds = models.PositiveSmallIntegerField(default=1)
    checked_rounds = models.PositiveSmallIntegerField(default=0)
    stored_rounds = models.PositiveSmallIntegerField(default=0)
    confirmed_rounds = models.PositiveSmallIntegerField(default=0)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    total = models.PositiveIntegerField(null=True)
    accepted = models.PositiveIntegerField(null=True)
    rejected = models.PositiveIntegerField(null=True)
    staged_rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(null=True)
    replaced = models.PositiveIntegerField(null=True)
    unchanged = models.PositiveIntegerField(null=True)
    live_rows = models.IntegerField(default=0)
    lost_rows = models.PositiveIntegerField(default=0, db_default=0)
    rests_on = models.JSONField(null=True)
    preview = models.JSONField(null=True)
    all_or_nothing = models.BooleanField(default=False, db_default=False)
    check_only = models.BooleanField(default=False, db_default=False)
    causes = models.JSONField(null=True)
    seconds = models.JSONField(default=dict)
    stage = models.CharField(max_length=10, default="")
    sight = models.JSONField(default=dict)
    received_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True)
    stored_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    undoable_until = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        "accounts.Agent", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    undo = models.JSONField(null=True)

    class Meta(Leased.Meta):
        verbose_name = "上传"
        constraints = [
            models.CheckConstraint(
                name="submission_state", condition=Q(state__in=SubmissionState.values)
            ),
            models.CheckConstraint(
                name="submission_counts_add_up",
                condition=Q(total__isnull=True, accepted__isnull=True, rejected__isnull=True)
                | Q(total=F("accepted") + F("rejected")),
            ),
            models.CheckConstraint(
                name="submission_refused_says_why",
                condition=~Q(state="refused") | Q(refusal_code__isnull=False),
            ),
            models.CheckConstraint(
                name="submission_rounds_in_order",
                condition=Q(stored_rounds__lte=F("checked_rounds"))
                & Q(checked_rounds__lte=F("rounds")),
            ),
            models.CheckConstraint(
                name="submission_stored_adds_up",
                condition=~Q(state="stored")
                | Q(accepted=F("created") + F("replaced") + F("unchanged")),
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "record_code", "-received_at"], name="submission_latest"),
            queue_index("submission_queue", *RUNNING),
            models.Index(fields=["unit", "-received_at"], name="submission_of_unit"),
            models.Index(fields=["unit", "agent"], name="submission_of_agent"),
            turns_index("submission_turns"),
        ]

    def __str__(self) -> str:
        return f"{self.record_code} {self.id}"

    @property
    def record(self) -> Record:
        """What a row of this upload is."""
        return RECORDS[self.record_code]

    @property
    def stands(self) -> str:
        """Its state in words; what is never stored is not called 尚未入库."""
        if self.state == SubmissionState.STAGED and self.check_only:
            return ONLY_CHECKED
        return str(SubmissionState(self.state).label)

    @property
    def asked(self) -> dict[str, bool]:
        """The terms that whoever uploaded it asked for; none for the usual ones."""
        return {name: True for name in Terms._fields if getattr(self, name)}

    @property
    def barred(self) -> bool:
        """Whether its terms forbid to store what is staged now."""
        return self.check_only or (self.all_or_nothing and bool(self.rejected))

    @property
    def report_path(self) -> Path:
        """The error workbook of the rows that fail now, or its first part."""
        return self.report_part(1)

    def report_part(self, number: int) -> Path:
        """A part of the error workbook, whether it is there or not; the first has number 1."""
        name = "report.xlsx" if number == 1 else f"report-{number}.xlsx"
        return submission_files() / str(self.id) / name

    @staticmethod
    def is_own(path: PurePath) -> bool:
        """Whether a file beside those of a submission's rounds says what its rows came to."""
        return OWN_NAME.fullmatch(path.name) is not None

    def report_parts(self) -> list[Path]:
        """The parts of the error workbook that are there: most often one, none where none fails."""
        return list(takewhile(Path.exists, map(self.report_part, count(1))))


class Round(Checked):
    """One file of a submission: the first upload, or a corrected error workbook.

    `dropped_at`: a correction that was cancelled before it was stored. `file_removed_at`: the file
    came to nothing long ago and is gone (tracing/uploads/leftovers.py); this row stays.
    `rules_version` is the version of the 识别规则库 that judged it, None for the built-in rules.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="files")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=255)
    stored_name = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField(default=timezone.now)
    rows = models.PositiveIntegerField(null=True)
    dropped_at = models.DateTimeField(null=True)
    file_removed_at = models.DateTimeField(null=True)
    rules_version = models.PositiveBigIntegerField(null=True)

    class Meta:
        verbose_name = "上传文件"
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="round_number"),
        ]
        indexes = [models.Index(fields=["sha256"], name="round_sha256")]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.number}"

    @property
    def path(self) -> Path:
        """The stored file. It stays where it was put when its round moves."""
        return submission_files() / self.stored_name


class RejectedRow(models.Model):
    """A row that failed: its cells as they came (see `tracing.uploads.cells`), and why.

    `row` is the row number in the first round's sheet or array, in every round. `mended_in` is
    the round whose row passed; the row counts as failing while it is NULL.
    """

    pk = models.CompositePrimaryKey("submission_id", "row")
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="+")
    row = models.PositiveIntegerField()
    round = models.PositiveSmallIntegerField()
    cells = models.JSONField()
    faults = models.JSONField()
    mended_in = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name = "失败行"

    def __str__(self) -> str:
        return f"{self.submission_id} {self.row}"
