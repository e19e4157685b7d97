"""Findings across the columns of a row, across the rows of a file, and against the database."""

from __future__ import annotations

from tracing.records.fault_kind import error, fixed, warning

FAULTS_ACROSS = (
    error(
        "required_when",
        "{label}为空。{0}为“{1}”时该列必填，请补上内容后重新上传。",
        "决定必填的列",
        "该列的内容",
    ),
    # Whose row it is decides who may see a trace, so no setting may let a stranger's row in.
    fixed(
        "not_own_unit",
        "{label}“{0}”不是本单位的代码。{1}的这一项应为本单位的“{2}”，"
        "请核对单位和出入库方向后改正；其他单位的记录请由该单位的经办人上传。",
        "读到的代码",
        "哪类记录",
        "本单位的代码",
    ),
    warning(
        "received_before_shipping",
        "{label}“{0}”早于发货时间“{1}”，已按原样收下。收货应在发货之后，请核对这两个时间。",
        "收货时间",
        "发货时间",
    ),
    fixed(
        "expiry_not_after_production",
        "{label}“{0}”不晚于生产日期“{1}”。应晚于生产日期，请核对这两个日期。",
        "有效截止日期",
        "生产日期",
    ),
    fixed(
        "trace_codes_equal",
        "{label}“{0}”与同一行的{1}相同。小、中、大包装的追溯码应各不相同，请重新扫描。",
        "读到的编码",
        "相同的列",
    ),
    fixed(
        "trace_code_equals_prod_code",
        "{label}“{0}”就是同一行的商品码。应为药盒上的追溯码，请重新扫描追溯码。",
        "读到的编码",
    ),
    fixed(
        "box_in_two_boxes",
        "{label}“{0}”与第 {3} 行不同：中包装“{1}”在第 {3} 行属于大包装“{2}”。"
        "一个中包装只能在一个大包装里，请核对包装级联关系。",
        "大包装码",
        "中包装码",
        "另一个大包装码",
        "首次出现的行号",
    ),
    fixed(
        "code_at_two_levels",
        "{label}“{0}”在第 {2} 行是{1}。同一个编码只能用于一个包装级别，请核对包装级联关系。",
        "读到的编码",
        "首次出现的列",
        "首次出现的行号",
    ),
    fixed(
        "duplicate_in_file",
        "{label}“{0}”与第 {1} 行重复。同一文件中应只出现一次，请删除多余的行。",
        "重复的值",
        "首次出现的行号",
    ),
)

FAULTS_AGAINST_DATABASE = (
    fixed(
        "owned_by_other",
        "{label}“{0}”已由其他单位上传。一个编码只能属于一个单位，请核对是否录错；"
        "确属本单位的，请联系平台申诉，由工作人员核实后变更归属。",
        "编码",
    ),
    fixed(
        "box_level_differs",
        "{label}“{0}”已登记为{1}，这里用作{2}。"
        "同一个编码只能用于一个包装级别，请核对包装级联关系。",
        "编码",
        "已登记的级别",
        "本行的级别",
    ),
    fixed(
        "box_in_other_box",
        "{label}“{0}”与已登记的不同：中包装“{1}”已登记在大包装“{2}”里。"
        "一个中包装只能在一个大包装里，请核对包装级联关系。",
        "本行的大包装码",
        "中包装码",
        "已登记的大包装码",
    ),
    warning(
        "batch_unknown",
        "{label}“{0}”还没有对应的药品基础信息（待匹配），已收下。"
        "请上传该流水号的药品信息，上传后自动关联。",
        "流水号",
    ),
    # Of codes that strangers hold and of codes that nobody has these are the same words.
    warning(
        "code_unknown",
        "{label}“{0}”尚未查到与本单位有关的追溯码信息（待匹配），已收下。"
        "应为本单位上传的、或其他单位的发货记录里发给本单位的追溯码，"
        "请核对是否录错；有关信息上传后自动关联。",
        "追溯码",
    ),
    warning(
        "receiver_unknown",
        "{label}“{0}”还没有对应的单位（待匹配），已收下。应为在本平台注册的收货机构的代码，"
        "请核对是否录错；该单位注册后自动关联，未注册的可不改。",
        "收货机构的代码",
    ),
    error(
        "med_list_differs",
        "{label}“{0}”与药品基础信息中的“{1}”不一致。同一流水号应填同一编码，请核对后改正。",
        "本行的编码",
        "已登记的编码",
    ),
    error(
        "prod_code_differs",
        "{label}“{0}”与药品基础信息中的“{1}”不一致。同一流水号应填同一商品码，请核对后改正。",
        "本行的商品码",
        "已登记的商品码",
    ),
    warning(
        "batch_differs_from_codes",
        "本行的医疗目录编码和商品码“{0}”与该流水号下已上传追溯码的“{1}”不一致，已收下。"
        "同一流水号应一致，请核对药品信息和追溯码信息。",
        "本行的编码和商品码",
        "追溯码信息中的编码和商品码",
    ),
    fixed(
        "duplicate_in_submission",
        "{label}“{0}”在本次提交的原第 {1} 行已有。同一次提交中应只出现一次，请删除多余的行。",
        "重复的值",
        "原行号",
    ),
    fixed(
        "duplicate_stored",
        "{label}“{0}”已随本次提交的其他行入库。同一次提交中应只出现一次，请删除多余的行。",
        "重复的值",
    ),
    fixed(
        "original_row_unknown",
        "{label}“{0}”不在这次上传的错误报告中，本行没有采用。应为错误报告中原有的行号，"
        "请核对本行的内容和原行号后重新上传；新增的行请删除，另外用导入模板上传。",
        "读到的原行号",
    ),
    fixed(
        "original_row_repeated",
        "{label}“{0}”与文件第 {1} 行的相同，本行没有采用。每个原行号应只出现一次，"
        "请核对本行的内容和原行号后重新上传；多余的行请删除。",
        "读到的原行号",
        "首次出现的行号",
    ),
    warning(
        "correction_not_applied",
        "该行已经入库，这次改正的内容没有通过校验，未采用，库中保留原来的内容。"
        "内容应通过全部校验，需要修改的请改正后重新上传。",
    ),
    warning(
        "mended_row_fails_again",
        "该行此前已改好并通过校验，最近一次上传的文件里又有未通过的内容，以最近一次的为准，"
        "成功由 {0} 条变为 {1} 条。应在最新的错误报告中修改，请改正该行后重新上传，"
        "或重新上传此前改好的文件。",
        "此前成功的条数",
        "现在成功的条数",
    ),
    fixed(
        "lost_race",
        "{label}“{0}”在确认入库时已被其他上传抢先入库。"
        "一个编码只能属于一个单位，请核对是否录错，确需上传的请重新上传该行。",
        "编码",
    ),
)
