"""Findings about the form of one cell, whatever it is about: empty, wrong type, too long."""

from __future__ import annotations

from portal.lib.folding import MOST_MARKS
from tracing.records.fault_kind import error, fixed, warning

FAULTS_OF_CELLS = (
    fixed("required", "{label}为空。该列必填，请补上内容后重新上传。"),
    fixed(
        "error_cell",
        "{label}是 Excel 错误值“{0}”。应为实际内容，请改正公式或直接填入正确的值。",
        "错误值",
        asked="{label}“{0}”是 Excel 的错误值。应为完整的编码，请重新输入或扫描。",
    ),
    fixed(
        "formula_without_value",
        "{label}是公式，但文件里没有它的计算结果。应为实际内容，"
        "请用 Excel 或 WPS 打开后重新保存，或把公式复制并选择性粘贴为值。",
    ),
    fixed(
        "merged_cell",
        "{label}在合并单元格里，内容只在合并区域的第一格，这一格是空的。应每行都填写，"
        "请取消合并单元格，把内容填入每一行后重新上传。",
    ),
    fixed(
        "number_lost_digits",
        "{label}被 Excel 存成了数字（读到 {0}），第16位起已丢失，无法还原。"
        "应为文本格式的完整编码，请先把列设为“文本”，再从赋码系统重新复制。",
        "读到的数字",
    ),
    fixed(
        "number_with_fraction",
        "{label}是带小数的数字“{0}”。应为文本格式的编码，请把列设为“文本”后重新填写。",
        "读到的数字",
    ),
    fixed(
        "code_exponent",
        "{label}“{0}”是科学计数法，第16位起已丢失，无法还原。"
        "应为文本格式的完整编码，请先把列设为“文本”，再从赋码系统重新复制。",
        "读到的内容",
        asked="{label}“{0}”是科学计数法，第16位起已丢失，无法还原。应为完整的编码，"
        "请重新扫描，或从赋码系统重新复制。",
    ),
    fixed(
        "code_decimal",
        "{label}“{0}”带有小数点和小数。应为完整的编码，可能是“{1}”，但第16位起可能已丢失，"
        "请先把列设为“文本”，再从赋码系统重新复制。",
        "读到的内容",
        "可能的编码",
        asked="{label}“{0}”带有小数点和小数。应为完整的编码，可能是“{1}”，但第16位起可能已丢失，"
        "请重新扫描，或从赋码系统重新复制。",
    ),
    fixed(
        "cell_is_date",
        "{label}被 Excel 存成了日期或时间（读到 {0}）。应为文本，"
        "请先把列设为“文本”，再重新填写原来的内容。",
        "读到的日期",
    ),
    fixed(
        "cell_is_boolean",
        "{label}被 Excel 存成了逻辑值 {0}。应为文本，请先把列设为“文本”，再重新填写原来的内容。",
        "读到的逻辑值",
    ),
    fixed(
        "too_long",
        "{label}有 {0} 个字符。最多 {1} 个字符，请删减，或核对是否多粘贴了内容。",
        "字符数",
        "上限",
    ),
    fixed(
        "cell_too_long",
        "{label}有 {0} 个字符，没有读取。该列的一个单元格最多 {1} 个字符，"
        "请核对是否多粘贴了内容，删减后重新填写。",
        "字符数",
        "上限",
        asked="{label}有 {0} 个字符，没有读取。最多 {1} 个字符，请核对是否多粘贴了内容。",
    ),
    fixed(
        "too_many_marks",
        "{label}第 {0} 个字符“{1}”上叠加了太多组合符号。"
        f"一个字符最多 {MOST_MARKS} 个，请删除这些符号后重新填写。",
        "字符位置",
        "字符",
    ),
    fixed(
        "grows_too_long",
        "{label}含有“{0}”等一个代表许多字符的符号，展开后太长。展开后最多 {1} 个字符，"
        "请改用普通的字母、数字和汉字重新填写。",
        "符号",
        "上限",
    ),
    fixed(
        "code_characters",
        "{label}含有不允许的字符：{0}。应只含半角数字、字母和符号，请删除这些字符后重新填写。",
        "不允许的字符及位置",
    ),
    fixed(
        "choice_unknown",
        "{label}“{0}”不在可选值内。应为：{1}。请从下拉框中选择，或填写对应的代码。",
        "读到的内容",
        "可选值",
    ),
    fixed(
        "number_form",
        "{label}“{0}”不是数字。应为数字，如 60 或 33000.5，请去掉单位和文字。",
        "读到的内容",
    ),
    fixed(
        "number_too_large",
        "{label}“{0}”过大。整数部分最多 {1} 位，请核对数量和单位。",
        "读到的数字",
        "整数位数",
    ),
    fixed(
        "number_too_fine",
        "{label}“{0}”的小数位过多。最多 {1} 位小数，请四舍五入或改用更小的单位。",
        "读到的数字",
        "小数位数",
    ),
    fixed(
        "number_not_above_zero",
        "{label}为“{0}”。应大于 0，请核对后改正。",
        "读到的数字",
    ),
    fixed(
        "number_negative",
        "{label}为“{0}”。应为 0 或正数，请核对后改正。",
        "读到的数字",
    ),
    fixed(
        "date_form",
        "{label}“{0}”不是可识别的日期。应写成 2024-12-15、2024/12/15、2024.12.15、"
        "2024年12月15日 或 20241215，可在后面加时间 16:15 或 16:15:30，请改写。",
        "读到的内容",
    ),
    fixed(
        "date_year_last",
        "{label}“{0}”没有把年写在最前，日和月无法分辨。应写成 2024-12-15（年-月-日），请改写。",
        "读到的内容",
    ),
    fixed(
        "date_impossible",
        "{label}“{0}”不是存在的日期或时间。应为日历上有的日期，请核对年、月、日和时间。",
        "读到的内容",
    ),
    fixed(
        "date_before_1990",
        "{label}“{0}”早于 1990 年。应为 1990 年及以后的日期，请核对年份。",
        "读到的日期",
    ),
    fixed(
        "date_without_day",
        "{label}“{0}”只写到月。应写明到日，如 2024-12-15，请补上日。",
        "读到的内容",
    ),
    warning(
        "date_month_only",
        "{label}“{0}”只写到月，已按该月最后一天 {1} 处理。应写明到日，如不是这一天请改写后重传。",
        "读到的内容",
        "采用的日期",
    ),
    error(
        "date_in_future",
        "{label}“{0}”晚于今天（{1}）。应为今天或以前的日期，请核对年份和月份。",
        "读到的日期",
        "今天",
    ),
    warning(
        "time_in_future",
        "{label}“{0}”晚于今天（{1}），已按原样收下。应为实际发生的时间，"
        "请核对年份和月份；计划中的时间可不改。",
        "读到的时间",
        "今天",
    ),
    warning(
        "date_long_ago",
        "{label}“{0}”距今超过 20 年。应为近年的日期，请核对年份是否录错。",
        "读到的日期",
    ),
)
