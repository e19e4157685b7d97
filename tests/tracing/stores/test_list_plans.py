"""Whatever PostgreSQL believes of a unit's rows, lists take their first out of an index."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.people import Side
from tests.tracing.stores.test_plans import uncounted
from tests.tracing.uploads.test_patience import explained, nodes
from tracing.orders.queries_orders import orders
from tracing.records.event_kinds import EventKind
from tracing.reminders.queries_reminders import reminders
from tracing.stores.models_orders import Order
from tracing.uploads.models import Submission
from tracing.uploads.queries import latest_submissions
from tracing.uploads.queries_uploads import uploads

pytestmark = pytest.mark.django_db(transaction=True)

COUNT = 500
CODES = "domestic-drug-codes"


@pytest.fixture
def many(maker: Side) -> Side:
    """A unit of many uploads and orders, which nobody has counted."""
    now = timezone.now()
    Submission.everything.bulk_create(
        Submission(
            id=uuid4(),
            unit=maker.unit,
            agent=maker.agent,
            record_code=CODES,
            received_at=now - timedelta(minutes=n),
        )
        for n in range(COUNT)
    )
    Order.everything.bulk_create(
        Order(
            unit=maker.unit,
            kind=EventKind.SHIPMENT,
            document=f"D{n}",
            first_at=now,
            last_at=now - timedelta(minutes=n),
            codes=1,
        )
        for n in range(COUNT)
    )
    uncounted()
    return maker


@pytest.mark.parametrize(
    "ask",
    [
        lambda unit: uploads(unit, [CODES, "domestic-drug-info"], {}),
        lambda unit: latest_submissions(unit, [CODES, "domestic-drug-info"]),
        lambda unit: orders(unit, [EventKind.SHIPMENT, EventKind.RECEIPT], {}),
        lambda unit: reminders(unit, "maker-upload", timezone.localdate()),
    ],
    ids=["uploads", "latest", "orders", "reminders"],
)
def test_the_first_rows_are_not_sorted_for(many: Side, ask: Callable[..., object]) -> None:
    with explained() as plans:
        ask(many.unit)
    limited = [node for _, plan in plans for node in nodes(plan) if node["Node Type"] == "Limit"]
    assert limited
    sorted_whole = [
        part
        for limit in limited
        for part in nodes(limit)
        # An index may have the order but for its last column.
        if part["Node Type"] == "Sort"
    ]
    assert not sorted_whole


def test_uploads_of_a_page_are_read_by_their_ids(many: Side) -> None:
    with explained() as plans:
        page = uploads(many.unit, [CODES], {})
    assert len(page.rows) == 10
    read = [plan for sql, plan in plans if '"id" IN' in sql and "tracing_submission" in sql]
    used = {node["Index Name"] for plan in read for node in nodes(plan) if "Index Name" in node}
    assert "tracing_submission_pkey" in used
    assert not used & {"submission_latest", "submission_of_unit", "submission_of_agent"}
