"""Signing in and out through the pages."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.log.models import OperationLog
from accounts.rights.catalogue import CERTIFICATE_SIGN_IN, PERSONAL_SIGN_IN
from accounts.signing_in.forms import WRONG_PAIR
from accounts.signing_in.forms_picture import WRONG_CODE
from tests.accounts.signing_in.signing import answer_to, image_on, key_on, try_sign_in
from tests.accounts.staff.staff import first_step
from tests.factories import PASSWORD, AccountFactory, AgentFactory, UnitFactory
from tests.people import Side

pytestmark = pytest.mark.django_db


def home(side: Side) -> str:
    return reverse("accounts:hall", args=[side.unit.slug])


def test_the_card_has_the_labels_of_the_guide(client: Client) -> None:
    page = client.get("/login/").content.decode()
    for label in ("单位登录", "单位账号登录", "电子凭证登录", "密码", "图形验证码", "登录"):
        assert label in page
    for label in ("单位账号", "统一社会信用代码", "手机号", "请输入验证码"):
        assert label in page


def test_what_is_not_offered_says_what_to_do(client: Client) -> None:
    page = client.get("/login/").content.decode()
    assert 'href="/login/certificate/"' in page
    assert 'href="/services/personal-sign-in/"' in page
    certificate = client.get("/login/certificate/").content.decode()
    assert CERTIFICATE_SIGN_IN in certificate
    assert 'name="password"' not in certificate
    personal = client.get("/services/personal-sign-in/").content.decode()
    assert PERSONAL_SIGN_IN.notice in personal
    assert "温馨提示" in personal


def test_a_unit_signs_in_by_its_account_in_any_case(client: Client, maker: Side) -> None:
    answer = try_sign_in(client, f" {maker.unit.slug.upper()} ")
    assert answer.status_code == 302
    assert answer["Location"] == home(maker)
    assert client.session["_auth_user_id"] == str(maker.unit.account_id)


def test_a_unit_signs_in_by_its_credit_code(client: Client, maker: Side) -> None:
    assert try_sign_in(client, maker.unit.uscc.lower())["Location"] == home(maker)
    assert client.session["_auth_user_id"] == str(maker.unit.account_id)


def test_an_agent_signs_in_by_mobile_number(client: Client, maker: Side) -> None:
    assert try_sign_in(client, f"+86 {maker.agent.mobile}")["Location"] == home(maker)
    assert client.session["_auth_user_id"] == str(maker.agent.account_id)


def test_an_agent_of_several_units_chooses_first(
    client: Client, maker: Side, distributor: Side
) -> None:
    agent = AgentFactory.create(units=[maker.unit, distributor.unit])
    answer = try_sign_in(client, agent.mobile)
    assert answer["Location"] == reverse("accounts:units")
    page = client.get(answer["Location"]).content.decode()
    assert maker.unit.name in page
    assert distributor.unit.name in page
    assert "确定" in page
    chosen = client.get("/units/", {"unit": distributor.unit.slug})
    assert chosen["Location"] == home(distributor)


def test_an_agent_without_a_unit_is_told_what_to_do(client: Client) -> None:
    agent = AgentFactory.create()
    page = client.get(try_sign_in(client, agent.mobile)["Location"]).content.decode()
    assert "您还没有可以办理业务的单位" in page


@pytest.mark.parametrize("name", ["held", "nobody1", "19900009999"])
def test_a_wrong_password_does_not_tell_whether_the_account_exists(
    client: Client, maker: Side, name: str
) -> None:
    typed = maker.unit.slug if name == "held" else name
    answer = try_sign_in(client, typed, password="wrong-Password")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert WRONG_PAIR in page
    assert f'value="{typed}"' in page
    assert "wrong-Password" not in page
    assert "_auth_user_id" not in client.session


def test_a_name_nobody_holds_costs_a_password_hash_too(
    client: Client, maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(Account, "set_password", lambda self, raw: hashed.append(raw))
    try_sign_in(client, "nobody1", password="one")
    try_sign_in(client, AccountFactory.create(kind=AccountKind.STAFF.value).name, password="two")
    assert hashed == ["one", "two"]


def test_a_wrong_code_is_said_and_brings_a_new_picture(client: Client, maker: Side) -> None:
    first = key_on(client.get("/login/"))
    data = {"username": maker.unit.slug, "password": PASSWORD, "captcha_0": first}
    answer = client.post("/login/", {**data, "captcha_1": "zzzz"})
    assert WRONG_CODE in answer.content.decode()
    assert key_on(answer) != first
    assert f'value="{maker.unit.slug}"' in answer.content.decode()
    again = client.post("/login/", {**data, "captcha_1": "test"})
    assert WRONG_CODE in again.content.decode()


def test_a_picture_answers_once(client: Client, maker: Side) -> None:
    key = key_on(client.get("/login/"))
    data = {"password": PASSWORD, "captcha_0": key, "captcha_1": answer_to(key)}
    client.post("/login/", {**data, "username": maker.unit.slug, "password": "wrong"})
    answer = client.post("/login/", {**data, "username": maker.unit.slug})
    assert WRONG_CODE in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_button_brings_another_picture(client: Client) -> None:
    page = client.get("/login/")
    fragment = client.get("/login/picture/")
    assert key_on(fragment) != key_on(page)
    image = client.get(image_on(fragment))
    assert image["Content-Type"] == "image/png"
    assert "no-store" in fragment["Cache-Control"]


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("username", "请输入单位账号、统一社会信用代码或手机号。"),
        ("password", "请输入密码。"),
        ("captcha_1", "请输入图形验证码。"),
    ],
)
def test_an_empty_field_is_named(client: Client, maker: Side, missing: str, sentence: str) -> None:
    key = key_on(client.get("/login/"))
    data = {"username": maker.unit.slug, "password": PASSWORD, "captcha_1": answer_to(key)}
    answer = client.post("/login/", {**data, "captcha_0": key, missing: ""})
    assert sentence in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/units/?a=b", "/units/?a=b"),
        ("https://evil.example/", None),
        ("//evil.example/", None),
        ("/\\evil.example", None),
        ("javascript:alert(1)", None),
        ("https://testserver.evil.example/", None),
    ],
)
def test_next_leads_to_this_site_only(
    client: Client, maker: Side, address: str, expected: str | None
) -> None:
    answer = try_sign_in(client, maker.agent.mobile, next=address)
    assert answer["Location"] == (expected or home(maker))


def test_next_travels_through_the_form(client: Client) -> None:
    page = client.get("/login/", {"next": "/u/maker1/log/"}).content.decode()
    assert 'name="next" value="/u/maker1/log/"' in page


def test_staff_do_not_sign_in_here_and_units_not_in_the_admin(client: Client, maker: Side) -> None:
    staff = Account.objects.create_superuser("staff1", PASSWORD)
    assert WRONG_PAIR in try_sign_in(client, staff.name).content.decode()
    assert first_step(client, maker.unit.slug).status_code == 200
    assert "_auth_user_id" not in client.session
    assert first_step(client, staff.name)["Location"] == "/admin/enrol/"


def test_a_switched_off_account_does_not_sign_in(client: Client, maker: Side) -> None:
    Account.objects.filter(pk=maker.agent.account_id).update(is_active=False)
    assert WRONG_PAIR in try_sign_in(client, maker.agent.mobile).content.decode()


def test_the_session_gets_a_new_key_and_a_hardened_cookie(client: Client, maker: Side) -> None:
    client.get("/login/")
    session = client.session
    session["before"] = "yes"
    session.save()
    old = session.session_key
    answer = try_sign_in(client, maker.unit.slug)
    assert client.session.session_key != old
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["expires"] == ""


def test_the_previous_sign_in_is_shown_beside_this_one(client: Client, maker: Side) -> None:
    try_sign_in(client, maker.unit.slug, REMOTE_ADDR="192.0.2.1")
    first = Account.objects.get(pk=maker.unit.account_id)
    assert first.last_sign_in_at is None
    client.post("/logout/")
    try_sign_in(client, maker.unit.slug, REMOTE_ADDR="192.0.2.2")
    second = Account.objects.get(pk=maker.unit.account_id)
    assert second.last_sign_in_at == first.this_sign_in_at
    assert second.last_sign_in_address == "192.0.2.1"
    assert second.this_sign_in_address == "192.0.2.2"


def test_signing_in_and_out_is_in_the_operation_log(client: Client, maker: Side) -> None:
    try_sign_in(client, maker.unit.slug)
    client.post("/logout/", REMOTE_ADDR="192.0.2.9")
    entries = OperationLog.objects.of(maker.unit).order_by("pk")
    assert [e.action for e in entries] == ["signed-in", "signed-out"]
    assert [e.address for e in entries] == ["127.0.0.1", "192.0.2.9"]


def test_sign_out_is_a_post_and_ends_the_session(agent_client: Client, maker: Side) -> None:
    assert agent_client.get("/logout/").status_code == 405
    assert agent_client.get(home(maker)).status_code == 200
    assert agent_client.post("/logout/")["Location"] == "/login/"
    assert agent_client.get(home(maker))["Location"].startswith("/login/")
    assert agent_client.post("/logout/")["Location"] == "/login/"


def test_pages_of_a_session_are_stored_nowhere(
    client: Client, agent_client: Client, maker: Side
) -> None:
    for answer in (agent_client.get(home(maker)), agent_client.get("/nowhere/")):
        assert "no-store" in answer["Cache-Control"]
    assert "no-store" in agent_client.post("/logout/")["Cache-Control"]
    assert not client.get("/nowhere/").has_header("Cache-Control")


def test_someone_signed_in_skips_the_sign_in_page(agent_client: Client, maker: Side) -> None:
    assert agent_client.get("/login/")["Location"] == "/start/"
    assert agent_client.get("/start/")["Location"] == home(maker)
    assert agent_client.get("/units/").status_code == 200


def test_everyone_starts_somewhere(client: Client, unit_client: Client, maker: Side) -> None:
    assert client.get("/start/")["Location"] == "/login/"
    assert unit_client.get("/start/")["Location"] == home(maker)
    assert unit_client.get("/units/")["Location"] == "/start/"
    client.force_login(Account.objects.create_superuser("staff1", PASSWORD))
    assert client.get("/start/")["Location"] == "/admin/"


def test_a_credit_code_of_no_unit_is_refused_alike(client: Client) -> None:
    code = UnitFactory.build().uscc
    assert WRONG_PAIR in try_sign_in(client, code).content.decode()
