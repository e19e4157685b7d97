"""What accounts are told (消息), worded once; `notify` belongs in the transaction it tells of."""

from typing import Any, NamedTuple

from accounts.core.models import Account
from accounts.messages.models import Notice

WORDS: dict[str, str] = {
    "access-granted": "{unit} 已同意您的申请，“{business}”已授权给您，现在即可办理。",
    "access-refused": "{unit} 没有同意您申请办理“{business}”；如有疑问，请联系本单位。",
    "access-refused-because": "{unit} 没有同意您申请办理“{business}”，说明：{note}",
    "access-requested": "经办人 {agent} 申请办理“{business}”；请在【单位经办人】的权限申请中处理。",
    "authorization-withdrawn": (
        "平台工作人员取消了经办人 {agent} 在 {unit} 的业务授权“{business}”，原因：{reason}；"
        "如有疑问请提交【帮助与反馈】。"
    ),
    "business-handed-on": "{unit} 已将“{business}”转授权给经办人 {agent}，您不再办理此业务。",
    "business-handed-to": (
        "{unit} 已将“{business}”由经办人 {agent} 转授权给您；未完成的导入和导出由您继续办理。"
    ),
    "batch-removed": "{goods}及其 {count} 个追溯码已删除。",
    "batch-not-removed": "{goods}没有删除：{why}",
    "codes-moved-away": (
        "经平台工作人员核实，本单位上传的 {count} 个追溯码的归属已移出，原因：{reason}；如有"
        "异议请提交【帮助与反馈】。"
    ),
    "codes-received": (
        "经平台工作人员核实，{count} 个追溯码的归属已移入本单位，原因：{reason}；请核对其批次"
        "信息是否已上传。"
    ),
    "feedback-answered": "您反馈的“{text}”已有答复：{answer}",
    "identity-shown": "{asker}于 {at} 查看了您的证件号码，原因：{reason}；如有疑问，请与其联系。",
    "key-issued": (
        "{doer}申请了 {unit} 的接口密钥“{name}”（AKey {ak}）；如有疑问，请冻结或停用这把密钥。"
    ),
    "key-rotated": (
        "{doer}更换了 {unit} 的接口密钥“{name}”，新密钥的 AKey 是 {ak}；"
        "旧密钥停用之前两把都可使用。"
    ),
    "key-changed": "{doer}修改了 {unit} 的接口密钥“{name}”（AKey {ak}）：{fields}。",
    "key-frozen": (
        "{doer}冻结了 {unit} 的接口密钥“{name}”（AKey {ak}），原因：{reason}；"
        "解除之前接口不接受它的调用。"
    ),
    "key-thawed": "{doer}解除了 {unit} 的接口密钥“{name}”（AKey {ak}）的冻结，现在可以继续调用。",
    "key-ended": (
        "{doer}停用了 {unit} 的接口密钥“{name}”（AKey {ak}）；接口不再接受它的调用，也不能恢复。"
    ),
    "keys-ended": (
        "{unit}“{business}”的授权结束，其 {count} 把接口密钥随之停用，不能恢复；"
        "使用它们的程序不能再调用接口，需要由新的经办人重新申请密钥。"
    ),
    "keys-moved": (
        "{unit}“{business}”的 {count} 把接口密钥随业务转给您管理；AKey、SKey 不变，程序照常调用。"
        "如原经办人不应再知道 SKey，请逐一更换。"
    ),
    "member-added": "您已成为 {unit} 的经办人；可办理的业务由该单位的单位账号授权。",
    "member-removed": (
        "{unit} 已将您移出经办人名单，您不再办理该单位的业务；如有疑问，请联系该单位。"
    ),
    "new-device": (
        "您的账号于 {at} 在新设备（{device}，IP {address}）登录；如非本人操作，请立即修改密码。"
    ),
    "agent-closed": "经办人 {agent} 已注销账号，不再是本单位的经办人。",
    "agent-closed-holding": (
        "经办人 {agent} 已注销账号，不再是本单位的经办人；"
        "以下业务现在无人办理，请授权给其他经办人：{businesses}。"
    ),
    "unit-closed": "{unit} 已注销单位账号，您不再是其经办人，在该单位的业务已停止办理。",
    "password-changed": (
        "您的密码已于 {at} 修改（IP {address}），其他设备已退出登录；"
        "如非本人操作，请立即用【忘记密码】重设。"
    ),
    "password-recovered": (
        "您的密码已于 {at} 通过短信验证码重设（IP {address}），所有设备已退出登录；"
        "如非本人操作，请立即联系平台工作人员。"
    ),
    "contact-changed": (
        "联系手机号已于 {at} 由 {before} 变更为 {after}，今后用新号码找回密码；"
        "如非本单位操作，请立即修改密码并联系平台工作人员。"
    ),
    "contact-left": (
        "经办人 {agent} 已不在本单位，但本单位的联系手机号仍是其号码：持有该号码者仍可用短信验证码"
        "重设单位账号的密码；请到【账号信息】变更联系手机号。"
    ),
    "password-prompted": (
        "{unit} 提醒您重置登录密码：请退出后在登录页点击【忘记密码】，用短信验证码设置新密码；"
        "原密码在此之前仍然有效。"
    ),
    "qualification-approved": "您上传的“{paper}”已通过审核。",
    "qualification-returned": (
        "您上传的“{paper}”已被退回，原因：{reason}；请按原因修改，在【资质认证】中重新上传。"
    ),
    "unit-approved": "本单位已通过资质认证，经办人可以办理业务。",
    "unit-kinds-changed": (
        "平台工作人员已将本单位的类别变更为{kinds}，原因：{reason}；请核对经办人的业务授权。"
    ),
    "unit-resumed": "本单位已由平台工作人员恢复，可以继续办理业务。",
    "unit-shut": (
        "营业执照已被退回，本单位的资质认证失效，经办人暂不能办理业务；请在【资质认证】中重新上传。"
    ),
    "webhooks-moved": (
        "{unit}“{business}”的 {count} 个事件通知地址随业务转给您管理，照常投递；"
        "请在【接口调用自助服务】的事件通知中核对接收地址。"
    ),
    "webhooks-paused": (
        "{unit}“{business}”的授权结束，其 {count} 个事件通知地址随之暂停；"
        "需要由新的经办人核对后在事件通知中恢复，或由单位账号停用。"
    ),
    "webhook-gave-up": (
        "{unit} 的事件通知地址“{name}”有事件多次投递失败，不再自动重试：{why}"
        "请在【接口调用自助服务】的事件通知中查看投递记录，修复后重新发送。"
    ),
    "webhook-paused": (
        "{unit} 的事件通知地址“{name}”已暂停（{why}）：请检查接收地址能否正常应答，"
        "再到【接口调用自助服务】的事件通知中恢复；等待中的事件恢复后继续投递。"
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
