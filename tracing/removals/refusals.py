"""Refusals of 删除整批."""

from portal.lib.refused import Ground, declare

declare(
    Ground.NOT_FOUND,
    {
        "batch_gone": "没有找到{goods}，可能已被删除；请返回列表查看。",
    },
)

declare(
    Ground.BUSY,
    {
        "removal_gave_up": (
            "删除整批多次中断（{attempts} 次），已停止。数据没有变化，请再次操作；"
            "如仍出现，请联系管理员。"
        ),
        "removal_too_slow": (
            "删除整批时有一步超过了 {seconds} 秒，重新统计后再试仍然如此，已停止。数据没有变化，"
            "请稍后再次操作；如仍出现，请联系管理员。"
        ),
    },
)

declare(
    Ground.INVALID,
    {
        "reason_missing": "没有填写删除原因，或超过 {limit} 个字符。请填写简短的原因。",
    },
)
