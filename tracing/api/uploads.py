"""Rows by interface: every record has an address, which takes its rows as the page takes a file."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction

from portal.lib.refused import Refusal, Refused
from portal.lib.schema import in_sandbox
from tracing import tasks
from tracing.api import remembered
from tracing.api.families import Group, Grouped, is_blank, require_rows
from tracing.api.interfaces import DATA_NAME, Answer, Ask, Interface, Parameter
from tracing.api.params import read
from tracing.api.row_answers import (
    BLANK,
    STATES,
    State,
    counted,
    reason_told,
    rejected_told,
    rows_of,
    rows_told,
    state_of,
    together,
    upload_told,
)
from tracing.api.rows import MOST_ROWS, spelled
from tracing.api.upload_parameters import (
    ASYNC,
    AT_ONCE,
    CHECK_ONLY,
    DEL_FLAG,
    MODE,
    ROLLBACK,
    data_parameter,
)
from tracing.api.upload_schemas import UPLOADED
from tracing.records import RECORDS
from tracing.records.bindings import BINDINGS
from tracing.records.terms import Fault
from tracing.uploads import actions, actions_voids
from tracing.uploads.actions_rows import submit_rows
from tracing.uploads.actions_together import drop_together, fail, store_together
from tracing.uploads.actions_voids import Asked, Became
from tracing.uploads.arrays import written
from tracing.uploads.models import COMING_IN, Submission, Terms
from tracing.uploads.turn import check_and_store
from tracing.uploads.unconfirmed import may_confirm
from tracing.uploads.workbook.read import wanted

NAME = "接口上传"
DELETED = "接口删除"


def upload_interfaces() -> Iterator[Interface]:
    """One interface for each record, in the order of the records."""
    for code in BINDINGS:
        yield record_interface(f"upload/{code}", f"{RECORDS[code].title}上传", code)


def record_interface(address: str, title: str, record_code: str) -> Interface:
    """An interface that takes rows of one record."""
    parameters = (DEL_FLAG, data_parameter(record_code), MODE, CHECK_ONLY, ASYNC)
    return Interface(
        address=address,
        title=title,
        business=BINDINGS[record_code].business,
        answer=partial(_of_record, record_code, parameters),
        parameters=parameters,
        record=record_code,
        returned=UPLOADED,
        changes=True,
    )


def _of_record(record_code: str, parameters: Sequence[Parameter], ask: Ask) -> Answer:
    given = read(parameters, ask.param, blanks=True)
    require_rows(given[DATA_NAME])
    rows = spelled(record_code, given[DATA_NAME])
    return take_in(ask, given, Grouped([Group(record_code, rows)], {}), record_code)


def take_in(ask: Ask, given: Mapping[str, Any], rows: Grouped, named: str) -> Answer:
    """Store or void rows. `named` is the record in whose words rows are refused that are of none.

    Raises `Refused` before anything is kept, where one of the groups is no array of rows of its
    record.
    """
    call = _Call(ask, given, rows, named)
    return call.void() if given.get("delFlag") else call.store()


class _Entered(NamedTuple):
    """An upload of the call; `repeated`: the same bytes had come before and led there."""

    submission: Submission
    repeated: bool


class _Call:
    """One call, whose rows belong to one record or to several."""

    def __init__(self, ask: Ask, given: Mapping[str, Any], rows: Grouped, named: str) -> None:
        self.ask, self.given, self.rows, self.named = ask, given, rows, named
        self.caller = ask.caller
        self.payload = hashlib.sha256(ask.text.encode()).hexdigest()
        self.terms = Terms(
            all_or_nothing=given.get("mode") == ROLLBACK,
            check_only=bool(given.get("checkOnly")),
        )

    def store(self) -> Answer:
        """Check the rows and store them, or hand them to the workers."""
        groups = self.rows.groups
        if len(groups) > 1:
            self._require_all()
        # What is stored together, or not at all, is stored here.
        as_one = self.terms.all_or_nothing and (len(groups) > 1 or bool(self.rows.refused))
        rows = len(self.given[DATA_NAME])
        # Workers see no row of the sandbox.
        may_wait = not as_one and not in_sandbox()
        waits = may_wait and (bool(self.given.get("async")) or rows > AT_ONCE)
        goes_on = not self.terms.check_only and not as_one
        entered = [self._entered(group, goes_on=goes_on) for group in groups]
        for one in entered:
            self._work(one.submission, goes_on=goes_on, waits=waits)
        if as_one and not self.terms.check_only:
            self._store_as_one([one.submission.pk for one in entered])
        for one in entered:
            one.submission.refresh_from_db()
        return self._uploaded(entered, as_one=as_one)

    def _store_as_one(self, uploads: list[uuid.UUID]) -> None:
        """Store checked uploads, or see to it that none of them is ever stored. Raises `Refused`
        where no row is to blame for what is not stored: another call is at work on it."""
        whose: dict[str, Any] = {
            "unit": self.caller.unit,
            "agent": self.caller.agent,
            "origin": self.caller.origin,
        }
        if not self.rows.refused and store_together(uploads=uploads, **whose):
            return
        found = Submission.objects.of(self.caller.unit).filter(pk__in=uploads)
        if any(one.state in COMING_IN for one in found) or not (self.rows.refused or fail(found)):
            raise Refused("call_unsettled")
        drop_together(uploads=uploads, **whose)

    def _require_all(self) -> None:
        """Look at all groups before one of them is kept."""
        for group in self.rows.groups:
            record = RECORDS[group.record_code]
            for _ in written(group.rows, record.code, wanted(record), MOST_ROWS):
                pass

    def _entered(self, group: Group, *, goes_on: bool) -> _Entered:
        """The upload of a group. Its id follows from the call that is remembered, so that whoever
        does that again finds it."""
        pk = None
        if self.ask.call is not None:
            pk = uuid.uuid5(self.ask.call, f"{self.payload} {group.record_code}")
            found = Submission.objects.of(self.caller.unit).filter(pk=pk).first()
            if found is not None:
                return _Entered(found, repeated=False)
        submitted = submit_rows(
            unit=self.caller.unit,
            agent=self.caller.agent,
            record_code=group.record_code,
            name=NAME,
            rows=group.rows,
            source=Submission.Source.API,
            origin=self.caller.origin,
            terms=self.terms,
            work_elsewhere=False,
            confirmed=goes_on,
            pk=pk,
        )
        return _Entered(submitted.submission, submitted.earlier)

    def _work(self, submission: Submission, *, goes_on: bool, waits: bool) -> None:
        """Do what an upload waits for. One of before may wait for 确认, which this call gives."""
        if submission.state in COMING_IN:
            if waits:
                tasks.nudge(tasks.work_on_submission, submission)
                return
            check_and_store(submission.pk)
            submission.refresh_from_db()
        if goes_on and may_confirm(submission):
            actions.confirm(
                submission=submission,
                agent=self.caller.agent,
                origin=self.caller.origin,
                work_elsewhere=waits,
            )
            if not waits:
                check_and_store(submission.pk)

    def _uploaded(self, entered: Sequence[_Entered], *, as_one: bool) -> Answer:
        uploads = [upload_told(one.submission, repeated=one.repeated) for one in entered]
        rows = [row for one in entered for row in self._named(one.submission)]
        states = [state_of(one.submission) for one in entered]
        if as_one and not self.terms.check_only and set(states) != {State.STORED}:
            states = [State.ROLLED_BACK]
        state = together(states) if states else State.REJECTED
        waits = state is State.WAITING
        data = {
            "submission": uploads[0]["submission"] if uploads else None,
            "submissions": uploads,
            **self._told(state, rows, complete=not waits),
        }
        return Answer(data, status=202 if waits else 200)

    def _named(self, submission: Submission) -> list[dict[str, Any]]:
        """The rows of an upload, with its record where the call may have rows of several."""
        told = rows_told(rows_of(submission))
        if not self.rows.by_family:
            return told
        return [{**row, "record": submission.record_code} for row in told]

    def _told(
        self, state: State, rows: list[dict[str, Any]], *, complete: bool = True
    ) -> dict[str, Any]:
        """What every call says: how it stands, its payload's hash, its rows and their numbers."""
        refused = [
            rejected_told(row, [self._reason(row, why) for why in reasons])
            for row, reasons in self.rows.refused.items()
        ]
        blank = [
            {"row": number, "result": BLANK}
            for number, row in enumerate(self.given[DATA_NAME], start=1)
            if is_blank(row)
        ]
        found = sorted([*rows, *refused, *blank], key=lambda row: int(row["row"]))
        return {
            "state": state,
            "stateLabel": STATES[state],
            "payloadHash": self.payload,
            "total": len(self.given[DATA_NAME]) - len(blank),
            **(counted(row["result"] for row in found) if complete else dict.fromkeys(counted([]))),
            "rows": found,
        }

    def _reason(self, row: int, why: Fault | Refusal) -> dict[str, Any]:
        """In the words of the record that the row is of."""
        groups = self.rows.groups
        of = (g.record_code for g in groups if row <= len(g.rows) and g.rows[row - 1])
        record = RECORDS[next(of, self.named)]
        return reason_told(record, why, record.columns[0].name)

    def void(self) -> Answer:
        """Void the rows that these name. What is answered is kept with it, so that a call that is
        done again after a crash is told the same."""
        with transaction.atomic():
            voided = actions_voids.void_each(
                unit=self.caller.unit,
                agent=self.caller.agent,
                asked=[Asked(group.record_code, group.rows) for group in self.rows.groups],
                terms=self.terms,
                reason=DELETED,
                origin=self.caller.origin,
                max_rows=MOST_ROWS,
                fails=bool(self.rows.refused),
            )
            self.rows.refused.update(voided.refused)
            rows: list[dict[str, Any]] = [
                {"row": row, "result": became} for row, became in voided.became.items()
            ]
            data = {"submission": None, "submissions": [], **self._told(self._voids(voided), rows)}
            answer = Answer(data)
            remembered.keep(self.ask.call, answer)
        return answer

    def _voids(self, voided: actions_voids.Voided) -> State:
        if self.terms.check_only:
            return State.CHECKED
        became = set(voided.became.values())
        if not became:
            return State.REJECTED
        rolled_back = self.terms.all_or_nothing and self.rows.refused
        if rolled_back or Became.WOULD_BE_VOIDED in became:
            return State.ROLLED_BACK
        return State.VOIDED if Became.VOIDED in became else State.NOTHING_VOIDED
