"""Refusals of texts, and of what was refused before texts were taken."""

from portal.lib.refused import Ground, declare

declare(
    Ground.INVALID,
    {
        "text_encoding": (
            "文件是文本，第 {line} 行有不属于 {encoding} 编码的内容，无法读取。"
            "应为 UTF-8 或 GB 18030 编码的完整文本，请从原系统重新导出，"
            "或把数据以文本格式填入导入模板后上传。"
        ),
        "text_quotes": (
            "文件是文本，从第 {line} 行起有一处英文双引号没有配对，无法分列。"
            "引号应成对，内容里的一个引号应写成两个，请改正该行后重新上传，"
            "或把数据以文本格式填入导入模板后上传。"
        ),
    },
    place="file",
)

# What uploads were refused for when neither texts nor OpenDocument spreadsheets were taken: their
# rows keep the code.
declare(
    Ground.INVALID,
    {
        "is_text": (
            "文件实际是纯文本或 CSV，不是 Excel 工作簿。应为 .xlsx 或 .xls 格式。"
            "请勿直接改扩展名，也不要用 Excel 打开 CSV 再转存（长编码会丢失末尾数字）；"
            "请下载导入模板，把数据以文本格式填入后上传。"
        ),
        "is_ods": (
            "文件是 OpenDocument 表格（.ods）。应为 .xlsx 或 .xls 格式，"
            "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后重新上传。"
        ),
    },
    place="file",
)
