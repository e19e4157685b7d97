"""The rules for passwords: long, not guessable, nothing else, and every refusal says the cure."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import get_default_password_validators

from accounts.agents.models import Agent
from accounts.core.actions import password_problems
from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.signing_in import passwords
from accounts.units.models import Unit
from portal.demo.data.people import DEMO_WORD
from tests.factories import PASSWORD, uscc

MOBILE, CONTACT = "19900000077", "19900000088"


def unit_account() -> Account:
    """A unit's account that nobody has stored."""
    account = Account(kind=AccountKind.UNIT, name="qihang")
    Unit(account=account, name="启航制药有限公司", uscc=uscc(7), contact_mobile=CONTACT)
    return account


def agent_account() -> Account:
    """An agent's account that nobody has stored."""
    account = Account(kind=AccountKind.AGENT, name=MOBILE)
    Agent(account=account, name="欧阳小明")
    return account


def why(password: str, account: Account | None = None) -> str:
    """Return all that is said against a password."""
    return "".join(problem.message for problem in password_problems(password, account))


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        DEMO_WORD,
        "kzmw tqrb xv",
        "四个不相关的词连成一句",
        "qmzptrwkxv",
        "8402957136",
        "🐼🐼熊猫爱吃竹子和苹果",
        " 前后有空格也算在内 ",
        "x9-" * 20 + "q7w!",
        "Zk4-" + "m" * 124,
    ],
)
def test_any_characters_make_a_password(password: str) -> None:
    for account in (None, unit_account(), agent_account()):
        assert why(password, account) == ""


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "至少应为 10 个"),
        ("kzmw-tqrb", "只有 9 个字符，至少应为 10 个；请加长"),
        ("kq" + "zm7-" * 32, "共 130 个字符，最多 128 个；请缩短"),
        ("1qaz2wsx3edc", "常见密码"),
        ("PASSWORD123", "常见密码"),
        ("ｐａｓｓｗｏｒｄ１２３", "常见密码"),
        ("woaini1314!!", "常见密码"),
        ("2026password", "常见密码"),
        ("¥¥¥¥¥¥¥¥¥¥¥¥", "重复或连续"),
        ("x7vx7vx7vx7v", "重复或连续"),
        ("3456789012345", "重复或连续"),
        ("zyxwvutsrqp", "重复或连续"),
        ("my-yibao-word", "本平台的常用词“yibao”"),
        ("我们的医保平台真好用啊", "本平台的常用词“医保”"),
    ],
)
def test_a_weak_password_is_refused_with_the_cure(password: str, words: str) -> None:
    said = why(password)
    assert words in said
    assert "请" in said
    assert said.startswith("密码不符合要求：")


@pytest.mark.parametrize(
    ("account", "password", "what"),
    [
        (unit_account(), "x-QiHang-y-z", "账号"),
        (unit_account(), "启航制药有限公司123x", "单位名称"),
        (unit_account(), f"k{uscc(7).lower()}", "统一社会信用代码"),
        (unit_account(), f"k{CONTACT}z", "联系手机号"),
        (agent_account(), f"zz{MOBILE}", "手机号"),
        (agent_account(), "欧阳小明的好密码一二三", "姓名"),
    ],
)
def test_a_password_with_a_word_of_the_account_is_refused(
    account: Account, password: str, what: str
) -> None:
    assert f"含有{what}，容易被猜中；请去掉" in why(password, account)
    assert why(password) == ""


@pytest.mark.parametrize("kind", [AccountKind.STAFF, ""])
def test_staff_need_twelve_characters(kind: str) -> None:
    account = Account(kind=kind, name="staff1")
    assert "至少应为 12 个" in why("kzmw-tqrb-x", account)
    assert why("kzmw-tqrb-xv", account) == ""


def test_the_long_are_checked_as_far_as_they_count() -> None:
    """ASVS 6.2.4: at least 3000 common passwords that are long enough are refused."""
    validator = passwords.GuessedValidator()
    refused = {
        f"{word}{added}"
        for word in validator.passwords
        for added in ("", "!", "1", "123", "2026")
        if len(word) + len(added) >= passwords.LEAST
    }
    assert len(refused) > 3000
    for word in sorted(refused)[::97]:
        assert "常见密码" in why(word)


def test_the_settings_name_these_rules() -> None:
    validators: list[Any] = get_default_password_validators()
    assert {type(v) for v in validators} == {
        passwords.LengthValidator,
        passwords.GuessedValidator,
        passwords.OwnWordsValidator,
    }
    assert [v.get_help_text() for v in validators if v.get_help_text()] == [passwords.HELP]


def test_the_strength_hint_sends_nothing() -> None:
    script = (Path(settings.BASE_DIR) / "static/accounts/signing_in/password.js").read_text()
    for way in (
        "fetch",
        "XMLHttpRequest",
        "sendBeacon",
        "htmx.ajax",
        "localStorage",
        "sessionStorage",
    ):
        assert way not in script
