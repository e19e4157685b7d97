"""Findings about consumables alone: their codes and certificates, pieces and lots."""

from __future__ import annotations

from tracing.records.fault_kind import error, fixed, warning

FAULTS_OF_CONSUMABLE_CELLS = (
    error(
        "udi_form",
        "{label}“{0}”是 {1} 位数字，读不出是哪一种 UDI。"
        "DI 应为 14 位数字（13 位时自动在前面补 0），其他 UDI 应为 GS1 或 MA 码，"
        "请对照包装重新扫描。",
        "读到的编码",
        "位数",
    ),
    warning(
        "udi_opaque",
        "{label}“{0}”共 {1} 位，不是 GS1 或 MA 的 UDI，已按原样收下（如阿里健康 AHM 的 UDI）。"
        "应与包装上的 UDI 一致，请核对；确为这种编码的可不改。",
        "读到的编码",
        "位数",
    ),
    warning(
        "udi_without_pi",
        "{label}“{0}”只有产品标识（DI），已收下。应填包装上的完整 UDI，包括批号、序列号等，"
        "请重新扫描；同一产品各批次的 DI 相同，再次上传时替换原有信息，"
        "包装上没有其他内容的可不改。",
        "读到的编码",
    ),
    error(
        "consumable_code_form",
        "{label}“{0}”不符合医保耗材代码的结构。应为 C 开头 20 位，或加 7 位流水共 27 位，"
        "请到国家医保局的编码数据库核对。",
        "读到的编码",
    ),
    warning(
        "consumable_code_class",
        "{label}“{0}”的大类为“{1}”，已按原样收下。第 2、3 位应为 01 至 18，请核对是否录错。",
        "读到的编码",
        "大类",
    ),
    error(
        "certificate_form",
        "{label}“{0}”不是医疗器械注册证或备案凭证的编号。应如 国械注准20193030166（数字共 11 位）"
        "或 粤潮械备20140023，请对照注册证或备案凭证改正；有几个编号时用逗号隔开。",
        "读到的编号",
    ),
    warning(
        "certificate_old_form",
        "{label}“{0}”是 2014 年以前的编号，已按原样收下。现行编号应如 国械注准20193030166，"
        "请核对是否仍在有效期内。",
        "读到的编号",
    ),
    warning(
        "certificate_year",
        "{label}“{0}”中的年份“{1}”不对，已按原样收下。应为 2014 年至今年，请对照注册证核对。",
        "读到的编号",
        "年份",
    ),
    warning(
        "certificate_authority",
        "{label}“{0}”的开头与类别不符，已按原样收下。应以“{1}”开头：第三类和进口的由国家注册，"
        "国产第二类的由省级注册，请对照注册证核对。",
        "读到的编号",
        "应有的开头",
    ),
)

FAULTS_OF_CONSUMABLE_ROWS = (
    warning(
        "udi_says_otherwise",
        "{label}为“{0}”，而 UDI 中的为“{1}”，已按原样收下。应与 UDI 一致，请对照包装核对。",
        "本列的内容",
        "UDI 中的内容",
    ),
    warning(
        "udi_dates",
        "{label}中的有效截止日期“{0}”不晚于生产日期“{1}”，已按原样收下。应晚于生产日期，"
        "请对照包装核对，录错时改正后重新上传。",
        "UDI 中的有效截止日期",
        "UDI 中的生产日期",
    ),
    error(
        "piece_quantity",
        "{label}为“{0}”，而 UDI 带有序列号“{1}”，只代表一件。应为 1 或不填；"
        "同一批次有多件的，请每件一行。",
        "读到的数量",
        "序列号",
    ),
    warning(
        "lot_without_quantity",
        "{label}为空，而 UDI“{0}”没有序列号，代表一批，已按 1 件处理。"
        "应填写数量，请补上后重新上传。",
        "UDI",
    ),
)

FAULTS_OF_CONSUMABLES_STORED = (
    warning(
        "item_unknown",
        "{label}“{0}”还没有对应的医用耗材单件信息（待匹配），已收下。"
        "请上传该代码的单件信息，上传后自动关联。",
        "医保耗材代码",
    ),
    warning(
        "udi_differs",
        "{label}的 DI“{0}”不是已上传的“{1}”的单件或规格的 DI（待匹配），已收下。"
        "应与单件信息或规格信息一致，请核对；新的规格请上传规格信息，上传后自动关联。",
        "DI",
        "医保耗材代码",
    ),
    fixed(
        "code_of_other_goods",
        "{label}“{0}”已作为{1}的追溯码上传。同一个编码只能是药品的或医用耗材的，请核对；"
        "以前传错的，请先删除原来的一行。",
        "编码",
        "已上传的种类",
    ),
    fixed(
        "event_of_other_goods",
        "{label}“{0}”是{1}的追溯码，不能按{2}上传。应使用{1}的导入模板，请换用{1}的模板上传；"
        "追溯码信息本身传错的，请先删除或更正追溯码信息。",
        "追溯码",
        "追溯码的种类",
        "本行的种类",
    ),
    error(
        "quantity_exceeded",
        "{label}不够：“{0}”共 {2} 件，连同其他发货单已发 {1} 件。发出的不应多于追溯码信息中的数量，"
        "请核对本次和其他发货单的数量；生产数量有误的，请先更正追溯码信息。",
        "追溯码",
        "发出的总数",
        "追溯码信息中的数量",
    ),
    warning(
        "sent_of_all_batches",
        "{label}不够：“{0}”只有产品标识（DI），各批次共用，共 {2} 件，各批次已发 {1} 件，已收下。"
        "发出的不应多于各批次的数量之和，请核对；包装上有批号的，请填写完整的 UDI。",
        "追溯码",
        "发出的总数",
        "追溯码信息中的数量",
    ),
    error(
        "quantity_below_taken",
        "{label}为“{0}”，而发货信息中已发出 {1} 件。应不少于已发出的数量，"
        "请核对；发货信息有误的，请先更正发货信息。",
        "读到的数量",
        "已发出的数量",
    ),
)
