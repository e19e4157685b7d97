"""Refusals of everyone's data, texts and files, and of the operation log."""

from portal.lib.refused import Ground, declare

declare(
    Ground.INVALID,
    {
        "mobile_invalid": "手机号“{mobile}”不正确：应为 1 开头的 11 位中国大陆手机号；请修改。",
    },
    place="mobile",
)

declare(
    Ground.INVALID,
    {
        "answer_missing": "答复为空；请填写答复内容。",
        "answer_too_long": "答复有 {found} 个字，最多 {limit} 个；请缩短。",
        "log_export_empty": "没有符合条件的操作记录可导出；请修改筛选条件后再导出。",
        "log_export_too_many": (
            "符合条件的操作记录有 {found} 条，一次最多导出 {limit} 条；请缩小日期范围后分次导出。"
        ),
        "text_too_long": "填写的说明有 {length} 个字，最多 {most} 个；请缩短。",
    },
)

declare(
    Ground.NO_ROOM,
    {
        "file_not_kept": (
            "服务器没有空间或无法写入，文件没有保存，其他内容也没有改变；请稍后重新上传，"
            "仍不成功时请联系平台管理人员。"
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

declare(
    Ground.NOT_FOUND,
    {
        "account_not_found": "没有账号“{name}”；请核对账号名。",
    },
)
