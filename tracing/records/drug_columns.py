"""The columns of the drug records, each declared once for all records that have it."""

from __future__ import annotations

from tracing.records.base import Column
from tracing.records.code_kinds import (
    Gtin,
    Trace,
    Uscc,
    approval_doubts,
    drug_code_doubts,
    med_list_doubts,
)
from tracing.records.column_checks import (
    MOMENT_CHECKS,
    above_zero,
    not_in_future,
    not_long_ago,
    not_negative,
)
from tracing.records.examples import MAKER
from tracing.records.kinds import Choice, Code, Date, Moment, Number, Text
from tracing.records.values import RX_FLAG, YES_NO

TRAC_CODG_SN = Column(
    "trac_codg_sn",
    "追溯码唯一流水号",
    Code(50),
    required=True,
    aliases=("产品批号(药品基础信息唯一流水号)", "产品编码"),
    note="企业为每一批药品自编的唯一编号，只用半角字母、数字和符号，不超过 50 个字符。"
    "重复上传同一流水号时替换原有信息。",
    example="20241201_0001",
)
MED_LIST_CODG = Column(
    "med_list_codg",
    "医疗目录编码",
    Code(50),
    required=True,
    aliases=("医保编码",),
    note="国家医保药品编码：西药 X 开头 23 位，中成药 Z 开头 20 位，饮片 T 开头 10 位，"
    "配方颗粒 T 开头 20 位，制剂 J 开头 16 位。尚未取得编码的填 0。",
    example="ZA04CAE0023010199001",
    checks=(med_list_doubts,),
)
PROD_CODE = Column(
    "prod_code",
    "商品码",
    Gtin(),
    required=True,
    note="包装上的商品条码，一般为 69 开头的 13 位数字，末位是校验位；"
    "14 位且首位为 0 的、8 位 EAN-8 和 12 位 UPC-A 也可以。",
    example="6999000000018",
)
MANU_LOTNUM = Column(
    "manu_lotnum",
    "药品生产批号",
    Text(30),
    required=True,
    note="包装上印的生产批号，按原样填写，不超过 30 个字符。",
    example="20241201",
)

PRODUCT = (
    Column(
        "nat_drug_no",
        "国家药品标识码",
        Code(50),
        aliases=("国家药品编码",),
        note="国家药品标识码，没有可不填，不超过 50 个字符。",
        example="86999000000014",
        checks=(drug_code_doubts,),
    ),
    Column(
        "drug_genname",
        "药品通用名",
        Text(128),
        required=True,
        aliases=("药品通用名称",),
        note="说明书上的通用名称，不超过 128 个字符。",
        example="儿童清肺口服液",
    ),
    Column(
        "dosform",
        "剂型",
        Text(128),
        required=True,
        note="如 片剂、胶囊剂、合剂，不超过 128 个字符。",
        example="合剂",
    ),
    Column(
        "spec",
        "制剂规格",
        Text(256),
        required=True,
        note="最小制剂单位的规格，如 每支装10ml，不超过 256 个字符。",
        example="每支装10ml",
    ),
    Column(
        "pacspec",
        "包装规格",
        Text(256),
        required=True,
        note="最小销售包装的规格，如 每盒6支，不超过 256 个字符。",
        example="每盒6支",
    ),
    Column(
        "convrat",
        "包装转换比",
        Number(10, 0),
        required=True,
        note="一个最小销售包装内含多少个最小制剂单位，大于 0 的整数。",
        example="6",
        checks=(above_zero,),
    ),
    Column(
        "convrat_unt",
        "包装转换比单位",
        Text(64),
        aliases=("药品转换比单位",),
        note="最小制剂单位，如 粒、片、支，不超过 64 个字符。",
        example="支",
    ),
    MANU_LOTNUM,
    Column(
        "manu_date",
        "药品生产日期",
        Date(),
        required=True,
        note="如 2024-12-15，可带时间 2024-12-15 16:15，不能晚于今天。",
        example="2024-12-15",
        checks=(not_in_future, not_long_ago),
    ),
    Column(
        "expy_end",
        "药品有效截止日期",
        Date(month_means_end=True),
        required=True,
        note="如 2027-12-14，必须晚于生产日期。只写到月（2027-11）时按当月最后一天处理。",
        example="2027-12-14",
    ),
)

APPROVAL = (
    Column(
        "aprvno",
        "药品批准文号",
        Code(100, chinese=True),
        required=True,
        note="如 国药准字Z20990001：“国药准字”加字母加 8 位数字。",
        example="国药准字Z20990001",
        checks=(approval_doubts,),
    ),
    Column(
        "aprvno_date",
        "药品批准文号日期",
        Date(),
        note="批准文号的批准日期，如 2022-01-11。",
        example="2022-01-11",
    ),
    Column(
        "aprvno_enddate",
        "药品生产文号有效期",
        Date(),
        note="批准文号的有效期截止日期，如 2027-01-10。",
        example="2027-01-10",
    ),
)

MAKING = (
    Column(
        "rx_flag",
        "处方药标识",
        Choice(RX_FLAG),
        required=True,
        note="是否处方药：1 是，0 否，2 双跨。填代码或文字都可以。",
        example="否",
    ),
    Column(
        "bas_medn_flag",
        "国家基本药物标识",
        Choice(YES_NO),
        required=True,
        note="是否国家基本药物：1 是，0 否。填代码或文字都可以。",
        example="是",
    ),
    Column(
        "manu_cnt",
        "生产数量",
        Number(16, 4),
        required=True,
        note="本批生产的最小销售包装数量，0 或正数，最多 4 位小数。",
        example="33000",
        checks=(not_negative,),
    ),
    Column(
        "prodentp_name",
        "生产企业名称",
        Text(200),
        required=True,
        note="营业执照上的企业名称，不超过 200 个字符。",
        example=MAKER[0],
    ),
    Column(
        "prodentp_uscc",
        "生产企业统一社会信用代码",
        Uscc(),
        required=True,
        aliases=("统一社会信用代码",),
        note="营业执照上的 18 位代码，不含字母 I、O、S、V、Z。",
        example=MAKER[1],
    ),
    Column(
        "manu_addr",
        "生产地址",
        Text(500),
        note="药品生产许可证上的生产地址，不超过 500 个字符。",
        example="某某市某某路1号",
    ),
    Column(
        "drug_lv",
        "药品等级",
        Text(20),
        note="如 中药、化学药，不超过 20 个字符。",
        example="中药",
    ),
)

LV1, LV2, LV3 = "lv1_trac_code", "lv2_trac_code", "lv3_trac_code"

LEVELS = (
    Column(
        LV1,
        "小包装追溯码",
        Trace(),
        required=True,
        aliases=("药品小包装码", "一级追溯码", "药品追溯码"),
        note="最小销售包装上的追溯码，每行一个，不得重复。本列须为文本格式，"
        "一般为 20 位数字，也可为 GS1 码或企业自编码，不要填 69 开头的商品码。",
        example="80000000000000000001",
    ),
    Column(
        LV2,
        "中包装追溯码",
        Trace(),
        aliases=("药品中包装码", "二级追溯码"),
        note="装有该小包装的中包装的追溯码，没有中包装可不填。须为文本格式。",
        example="80000010000000000001",
    ),
    Column(
        LV3,
        "大包装追溯码",
        Trace(),
        aliases=("药品大包装码", "三级追溯码"),
        note="最外层大包装的追溯码，没有大包装可不填。一个中包装只能在一个大包装里。须为文本格式。",
        example="80000020000000000001",
    ),
)
LEVEL_LABELS = {column.name: column.label for column in LEVELS}

STOIN_TIME = Column(
    "stoin_time",
    "入库时间",
    Moment(),
    note="生产入库的时间，如 2024-12-16 09:30:00；不填时以生产日期为准。",
    example="2024-12-16 09:30:00",
    checks=MOMENT_CHECKS,
)
