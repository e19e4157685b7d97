"""The columns of the records of events, each declared once for all records that have it."""

from __future__ import annotations

from tracing.records.base import Column
from tracing.records.code_kinds import Trace, Uscc
from tracing.records.column_checks import MOMENT_CHECKS, above_zero
from tracing.records.examples import CARRIER, DISTRIBUTOR, MAKER, PHARMACY
from tracing.records.kinds import Choice, Code, Moment, Number, Text
from tracing.records.values import INV_TYPE, SHP_STAS, SHPP_ORG_TYPE, SHPP_STAS, YES_NO

USCC_NOTE = "营业执照上的 18 位代码"
NUMBER_NOTE = "只用半角字母、数字和符号，不超过 50 个字符。"

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
INV_TYPE_COLUMN = Column(
    "inv_type",
    "操作类型",
    Choice(INV_TYPE),
    required=True,
    note="101 入库，201 出库，填代码或文字都可以。入库时收货机构是本单位，出库时发货机构是本单位。",
    example="入库",
)

SHP_SIN_NO = Column(
    "shp_sin_no",
    "发货单编号",
    Code(50),
    required=True,
    note=f"发货单的编号，{NUMBER_NOTE}同一追溯码、同一发货单重复上传时替换原有信息。",
    example="FH20241217001",
)
SHP_ORG_NAME = Column(
    "shp_org_name",
    "发货机构名称",
    Text(200),
    required=True,
    note="发货机构营业执照上的名称，不超过 200 个字符。",
    example=MAKER[0],
)
SHP_ORG_USCC = Column(
    "shp_org_uscc",
    "发货机构统一社会信用代码",
    Uscc(),
    required=True,
    note=f"{USCC_NOTE}，应为本单位的代码。",
    example=MAKER[1],
)
SHP_TIME = Column(
    "shp_time",
    "发货时间",
    Moment(),
    required=True,
    note="实际发货的时间，如 2024-12-17 10:00:00；只填日期时按当天零点处理。",
    example="2024-12-17 10:00:00",
    checks=MOMENT_CHECKS,
)
SHP_STAS_COLUMN = Column(
    "shp_stas",
    "发货状态",
    Choice(SHP_STAS),
    required=True,
    note="1 已发货，0 待发货，2 已取消，填代码或文字都可以。只有已发货的计入追溯环节。",
    example="已发货",
)

SHPP_SIN_NO = Column(
    "shpp_sin_no",
    "收货单编号",
    Code(50),
    required=True,
    note=f"收货单的编号，{NUMBER_NOTE}同一追溯码、同一收货单重复上传时替换原有信息。",
    example="SH20241220001",
)
SHPP_ORG_NAME = Column(
    "shpp_org_name",
    "收货机构名称",
    Text(200),
    required=True,
    note="收货机构营业执照上的名称，不超过 200 个字符。",
    example=DISTRIBUTOR[0],
)
SHPP_ORG_USCC = Column(
    "shpp_org_uscc",
    "收货机构统一社会信用代码",
    Uscc(),
    required=True,
    note=f"{USCC_NOTE}，不含字母 I、O、S、V、Z。",
    example=DISTRIBUTOR[1],
)
SHPP_ORG_TYPE_COLUMN = Column(
    "shpp_org_type",
    "收货机构类型",
    Choice(SHPP_ORG_TYPE),
    required=True,
    note="1 流通企业，2 医疗机构，3 零售药店，填代码或文字都可以。"
    "医疗机构和零售药店的收货计入追溯环节。",
    example="零售药店",
)
SHPP_TIME = Column(
    "shpp_time",
    "收货时间",
    Moment(),
    required=True,
    note="实际收货的时间，如 2024-12-20 09:30:00；只填日期时按当天零点处理。",
    example="2024-12-20 09:30:00",
    checks=MOMENT_CHECKS,
)
SHPP_STAS_COLUMN = Column(
    "shpp_stas",
    "收货状态",
    Choice(SHPP_STAS),
    required=True,
    note="1 已收货，0 待收货，2 已拒收，填代码或文字都可以。只有已收货的计入追溯环节。",
    example="已收货",
)

DELV_EMP = Column(
    "delv_emp",
    "配送单位名称",
    Text(200),
    required=True,
    note="承担配送的单位营业执照上的名称，不超过 200 个字符。",
    example=CARRIER[0],
)
DELV_EMP_USCC = Column(
    "delv_emp_uscc",
    "配送单位统一社会信用代码",
    Uscc(),
    required=True,
    note=f"{USCC_NOTE}，不含字母 I、O、S、V、Z。",
    example=CARRIER[1],
)
DELV_EMP_NO = Column(
    "delv_emp_no",
    "流通单位编号",
    Code(50),
    note="流通单位的内部编号，没有可不填，不超过 50 个字符。",
    example="LT0001",
)
DELV_TIME = Column(
    "delv_time",
    "配送时间",
    Moment(),
    required=True,
    note="实际配送的时间，如 2024-12-17 14:00:00；只填日期时按当天零点处理。",
    example="2024-12-17 14:00:00",
    checks=MOMENT_CHECKS,
)
DELV_ADDR = Column(
    "delv_addr",
    "配送地址",
    Text(500),
    note="送达的地址，可不填，不超过 500 个字符。",
    example="某某市某某路2号",
)

RTAL_DOCNO = Column(
    "rtal_docno",
    "零售单据号",
    Code(50),
    required=True,
    note=f"零售小票或处方的单据号，{NUMBER_NOTE}同一追溯码、同一单据重复上传时替换原有信息。",
    example="LS20241221001",
)
RTAL_ORG_NAME = Column(
    "rtal_org_name",
    "零售机构名称",
    Text(200),
    required=True,
    note="零售机构营业执照上的名称，不超过 200 个字符。",
    example=PHARMACY[0],
)
RTAL_ORG_USCC = Column(
    "rtal_org_uscc",
    "零售机构统一社会信用代码",
    Uscc(),
    required=True,
    note=f"{USCC_NOTE}，不含字母 I、O、S、V、Z。",
    example=PHARMACY[1],
)
RTAL_TIME = Column(
    "rtal_time",
    "零售时间",
    Moment(),
    required=True,
    note="实际售出的时间，如 2024-12-21 15:20:00；只填日期时按当天零点处理。",
    example="2024-12-21 15:20:00",
    checks=MOMENT_CHECKS,
)
RTAL_CNT = Column(
    "rtal_cnt",
    "零售数量",
    Number(16, 4),
    required=True,
    note="售出的数量，大于 0，最多 4 位小数。",
    example="1",
    checks=(above_zero,),
)
TRDN_FLAG = Column(
    "trdn_flag",
    "拆零标志",
    Choice(YES_NO),
    required=True,
    note="是否拆零销售：1 是，0 否。填代码或文字都可以。",
    example="否",
)

CNT = Column(
    "cnt",
    "数量",
    Number(16, 4),
    note="没有序列号的 UDI 填写数量，大于 0，最多 4 位小数；其他追溯码可不填。",
    example="1",
    checks=(above_zero,),
)
