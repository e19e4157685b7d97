"""回执: what it says, and whether anybody can have it confirmed without learning more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.core.origin import COMMAND
from tests.people import Side, client_of
from tests.tracing.undo.undoing import store, undo
from tests.tracing.uploads.rows import CODES, code_rows, workbook
from tests.tracing.uploads.test_submissions import correct
from tests.tracing.uploads.uploads import cancel, confirm, upload
from tracing.receipts import actions
from tracing.receipts.receipts import is_genuine, token_of
from tracing.records import RECORDS
from tracing.records.bindings import BINDINGS
from tracing.uploads.actions import void_rows
from tracing.uploads.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)
GENUINE, NOT_GENUINE = "回执真实", "不能确认回执真实"


@pytest.fixture
def stored(maker: Side, tmp_path: Path) -> Submission:
    return store(maker, CODES, code_rows(3), tmp_path / "codes.xlsx")


def answer(token: str) -> tuple[int, str]:
    """What a stranger is told: the status and the words of the answer."""
    response = Client().get(reverse("tracing:receipt-check", args=[token]))
    found = re.search(r"<strong>(.*?)</strong>", response.content.decode())
    return response.status_code, found[1] if found else ""


def address_of(stored: Submission) -> str:
    args = [stored.unit.slug, stored.pk]
    return reverse("tracing:maker-submission-receipt", args=args)


def test_a_receipt_says_what_was_stored_and_carries_its_code(stored: Submission) -> None:
    response = client_of(stored.agent.account).get(address_of(stored))
    page = response.content.decode()
    file = stored.files.get()
    for said in (str(stored.pk), stored.unit.name, stored.unit.uscc, file.name, file.sha256):
        assert said in page
    assert token_of(stored) in page
    assert "<svg" in page
    assert "style=" not in page.partition("<svg")[2].partition("</svg>")[0]
    assert response["Cache-Control"] == "private, no-store"


def test_whoever_has_the_code_learns_that_it_is_genuine_and_nothing_else(
    stored: Submission,
) -> None:
    token = token_of(stored)
    assert answer(token) == (200, GENUINE)
    page = Client().get(reverse("tracing:receipt"), {"code": token}).content.decode()
    assert GENUINE in page
    assert str(stored.pk) in page, "the number, which the code holds, to be compared with the paper"
    for secret in (stored.unit.name, stored.unit.uscc, "codes.xlsx"):
        assert secret not in page


def test_every_other_code_gets_one_answer(stored: Submission) -> None:
    token = token_of(stored)
    number, _, code = token.partition(".")
    others = [
        f"{number}.{'A' * len(code)}",
        f"{number}.",
        number,
        f"{'0' * 32}.{code}",
        f"x{token}",
        f"{token}x",
        token.swapcase(),
    ]
    assert {answer(other) for other in others} == {(200, NOT_GENUINE)}
    page = Client().get(reverse("tracing:receipt"), {"code": others[0]}).content.decode()
    assert str(stored.pk) not in page


def test_a_receipt_ends_with_what_it_says(stored: Submission) -> None:
    token = token_of(stored)
    Submission.everything.filter(pk=stored.pk).update(replaced=1, created=2)
    assert answer(token) == (200, NOT_GENUINE)
    Submission.everything.filter(pk=stored.pk).update(replaced=0, created=3)
    assert answer(token) == (200, GENUINE)
    undo(stored)
    assert answer(token) == (200, NOT_GENUINE)


def test_a_correction_that_was_cancelled_is_no_part_of_a_receipt(
    maker: Side, tmp_path: Path
) -> None:
    rows = [*code_rows(3), {**code_rows(4)[3], "prod_code": "6999000000019"}]
    stored = store(maker, CODES, rows, tmp_path / "codes.xlsx")
    token = token_of(stored)
    label = RECORDS[CODES].column("prod_code").label
    mended = correct(stored.report_path, tmp_path / "mended.xlsx", {5: {label: "6999000000018"}})
    staged = upload(*maker, CODES, mended)
    assert (staged.pk, staged.state, staged.rounds) == (stored.pk, "staged", 2)
    cancelled = cancel(staged)
    assert cancelled.state == "stored"
    page = client_of(maker.agent.account).get(address_of(cancelled)).content.decode()
    assert "codes.xlsx" in page
    assert "mended.xlsx" not in page
    assert token in page, "what it says is what it said before"
    assert answer(token) == (200, GENUINE)


def test_it_holds_while_a_correction_waits_and_ends_when_that_is_stored(
    maker: Side, tmp_path: Path
) -> None:
    rows = code_rows(3, lv2_trac_code=None, lv3_trac_code=None)
    rows[0]["prod_code"] = "6999000000019"
    first = store(maker, CODES, rows, tmp_path / "codes.xlsx")
    token = token_of(first)
    assert (first.rejected, answer(token)) == (1, (200, GENUINE))
    label = BINDINGS[CODES].record.column("prod_code").label
    mended = {2: {label: rows[1]["prod_code"]}}
    path = correct(first.report_path, tmp_path / "mended.xlsx", mended)
    waits = upload(*maker, CODES, path)
    assert (waits.state, waits.accepted) == ("staged", 3)
    assert answer(token) == (200, GENUINE)
    for state in ("received", "checking", "storing", "undoing"):
        Submission.everything.filter(pk=first.pk).update(state=state)
        assert answer(token) == (200, GENUINE)
    Submission.everything.filter(pk=first.pk).update(state="staged")
    done = confirm(waits)
    assert answer(token) == (200, NOT_GENUINE)
    assert answer(token_of(done)) == (200, GENUINE)


def test_a_receipt_ends_with_the_last_row_of_its_upload(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(2, lv2_trac_code=None, lv3_trac_code=None)
    stored = store(maker, CODES, rows, tmp_path / "codes.xlsx")
    token = token_of(stored)
    for row, genuine in zip(rows, (GENUINE, NOT_GENUINE), strict=True):
        void_rows(
            unit=maker.unit,
            agent=maker.agent,
            record_code=CODES,
            keys=[(row["lv1_trac_code"],)],
            reason="作废",
            origin=COMMAND,
        )
        assert answer(token) == (200, genuine)


def test_an_upload_that_changed_nothing_has_a_receipt_that_holds(
    maker: Side, tmp_path: Path
) -> None:
    rows = code_rows(2)
    store(maker, CODES, rows, tmp_path / "codes.xlsx")
    again = store(maker, CODES, rows[::-1], tmp_path / "again.xlsx")
    assert (again.created, again.unchanged) == (0, 2)
    assert answer(token_of(again)) == (200, GENUINE)


def test_a_code_outlives_the_key_that_signed_it(stored: Submission, settings: Settings) -> None:
    token = token_of(stored)
    before = settings.SECRET_KEY
    settings.SECRET_KEY = "another key, which is quite as long as the one before"
    assert not is_genuine(token)
    settings.SECRET_KEY_FALLBACKS = [before]
    assert is_genuine(token)


def test_what_is_not_stored_has_no_receipt(maker: Side, tmp_path: Path) -> None:
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, code_rows(1)))
    response = client_of(maker.agent.account).get(address_of(staged), follow=True)
    assert "没有回执" in response.content.decode()


def test_the_form_asks_for_a_code_of_bearable_length(stored: Submission) -> None:
    form = reverse("tracing:receipt")
    empty, long = Client().get(form, {"code": ""}), Client().get(form, {"code": "x" * 300})
    assert (empty.status_code, long.status_code) == (422, 422)
    assert "没有填写回执核验码" in empty.content.decode()
    assert "最多 100 个字符" in long.content.decode()
    assert Client().get(form).status_code == 200


def test_an_address_may_not_ask_without_end(
    stored: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "AN_HOUR", 2)
    token = token_of(stored)
    assert [answer(token)[0] for _ in range(3)] == [200, 200, 429]
    response = Client().get(reverse("tracing:receipt-check", args=[token]))
    assert "核验回执过于频繁" in response.content.decode(), "receipt_checks_too_many"
