"""The columns of the records of events, each declared once for all records that have it."""

from __future__ import annotations

from tracing.records.base import Column
from tracing.records.code_kinds import Trace
from tracing.records.column_checks import above_zero
from tracing.records.column_kinds import Code, Text
from tracing.records.columns import choice, firm, flag, limited, moment, number, quantity
from tracing.records.examples import CARRIER, DISTRIBUTOR, MAKER, PHARMACY
from tracing.records.shapes import Is
from tracing.records.values import (
    INV_TYPE,
    RECEIVED,
    SENT,
    SHP_STAS,
    SHPP_ORG_TYPE,
    SHPP_STAS,
    YES_NO,
)

TRAC_CODE = Column(
    "trac_code",
    "追溯码",
    Trace(),
    required=True,
    aliases=("药品追溯码", "医用耗材追溯码"),
    note="小、中、大任一包装级别的追溯码，填外包装的码即代表其中全部小包装，每行一个。"
    "本列须为文本格式，一般为 20 位数字，不要填 69 开头的商品码。",
    example="80000000000000000001",
)
INV_TYPE_COLUMN = choice(
    "inv_type", "操作类型", INV_TYPE, "入库时收货机构是本单位，出库时发货机构是本单位。", "入库"
)

SHP_SIN_NO = number("shp_sin_no", "发货单编号", "发货单的编号", "发货单", "FH20241217001")
SHP_ORG = firm("shp_org_name", "shp_org_uscc", "发货机构", MAKER, rule="应为本单位的代码")
SHP_TIME = moment("shp_time", "发货时间", "实际发货的时间", "2024-12-17 10:00:00")
SHP_STAS_COLUMN = choice("shp_stas", "发货状态", SHP_STAS, "只有已发货的计入追溯环节。", "已发货")

SHPP_SIN_NO = number("shpp_sin_no", "收货单编号", "收货单的编号", "收货单", "SH20241220001")
SHPP_ORG = firm("shpp_org_name", "shpp_org_uscc", "收货机构", DISTRIBUTOR)
SHPP_ORG_TYPE_COLUMN = choice(
    "shpp_org_type",
    "收货机构类型",
    SHPP_ORG_TYPE,
    "医疗机构和零售药店的收货计入追溯环节。",
    "零售药店",
)
SHPP_TIME = moment("shpp_time", "收货时间", "实际收货的时间", "2024-12-20 09:30:00")
SHPP_STAS_COLUMN = choice(
    "shpp_stas", "收货状态", SHPP_STAS, "只有已收货的计入追溯环节。", "已收货"
)

# Whether goods really left or came; the event keeps the same column as its status.
IS_SENT = Is(SHP_STAS_COLUMN.name, (SENT,))
IS_RECEIVED = Is(SHPP_STAS_COLUMN.name, (RECEIVED,))

DELV_EMP = firm("delv_emp", "delv_emp_uscc", "配送单位", CARRIER, whose="承担配送的单位")
DELV_EMP_NO = limited(
    "delv_emp_no", "流通单位编号", Code(50), "流通单位的内部编号，没有可不填", "LT0001"
)
DELV_TIME = moment("delv_time", "配送时间", "实际配送的时间", "2024-12-17 14:00:00")
DELV_ADDR = limited("delv_addr", "配送地址", Text(500), "送达的地址，可不填", "某某市某某路2号")

RTAL_DOCNO = number("rtal_docno", "零售单据号", "零售小票或处方的单据号", "单据", "LS20241221001")
RTAL_ORG = firm("rtal_org_name", "rtal_org_uscc", "零售机构", PHARMACY)
RTAL_TIME = moment("rtal_time", "零售时间", "实际售出的时间", "2024-12-21 15:20:00")
RTAL_CNT = quantity("rtal_cnt", "零售数量", "售出的数量，大于 0，最多 4 位小数。", "1", above_zero)
TRDN_FLAG = flag("trdn_flag", "拆零标志", "是否拆零销售", YES_NO, "否")

CNT = quantity(
    "cnt",
    "数量",
    "没有序列号的 UDI 填写数量，大于 0，最多 4 位小数；其他追溯码可不填。",
    "1",
    above_zero,
    required=False,
)
