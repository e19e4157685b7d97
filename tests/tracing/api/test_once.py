"""Idempotency-Key: a call is done once, and answered every time with the same bytes."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.keys.models import InterfaceKey
from tests.accounts.keys.keys import key_of
from tests.people import Side
from tests.tracing.api.calls import call
from tests.tracing.api.test_uploads import BAD
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code
from tracing import tasks
from tracing.api import once, uploads
from tracing.api.models import RememberedCall
from tracing.jobs.models import claim
from tracing.stores.models import RowHistory
from tracing.stores.models_codes import TraceCode
from tracing.uploads import actions
from tracing.uploads.models import Round, Submission

pytestmark = pytest.mark.django_db(transaction=True)
IMPORTED = "imported-drug-info"
ADDRESS = f"upload/{CODES}"


class Killed(BaseException):
    """As if the process had ended here: nothing that a living one does at its end is done."""


@pytest.fixture
def key(maker: Side) -> InterfaceKey:
    return key_of(maker)


def ask(key: InterfaceKey, param: Any, name: str = "order-0001", address: str = ADDRESS) -> Any:
    return call(key, address, param, **{"Idempotency-Key": name})


def with_a_fault() -> dict[str, Any]:
    rows = code_rows(3)
    rows[1]["prod_code"] = BAD
    return {"data": rows}


def test_the_same_call_is_answered_with_the_same_bytes(key: InterfaceKey) -> None:
    first, again = ask(key, with_a_fault()), ask(key, with_a_fault())
    assert first.status_code == 200, first.content.decode()
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Content-Type"] == first["Content-Type"] == call(key, ADDRESS, {})["Content-Type"]
    assert Submission.everything.count() == Round.objects.count() == 1
    # Without the key it is a call like any other: the rows that failed might pass by now.
    other = call(key, ADDRESS, with_a_fault())
    assert other.json()["data"]["unchanged"] == 2


def test_a_job_is_answered_the_same_too(key: InterfaceKey) -> None:
    param = {"data": code_rows(2), "async": True}
    first, again = ask(key, param), ask(key, param)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.content == again.content


@pytest.mark.parametrize(
    ("param", "address"),
    [
        ({"data": code_rows(2)}, ADDRESS),
        (json.dumps(with_a_fault(), ensure_ascii=False) + " ", ADDRESS),
        (with_a_fault(), "upload/imported-drug-codes"),
    ],
)
def test_another_call_under_the_same_key_is_refused(
    key: InterfaceKey, param: Any, address: str
) -> None:
    ask(key, with_a_fault())
    answer = ask(key, param, address=address)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_conflict")
    assert Submission.everything.count() == 1


def test_another_key_has_its_own(maker: Side, key: InterfaceKey) -> None:
    ask(key, with_a_fault())
    assert ask(key_of(maker), {"data": code_rows(1, start=500)}).status_code == 200


@pytest.mark.parametrize("name", ["1234567", "x" * 65, "with blank", "流水号一二三四五六"])
def test_a_key_has_a_form(key: InterfaceKey, name: str) -> None:
    try:
        name.encode("ascii")
    except UnicodeEncodeError:
        name = name.encode().decode("latin-1")
    answer = ask(key, with_a_fault(), name)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_unreadable")


def test_one_that_runs_is_refused_for_a_while(key: InterfaceKey) -> None:
    ask(key, with_a_fault())
    rows = RememberedCall.everything.all()
    rows.update(body=None, status=None)
    assert claim(rows)
    answer = ask(key, with_a_fault())
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_running")
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_what_was_refused_may_be_mended_under_the_same_key(key: InterfaceKey) -> None:
    assert ask(key, {"data": [{"lot": 1}]}).status_code == 422
    assert ask(key, {"data": [{"lot": 1}]}).status_code == 422
    answer = ask(key, with_a_fault())
    assert (answer.status_code, answer.json()["data"]["created"]) == (200, 2)


CUTS = ["submit_rows", "check_and_store", "answered", "release"]


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("after", [False, True])
def test_a_call_that_was_killed_is_done_once(
    key: InterfaceKey, monkeypatch: pytest.MonkeyPatch, cut: str, after: bool
) -> None:
    module: Any = uploads if hasattr(uploads, cut) else once
    with monkeypatch.context() as patch:
        _kill(patch, module, cut, after=after)
        with pytest.raises(Killed):
            ask(key, with_a_fault())
    RememberedCall.everything.update(lease_until=timezone.now() - timedelta(seconds=1))
    Submission.everything.update(lease_until=None)
    answer = ask(key, with_a_fault())
    assert answer.status_code == 200, answer.content.decode()
    results = [row["result"] for row in answer.json()["data"]["rows"]]
    assert results == ["created", "rejected", "created"]
    assert Submission.everything.count() == Round.objects.count() == 1
    assert TraceCode.everything.count() == 2
    assert not RowHistory.everything.exists()
    assert ask(key, with_a_fault()).content == answer.content


def _kill(patch: pytest.MonkeyPatch, module: Any, name: str, *, after: bool) -> None:
    """Let the process end before or after a step."""
    step = getattr(module, name)

    def cut(*args: Any, **more: Any) -> Any:
        if after:
            step(*args, **more)
        raise Killed

    patch.setattr(module, name, cut)


def test_a_file_that_was_left_is_no_hindrance(
    key: InterfaceKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed when the file was there and its row was not."""
    with monkeypatch.context() as patch:
        _kill(patch, actions, "same_bytes", after=False)
        patch.setattr(actions, "remove", lambda _: None)
        with pytest.raises(Killed):
            ask(key, with_a_fault())
    RememberedCall.everything.update(lease_until=None)
    assert ask(key, with_a_fault()).json()["data"]["created"] == 2


def test_what_was_voided_before_the_answer_is_told_as_voided(
    key: InterfaceKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(key, ADDRESS, {"data": code_rows(2)})
    param = {"delFlag": True, "data": [{"lv1_trac_code": pack_code(0)}]}
    with monkeypatch.context() as patch:
        _kill(patch, once, "answered", after=False)
        with pytest.raises(Killed):
            ask(key, param)
    RememberedCall.everything.update(lease_until=None)
    answer = ask(key, param)
    assert [row["result"] for row in answer.json()["data"]["rows"]] == ["voided"]
    assert TraceCode.everything.filter(voided_at=None).count() == 1


def test_what_was_taken_back_before_the_answer_is_told_as_taken_back(
    key: InterfaceKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(key, "upload/domestic-drug-info", {"data": [example(INFO)]})
    call(key, "upload/imported-drug-info", {"data": [example(IMPORTED, trac_codg_sn="IMP1")]})
    rows = [*code_rows(1), {**code_rows(1, start=1_000)[0], "trac_codg_sn": "IMP1"}]
    rows[1]["prod_code"] = BAD
    param = {"data": rows, "mode": "rollback"}
    with monkeypatch.context() as patch:
        _kill(patch, once, "answered", after=False)
        with pytest.raises(Killed):
            ask(key, param, address="maker/codes")
    RememberedCall.everything.update(lease_until=None)
    data = ask(key, param, address="maker/codes").json()["data"]
    assert data["state"] == "rolled_back"
    assert [row["result"] for row in data["rows"]] == ["would_be_created", "rejected"]
    assert {one["state"] for one in data["submissions"]} == {"rolled_back"}
    assert Submission.everything.filter(state="dropped").count() == 2
    assert not TraceCode.everything.exists()


def test_it_is_forgotten_after_a_day(key: InterfaceKey) -> None:
    ask(key, with_a_fault())
    old = timezone.now() - timedelta(hours=24, minutes=1)
    RememberedCall.everything.update(at=old)
    assert ask(key, {"data": code_rows(1, start=500)}).status_code == 200
    RememberedCall.everything.update(at=old)
    tasks.clear_files()
    assert not RememberedCall.everything.exists()
