"""Findings between records: what one says against what others of the same unit said before.

They are remarks. Times are mistyped, batches renamed and boxes packed anew in good faith, and the
record that is wrong may be the earlier one.
"""

from __future__ import annotations

from tracing.records.fault_kind import warning

FAULTS_BETWEEN_RECORDS = (
    warning(
        "batch_of_other_family",
        "{label}“{0}”在本单位的药品基础信息中是{1}，这里按{2}上传，已收下。"
        "同一流水号应属于同一类药品，请核对流水号和所选的导入模板。",
        "流水号",
        "已登记的类别",
        "本行的类别",
    ),
    warning(
        "batch_changes_family",
        "{label}“{0}”已作为{1}上传，这里按{2}上传，替换后改为{2}，{3}，已收下。"
        "同一流水号应属于同一类药品，请核对流水号和所选的导入模板。",
        "流水号",
        "原来的类别",
        "本行的类别",
        "原有的各列怎样",
    ),
    warning(
        "replaces_other_goods",
        "{label}“{0}”已按{1}上传过同一张单据，这里按{2}上传，将替换原有的一行，"
        "只有{1}才填的内容不再保留，已收下。同一追溯码应只属于药品或医用耗材，请核对所选的导入模板。",
        "追溯码",
        "原来的种类",
        "本行的种类",
    ),
    warning(
        "told_as_other_goods",
        "{label}“{0}”的{1}信息先前是按{2}上传的，这里按{3}上传，已收下。应使用{3}的导入模板，"
        "请核对该编码；是{3}的，请用{3}的模板重新上传这条{1}信息。",
        "编码",
        "已上传的环节",
        "先前的种类",
        "本行的种类",
    ),
    warning(
        "stored_before_production",
        "{label}“{0}”早于该流水号的生产日期“{1}”，已收下。入库应在生产之后，请核对这两个时间。",
        "入库时间",
        "生产日期",
    ),
    warning(
        "box_count_differs",
        "{label}“{0}”里有 {1} 个{2}，该批次其他{3}里多为 {4} 个，已收下。"
        "装箱数量应一致，请核对是否漏扫或混扫；零头箱，或其余的在另外的文件里的，可不改。",
        "箱码",
        "箱内个数",
        "箱内的级别",
        "箱的级别",
        "其他箱的个数",
    ),
    warning(
        "prefix_of_other_level",
        "{label}“{0}”的前 7 位“{1}”在本单位已上传的追溯码中用于{2}，这里用于{3}，已收下。"
        "同一药品标识码应只用于一个包装级别，请核对是否填错了列。",
        "编码",
        "药品标识码",
        "已登记的级别",
        "本行的级别",
    ),
    warning(
        "prefix_of_other_product",
        "{label}“{0}”的前 7 位“{1}”在本单位已上传的追溯码中用于商品码“{2}”，"
        "这里用于商品码“{3}”，已收下。同一药品标识码应只用于一种药品，请核对是否扫错了药品。",
        "编码",
        "药品标识码",
        "已登记的商品码",
        "本行的商品码",
    ),
    warning(
        "batch_not_of_code",
        "{label}“{0}”不是追溯码“{1}”所属的批次，追溯码信息中是“{2}”，已收下。"
        "应与追溯码信息中的一致，请核对流水号和追溯码。",
        "流水号",
        "追溯码",
        "追溯码信息中的流水号",
    ),
    warning(
        "event_before_production",
        "{label}“{0}”早于该追溯码生产或入库的时间“{1}”，已收下。应在生产入库之后，请核对这两个时间。",
        "本行的时间",
        "生产入库的时间",
    ),
    warning(
        "event_before_earlier_step",
        "{label}“{0}”早于该追溯码或其外包装的{1}时间“{2}”，已收下。应在{1}之后，请核对这两个时间。",
        "本行的时间",
        "之前的环节",
        "之前环节的时间",
    ),
    warning(
        "sold_after_expiry",
        "{label}“{0}”晚于该批次的有效截止日期“{1}”，已收下。过期药品不得销售，"
        "应在有效期内售出，请核对零售时间和批次。",
        "零售时间",
        "有效截止日期",
    ),
)
