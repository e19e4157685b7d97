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
        "codes_of_other_family",
        "{label}“{0}”的追溯码是按{1}上传的，这里按{2}上传，已收下。"
        "同一流水号应属于同一类药品，请核对流水号和所选的导入模板。",
        "流水号",
        "追溯码的类别",
        "本行的类别",
    ),
    warning(
        "codes_stored_before_production",
        "{label}“{0}”晚于追溯码“{1}”的入库时间“{2}”，已收下。入库应在生产之后，请核对这两个时间。",
        "生产日期",
        "追溯码",
        "入库时间",
    ),
    warning(
        "lot_differs_from_codes",
        "{label}“{0}”与该流水号下已上传追溯码中的批号“{1}”不一致，已收下。"
        "两者应一致，请核对药品信息和追溯码是否属于同一批次。",
        "本行的批号",
        "追溯码中的批号",
    ),
    warning(
        "expiry_differs_from_codes",
        "{label}“{0}”与该流水号下已上传追溯码中的有效期“{1}”不一致，已收下。"
        "两者应一致，请核对药品信息和追溯码是否属于同一批次。",
        "本行的有效截止日期",
        "追溯码中的有效期",
    ),
    warning(
        "batch_not_of_event",
        "{label}“{0}”与追溯码“{1}”已上传的{2}信息中的“{3}”不一致，已收下。"
        "同一追溯码应属于同一批次，请核对流水号和追溯码。",
        "流水号",
        "追溯码",
        "已上传的环节",
        "该环节的流水号",
    ),
    warning(
        "told_before_production",
        "生产或入库的时间“{0}”晚于已上传的{1}时间“{2}”，已收下。{1}应在生产入库之后，"
        "请核对这两个时间。",
        "生产或入库的时间",
        "已上传的环节",
        "该环节的时间",
    ),
    warning(
        "sold_after_this_day",
        "有效截止日期“{0}”早于已上传的零售时间“{1}”，已收下。过期药品不得销售，"
        "应在有效期内售出，请核对有效截止日期和零售时间。",
        "有效截止日期",
        "已上传的零售时间",
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
