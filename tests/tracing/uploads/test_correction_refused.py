"""A correction that cannot be one is refused whole."""

from __future__ import annotations

import pytest

from portal.lib.refused import Refused
from tests.people import Side
from tests.tracing.uploads.rows import INFO
from tracing.uploads.models import Submission
from tracing.uploads.rounds import carried_rows
from tracing.uploads.workbook.read import Sheet

pytestmark = pytest.mark.django_db


def test_a_round_that_is_no_error_workbook_is_refused(maker: Side) -> None:
    """No page lets one come so far: a file is merged for what it says of itself."""
    submission = Submission(unit=maker.unit, agent=maker.agent, record_code=INFO)
    plain = Sheet("表", 1, {}, [], None, None, [], [], 0)
    with pytest.raises(Refused) as caught:
        carried_rows(submission, plain)
    assert caught.value.code == "not_error_workbook"
