"""What accounts are told (消息), worded once; `notify` belongs in the transaction it tells of."""

from typing import Any, NamedTuple

from accounts.models import Account, Notice

WORDS: dict[str, str] = {
    "new-device": (
        "您的账号于 {at} 在新设备（{device}，IP {address}）登录；如非本人操作，请立即修改密码。"
    ),
    "qualification-approved": "您上传的“{paper}”已通过审核。",
    "qualification-returned": (
        "您上传的“{paper}”已被退回，原因：{reason}；请按原因修改，在【资质认证】中重新上传。"
    ),
    "unit-approved": "本单位已通过资质认证，经办人可以办理业务。",
    "unit-shut": (
        "营业执照已被退回，本单位的资质认证失效，经办人暂不能办理业务；请在【资质认证】中重新上传。"
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
