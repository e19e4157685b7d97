"""Refusals of keeping the 识别规则库."""

from portal.lib.refused import Ground, declare

declare(
    Ground.INVALID,
    {
        "rule_pattern_unusable": "正则表达式{reason}；请修改后重新保存。",
        "rule_place_wrong": "次序应为 1 至 {count}，现在是 {found}；请修改。",
        "rule_system_alike": (
            "“{system}”与已有的编码体系“{known}”看起来相同；请从已有的体系中选择，或填写别的名称。"
        ),
        "rule_system_signs": (
            "编码体系“{system}”只能用文字、字母和数字，其间可有空格和 {signs}；请删除别的符号。"
        ),
        "rule_system_taken": "“{system}”是保留的名称；请填写别的编码体系，或从已有的体系中选择。",
    },
)

declare(
    Ground.BUSY,
    {
        "rules_trial_too_slow": (
            "取出已上传的追溯码超过 {seconds} 秒，没有试用完；数据库正忙，请稍后再试。"
        ),
    },
)

declare(
    Ground.CONFLICT,
    {
        "rule_is_built_in": (
            "“{title}”是内置规则，正则表达式和校验随程序固定；请复制后修改副本，再停用它。"
        ),
        "rule_is_fixed": "“{title}”始终有效，不能停用；如需调整，请联系程序维护人员。",
        "rules_draft_exists": "{version}还是草稿；请先启用或作废，再新建草稿。",
        "rules_not_draft": "{version}已不是草稿，不能修改；请新建草稿后再修改。",
        "rules_not_in_force": "{version}没有在生效；请刷新页面查看现在生效的版本。",
        "rules_not_tried": "{version}修改后还没有在已上传的追溯码上试用；请先试用，再启用。",
        "rules_too_many": "每一版最多 {limit} 条规则；请先删除不用的规则。",
    },
)
