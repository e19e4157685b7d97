"""What accounts are told (消息), worded once; `notify` belongs in the transaction it tells of."""

from typing import Any, NamedTuple

from accounts.models import Account, Notice

WORDS: dict[str, str] = {
    "new-device": (
        "您的账号于 {at} 在新设备（{device}，IP {address}）登录；如非本人操作，请立即修改密码。"
    ),
}


class Message(NamedTuple):
    """A notice in words."""

    notice: Notice
    text: str


def notify(account: Account, code: str, **detail: Any) -> Notice:
    """Tell an account something; `detail` fills the sentence, and holds no secret and no full
    mobile or identity number. Raises KeyError for a sentence that is not declared."""
    WORDS[code].format(**detail)
    return Notice.objects.create(account=account, code=code, detail=detail)


def message(notice: Notice) -> Message:
    """Word one notice."""
    return Message(notice, WORDS[notice.code].format(**notice.detail))
