"""Refusals of exports."""

from portal.lib.refused import Ground, declare

declare(
    Ground.INVALID,
    {
        "export_too_many": (
            "选中 {codes} 个追溯码，超过一次导出的上限 {limit} 个。请缩小查询范围，分几次导出。"
        ),
    },
)

declare(
    Ground.NOT_FOUND,
    {
        "export_empty": "没有可以导出的追溯码。应至少有一个，请核对查询条件，查到数据后再导出。",
    },
)

declare(
    Ground.TOO_OFTEN,
    {
        "exports_too_many": (
            "您一小时内已导出 {times} 次，达到上限。请在 {wait}后再导出，"
            "或用批量查询、日期查询一次导出较多的追溯码。"
        ),
    },
)

declare(
    Ground.CONFLICT,
    {
        "export_expired": "文件只保留到 {until}，现在已经删除。请点击【重新导出】生成新的文件。",
        "export_gone": "文件已不在服务器上。应为保留期内的文件，请点击【重新导出】生成新的文件。",
        "export_not_ready": (
            "导出现在是“{state}”，没有可以下载的文件。应为已生成的文件，请等待生成完毕，"
            "或点击【重新导出】。"
        ),
    },
)

declare(
    Ground.NO_ROOM,
    {
        "export_not_kept": (
            "服务器没有空间或无法写入，没有生成文件。应有足够的空间，请稍后点击【重新导出】；"
            "仍不成功时请联系管理员。"
        ),
    },
)

declare(
    Ground.FAILED,
    {
        "export_gave_up": (
            "生成文件多次中断（{attempts} 次），已停止。请点击【重新导出】；如仍出现，"
            "请联系管理员。"
        ),
    },
)

# Of rows as they are stored.
declare(
    Ground.CONFLICT,
    {
        "rows_none": ("没有可以导出的数据。应至少有一条，请核对查询条件，查到数据后再导出。"),
        "rows_too_many_to_export": (
            "选中 {rows} 条数据，超过一次导出的上限 {limit} 条。请缩小查询范围，分几次导出。"
        ),
    },
)
