"""Strangers who use up codes by SMS keep nobody from signing in."""

import pytest
from pytest_django import Settings

from accounts.core.limits import DAY, Limit, take
from accounts.core.origin import Origin
from accounts.signing_in.actions_sms import RATES, request_sms_code
from accounts.signing_in.models import SmsCode
from portal.lib.refused import Refused

pytestmark = pytest.mark.django_db
Purpose = SmsCode.Purpose
MOBILE = "19900010001"


def ask(purpose: SmsCode.Purpose, mobile: str = MOBILE, place: int = 1) -> str:
    """Ask for a code; returns why there is none."""
    try:
        request_sms_code(purpose, mobile, origin=Origin(f"192.0.2.{place}"))
    except Refused as refused:
        return refused.refusals[0].code
    return ""


def spend_all_of(name: str) -> None:
    """Use up what this number gets in a day."""
    times = max(times for times, _ in RATES)
    for _ in range(times):
        assert not take(Limit(f"{name}-{DAY}", MOBILE, times, DAY))


def test_a_number_used_up_by_others_still_signs_in() -> None:
    spend_all_of("sms-mobile")
    for purpose in (Purpose.REGISTER, Purpose.RECOVER, Purpose.MEMBER):
        assert ask(purpose) == "sms_too_soon"
    assert ask(Purpose.SIGN_IN) == ""
    assert ask(Purpose.SIGN_IN) == "sms_too_soon"


def test_sign_ins_use_up_no_codes_of_other_pages() -> None:
    spend_all_of("sms-sign-in")
    assert ask(Purpose.SIGN_IN) == "sms_too_soon"
    assert ask(Purpose.RECOVER) == ""


def test_a_fifth_of_the_budget_is_kept_from_strangers(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.PORTAL_SMS_DAILY = 10
    asked = [ask(Purpose.RECOVER, f"1990001{n:04d}", n) for n in range(9)]
    assert asked == [""] * 8 + ["sms_budget_spent"]
    assert "budget" in caplog.text
    assert ask(Purpose.REGISTER, "19900020001") == "sms_budget_spent"
    asked = [ask(Purpose.SIGN_IN, f"1990001{n:04d}", n) for n in range(3)]
    assert asked == ["", "", "sms_budget_spent"]
