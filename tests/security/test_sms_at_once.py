"""SMS under two hundred tries at once: never more than allowed, never more than one is right."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils.crypto import constant_time_compare
from pytest_django import Settings

from accounts.core.origin import Origin
from accounts.signing_in import sms_codes
from accounts.signing_in.actions_sms import redeem_sms_code, request_sms_code
from accounts.signing_in.models import SmsCode
from accounts.signing_in.pictures import PER_MINUTE, new_picture
from accounts.tasks import send_sms_code
from accounts.units.models import Unit
from portal.lib.refused import Refused
from tests.factories import UnitFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

AT_ONCE, THREADS = 200, 25
REGISTER = SmsCode.Purpose.REGISTER


class Outcome:
    """What came of many tries: how many codes were asked for, and why the others were refused."""

    def __init__(self, answers: list[str]) -> None:
        self.sent = answers.count("")
        self.refused = sorted(set(answers) - {""})


@pytest.fixture
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the worker is told, instead of telling it."""
    told: list[tuple[Any, ...]] = []
    monkeypatch.setattr(send_sms_code, "delay", lambda *given: told.append(given))
    return told


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seconds that the limits go by."""
    seconds = [1_800_000_000]
    monkeypatch.setattr("accounts.core.limits.time.time_ns", lambda: seconds[0] * 1_000_000_000)
    return seconds


def mobile(number: int) -> str:
    return f"199{number:08d}"


def office(number: int) -> Origin:
    return Origin(f"10.0.{number // 250}.{number % 250 + 1}")


def many(act: Callable[[int], Any], times: int = AT_ONCE) -> list[Any]:
    """Do it so many times, THREADS of them at any moment; each thread has its own connection."""

    def one(number: int) -> Any:
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(times)))


def asked(
    mobile_of: Callable[[int], str],
    origin_of: Callable[[int], Origin],
    times: int = AT_ONCE,
    unit: Unit | None = None,
) -> Outcome:
    """Ask for codes at once."""

    def ask(number: int) -> str:
        try:
            request_sms_code(REGISTER, mobile_of(number), origin=origin_of(number), unit=unit)
        except Refused as refused:
            return refused.refusals[0].code
        return ""

    return Outcome(many(ask, times))


def test_a_number_gets_one_code_a_minute_from_wherever(nudged: list[tuple[Any, ...]]) -> None:
    outcome = asked(lambda _: mobile(1), office)
    assert (outcome.sent, outcome.refused) == (1, ["sms_too_soon"])
    assert SmsCode.objects.count() == len(nudged) == 1


def test_a_number_gets_five_an_hour_and_ten_a_day(
    nudged: list[tuple[Any, ...]], clock: list[int]
) -> None:
    sent = []
    # Ten waves in each of three hours, and one on the next day.
    waves = [hour * 3700 + 61 * wave for hour in range(3) for wave in range(7)] + [90_000]
    begin = clock[0]
    for wave in waves:
        clock[0] = begin + wave
        sent.append(asked(lambda _: mobile(1), office, times=AT_ONCE // 20).sent)
    assert sent == [1] * 5 + [0] * 2 + [1] * 5 + [0] * 2 + [0] * 7 + [1]
    assert SmsCode.objects.count() == 11


def test_an_address_gets_sixty_an_hour_for_whatever_numbers(nudged: list[tuple[Any, ...]]) -> None:
    outcome = asked(mobile, lambda _: office(1))
    assert (outcome.sent, outcome.refused) == (60, ["sms_too_soon"])
    assert SmsCode.objects.count() == len(nudged) == 60


def test_a_unit_gets_sixty_an_hour_from_whatever_addresses(nudged: list[tuple[Any, ...]]) -> None:
    outcome = asked(mobile, office, unit=UnitFactory.create())
    assert (outcome.sent, outcome.refused) == (60, ["sms_too_soon"])


def test_the_day_has_one_budget(settings: Settings, nudged: list[tuple[Any, ...]]) -> None:
    settings.PORTAL_SMS_DAILY = 37
    outcome = asked(mobile, office)
    # A fifth is kept for those who have given a password.
    assert (outcome.sent, outcome.refused) == (30, ["sms_budget_spent"])
    assert SmsCode.objects.count() == len(nudged) == 30


def test_the_worker_is_told_the_row_and_nothing_else(nudged: list[tuple[Any, ...]]) -> None:
    asked(mobile, office, times=5)
    assert sorted(nudged) == [(pk,) for pk in sorted(SmsCode.objects.values_list("pk", flat=True))]


def _redeem(mobile: str, typed: str, _number: int) -> bool:
    return sms_codes.redeem(REGISTER, mobile, typed)


def test_of_many_right_tries_one_is_right() -> None:
    for number in range(3):
        code = sms_codes.make(REGISTER, mobile(number), silent=False)
        right = many(partial(_redeem, code.mobile, code.sealed))
        assert right.count(True) == 1
        code.refresh_from_db()
        assert 1 <= code.tries <= sms_codes.TRIES


def test_of_many_tries_five_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def look(stored: str, typed: str) -> bool:
        looked.append(typed)
        return constant_time_compare(stored, typed)

    monkeypatch.setattr(sms_codes, "constant_time_compare", look)
    code = sms_codes.make(REGISTER, mobile(1), silent=False)
    wrong = [f"{number:06d}" for number in range(AT_ONCE) if f"{number:06d}" != code.sealed]
    tries = [*wrong[:150], code.sealed, *wrong[150:]]
    right = many(lambda n: sms_codes.redeem(REGISTER, mobile(1), tries[n]), len(tries))
    assert len(looked) == sms_codes.TRIES
    assert right.count(True) <= 1
    code.refresh_from_db()
    assert code.tries == sms_codes.TRIES


def test_tries_from_many_addresses_at_one_number_are_still_five_a_code() -> None:
    code = sms_codes.make(REGISTER, mobile(1), silent=False)

    def guess(number: int) -> bool:
        try:
            redeem_sms_code(REGISTER, mobile(1), "wrong!", origin=office(number))
        except Refused:
            return False
        return True

    assert not any(many(guess))
    code.refresh_from_db()
    assert code.tries == sms_codes.TRIES


def test_an_address_gets_so_many_pictures() -> None:
    def ask(number: int) -> bool:
        return not new_picture(RequestFactory().get("/login/")).problem

    assert many(ask).count(True) == PER_MINUTE
