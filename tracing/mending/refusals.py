"""Refusals of what is mended on the pages, and of the terms of an upload."""

from portal.lib.refused import Ground, declare

declare(
    Ground.CONFLICT,
    {
        "rows_still_fail": (
            "这次上传选择了“全部通过才入库”，还有 {rows} 行未通过，没有入库。应先改好全部失败的行，"
            "或改为只入库通过的数据，再点击【确认】。"
        ),
        "only_checked": (
            "这次上传只校验不入库，不能确认。需要入库时请先点击【改为正式导入】，再点击【确认】。"
        ),
        "rows_lost": (
            "确认后有数据没有通过（现有 {rows} 行失败）。这次上传选择了“全部通过才入库”，"
            "没有入库任何数据。应改好失败的行后再次点击【确认】，或改为只入库通过的数据。"
        ),
        "rows_fewer": (
            "确认的是 {confirmed} 行，确认后因服务器中断重新校验，现在只有 {rows} 行通过"
            "（其间规则或已有数据有变化），没有入库。应与确认时的行数一致，请核对失败的原因，"
            "改好后或按现在的结果再次点击【确认】。"
        ),
        "terms_settled": (
            "这次上传现在是“{state}”，不能再更改入库方式。应为校验完成、尚未入库的上传，"
            "请刷新页面查看。"
        ),
        "mending_closed": (
            "这次上传现在是“{state}”，不能在网页上修改。应为校验完成或已入库的上传，"
            "请刷新页面查看；需要时请重新上传文件。"
        ),
        "mended_meanwhile": (
            "列出之后，这次上传的失败数据又有改动，没有应用。应按最新的内容修改，"
            "下面已重新列出，请核对后再应用。"
        ),
        "rows_mended_meanwhile": (
            "第 {rows} 行在您打开页面之后已有其他改动，没有采用您的内容。应按最新的内容修改，"
            "请核对后再保存。"
        ),
        "rows_passed_meanwhile": (
            "第 {rows} 行在您打开页面之后已经改好并通过校验，不再是失败数据，没有采用您的内容。"
            "要用您的内容时，应在确认入库后重新上传该行；否则不必再改。"
        ),
    },
)

declare(
    Ground.INVALID,
    {
        "nothing_mended": (
            "没有修改任何单元格，没有保存。请至少修改一个标记的单元格，再点击【保存】。"
        ),
        "row_emptied": (
            "第 {row} 行的内容全部被清空，没有保存。应保留该行的内容，请填写后再保存；"
            "不需要的行可以不改，它不会入库。"
        ),
        "fill_not_offered": (
            "“{label}”不能为多行填写同一个值，没有填写。该列的内容应按每行的实际填写，请逐行修改。"
        ),
        "nothing_to_repair": (
            "没有可自动改正的单元格，没有修改。请勾选列出的改正方式，或逐行修改。"
        ),
    },
)

declare(
    Ground.NOT_FOUND,
    {
        "submission_unknown": (
            "这是错误报告，但没有找到它所属的上传记录。应为本单位同一类信息的错误报告，"
            "请核对单位和页面，或用导入模板作为新文件上传。"
        ),
    },
    place="submission",
)

declare(
    Ground.INVALID,
    {
        "not_error_workbook": (
            "文件不是这次上传的错误报告。应为下载的错误报告（含“原行号”列），"
            "请改正错误报告后直接上传，不要复制到其他文件。"
        ),
    },
    place="submission",
)

declare(
    Ground.CONFLICT,
    {
        "submission_busy": "错误报告所属的上传正在校验或入库。请等它完成后再上传错误报告。",
        "submission_closed": (
            "错误报告所属的上传已被退回、取消或过期，不能再补充。请把数据填入导入模板，"
            "作为新文件上传。"
        ),
    },
    place="submission",
)

declare(
    Ground.NO_ROOM,
    {
        "report_not_kept": (
            "服务器没有空间或无法写入，错误报告没有保存；校验和入库的结果不受影响。"
            "应有足够的空间，请稍后在这次上传的结果中点击【生成错误报告】；"
            "仍不成功时请联系管理员。"
        ),
    },
)
