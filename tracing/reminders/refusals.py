"""Refusals of reminders."""

from portal.lib.refused import Ground, declare

declare(
    Ground.INVALID,
    {
        "silence_reason_missing": (
            "没有填写不再提醒的原因，或超过 {limit} 个字。应写明为什么不必再报，便于日后核查。"
        ),
    },
)

declare(
    Ground.NOT_FOUND,
    {
        "reminder_unknown": (
            "没有 {batch} 的这一项提醒。应为列表中的提醒：可能已经上传或不再提醒，请刷新页面。"
        ),
    },
)
