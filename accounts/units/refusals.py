"""Refusals of a unit: its name, papers, certificates, opening and closing."""

from portal.lib.identifiers import CREDIT_CODE
from portal.lib.refused import Ground, declare

declare(
    Ground.INVALID,
    {
        "account_name_invalid": (
            "单位账号“{name}”不可用：应为小写字母开头、由小写字母和数字组成的 4 至 16 位；请修改。"
        ),
    },
    place="account_name",
)

declare(
    Ground.INVALID,
    {
        "certificate_empty": "文件“{name}”是空的；请选择证书文件（.cer、.crt 或 .pem）。",
        "certificate_expired": (
            "证书已于 {at} 到期，不能使用；请向颁发机构申请新证书，再上传新证书。"
        ),
        "certificate_foreign": (
            f"证书的使用者“{{subject}}”不是本单位：应含{CREDIT_CODE} {{uscc}}，"
            "或单位名称与“{unit}”完全一致；请上传颁发给本单位的证书。"
        ),
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
        "certificate_unreadable": (
            "文件“{name}”不是可读取的 X.509 证书（PEM 或 DER 编码）；"
            "请从证书工具中重新导出为 .cer、.crt 或 .pem 后再上传。"
        ),
        "paper_cut_off": (
            "文件“{name}”不完整，末尾缺失，可能没有传完；请在电脑上打开确认能正常显示，再重新上传。"
        ),
        "paper_empty": "文件“{name}”是空的（0 字节）；请选择资质的扫描件或照片。",
        "paper_form_wrong": (
            "文件“{name}”的内容不是 {expected}（按内容判断，与文件名无关）；"
            "请把资质扫描或拍照，保存为这三种格式之一后再上传。"
        ),
        "paper_too_large": "文件“{name}”超过 {limit}；请降低扫描分辨率或压缩后再上传。",
        "reason_too_long": "原因有 {found} 个字，最多 {limit} 个；请缩短。",
        "return_reason_missing": "没有填写原因；请写明为什么这样处理，单位会看到这句话。",
        "unit_kind_missing": "{unit} 没有单位类别：{kinds}至少选择一项。",
        "unit_name_missing": "单位名称为空；请填写营业执照上的单位全称。",
    },
)

declare(
    Ground.INVALID,
    {
        "contact_same": "新联系手机号与现在的相同，无需变更；请核对后重新输入。",
    },
    place="mobile",
)

declare(
    Ground.INVALID,
    {
        "uscc_invalid": f"{CREDIT_CODE}“{{uscc}}”不正确：{{why}}",
    },
    place="uscc",
)

declare(
    Ground.FORBIDDEN,
    {
        "uscc_closed": (
            f"{CREDIT_CODE} {{uscc}} 的单位账号已停用或注销，不能自行重新注册；请联系平台工作人员。"
        ),
    },
)

declare(
    Ground.CONFLICT,
    {
        "account_closed": "此账号已注销或已停用，不能继续操作；如有疑问请联系平台工作人员。",
        "certificate_known": "序列号为 {serial} 的这张证书已在列表中，无需重复上传。",
        "certificate_too_many": "本单位已有 {most} 张证书，达到上限；请先移除不再使用的证书。",
        "close_unfinished": (
            "还有未完成的工作（{found}），现在不能注销；请等待完成，"
            "或在上传页面确认入库或取消后再注销。"
        ),
        "first_agent_gone": (
            "手机号刚刚验证时已登记为经办人，现在已不是；请填写经办人的姓名、证件和登录密码。"
        ),
        "paper_decided": "该资质已是“{state}”，无需重复处理；请刷新页面查看。",
        "paper_replaced": "单位已重新上传“{paper}”，此份不再有效；请刷新页面，审核最新的一份。",
        "unit_closed": "{unit} 已经停用或注销；请刷新页面查看最新状态。",
        "unit_ended": (
            "{unit} 已自行注销账号，不能恢复；请改用【重新开通】，为其设置新的账号和密码。"
        ),
        "unit_kinds_same": "{unit} 的单位类别没有变化；请勾选新的类别，或取消。",
        "unit_not_closed": "{unit} 没有停用，无需恢复；请刷新页面查看最新状态。",
        "unit_not_ended": "{unit} 没有注销账号，不能重新开通；停用的单位请用【恢复】。",
    },
)

declare(
    Ground.CONFLICT,
    {
        "account_name_taken": "账号“{name}”已被使用；请换一个单位账号。",
    },
    place="account_name",
)

declare(
    Ground.CONFLICT,
    {
        "uscc_taken": f"{CREDIT_CODE} {{uscc}} 已开通单位账号；请使用该账号登录，不要重复开通。",
    },
    place="uscc",
)

declare(
    Ground.TOO_OFTEN,
    {
        "unit_uploads_too_many": "本单位一小时内已上传 {times} 次，达到上限；请在 {wait}后再上传。",
        "registration_too_often": "本网络地址注册单位的操作过于频繁；请在 {wait}后重试。",
    },
)

declare(
    Ground.NOT_FOUND,
    {
        "unit_not_found": f"没有单位 {{unit}}，请给出单位账号或{CREDIT_CODE}。",
    },
)
