"""图形验证码 and 短信验证码 on a page: here the agent's step of 单位注册, which anyone can open."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.signing_in import views_sms
from accounts.signing_in.forms_picture import WRONG_CODE
from accounts.signing_in.models import SmsCode
from accounts.signing_in.pictures import new_picture
from tests.accounts.signing_in.signing import answer_to, key_on
from tests.accounts.signing_in.sms import ask_for_code, code_for
from tests.accounts.units.registering import MOBILE, REGISTER, up_to_agent

pytestmark = pytest.mark.django_db

AGENT = "/register/agent/"
SENT = "验证码已发送，10 分钟内有效"


@pytest.fixture
def visitor(client: Client) -> Client:
    """Somebody who has filled in the first two steps."""
    up_to_agent(client)
    return client


def test_the_fields_have_the_labels_of_the_guide(visitor: Client) -> None:
    page = visitor.get(AGENT).content.decode()
    for words in ("手机号", "图形验证码", "短信验证码", "发送验证码", "换一张"):
        assert words in page
    assert "accounts/signing_in/sms.js" in page
    assert 'autocomplete="one-time-code"' in page


def test_without_a_script_the_page_comes_back_with_what_was_typed(visitor: Client) -> None:
    answer = ask_for_code(visitor, AGENT, MOBILE)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert SENT in page
    assert f'value="{MOBILE}"' in page
    assert "errorlist" not in page
    assert code_for(REGISTER, MOBILE) not in page


def test_htmx_gets_the_two_fields_alone_with_another_picture(visitor: Client) -> None:
    old = key_on(visitor.get(AGENT))
    answer = ask_for_code(visitor, AGENT, MOBILE, HTTP_HX_REQUEST="true")
    page = answer.content.decode()
    assert page.lstrip().startswith('<div class="sms-fields')
    assert 'data-sms-wait="60"' in page
    assert SENT in page
    assert key_on(answer) != old
    assert "no-store" in answer["Cache-Control"]


def test_the_picture_is_used_up_right_or_wrong(visitor: Client) -> None:
    for typed in ("wrong", ""):
        key = key_on(visitor.get(AGENT))
        data = {"mobile": MOBILE, "captcha_0": key, "send": "1"}
        answer = visitor.post(AGENT, {**data, "captcha_1": typed})
        assert (WRONG_CODE if typed else "请输入图形验证码。") in answer.content.decode()
        assert not SmsCode.objects.exists()
    answer = visitor.post(AGENT, {**data, "captcha_1": "test"})
    assert WRONG_CODE in answer.content.decode()
    assert not SmsCode.objects.exists()


def test_a_picture_of_another_browser_counts_for_nothing(visitor: Client) -> None:
    key = key_on(Client().get("/login/"))
    data = {"mobile": MOBILE, "captcha_0": key, "captcha_1": answer_to(key), "send": "1"}
    assert WRONG_CODE in visitor.post(AGENT, data).content.decode()
    assert not SmsCode.objects.exists()


def test_a_wrong_number_and_a_limit_are_said_beside_the_picture(visitor: Client) -> None:
    answer = ask_for_code(visitor, AGENT, "123")
    assert "手机号“123”不正确" in answer.content.decode()
    ask_for_code(visitor, AGENT, MOBILE)
    answer = ask_for_code(visitor, AGENT, f"+86 {MOBILE}", HTTP_HX_REQUEST="true")
    page = answer.content.decode()
    assert "验证码发送过于频繁" in page
    assert "data-sms-wait" not in page
    assert SmsCode.objects.count() == 1


def test_another_picture_without_a_script_keeps_what_was_typed(visitor: Client) -> None:
    old = key_on(visitor.get(AGENT))
    answer = visitor.post(AGENT, {"mobile": MOBILE, "another": "1"})
    assert key_on(answer) != old
    assert f'value="{MOBILE}"' in answer.content.decode()


def test_the_last_submit_needs_the_sms_code_and_no_picture(visitor: Client) -> None:
    ask_for_code(visitor, AGENT, MOBILE)
    for typed, sentence in (("", "请输入短信验证码"), ("12", "应为 6 位数字")):
        answer = visitor.post(AGENT, {"mobile": MOBILE, "sms_code": typed})
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    code = code_for(REGISTER, MOBILE)
    wrong = "000000" if code != "000000" else "000001"
    answer = visitor.post(AGENT, {"mobile": MOBILE, "sms_code": wrong})
    assert "短信验证码不正确、已过期或已使用" in answer.content.decode()
    assert visitor.post(AGENT, {"mobile": MOBILE, "sms_code": code}).status_code == 302


def test_too_many_tries_are_said_with_the_wait(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.signing_in.actions_sms.TRIES_PER_ADDRESS", 1)
    for _ in range(2):
        answer = visitor.post(AGENT, {"mobile": MOBILE, "sms_code": "000000"})
    assert "短信验证码输错次数过多，已暂停验证；请在 60 分钟后" in answer.content.decode()


def test_too_many_pictures_are_said_in_their_place(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.signing_in.pictures.PER_MINUTE", 1)
    client.get("/login/")
    page = client.get("/login/").content.decode()
    assert "本网络地址获取图形验证码过于频繁，每分钟最多 1 次；请在 60 秒后刷新页面重试。" in page
    assert 'name="captcha_0"' not in page
    assert 'alt="图形验证码图片"' in client.get("/login/", REMOTE_ADDR="192.0.2.3").content.decode()


def test_what_is_silent_looks_the_same() -> None:
    seen = []
    for mobile in (MOBILE, "19912340099"):
        earlier = RequestFactory().get("/somewhere/")
        picture = new_picture(earlier)
        data = {"captcha_0": picture.key, "captcha_1": answer_to(picture.key), "send": "1"}
        request = RequestFactory().post("/somewhere/", data, headers={"hx-request": "true"})
        request.META["CSRF_COOKIE"] = earlier.META["CSRF_COOKIE"]
        answer = views_sms.answer(
            request, REGISTER, mobile=mobile, page=_no_page, silent=lambda m: m == MOBILE
        )
        page = answer.content.decode()
        seen.append(page.replace(key_on(answer), "key").replace(key_on(answer)[:40], "key"))
    assert seen[0] == seen[1]
    assert SENT in seen[0]
    rows = dict(SmsCode.objects.values_list("mobile", "silent"))
    assert rows == {MOBILE: True, "19912340099": False}


def _no_page(sms: views_sms.SmsFields) -> HttpResponse:
    raise AssertionError("htmx asked for the fields alone")


def test_only_the_two_buttons_ask() -> None:
    def asks(**data: str) -> bool:
        request: HttpRequest = RequestFactory().post("/", data)
        return views_sms.is_asked(request)

    assert asks(send="1")
    assert asks(another="1")
    assert not asks(sms_code="123456")
    assert not views_sms.is_asked(RequestFactory().get("/", {"send": "1"}))
