"""Which operations of the log change stored rows: the log is asked by time, never as a whole."""

from __future__ import annotations

from django.db.models import Q

from accounts.log.models import OperationLog
from tracing.records.bindings import BINDINGS, of_shape
from tracing.records.shapes import Shape
from tracing.uploads.models import Submission

# Staff move codes, with whatever was told of them.
MOVES = ("codes-moved-away", "codes-received")


# Rows of other records go with a batch, and an order names no record.
REMOVALS = ("batch-removed", "order-voided")


def voiding_rows(record_code: str) -> Q:
    """Entries of the log by which rows of a record were voided."""
    return Q(action="rows-voided", target=record_code) | Q(action__in=REMOVALS)


def changing_rows(record_code: str) -> Q:
    """Entries of the log by which rows under keys of a record may have changed in any way, or
    batches that its codes are of.
    """
    changing = _storing(record_code) | voiding_rows(record_code) | Q(action__in=MOVES)
    if BINDINGS[record_code].shape is Shape.CODES:
        for product in of_shape(Shape.PRODUCT):
            changing |= _storing(product.record.code) | voiding_rows(product.record.code)
    return changing


def confirmed_rows(submission: Submission) -> int | None:
    """For how many staged rows 确认 was given last; None where the log does not say."""
    entries = OperationLog.objects.of(submission.unit).filter(
        at__gte=submission.received_at, action="rows-confirmed", target=str(submission.pk)
    )
    last = entries.order_by("-at").values_list("after__rows", flat=True).first()
    return None if last is None else int(last)


def _storing(record_code: str) -> Q:
    """Entries of the log by which rows of a record were stored, or taken back."""
    return Q(action__in=("rows-stored", "upload-undone"), after__record=record_code)
