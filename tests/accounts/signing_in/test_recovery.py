"""忘记密码: by SMS to the number of the account, and without a word on whether there is one."""

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.core.models import Account
from accounts.core.names import AccountKind, is_name
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.signing_in import sign_in_limits
from accounts.signing_in.models import SignIn, SmsCode
from accounts.signing_in.queries import recovery_for
from accounts.signing_in.views_recovery import DONE
from accounts.units.models import Unit
from tests.accounts.signing_in.recovering import NEW, ask_for_code, code_for, finish
from tests.accounts.signing_in.signing import try_sign_in
from tests.factories import PASSWORD, AgentFactory, UnitFactory, uscc
from tests.people import Side

pytestmark = pytest.mark.django_db
CONTACT = "19700000001"


@pytest.fixture
def unit() -> Unit:
    """A unit with a contact number."""
    made: Unit = UnitFactory.create(contact_mobile=CONTACT)
    return made


def text_of(page: Any) -> str:
    text: str = page.content.decode()
    return text


def test_the_sign_in_page_leads_there(client: Client) -> None:
    assert 'href="/recover/"' in text_of(client.get("/login/"))
    assert "忘记密码" in text_of(client.get("/recover/"))


def test_an_agent_gets_a_new_password(client: Client, maker: Side) -> None:
    mobile = maker.agent.mobile
    assert ask_for_code(client, f"+86 {mobile}")["Location"] == "/recover/password/"
    answer = finish(client, code_for(mobile))
    assert answer["Location"] == "/login/"
    assert DONE in text_of(client.get("/login/"))
    account = Account.objects.get(name=mobile)
    assert account.check_password(NEW)
    assert account.password_changed_at is not None
    assert try_sign_in(client, mobile, password=NEW).status_code == 302


@pytest.mark.parametrize("by_uscc", [False, True])
def test_a_unit_gets_a_new_password_by_its_contact_number(
    client: Client, unit: Unit, by_uscc: bool
) -> None:
    name = unit.uscc.lower() if by_uscc else unit.slug
    ask_for_code(client, name)
    code = code_for(name)
    assert SmsCode.objects.get().mobile == CONTACT
    assert finish(client, code)["Location"] == "/login/"
    assert Account.objects.get(pk=unit.account_id).check_password(NEW)
    entry = OperationLog.objects.of(unit).latest("pk")
    assert (entry.action, entry.account) == ("password-recovered", unit.account)


def test_what_follows_from_it(client: Client, maker: Side) -> None:
    account, mobile = maker.agent.account, maker.agent.mobile
    elsewhere = Client()
    try_sign_in(elsewhere, mobile)
    row = SignIn.objects.create(account=account, seen_at=timezone.now())
    office = "198.51.100.7"
    for address in ("127.0.0.1", office):
        for _ in range(settings.AXES_FAILURE_LIMIT):
            try_sign_in(client, mobile, password="wrong", REMOTE_ADDR=address)
    for number in range(sign_in_limits.PER_DAY):
        sign_in_limits.begin(mobile, f"203.0.113.{number}")
    assert try_sign_in(client, mobile).status_code == 429
    ask_for_code(client, mobile)
    finish(client, code_for(mobile))
    assert elsewhere.get("/units/").status_code == 302
    row.refresh_from_db()
    assert row.end == SignIn.End.PASSWORD
    assert not AccessAttempt.objects.exists()
    for address in ("127.0.0.1", office):
        here = try_sign_in(Client(), mobile, password=NEW, REMOTE_ADDR=address)
        assert here.status_code == 302
    notice = Notice.objects.get(account=account, code="password-recovered")
    assert NEW not in str(notice.detail)
    assert mobile not in str(list(OperationLog.everything.values_list("before", "after", "target")))


def test_the_code_works_once_and_for_nobody_else(client: Client, maker: Side, unit: Unit) -> None:
    ask_for_code(client, maker.agent.mobile)
    code = code_for(maker.agent.mobile)
    other = Client()
    ask_for_code(other, unit.slug)
    assert "短信验证码不正确" in text_of(finish(other, code))
    finish(client, code)
    again = Client(REMOTE_ADDR="198.51.100.7")
    again.get("/recover/")
    session = again.session
    session["recovery"] = maker.agent.mobile
    session.save()
    assert "短信验证码不正确" in text_of(finish(again, code, "another word 55"))
    assert maker.agent.account.__class__.objects.get(name=maker.agent.mobile).check_password(NEW)


def test_the_second_step_needs_the_first(client: Client) -> None:
    assert client.get("/recover/password/")["Location"] == "/recover/"
    assert finish(client, "123456")["Location"] == "/recover/"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"code": ""}, "请输入短信验证码"),
        ({"code": "12ab"}, "应为 6 位数字"),
        ({"password": "short"}, "至少应为 10 个"),
        ({"password": "password123"}, "常见密码"),
        ({"again": "something else"}, "两次输入的新密码不一致"),
    ],
)
def test_a_wrong_second_step_uses_up_nothing(
    client: Client, maker: Side, data: dict[str, str], words: str
) -> None:
    mobile = maker.agent.mobile
    ask_for_code(client, mobile)
    code = code_for(mobile)
    page = finish(client, **({"code": code} | data))
    assert page.status_code == 200
    assert words in text_of(page)
    assert NEW not in text_of(page)
    assert SmsCode.objects.get().tries == 0
    assert finish(client, code)["Location"] == "/login/"


def test_own_words_are_refused_after_the_proof_which_is_kept(client: Client, unit: Unit) -> None:
    ask_for_code(client, unit.slug)
    page = text_of(finish(client, code_for(unit.slug), f"{unit.name}-kzmw"))
    assert "含有单位名称" in page
    assert "短信验证码已通过" in page
    assert 'name="sms_code"' not in page
    assert finish(client)["Location"] == "/login/"


def test_own_words_are_not_told_before_the_proof(client: Client, unit: Unit) -> None:
    ask_for_code(client, unit.slug)
    page = text_of(finish(client, "000000", f"{unit.name}-kzmw"))
    assert "含有单位名称" not in page
    assert "短信验证码不正确" in page


def test_the_typed_name_is_refused_in_the_password(client: Client) -> None:
    ask_for_code(client, "nobody1")
    assert "含有账号" in text_of(finish(client, "000000", "nobody1-kzmw"))
    assert SmsCode.objects.get().tries == 0


def test_a_wrong_picture_sends_nothing(client: Client, maker: Side) -> None:
    page = ask_for_code(client, maker.agent.mobile, code="nope")
    assert "图形验证码不正确" in text_of(page)
    assert not SmsCode.objects.exists()


def test_a_closed_account_after_the_proof(client: Client, maker: Side) -> None:
    mobile = maker.agent.mobile
    ask_for_code(client, mobile)
    finish(client, code_for(mobile), f"k-{maker.agent.name}-123456")
    Account.objects.filter(name=mobile).update(is_active=False)
    assert "验证已失效" in text_of(finish(client))


def test_a_number_changed_after_the_proof(client: Client, unit: Unit) -> None:
    ask_for_code(client, unit.slug)
    finish(client, code_for(unit.slug), f"{unit.name}-kzmw")
    Unit.objects.filter(pk=unit.pk).update(contact_mobile="19700000002")
    assert "验证已失效" in text_of(finish(client))
    assert Account.objects.get(pk=unit.account_id).check_password(PASSWORD)


def test_the_proof_of_one_name_is_none_of_another(client: Client, maker: Side, unit: Unit) -> None:
    ask_for_code(client, maker.agent.mobile)
    finish(client, code_for(maker.agent.mobile), f"k-{maker.agent.name}-123456")
    ask_for_code(client, unit.slug)
    assert "请输入短信验证码" in text_of(finish(client))
    assert Account.objects.get(pk=unit.account_id).check_password(PASSWORD)


def test_one_who_is_signed_in_is_signed_out(client: Client, maker: Side) -> None:
    client.force_login(maker.agent.account)
    ask_for_code(client, maker.agent.mobile)
    finish(client, code_for(maker.agent.mobile))
    assert "_auth_user_id" not in client.session


def test_nobodys_number_is_a_number_of_nobody() -> None:
    seen = {recovery_for(name).mobile for name in ("nobody1", "nobody2", uscc(77))}
    assert len(seen) == 3
    assert all(is_name(AccountKind.AGENT, mobile) and mobile.startswith("154") for mobile in seen)
    assert recovery_for("NOBODY1").mobile in seen


@pytest.mark.parametrize("address", ["recover", "recover-password"])
def test_nothing_of_it_is_kept_by_the_browser(client: Client, address: str) -> None:
    ask_for_code(client, "nobody1")
    answer = client.get(reverse(f"accounts:{address}"))
    assert "no-store" in answer["Cache-Control"]


def test_staff_recover_otherwise(client: Client) -> None:
    Account.objects.create_superuser("staff1", PASSWORD)
    assert recovery_for("staff1").account is None


def test_a_closed_or_numberless_account_recovers_nothing() -> None:
    silent = UnitFactory.create()
    agent = AgentFactory.create()
    Account.objects.filter(pk=agent.account_id).update(is_active=False)
    for name in (silent.slug, silent.uscc, agent.mobile):
        assert recovery_for(name).account is None
