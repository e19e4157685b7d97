"""What accounts are told (消息), worded once; `notify` belongs in the transaction it tells of."""

from typing import Any, NamedTuple

from accounts.models import Account, Notice

WORDS: dict[str, str] = {
    "access-granted": "{unit} 已同意您的申请，“{business}”已授权给您，现在即可办理。",
    "access-refused": "{unit} 没有同意您申请办理“{business}”；如有疑问，请联系本单位。",
    "access-refused-because": "{unit} 没有同意您申请办理“{business}”，说明：{note}",
    "access-requested": "经办人 {agent} 申请办理“{business}”；请在【单位经办人】的权限申请中处理。",
    "business-handed-on": "{unit} 已将“{business}”转授权给经办人 {agent}，您不再办理此业务。",
    "business-handed-to": (
        "{unit} 已将“{business}”由经办人 {agent} 转授权给您；未完成的导入和导出由您继续办理。"
    ),
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
    "stand-in-ended": "{unit}“{business}”由经办人 {agent} 的临时代办已提前结束。",
    "stand-in-given": (
        "{unit} 请您临时代办“{business}”（经办人 {agent} 的业务）：{starts} 至 {until}，"
        "到期自动结束。"
    ),
    "stand-in-taken": (
        "{unit}“{business}”于 {starts} 至 {until} 由经办人 {agent} 临时代办；"
        "期间您的权限暂停，到期自动恢复。"
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
