"""Refusals of everyone's data, texts and files."""

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
    Ground.NOT_FOUND,
    {
        "account_not_found": "没有账号“{name}”；请核对账号名。",
    },
)
