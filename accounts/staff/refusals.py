"""Refusals of the acts of staff."""

from portal.lib.refused import Ground, declare

declare(
    Ground.INVALID,
    {
        "role_unknown": "没有角色“{role}”；请从页面列出的角色中选择。",
        "staff_name_invalid": (
            "工作人员账号“{name}”不可用：应为小写字母开头、"
            "由小写字母、数字和 . _ - 组成的 3 至 30 位；请修改。"
        ),
        "staff_reason_missing": "没有填写原因；请写明原因，写入操作记录后不能修改。",
    },
)

declare(
    Ground.FORBIDDEN,
    {
        "staff_self": "不能修改自己的角色和状态；请由其他管理人员操作。",
    },
)

declare(
    Ground.NOT_FOUND,
    {
        "staff_not_found": "没有工作人员账号“{name}”；请核对账号名。",
    },
)
