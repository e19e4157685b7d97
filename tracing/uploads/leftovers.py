"""What uploads leave behind that nobody asks for any more: the files of those that came to nothing
(refused, cancelled, never confirmed), and notes of rows that were said again."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from tracing.stores.models import RepeatedRow
from tracing.stores.target import UNDOABLE_FOR
from tracing.uploads.kept_files import undo_workbook
from tracing.uploads.models import ENDED, Round, SubmissionState

# So long after it came, staff can still look at a file that somebody asks about.
KEPT = timedelta(days=30)


def remove_files() -> int:
    """Remove the files of uploads and corrections that came to nothing `KEPT` after they came;
    returns how many. Their rows stay, and say when the file went.

    A file of stored rows stays, and any that a check done again would read: those of rounds that
    are not stored. The file goes first: what is left of a crash is a row that the next time finds.
    """
    over = Q(submission__state__in=ENDED)
    came_to_nothing = Q(dropped_at__isnull=False) | Q(refusal_code__isnull=False)
    settled = Q(number__lte=F("submission__stored_rounds"))
    over |= Q(submission__state=SubmissionState.STORED) & settled & came_to_nothing
    old = Round.objects.filter(
        over, file_removed_at=None, received_at__lt=timezone.now() - KEPT
    ).select_related("submission")
    count = 0
    for file in old.iterator(chunk_size=500):
        _remove(file)
        count += Round.objects.filter(pk=file.pk).update(file_removed_at=timezone.now())
    return count


def forget_repeated() -> int:
    """Forget who said rows again that can be undone no longer; returns how many there were."""
    # Noted while the row's own upload could be undone, which it can be for as long at most.
    over = timezone.now() - UNDOABLE_FOR
    return RepeatedRow.everything.filter(at__lt=over).delete()[0]


def _remove(file: Round) -> None:
    """Remove a file, with its upload what was written about its rows, and its folder when that is
    empty.
    """
    file.path.unlink(missing_ok=True)
    if file.submission.state in ENDED:
        for part in (*file.submission.report_parts(), undo_workbook(file.submission)):
            part.unlink(missing_ok=True)
    for folder in {file.path.parent, file.submission.report_path.parent}:
        # Another round's file may lie there.
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
