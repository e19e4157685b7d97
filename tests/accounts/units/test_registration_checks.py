"""What each step of 单位注册 refuses, at its field."""

import pytest
from django.test import Client

from accounts.units.models import Unit
from tests.accounts.units.registering import (
    ACCOUNT,
    ENTERPRISE,
    MOBILE,
    PERSON,
    id_number,
    prove_number,
    up_to_agent,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"account_name": ""}, "请输入单位账号。"),
        ({"account_name": "1abc"}, "单位账号“1abc”不可用"),
        ({"account_name": "a" * 17}, "不可用"),
        ({"password": "short", "again": "short"}, "个字符"),
        ({"password": "newmaker1-long", "again": "newmaker1-long"}, "含有账号"),
        ({"again": "different"}, "两次输入的密码不一致"),
        ({"password": ""}, "请输入密码。"),
    ],
)
def test_the_account_is_checked_in_its_step(
    client: Client, typed: dict[str, str], sentence: str
) -> None:
    answer = client.post("/register/", {**ACCOUNT, **typed})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert client.get("/register/enterprise/")["Location"] == "/register/"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"uscc": ENTERPRISE["uscc"][:-1]}, "应为 18 位，现有 17 位"),
        ({"uscc": ENTERPRISE["uscc"][:4] + "I" + ENTERPRISE["uscc"][5:]}, "第 5 位“I”不可用"),
        ({"uscc": ENTERPRISE["uscc"][:-1] + "0"}, "末位校验码（第 18 位）"),
        ({"kinds": []}, "生产企业、流通企业至少选择一项"),
        ({"kinds": ["hospital"]}, "没有这种单位类别"),
        ({"admdvs": "000000"}, "没有这个医保区划"),
        ({"name": " "}, "请输入营业执照上的企业名称。"),
        ({"name": "甲\x01=1"}, "第 2 个字是看不见的字符（U+0001）"),
        ({"legal_name": "甲\u202e乙"}, "第 2 个字是看不见的字符（U+202E）"),
        ({"legal_id_number": ""}, "请输入法人证件号码。"),
        ({"legal_id_number": id_number()[:-1]}, "居民身份证号码应为 18 位"),
        ({"legal_id_type": "77"}, "没有这种法人证件类型"),
    ],
)
def test_the_enterprise_is_checked_in_its_step(
    client: Client, typed: dict[str, object], sentence: str
) -> None:
    client.post("/register/", ACCOUNT)
    answer = client.post("/register/enterprise/", {**ENTERPRISE, **typed})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "请输入姓名。"),
        ({"id_number": id_number()[:-1] + "?"}, "居民身份证号码应为 18 位"),
        ({"id_term": "other", "id_valid_until": ""}, "没有填写证件有效期"),
        ({"id_term": "other", "id_valid_until": "2020-01-01"}, "证件已于 2020-01-01 到期"),
        ({"id_term": "20", "id_valid_from": ""}, "请填写证件上的签发日期"),
        ({"id_term": "5", "id_valid_from": "2010-01-01"}, "证件已于 2015-01-01 到期"),
        ({"id_term": "20", "id_valid_from": "tomorrow"}, "日期不正确"),
        ({"email": "not-an-address"}, "联系邮箱格式不正确"),
        ({"postcode": "12"}, "邮政编码应为 6 位数字"),
        ({"password": f"x{MOBILE}", "again": f"x{MOBILE}"}, "含有手机号"),
        ({"password": "经测试-long-long", "again": "经测试-long-long"}, "含有姓名"),
    ],
)
def test_the_agent_is_checked_in_its_step(
    client: Client, typed: dict[str, str], sentence: str
) -> None:
    up_to_agent(client)
    prove_number(client)
    answer = client.post("/register/agent/", {**PERSON, **typed})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Unit.objects.filter(account__name="newmaker1").exists()
