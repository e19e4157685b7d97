"""Codes sent by SMS: what they open, for how long, and how often they may be tried."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.core.origin import COMMAND, Origin
from accounts.signing_in import actions_sms, sms_codes
from accounts.signing_in.actions_sms import redeem_sms_code, request_sms_code
from accounts.signing_in.models import SmsCode
from portal.lib.refused import Refused
from tests.accounts.signing_in.sms import code_for
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db

REGISTER, MEMBER = SmsCode.Purpose.REGISTER, SmsCode.Purpose.MEMBER
MOBILE = "19900010001"
OFFICE = Origin("192.0.2.1", "request")


def refused(
    purpose: SmsCode.Purpose, typed: str, mobile: str = MOBILE, origin: Origin = OFFICE
) -> list[str]:
    """Return why a try with this code is refused; nothing if it is right."""
    try:
        redeem_sms_code(purpose, mobile, typed, origin=origin)
    except Refused as error:
        return [refusal.code for refusal in error.refusals]
    return []


def ask(purpose: SmsCode.Purpose = REGISTER, mobile: str = MOBILE, *, silent: bool = False) -> str:
    """Ask for a code and return it."""
    request_sms_code(purpose, mobile, origin=OFFICE, silent=silent)
    return code_for(purpose, mobile)


def another(code: str) -> str:
    """Return a wrong code."""
    return f"{(int(code) + 1) % 10**sms_codes.DIGITS:0{sms_codes.DIGITS}d}"


def test_a_code_is_right_once() -> None:
    code = ask()
    assert len(code) == 6
    assert refused(REGISTER, f" {code} ") == []
    assert refused(REGISTER, code) == ["sms_code_wrong"]


def test_the_code_of_one_unit_is_wrong_for_another() -> None:
    mine, other = UnitFactory.create_batch(2)
    request_sms_code(MEMBER, MOBILE, origin=OFFICE, unit=mine)
    code = code_for(MEMBER, MOBILE)
    for unit in (other, None):
        with pytest.raises(Refused):
            redeem_sms_code(MEMBER, MOBILE, code, origin=OFFICE, unit=unit)
    redeem_sms_code(MEMBER, MOBILE, code, origin=OFFICE, unit=mine)


def test_a_code_opens_its_own_purpose_and_number_only() -> None:
    code = ask()
    assert refused(MEMBER, code) == ["sms_code_wrong"]
    assert refused(REGISTER, code, "19900010002") == ["sms_code_wrong"]
    assert refused(REGISTER, code) == []


def test_full_width_digits_are_digits() -> None:
    code = ask()
    assert (
        refused(REGISTER, code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))) == []
    )


def test_a_newer_code_replaces_the_older() -> None:
    old = sms_codes.make(REGISTER, MOBILE, silent=False).sealed
    new = sms_codes.make(REGISTER, MOBILE, silent=False).sealed
    if old != new:
        assert refused(REGISTER, old) == ["sms_code_wrong"]
    assert refused(REGISTER, new) == []


def test_a_code_ends_after_its_life() -> None:
    code = ask()
    SmsCode.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert refused(REGISTER, code) == ["sms_code_wrong"]


def test_after_five_tries_the_right_code_is_refused_too() -> None:
    code = ask()
    for _ in range(sms_codes.TRIES):
        assert refused(REGISTER, another(code)) == ["sms_code_wrong"]
    assert refused(REGISTER, code) == ["sms_code_wrong"]
    assert SmsCode.objects.get().tries == sms_codes.TRIES


def test_the_try_before_the_last_may_be_right() -> None:
    code = ask()
    for _ in range(sms_codes.TRIES - 1):
        refused(REGISTER, another(code))
    assert refused(REGISTER, code) == []


def test_a_silent_code_is_never_right_and_looks_like_any_other() -> None:
    code = ask(silent=True)
    assert refused(REGISTER, code) == ["sms_code_wrong"]
    sms_codes.deliver(SmsCode.objects.get().pk)
    row = SmsCode.objects.get()
    assert row.sent_at is not None
    assert (row.sealed, row.tries) == ("", 1)


@pytest.mark.parametrize("mobile", ["", "12345678901", "199000100011", "1990001000x"])
def test_a_number_that_is_none_gets_no_code(mobile: str) -> None:
    with pytest.raises(Refused) as error:
        request_sms_code(REGISTER, mobile, origin=OFFICE)
    assert error.value.refusals[0].code == "mobile_invalid"
    assert not SmsCode.objects.exists()


def test_asking_again_within_the_minute_says_how_long_to_wait() -> None:
    ask()
    with pytest.raises(Refused) as error:
        request_sms_code(MEMBER, MOBILE, origin=OFFICE)
    assert error.value.refusals[0].code == "sms_too_soon"
    assert "60 秒后重试" in str(error.value)


def test_the_budget_of_the_day_is_said_to_the_user_and_in_the_log(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.PORTAL_SMS_DAILY = 1
    ask()
    with pytest.raises(Refused) as error:
        request_sms_code(REGISTER, "19900010002", origin=OFFICE)
    assert error.value.refusals[0].code == "sms_budget_spent"
    assert [r.levelname for r in caplog.records if "budget" in r.message] == ["ERROR"]
    assert "19900010002" not in caplog.text


def test_tries_are_counted_for_the_number_over_all_its_codes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(actions_sms, "TRIES_PER_MOBILE", 3)
    code = sms_codes.make(REGISTER, MOBILE, silent=False).sealed
    for _ in range(3):
        assert refused(REGISTER, another(code)) == ["sms_code_wrong"]
    newer = sms_codes.make(REGISTER, MOBILE, silent=False).sealed
    assert refused(REGISTER, newer) == ["sms_tries_spent"]
    assert refused(REGISTER, newer, origin=Origin("192.0.2.2")) == []


def test_tries_are_counted_for_the_address_over_all_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(actions_sms, "TRIES_PER_ADDRESS", 3)
    for number in range(3):
        assert refused(REGISTER, "000000", f"1990002000{number}") == ["sms_code_wrong"]
    assert refused(REGISTER, "000000", "19900020009") == ["sms_tries_spent"]


def test_a_try_counts_also_when_what_follows_fails(transactional_db: None) -> None:
    code = sms_codes.make(REGISTER, MOBILE, silent=False).sealed
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        redeem_sms_code(REGISTER, MOBILE, code, origin=COMMAND)
    assert refused(REGISTER, another(code)) == ["sms_code_wrong"]
    assert SmsCode.objects.get().tries == 1


def test_the_database_holds_no_code() -> None:
    code = ask()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM accounts_smscode c")
        (text,) = cursor.fetchone()
    assert f'"{code}"' not in text
    assert code not in text.partition('"digest"')[0]


def test_old_codes_are_cleared_and_fresh_ones_stay() -> None:
    now = timezone.now()
    for mobile, age in (("19900010001", sms_codes.KEPT), ("19900010002", timedelta())):
        row = sms_codes.make(REGISTER, mobile, silent=False)
        SmsCode.objects.filter(pk=row.pk).update(ends_at=now - age - timedelta(minutes=1))
    assert sms_codes.clear() == 1
    assert SmsCode.objects.get().mobile == "19900010002"
