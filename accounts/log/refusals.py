"""Refusals of exports of the operation log."""

from portal.lib.refused import Ground, declare

declare(
    Ground.INVALID,
    {
        "log_export_empty": "没有符合条件的操作记录可导出；请修改筛选条件后再导出。",
        "log_export_too_many": (
            "符合条件的操作记录有 {found} 条，一次最多导出 {limit} 条；请缩小日期范围后分次导出。"
        ),
    },
)

declare(
    Ground.TOO_OFTEN,
    {
        "log_exports_too_often": (
            "本单位一小时内已导出操作记录 {times} 次，达到上限；请在 {wait}后再导出。"
        ),
    },
)
