"""Refusals of the people of a unit and their documents."""

from portal.lib.refused import Ground, declare

declare(
    Ground.INVALID,
    {
        "agent_name_missing": "经办人姓名为空；请填写姓名。",
        "id_card_birthday": "居民身份证号码第 7 至 14 位不是真实的出生日期；请对照证件逐位核对。",
        "id_card_check_digit": (
            "居民身份证号码末位与前 17 位不符，可能有数字输错；请对照证件逐位核对。"
        ),
        "id_card_form": (
            "居民身份证号码应为 18 位，前 17 位是数字，末位是数字或 X；请对照证件修改。"
        ),
        "id_end_missing": "没有填写证件有效期；请填写日期或选择“长期有效”。",
        "id_ended": "证件已于 {until} 到期；请使用有效的证件，或核对日期。",
        "id_number_invalid": (
            "{document}的号码应为 4 至 {most} 位字母、数字或汉字；请对照证件修改。"
        ),
        "id_number_missing": "没有填写{document}的号码；请对照证件填写。",
        "id_type_unknown": "没有这种证件类型；请从列表中选择。",
        "show_reason_missing": (
            "没有填写查看原因；请写明为什么需要完整的证件号码，经办人会看到这句话。"
        ),
        "show_reason_tells": (
            "查看原因中含有该经办人的证件号码或手机号；原因会记入操作记录，请删去号码。"
        ),
    },
)

declare(
    Ground.NOT_FOUND,
    {
        "id_number_unknown": "经办人 {agent} 没有登记证件号码，无可查看；请联系经办人本人补充。",
        "agent_not_found": "没有手机号为 {mobile} 的经办人，请核对号码。",
    },
)

declare(
    Ground.CONFLICT,
    {
        "agent_closed": (
            "经办人 {agent} 刚刚注销了账号，不能绑定；请与经办人核对手机号后重新添加。"
        ),
        "already_member": "经办人 {agent} 已在 {unit} 的经办人名单中，无需重复添加。",
        "mobile_taken": "手机号 {mobile} 已登记为经办人；请直接添加该经办人，无需重新登记。",
    },
)

declare(
    Ground.TOO_OFTEN,
    {
        "prompts_too_many": (
            "24 小时内已提醒该经办人 {times} 次，达到上限；请在 {wait}后再提醒，或直接联系经办人。"
        ),
        "shows_too_many": "一小时内查看证件号码已达 {times} 次，达到上限；请在 {wait}后再查看。",
    },
)
