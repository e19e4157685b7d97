"""修改密码, 变更联系手机号, 个人信息: what people change of their own account."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.account.actions import change_contact_mobile
from accounts.account.views import CHANGED
from accounts.agents.models import Agent
from accounts.core.models import Account
from accounts.core.names import mask_id_number
from accounts.log.entry_words import line
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.signing_in.actions_passwords import TRIES, change_password, confirm_password
from accounts.signing_in.models import SignIn, SmsCode
from accounts.signing_in.queries import recovery_for
from accounts.units.models import Unit
from portal.lib.refused import Refused, refusal
from tests.accounts.signing_in.recovering import newest_code
from tests.accounts.signing_in.signing import answer_to, key_on, try_sign_in
from tests.factories import PASSWORD, UnitFactory
from tests.people import Side, client_of

pytestmark = pytest.mark.django_db
NEW, CARD = "kzmw tqrb 2931", "110101199003070716"
CONTACT, LATER = "19700000001", "19700000002"
DOCUMENT = {"id_type": "01", "id_number": CARD, "id_term": "ever"}


def text_of(page: Any) -> str:
    text: str = page.content.decode()
    return text


def change(client: Client, old: str = PASSWORD, new: str = NEW, again: str | None = None) -> Any:
    data = {"password": old, "new_password": new, "again": new if again is None else again}
    return client.post("/account/password/", data)


@pytest.mark.parametrize("who", ["agent", "unit"])
def test_changing_the_password_ends_the_other_sessions(maker: Side, who: str) -> None:
    account = maker.agent.account if who == "agent" else maker.unit.account
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        assert try_sign_in(client, account.name).status_code == 302
    key = here.cookies["sessionid"].value
    answer = change(here)
    assert answer["Location"] == "/account/"
    assert CHANGED in text_of(here.get("/account/"))
    assert here.cookies["sessionid"].value != key
    assert elsewhere.get("/account/").status_code == 302
    assert SignIn.objects.filter(account=account, end=SignIn.End.PASSWORD).count() == 1
    account.refresh_from_db()
    assert account.check_password(NEW)
    assert account.password_changed_at is not None
    assert Notice.objects.filter(account=account, code="password-changed").count() == 1
    assert OperationLog.everything.filter(action="password-changed", account=account).exists()


@pytest.mark.parametrize(
    ("old", "new", "again", "words"),
    [
        ("wrong", NEW, NEW, "当前密码不正确"),
        (PASSWORD, PASSWORD, PASSWORD, "新密码与当前密码相同"),
        (PASSWORD, NEW, "other words 77", "两次输入的新密码不一致"),
        (PASSWORD, "short", "short", "至少应为 10 个"),
        ("", NEW, NEW, "请输入当前密码"),
        (PASSWORD, "k" * 40 + "v" * 89, "k" * 40 + "v" * 89, "新密码超过 128 个字符"),
    ],
)
def test_a_wrong_change_is_refused(
    agent_client: Client, maker: Side, old: str, new: str, again: str, words: str
) -> None:
    page = change(agent_client, old, new, again)
    assert page.status_code == 422
    assert words in text_of(page)
    assert new not in text_of(page) or new == ""
    assert Account.objects.get(pk=maker.agent.account_id).check_password(PASSWORD)


def test_a_password_with_an_own_word_is_refused(agent_client: Client, maker: Side) -> None:
    assert "含有手机号" in text_of(change(agent_client, new=f"k{maker.agent.mobile}"))


def test_the_present_password_can_be_guessed_so_often(agent_client: Client) -> None:
    for _ in range(TRIES):
        assert "当前密码不正确" in text_of(change(agent_client, "wrong"))
    page = text_of(change(agent_client))
    assert "当前密码输错次数过多" in page
    assert "请在 15 分钟后重试" in page


def test_a_right_password_forgets_the_wrong_ones(maker: Side) -> None:
    account = maker.agent.account
    for _ in range(3):
        for _ in range(TRIES - 1):
            with pytest.raises(Refused, match="当前密码不正确"):
                confirm_password(account, "wrong")
        confirm_password(account, PASSWORD)


def test_two_changes_with_the_same_old_password(maker: Side) -> None:
    stale = Account.objects.get(pk=maker.agent.account_id)
    change_password(maker.agent.account, old=PASSWORD, new=NEW)
    with pytest.raises(Refused, match="当前密码不正确"):
        change_password(stale, old=PASSWORD, new="another word 55")


def test_the_page_of_an_agent_masks(agent_client: Client, maker: Side) -> None:
    Agent.objects.filter(pk=maker.agent.pk).update(
        id_type="01", id_number=CARD, id_valid_until=None, id_valid_for_ever=True, email="a@b.cn"
    )
    page = text_of(agent_client.get("/account/"))
    masked = mask_id_number(CARD)
    for shown in ("个人信息", maker.agent.name, masked, "长期有效", "a@b.cn", "居民身份证"):
        assert shown in page
    for hidden in (CARD, maker.agent.mobile):
        assert hidden not in page.replace(f'value="{maker.agent.mobile}"', "")


def test_everyone_has_the_page_and_the_way_there(
    unit_client: Client, agent_client: Client, maker: Side
) -> None:
    staff = client_of(Account.objects.create_superuser("staff1", PASSWORD))
    for client, words in (
        (unit_client, "联系手机号"),
        (agent_client, "个人信息"),
        (staff, "staff1"),
    ):
        page = text_of(client.get("/account/"))
        assert words in page
        assert 'href="/account/password/"' in page
    assert 'href="/close/"' not in text_of(staff.get("/account/"))
    assert 'href="/account/"' in text_of(agent_client.get(f"/u/{maker.unit.slug}/"))


@pytest.mark.parametrize("address", ["", "password/", "contact/", "reach/", "document/"])
def test_strangers_sign_in_first(client: Client, address: str) -> None:
    assert client.get(f"/account/{address}")["Location"].startswith("/login/")


def test_an_agent_changes_how_it_is_reached(agent_client: Client, maker: Side) -> None:
    data = {"email": "new@example.com", "address": "新地址 1 号", "postcode": "100000"}
    assert agent_client.post("/account/reach/", data)["Location"] == "/account/"
    maker.agent.refresh_from_db()
    assert (maker.agent.email, maker.agent.postcode) == ("new@example.com", "100000")
    entry = OperationLog.everything.get(action="person-changed")
    assert entry.unit is None
    assert "new@example.com" not in str(entry.after)
    assert line(entry).changes == ["修改项：联系邮箱、联系地址、邮政编码"]
    agent_client.post("/account/reach/", data)
    assert OperationLog.everything.filter(action="person-changed").count() == 1


def test_an_agent_renews_its_document(agent_client: Client, maker: Side) -> None:
    assert agent_client.post("/account/document/", DOCUMENT)["Location"] == "/account/"
    maker.agent.refresh_from_db()
    assert (maker.agent.id_number, maker.agent.id_valid_for_ever) == (CARD, True)
    entry = OperationLog.everything.get(action="document-renewed")
    assert CARD not in str(entry.after)
    assert "证件号码" in line(entry).changes[0]
    page = text_of(agent_client.get("/account/document/"))
    assert CARD not in page
    until = timezone.localdate() + timedelta(days=400)
    data = {**DOCUMENT, "id_term": "other", "id_valid_until": until.isoformat()}
    agent_client.post("/account/document/", data)
    maker.agent.refresh_from_db()
    assert (maker.agent.id_valid_until, maker.agent.id_valid_for_ever) == (until, False)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"id_number": "110101199003070717"}, "末位与前 17 位不符"),
        ({"id_number": ""}, "请输入证件号码"),
        ({"id_term": "other", "id_valid_until": "2020-01-31"}, "2020-01-31 到期"),
    ],
)
def test_a_wrong_document_is_refused(
    agent_client: Client, maker: Side, data: dict[str, str], words: str
) -> None:
    page = agent_client.post("/account/document/", DOCUMENT | data)
    assert page.status_code == 422
    assert words in text_of(page)
    maker.agent.refresh_from_db()
    assert maker.agent.id_number == ""


def test_pages_of_one_kind_are_closed_to_the_other(
    agent_client: Client, unit_client: Client
) -> None:
    for address in ("reach", "document"):
        page = unit_client.get(f"/account/{address}/")
        assert page.status_code == 403
        assert refusal("data_of_agents").message in text_of(page)
    page = agent_client.get("/account/contact/")
    assert page.status_code == 403
    assert refusal("contact_of_unit_account").message in text_of(page)


@pytest.fixture
def unit() -> Unit:
    """A unit with a contact number."""
    made: Unit = UnitFactory.create(contact_mobile=CONTACT)
    return made


def ask_code(client: Client, mobile: str) -> Any:
    key = key_on(client.get("/account/contact/"))
    data = {"mobile": mobile, "captcha_0": key, "captcha_1": answer_to(key), "send": "1"}
    return client.post("/account/contact/", data)


def test_a_unit_changes_its_contact_number(unit: Unit) -> None:
    client = client_of(unit.account)
    page = text_of(client.get("/account/contact/"))
    assert "197****0001" in page
    assert CONTACT not in page
    assert "验证码已发送" in text_of(ask_code(client, LATER))
    code = newest_code(LATER, SmsCode.Purpose.CONTACT)
    data = {"mobile": f"+86 {LATER}", "sms_code": code, "password": PASSWORD}
    assert client.post("/account/contact/", data)["Location"] == "/account/"
    unit.refresh_from_db()
    assert unit.contact_mobile == LATER
    entry = OperationLog.objects.of(unit).get(action="contact-changed")
    assert line(entry).changes == ["联系手机号：197****0001 → 197****0002"]
    assert LATER not in f"{entry.before}{entry.after}"
    notice = Notice.objects.get(account=unit.account, code="contact-changed")
    assert LATER not in str(notice.detail)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"password": "wrong"}, "当前密码不正确"),
        ({"sms_code": "000000"}, "短信验证码不正确"),
        ({"mobile": "12345"}, "手机号“12345”不正确"),
        ({"mobile": CONTACT}, "短信验证码不正确"),
    ],
)
def test_a_wrong_number_or_proof_is_refused(unit: Unit, data: dict[str, str], words: str) -> None:
    client = client_of(unit.account)
    ask_code(client, LATER)
    code = newest_code(LATER, SmsCode.Purpose.CONTACT)
    code = "000001" if code == "000000" else code
    sent = {"mobile": LATER, "sms_code": code, "password": PASSWORD} | data
    page = client.post("/account/contact/", sent)
    assert page.status_code == 422
    assert words in text_of(page)
    unit.refresh_from_db()
    assert unit.contact_mobile == CONTACT


def test_the_same_number_again_is_refused(unit: Unit) -> None:
    with pytest.raises(Refused, match="与现在的相同"):
        change_contact_mobile(unit, CONTACT)


def test_a_wrong_password_uses_up_no_code(unit: Unit) -> None:
    client = client_of(unit.account)
    ask_code(client, LATER)
    code = newest_code(LATER, SmsCode.Purpose.CONTACT)
    client.post("/account/contact/", {"mobile": LATER, "sms_code": code, "password": "wrong"})
    assert SmsCode.objects.get().tries == 0


def test_the_new_number_recovers_the_account(unit: Unit) -> None:
    change_contact_mobile(unit, LATER)
    assert recovery_for(unit.slug).mobile == LATER
