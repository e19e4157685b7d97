"""Staff sign in by a password and a one-time code; without both, nothing of their site opens."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.core.models import Account
from accounts.log.models import OperationLog
from accounts.staff.actions_factors import TRIES
from accounts.staff.models import Factor
from accounts.staff.roles import MANAGER
from accounts.staff.views_sign_in import WAITING, WAITING_SECONDS
from portal.lib.refused import refusal
from tests.accounts.staff.staff import (
    SECRET,
    actions_logged,
    code_of,
    first_step,
    is_inside,
    second_step,
    staff_account,
    staff_client,
    stopped,
    with_factor,
)
from tests.people import Side

WRONG = refusal("one_time_code_wrong").message

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Account:
    """Someone whose telephone is known."""
    return with_factor(staff_account("staff1", MANAGER))


@pytest.fixture(autouse=True)
def room() -> Iterator[None]:
    """Every test begins with all its tries."""
    cache.clear()
    yield
    cache.clear()


def test_both_steps_let_in_and_are_logged(client: Client, staff: Account) -> None:
    assert first_step(client, "Staff1 ")["Location"] == "/admin/factor/"
    assert not is_inside(client)
    assert actions_logged() == []
    assert second_step(client, code_of())["Location"] == "/admin/"
    assert is_inside(client)
    assert actions_logged() == ["staff-signed-in"]
    assert OperationLog.everything.get().account == staff
    staff.refresh_from_db()
    assert staff.this_sign_in_address == "127.0.0.1"


def test_the_page_asked_for_comes_after_both_steps(client: Client, staff: Account) -> None:
    wanted = client.get("/admin/accounts/unit/")["Location"]
    assert wanted == "/admin/login/?next=/admin/accounts/unit/"
    first_step(client, "staff1", next="/admin/accounts/unit/")
    assert second_step(client, code_of())["Location"] == "/admin/accounts/unit/"


@pytest.mark.parametrize("address", ["//evil.example/admin/", "/u/maker1/", "https://evil.example"])
def test_only_pages_of_the_site_come_after(client: Client, staff: Account, address: str) -> None:
    first_step(client, "staff1", next=address)
    assert second_step(client, code_of())["Location"] == "/admin/"


def test_the_session_gets_a_new_key_at_each_step(client: Client, staff: Account) -> None:
    client.get("/admin/login/")
    first_step(client, "staff1")
    between = client.cookies["sessionid"].value
    second_step(client, code_of())
    assert client.cookies["sessionid"].value != between
    thief = Client(headers={"cookie": f"sessionid={between}"})
    assert not is_inside(thief)


@pytest.mark.parametrize("periods", [-1, 0, 1])
def test_a_telephones_clock_may_be_half_a_minute_wrong(
    client: Client, staff: Account, periods: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped(monkeypatch)
    first_step(client, "staff1")
    assert second_step(client, code_of(periods=periods)).status_code == 302
    assert is_inside(client)


@pytest.mark.parametrize("periods", [-3, -2, 2, 3])
def test_an_older_or_newer_code_is_refused(
    client: Client, staff: Account, periods: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped(monkeypatch)
    first_step(client, "staff1")
    answer = second_step(client, code_of(periods=periods))
    assert WRONG in answer.content.decode()
    assert not is_inside(client)


def test_full_width_figures_and_blanks_are_read(client: Client, staff: Account) -> None:
    wide = "".join(chr(ord(figure) - ord("0") + ord("０")) for figure in code_of())
    first_step(client, "staff1")
    assert second_step(client, f"{wide[:3]} {wide[3:]}").status_code == 302


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "１２３", "0" * 20, "²²²²²²"])
def test_what_is_no_code_is_refused_in_its_place(
    client: Client, staff: Account, typed: str
) -> None:
    first_step(client, "staff1")
    answer = second_step(client, typed)
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not is_inside(client)


def test_a_code_works_once(client: Client, staff: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped(monkeypatch)
    code = code_of()
    first_step(client, "staff1")
    second_step(client, code)
    again = Client()
    first_step(again, "staff1")
    assert WRONG in second_step(again, code).content.decode()
    assert WRONG in second_step(again, code_of(periods=-1)).content.decode()
    assert second_step(again, code_of(periods=1)).status_code == 302


def test_tries_are_counted_for_the_account(client: Client, staff: Account) -> None:
    first_step(client, "staff1")
    for _ in range(TRIES):
        answer = second_step(client, "000000")
    assert WRONG in answer.content.decode()
    elsewhere = Client(REMOTE_ADDR="127.0.0.9")
    first_step(elsewhere, "staff1")
    said = second_step(elsewhere, code_of()).content.decode()
    assert refusal("one_time_code_too_often", wait="15 分钟").message in said
    assert not is_inside(elsewhere)


def test_a_right_code_begins_the_count_anew(client: Client, staff: Account) -> None:
    first_step(client, "staff1")
    for _ in range(TRIES - 1):
        second_step(client, "000000")
    assert second_step(client, code_of()).status_code == 302
    again = Client()
    first_step(again, "staff1")
    assert WRONG in second_step(again, "000000").content.decode()


@pytest.mark.parametrize("address", ["/admin/factor/", "/admin/enrol/"])
def test_the_second_step_needs_the_first(client: Client, db: None, address: str) -> None:
    for answer in (client.get(address), client.post(address, {"code": "123456"})):
        assert answer["Location"] == "/admin/login/"


def end_waiting(client: Client, staff: Account) -> None:
    session = client.session
    session[WAITING] = {
        **session[WAITING],
        "until": session[WAITING]["until"] - WAITING_SECONDS - 1,
    }
    session.save()


def change_password(client: Client, staff: Account) -> None:
    staff.set_password("Another-2026")
    staff.save()


def switch_off(client: Client, staff: Account) -> None:
    Account.objects.filter(pk=staff.pk).update(is_active=False)


@pytest.mark.parametrize("meanwhile", [end_waiting, change_password, switch_off])
def test_the_first_step_does_not_last(client: Client, staff: Account, meanwhile: Any) -> None:
    first_step(client, "staff1")
    meanwhile(client, staff)
    assert second_step(client, code_of())["Location"] == "/admin/login/"
    assert not is_inside(client)


def test_a_session_without_the_code_opens_nothing(client: Client, staff: Account) -> None:
    client.force_login(staff)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert client.get("/admin/login/").status_code == 200


@pytest.mark.parametrize("who", ["unit_client", "agent_client"])
def test_units_and_agents_are_no_staff(who: str, request: pytest.FixtureRequest) -> None:
    client: Client = request.getfixturevalue(who)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


def test_a_units_password_opens_no_second_step(client: Client, maker: Side) -> None:
    assert first_step(client, maker.unit.slug).status_code == 200
    assert first_step(client, maker.agent.mobile).status_code == 200
    assert client.get("/admin/factor/")["Location"] == "/admin/login/"


def test_the_picture_is_asked_first(client: Client, staff: Account) -> None:
    answer = client.post("/admin/login/", {"username": "staff1", "password": "x"})
    assert "请输入图形验证码" in answer.content.decode()
    assert WAITING not in client.session


def test_failures_lock_the_name_at_the_address_on_our_own_page(
    client: Client, staff: Account
) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = first_step(client, "staff1", password="Wrong-2026")
    assert answer.status_code == 429
    page = answer.content.decode()
    assert "已暂停登录" in page
    assert "工作人员账号" in page
    assert "no-store" in answer["Cache-Control"]
    assert first_step(client, "staff1").status_code == 429
    elsewhere = Client(REMOTE_ADDR="127.0.0.9")
    assert first_step(elsewhere, "staff1").status_code == 302


def test_signing_out_ends_it_and_is_logged(staff: Account) -> None:
    client = staff_client(staff)
    assert client.post("/admin/logout/")["Location"] == "/admin/login/"
    assert not is_inside(client)
    assert actions_logged()[-1] == "signed-out"


def test_a_lost_telephone_is_forgotten_by_a_command(client: Client, staff: Account) -> None:
    inside = staff_client(staff)
    call_command("reset_factor", "staff1", reason="手机遗失", verbosity=0)
    assert not is_inside(inside)
    assert not Factor.objects.exists()
    entry = OperationLog.everything.get(action="factor-reset")
    assert entry.target == "staff1"
    assert entry.after == {"reason": "手机遗失"}
    assert first_step(client, "staff1")["Location"] == "/admin/enrol/"


@pytest.mark.parametrize(("name", "code"), [("nobody", 5), ("staff2", 4), ("maker", 5)])
def test_the_command_says_whom_it_cannot_reset(maker: Side, name: str, code: int) -> None:
    staff_account("staff2")
    with pytest.raises(CommandError) as error:
        call_command("reset_factor", maker.unit.slug if name == "maker" else name)
    assert error.value.returncode == code


def test_nothing_secret_is_logged(
    client: Client, staff: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    first_step(client, "staff1")
    second_step(client, "424242")
    second_step(client, code_of())
    assert "one-time code" in caplog.text
    for secret in ("424242", SECRET, "staff1"):
        assert secret not in caplog.text


def test_a_session_does_not_outlive_the_working_day(staff: Account) -> None:
    client = staff_client(staff)
    assert client.session.get_expiry_age() <= timedelta(hours=10).total_seconds()
