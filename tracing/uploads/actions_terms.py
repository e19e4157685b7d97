"""What was asked of an upload is taken back: 改为正式导入, 改为只入库通过的数据."""

from __future__ import annotations

from django.db import transaction

from accounts.agents.models import Agent
from accounts.core.origin import Origin
from accounts.log import writing
from portal.lib.refused import Refused
from tracing.core import rights
from tracing.uploads.models import Submission, SubmissionState, Terms


def lift(*, submission: Submission, agent: Agent, term: str, origin: Origin) -> None:
    """Take one of the terms of a staged upload back, by its name among `Terms`; saying it twice is
    the same as once. What is staged stays, and 确认 may be given for it as the other terms allow.

    Raises `Refused` for an upload that is not staged, KeyError for what is no term.
    """
    if term not in Terms._fields:
        raise KeyError(term)
    rights.require_upload(submission.unit, agent, submission.record_code, origin)
    with transaction.atomic():
        rows = Submission.objects.of(submission.unit).select_for_update()
        locked = rows.get(pk=submission.pk)
        if locked.state != SubmissionState.STAGED:
            raise Refused("terms_settled", state=locked.get_state_display())
        if not getattr(locked, term):
            return
        setattr(locked, term, False)
        locked.refusal_code, locked.refusal_detail = None, []
        locked.save(update_fields=[term, "refusal_code", "refusal_detail"])
        writing.record(
            "terms-lifted",
            origin=origin.done_by(agent.account),
            unit=locked.unit,
            target=str(locked.pk),
            before={"record": locked.record_code, term: True},
            after={term: False},
        )
