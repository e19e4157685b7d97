"""Why an action was refused, worded once: what was found, what was expected, how to mend it."""

from typing import NamedTuple

from portal.lib.identifiers import UsccFlaw

WORDS: dict[str, str] = {
    "account_closed": "此账号已注销或已停用，不能继续操作；如有疑问请联系平台工作人员。",
    "account_name_invalid": (
        "单位账号“{name}”不可用：应为小写字母开头、由小写字母和数字组成的 4 至 16 位；请修改。"
    ),
    "account_name_taken": "账号“{name}”已被使用；请换一个单位账号。",
    "agent_closed": "经办人 {agent} 刚刚注销了账号，不能绑定；请与经办人核对手机号后重新添加。",
    "agent_name_missing": "经办人姓名为空；请填写姓名。",
    "already_member": "经办人 {agent} 已在 {unit} 的经办人名单中，无需重复添加。",
    "answer_missing": "答复为空；请填写答复内容。",
    "answer_too_long": "答复有 {found} 个字，最多 {limit} 个；请缩短。",
    "authorization_ended": (
        "{business}：经办人 {holder} 的授权已经结束，无需再取消；请刷新页面查看最新状态。"
    ),
    "business_free": "{business}：该业务目前没有授权给任何经办人；请在【权限】中直接授权。",
    "business_held": (
        "{business}：该业务已授权给经办人 {holder}，一个业务只能授权给一个经办人；"
        "请先取消该经办人的权限，再重新授权，或使用【转授权】一步完成。"
    ),
    "business_not_of_unit": (
        "{business}：该业务只面向{kinds}，而 {unit} 是{found}，不能授权；请取消勾选后再保存。"
    ),
    "business_unknown": "业务“{business}”不在可授权的业务中；请从页面列出的业务中勾选。",
    "certificate_empty": "文件“{name}”是空的；请选择证书文件（.cer、.crt 或 .pem）。",
    "certificate_expired": ("证书已于 {at} 到期，不能使用；请向颁发机构申请新证书，再上传新证书。"),
    "certificate_foreign": (
        "证书的使用者“{subject}”不是本单位：应含统一社会信用代码 {uscc}，"
        "或单位名称与“{unit}”完全一致；请上传颁发给本单位的证书。"
    ),
    "certificate_known": "序列号为 {serial} 的这张证书已在列表中，无需重复上传。",
    "certificate_not_yet": (
        "证书自 {at} 起才生效，现在不能使用；请到时再上传，或上传已生效的证书。"
    ),
    "certificate_of_authority": (
        "这是颁发机构的证书（使用者“{subject}”，可签发其他证书），不是单位证书；"
        "请上传颁发给本单位的证书。"
    ),
    "certificate_private_key": (
        "文件“{name}”含有私钥，没有接收，也没有保存。私钥绝不能上传或发给他人；"
        "请只导出证书（不含私钥，.cer、.crt 或 .pem）后再上传。"
    ),
    "certificate_several": (
        "文件“{name}”含有 {found} 段内容，应只有本单位的 1 张证书；"
        "请去掉颁发机构的证书等其他内容后再上传。"
    ),
    "certificate_too_large": (
        "文件“{name}”超过 {limit}，不像是一张证书；请选择本单位的 .cer、.crt 或 .pem 文件。"
    ),
    "certificate_too_many": "本单位已有 {most} 张证书，达到上限；请先移除不再使用的证书。",
    "certificate_unreadable": (
        "文件“{name}”不是可读取的 X.509 证书（PEM 或 DER 编码）；"
        "请从证书工具中重新导出为 .cer、.crt 或 .pem 后再上传。"
    ),
    "close_unfinished": (
        "还有未完成的工作（{found}），现在不能注销；请等待完成，或在上传页面确认入库或取消后再注销。"
    ),
    "contact_same": "新联系手机号与现在的相同，无需变更；请核对后重新输入。",
    "document_empty": "文件“{name}”是空的；请重新选择文件。",
    "document_file_missing": "没有选择文件；请选择要提供下载的文件。",
    "document_form_wrong": (
        "文件“{name}”的扩展名或内容不符：应为 {expected}，且内容与扩展名一致；请另存后重新上传。"
    ),
    "document_too_large": "文件“{name}”超过 {limit}；请压缩或拆分后重新上传。",
    "factor_exists": (
        "此账号刚刚在另一处启用了一次性验证码；请重新登录，并输入那台手机上显示的验证码。"
    ),
    "factor_missing": "工作人员账号 {name} 尚未启用一次性验证码；请先登录并按提示启用。",
    "feedback_empty": "没有填写内容；请描述遇到的问题或建议。",
    "feedback_too_long": "内容有 {found} 个字，最多 {limit} 个；请缩短，或分几次提交。",
    "feedback_too_often": "您一天内已提交 {times} 次，达到上限；请在 {wait}后再提交。",
    "file_not_kept": (
        "服务器没有空间或无法写入，文件没有保存，其他内容也没有改变；"
        "请稍后重新上传，仍不成功时请联系平台管理人员。"
    ),
    "first_agent_gone": (
        "手机号刚刚验证时已登记为经办人，现在已不是；请填写经办人的姓名、证件和登录密码。"
    ),
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
    "id_number_unknown": "经办人 {agent} 没有登记证件号码，无可查看；请联系经办人本人补充。",
    "id_type_unknown": "没有这种证件类型；请从列表中选择。",
    "log_export_empty": "没有符合条件的操作记录可导出；请修改筛选条件后再导出。",
    "log_export_too_many": (
        "符合条件的操作记录有 {found} 条，一次最多导出 {limit} 条；请缩小日期范围后分次导出。"
    ),
    "log_exports_too_often": (
        "本单位一小时内已导出操作记录 {times} 次，达到上限；请在 {wait}后再导出。"
    ),
    "mobile_invalid": "手机号“{mobile}”不正确：应为 1 开头的 11 位中国大陆手机号；请修改。",
    "mobile_taken": "手机号 {mobile} 已登记为经办人；请直接添加该经办人，无需重新登记。",
    "not_a_member": "经办人 {agent} 不在 {unit} 的经办人名单中，不能授权；请先添加经办人。",
    "one_time_code_too_often": (
        "一次性验证码连续输入错误，已暂停验证；请在 {wait}后重试，手机遗失请联系管理人员重置。"
    ),
    "one_time_code_wrong": (
        "一次性验证码不正确、已过期或已使用过；请核对手机时间，"
        "等待应用显示下一个 6 位数字后重新输入。"
    ),
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
    "password_same": "新密码与当前密码相同；请换一个没有用过的密码。",
    "password_tries_spent": "当前密码输错次数过多，已暂停验证；请在 {wait}后重试。",
    "password_weak": "密码不符合要求：{why}",
    "password_wrong": "当前密码不正确；请重新输入，密码区分大小写。",
    "prompts_too_many": (
        "24 小时内已提醒该经办人 {times} 次，达到上限；请在 {wait}后再提醒，或直接联系经办人。"
    ),
    "reason_missing": "没有填写原因；请写明为什么这样处理，单位会看到这句话。",
    "reason_too_long": "原因有 {found} 个字，最多 {limit} 个；请缩短。",
    "recovery_over": "账号或登记的手机号刚刚有变化，验证已失效；请返回上一步重新获取验证码。",
    "recovery_too_soon": ("找回密码的操作过于频繁，每个账号{rates}；请在 {wait}后重试。"),
    "registration_too_often": "本网络地址注册单位的操作过于频繁；请在 {wait}后重试。",
    "request_open": "您已申请过“{business}”，正在等待单位账号处理，无需重复申请。",
    "request_over": "该权限申请已处理或已撤回，不能再操作；请刷新页面查看最新情况。",
    "requests_too_many": (
        "权限申请过于频繁，每小时最多 {times} 次；请在 {wait}后重试，或直接联系本单位。"
    ),
    "role_unknown": "没有角色“{role}”；请从页面列出的角色中选择。",
    "show_reason_missing": "没有填写查看原因；请写明为什么需要完整的证件号码，经办人会看到这句话。",
    "show_reason_tells": (
        "查看原因中含有该经办人的证件号码或手机号；原因会记入操作记录，请删去号码。"
    ),
    "shows_too_many": "一小时内查看证件号码已达 {times} 次，达到上限；请在 {wait}后再查看。",
    "sms_budget_spent": (
        "今日短信发送量已达平台上限，暂时无法发送验证码；请明天再试，或联系平台工作人员。"
    ),
    "sms_code_wrong": (
        "短信验证码不正确、已过期或已使用；请核对最新一条短信中的 6 位数字，或重新发送验证码。"
    ),
    "sms_too_soon": ("验证码发送过于频繁，每个手机号{rates}；请在 {wait}后重试。"),
    "sms_tries_spent": "短信验证码输错次数过多，已暂停验证；请在 {wait}后重新发送验证码再试。",
    "staff_name_invalid": (
        "工作人员账号“{name}”不可用：应为小写字母开头、"
        "由小写字母、数字和 . _ - 组成的 3 至 30 位；请修改。"
    ),
    "staff_reason_missing": "没有填写原因；请写明原因，写入操作记录后不能修改。",
    "staff_reason_too_long": "原因有 {found} 个字，最多 {limit} 个；请缩短。",
    "staff_self": "不能修改自己的角色和状态；请由其他管理人员操作。",
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
    "text_too_long": "填写的说明有 {length} 个字，最多 {most} 个；请缩短。",
    "unit_closed": "{unit} 已经停用或注销；请刷新页面查看最新状态。",
    "unit_ended": "{unit} 已自行注销账号，不能恢复；请改用【重新开通】，为其设置新的账号和密码。",
    "unit_kind_missing": "{unit} 没有单位类别：{kinds}至少选择一项。",
    "unit_kinds_same": "{unit} 的单位类别没有变化；请勾选新的类别，或取消。",
    "unit_name_missing": "单位名称为空；请填写营业执照上的单位全称。",
    "unit_not_closed": "{unit} 没有停用，无需恢复；请刷新页面查看最新状态。",
    "unit_not_ended": "{unit} 没有注销账号，不能重新开通；停用的单位请用【恢复】。",
    "uploads_too_many": "本单位一小时内已上传 {times} 次，达到上限；请在 {wait}后再上传。",
    "uscc_closed": (
        "统一社会信用代码 {uscc} 的单位账号已停用或注销，不能自行重新注册；请联系平台工作人员。"
    ),
    "uscc_invalid": "统一社会信用代码“{uscc}”不正确：{why}",
    "uscc_taken": "统一社会信用代码 {uscc} 已开通单位账号；请使用该账号登录，不要重复开通。",
}

USCC_FLAWS: dict[UsccFlaw, str] = {
    UsccFlaw.LENGTH: "应为 18 位，现有 {found} 位；请对照营业执照修改。",
    UsccFlaw.CHARACTERS: (
        "第 {place} 位“{character}”不可用，只能是数字和除 I、O、S、V、Z 外的大写字母；"
        "请对照营业执照修改。"
    ),
    UsccFlaw.CHECK_DIGIT: "末位校验码（第 18 位）与前 17 位不符；请对照营业执照逐位核对。",
    UsccFlaw.ORGANISATION_DIGIT: (
        "第 17 位与第 9 至 16 位主体标识码不符；请对照营业执照逐位核对。"
    ),
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
