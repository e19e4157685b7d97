"""What is remarked on a file as a whole: how it was read, and what of it was not."""

from __future__ import annotations

from tracing.records.fault_kind import remark

REMARKS_ON_FILES = (
    remark(
        "file_is_text",
        "文件是文本，已按 {0} 编码、以{1}分列读取。应与文件实际的编码和分隔符相同，"
        "请核对结果中的汉字和列；无误可不改。",
        "编码",
        "分隔符",
    ),
    remark(
        "rows_hidden",
        "工作表中有 {0} 行被隐藏或筛选掉，已和其他行一样读取。应只留需要导入的行，"
        "请取消隐藏后核对；无误可不改。",
        "隐藏的行数",
    ),
    remark(
        "rows_blank",
        "数据之间或之下有 {0} 个空行，已忽略。每条数据应占一行，请核对有无漏填；无误可不改。",
        "空行数",
    ),
    remark(
        "columns_ignored",
        "没有读取这些列：{0}。应为导入模板里的列标题，请核对有无写错；自己添加的列可不改。",
        "列标题",
    ),
    remark(
        "sheets_ignored",
        "没有读取这些工作表：{0}。一个文件应只有一张要导入的工作表，其余的数据请另外上传；"
        "不需要导入的可不改。",
        "工作表",
    ),
)
