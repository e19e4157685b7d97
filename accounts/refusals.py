"""Why an action was refused, worded once: what was found, what was expected, how to mend it."""

from typing import NamedTuple

from portal.lib.identifiers import UsccFlaw

WORDS: dict[str, str] = {
    "account_name_invalid": (
        "单位账号“{name}”不可用：应为小写字母开头、由小写字母和数字组成的 4 至 16 位；请修改。"
    ),
    "account_name_taken": "账号“{name}”已被使用；请换一个单位账号。",
    "agent_name_missing": "经办人姓名为空；请填写姓名。",
    "already_member": "经办人 {agent} 已在 {unit} 的经办人名单中，无需重复添加。",
    "business_free": "{business}：该业务目前没有授权给任何经办人；请在【权限】中直接授权。",
    "business_held": (
        "{business}：该业务已授权给经办人 {holder}，一个业务只能授权给一个经办人；"
        "请先取消该经办人的权限，再重新授权，或使用【转授权】一步完成。"
    ),
    "business_not_of_unit": (
        "{business}：该业务只面向{kinds}，而 {unit} 是{found}，不能授权；请取消勾选后再保存。"
    ),
    "business_unknown": "业务“{business}”不在可授权的业务中；请从页面列出的业务中勾选。",
    "factor_exists": (
        "此账号刚刚在另一处启用了一次性验证码；请重新登录，并输入那台手机上显示的验证码。"
    ),
    "factor_missing": "工作人员账号 {name} 尚未启用一次性验证码；请先登录并按提示启用。",
    "holder_changed": (
        "{business}：该业务刚刚已改由经办人 {holder} 办理，与页面显示的不同；请核对后重新操作。"
    ),
    "holds_already": "经办人 {agent} 已经拥有“{business}”的权限，无需重复操作。",
    "id_card_birthday": "居民身份证号码第 7 至 14 位不是真实的出生日期；请对照证件逐位核对。",
    "id_card_check_digit": "居民身份证号码末位与前 17 位不符，可能有数字输错；请对照证件逐位核对。",
    "id_card_form": "居民身份证号码应为 18 位，前 17 位是数字，末位是数字或 X；请对照证件修改。",
    "id_end_missing": "没有填写证件有效期；请填写日期或选择“长期有效”。",
    "id_ended": "证件已于 {until} 到期；请使用有效的证件，或核对日期。",
    "id_number_invalid": ("{document}的号码应为 4 至 {most} 位字母、数字或汉字；请对照证件修改。"),
    "id_number_missing": "没有填写{document}的号码；请对照证件填写。",
    "id_type_unknown": "没有这种证件类型；请从列表中选择。",
    "mobile_invalid": "手机号“{mobile}”不正确：应为 1 开头的 11 位中国大陆手机号；请修改。",
    "mobile_taken": "手机号 {mobile} 已登记为经办人；请直接添加该经办人，无需重新登记。",
    "not_a_member": "经办人 {agent} 不在 {unit} 的经办人名单中，不能授权；请先添加经办人。",
    "paper_cut_off": (
        "文件“{name}”不完整，末尾缺失，可能没有传完；请在电脑上打开确认能正常显示，再重新上传。"
    ),
    "paper_decided": "该资质已是“{state}”，无需重复处理；请刷新页面查看。",
    "paper_empty": "文件“{name}”是空的（0 字节）；请选择资质的扫描件或照片。",
    "paper_form_wrong": (
        "文件“{name}”的内容不是 {expected}（按内容判断，与文件名无关）；"
        "请把资质扫描或拍照，保存为这三种格式之一后再上传。"
    ),
    "paper_replaced": "单位已重新上传“{paper}”，此份不再有效；请刷新页面，审核最新的一份。",
    "paper_too_large": "文件“{name}”超过 {limit}；请降低扫描分辨率或压缩后再上传。",
    "one_time_code_too_often": (
        "一次性验证码连续输入错误，已暂停验证；请在 {minutes} 分钟后重试，手机遗失请联系管理人员重置。"
    ),
    "one_time_code_wrong": (
        "一次性验证码不正确、已过期或已使用过；请核对手机时间，等待应用显示下一个 6 位数字后重新输入。"
    ),
    "password_weak": "密码不符合要求：{why}",
    "reason_missing": "没有填写退回原因；请写明要改什么，单位会看到这句话。",
    "reason_too_long": "退回原因有 {found} 个字，最多 {limit} 个；请写短一些。",
    "request_open": "您已申请过“{business}”，正在等待单位账号处理，无需重复申请。",
    "request_over": "该权限申请已处理或已撤回，不能再操作；请刷新页面查看最新情况。",
    "requests_too_many": "权限申请过于频繁，每小时最多 {times} 次；请稍后再试，或直接联系本单位。",
    "sms_budget_spent": (
        "今日短信发送量已达平台上限，暂时无法发送验证码；请明天再试，或联系平台工作人员。"
    ),
    "sms_code_wrong": (
        "短信验证码不正确、已过期或已使用；请核对最新一条短信中的 6 位数字，或重新发送验证码。"
    ),
    "sms_too_soon": (
        "验证码发送过于频繁，每个手机号每分钟 1 次、每小时 5 次、每天 10 次；请在 {wait}后重试。"
    ),
    "sms_tries_spent": "短信验证码输错次数过多，已暂停验证；请在 {wait}后重新发送验证码再试。",
    "stand_in_ends_early": (
        "临时代办的结束时间 {ends} 应晚于开始时间 {starts} 和现在；请改选更晚的结束时间。"
    ),
    "stand_in_is_holder": (
        "{business}：经办人 {agent} 本来就拥有该业务的权限，不能代办自己的业务；请选择其他经办人。"
    ),
    "stand_in_over": "该临时代办已经结束，无需再次结束；请刷新页面查看最新情况。",
    "stand_in_overlaps": (
        "{business}：{starts} 至 {ends} 已由经办人 {agent} 临时代办，时间重叠；"
        "请改选其他时间，或先结束该代办。"
    ),
    "stand_in_too_late": "开始时间 {starts} 太晚，应在今后 {days} 天以内；请改选更早的开始时间。",
    "stand_in_too_long": (
        "临时代办一次最多 {days} 天；请改选更早的结束时间，需要更久请使用【转授权】。"
    ),
    "text_too_long": "填写的说明有 {length} 个字，最多 {most} 个字；请删减。",
    "unit_kind_missing": "{unit} 没有单位类别：生产企业、流通企业至少选择一项。",
    "unit_name_missing": "单位名称为空；请填写营业执照上的单位全称。",
    "uploads_too_many": "本单位一小时内已上传 {times} 次，达到上限；请在 {minutes} 分钟后再上传。",
    "uscc_invalid": "统一社会信用代码“{uscc}”不正确：{why}",
    "uscc_taken": "统一社会信用代码 {uscc} 已开通单位账号；请使用该账号登录，不要重复开通。",
}

USCC_FLAWS: dict[UsccFlaw, str] = {
    UsccFlaw.LENGTH: "应为 18 位；请对照营业执照补全。",
    UsccFlaw.CHARACTERS: "只能含数字和除 I、O、S、V、Z 外的大写字母；请对照营业执照修改。",
    UsccFlaw.CHECK_DIGIT: "末位校验码与前 17 位不符；请对照营业执照逐位核对。",
    UsccFlaw.ORGANISATION_DIGIT: "第 17 位与第 9 至 16 位主体标识码不符；请对照营业执照逐位核对。",
}


class Refusal(NamedTuple):
    """One rule that said no. `code` is stable; `message` is the Chinese sentence."""

    code: str
    message: str


class Refused(Exception):
    """An action was refused, for one or more reasons said all at once. Nothing was stored."""

    def __init__(self, *refusals: Refusal) -> None:
        self.refusals = refusals
        super().__init__("\n".join(r.message for r in refusals))


def refusal(code: str, **detail: str) -> Refusal:
    """Word one refusal."""
    return Refusal(code, WORDS[code].format(**detail))
