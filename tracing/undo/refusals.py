"""Refusals of 撤销."""

from portal.lib.refused import Ground, declare

declare(
    Ground.CONFLICT,
    {
        "undo_not_stored": (
            "这次上传现在是“{state}”，不能撤销。应为导入完成的上传，请刷新页面查看。"
        ),
        "undo_too_late": (
            "这次上传不能撤销：入库后 {hours} 小时内才能撤销，现已超过。"
            "需要去掉的数据，请在列表中勾选后点击【删除】。"
        ),
    },
)

declare(
    Ground.BUSY,
    {
        "undo_gave_up": (
            "撤销多次中断（{attempts} 次），已停止。数据没有变化，请再次点击【撤销】；"
            "如仍出现，请联系管理员。"
        ),
        "undo_too_slow": (
            "撤销时有一步超过了 {seconds} 秒，重新统计后再试仍然如此，已停止。数据没有变化，"
            "请稍后再次点击【撤销】；如仍出现，请联系管理员。"
        ),
    },
    place="submission",
)
