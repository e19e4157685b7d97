"""The columns of the drug records, each declared once for all records that have it."""

from __future__ import annotations

from portal.lib.identifiers import CREDIT_CODE
from tracing.records.base import Column
from tracing.records.code_kinds import (
    Gtin,
    Trace,
    Uscc,
    approval_doubts,
    drug_code_doubts,
    med_list_doubts,
    registration_doubts,
)
from tracing.records.column_checks import above_zero, not_in_future, not_long_ago, not_negative
from tracing.records.column_kinds import Code, Date, Number, Text
from tracing.records.columns import (
    NUMBER_NOTE,
    USCC_LETTERS,
    USCC_NOTE,
    flag,
    limited,
    moment,
    quantity,
)
from tracing.records.examples import IMPORTER, MAKER
from tracing.records.values import RX_FLAG, YES_NO

TRAC_CODG_SN = Column(
    "trac_codg_sn",
    "追溯码唯一流水号",
    Code(50),
    required=True,
    aliases=("产品批号(药品基础信息唯一流水号)", "产品编码"),
    note=f"企业为每一批药品自编的唯一编号，{NUMBER_NOTE}重复上传同一流水号时替换原有信息。",
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
MANU_LOTNUM = limited(
    "manu_lotnum",
    "药品生产批号",
    Text(30),
    "包装上印的生产批号，按原样填写",
    "20241201",
    required=True,
)

PRODUCT = (
    limited(
        "nat_drug_no",
        "国家药品标识码",
        Code(50),
        "国家药品标识码，没有可不填",
        "86999000000014",
        aliases=("国家药品编码",),
        checks=(drug_code_doubts,),
    ),
    limited(
        "drug_genname",
        "药品通用名",
        Text(128),
        "说明书上的通用名称",
        "儿童清肺口服液",
        required=True,
        aliases=("药品通用名称",),
    ),
    limited("dosform", "剂型", Text(128), "如 片剂、胶囊剂、合剂", "合剂", required=True),
    limited(
        "spec",
        "制剂规格",
        Text(256),
        "最小制剂单位的规格，如 每支装10ml",
        "每支装10ml",
        required=True,
    ),
    limited(
        "pacspec", "包装规格", Text(256), "最小销售包装的规格，如 每盒6支", "每盒6支", required=True
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
    limited(
        "convrat_unt",
        "包装转换比单位",
        Text(64),
        "最小制剂单位，如 粒、片、支",
        "支",
        aliases=("药品转换比单位",),
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


def _day(name: str, label: str, what: str, example: str) -> Column:
    return Column(name, label, Date(), note=f"{what}，如 {example}。", example=example)


APRVNO = Column(
    "aprvno",
    "药品批准文号",
    Code(100, chinese=True),
    required=True,
    note="如 国药准字Z20990001：“国药准字”加字母加 8 位数字。",
    example="国药准字Z20990001",
    checks=(approval_doubts,),
)
APPROVAL_DAYS = (
    _day("aprvno_date", "药品批准文号日期", "批准文号的批准日期", "2022-01-11"),
    _day("aprvno_enddate", "药品生产文号有效期", "批准文号的有效期截止日期", "2027-01-10"),
)

# What only a drug made abroad has.
DRUG_REGNO = Column(
    "drug_regno",
    "进口药品注册证号",
    Code(100, chinese=True),
    required=True,
    note="如 国药准字HJ20990001：“国药准字”加字母加 8 位数字；旧证只有字母和数字的，按证上的填写。",
    example="国药准字HJ20990001",
    checks=(registration_doubts,),
)
IMPT_APPV_NO = limited(
    "impt_appv_no",
    "进口药品批件号",
    Code(100),
    "进口药品批件上的编号，没有可不填",
    "JX20990001",
)
IMPT_ENTP_NAME = limited(
    "impt_entp_name",
    "进口企业名称",
    Text(200),
    "进口该药品的境内企业营业执照上的名称",
    IMPORTER,
    required=True,
)

MAKING = (
    flag("rx_flag", "处方药标识", "是否处方药", RX_FLAG, "否"),
    flag("bas_medn_flag", "国家基本药物标识", "是否国家基本药物", YES_NO, "是"),
    quantity(
        "manu_cnt",
        "生产数量",
        "本批生产的最小销售包装数量，0 或正数，最多 4 位小数。",
        "33000",
        not_negative,
    ),
)
PRODENTP_NAME = limited(
    "prodentp_name", "生产企业名称", Text(200), "营业执照上的企业名称", MAKER[0], required=True
)
PRODENTP_USCC = Column(
    "prodentp_uscc",
    f"生产企业{CREDIT_CODE}",
    Uscc(),
    required=True,
    aliases=(CREDIT_CODE,),
    note=f"{USCC_NOTE}，{USCC_LETTERS}。",
    example=MAKER[1],
)
ORIGIN = (
    limited("manu_addr", "生产地址", Text(500), "药品生产许可证上的生产地址", "某某市某某路1号"),
    limited("drug_lv", "药品等级", Text(20), "如 中药、化学药", "中药"),
)

LV1, LV2, LV3 = "lv1_trac_code", "lv2_trac_code", "lv3_trac_code"


def _box(name: str, level: tuple[str, str], note: str, example: str) -> Column:
    """The code of the box that a smallest pack is in, if any; `level` is its size and number."""
    size, ordinal = level
    aliases = (f"药品{size}包装码", f"{ordinal}级追溯码")
    return Column(name, f"{size}包装追溯码", Trace(), aliases=aliases, note=note, example=example)


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
    _box(
        LV2,
        ("中", "二"),
        "装有该小包装的中包装的追溯码，没有中包装可不填。须为文本格式。",
        "80000010000000000001",
    ),
    _box(
        LV3,
        ("大", "三"),
        "最外层大包装的追溯码，没有大包装可不填。一个中包装只能在一个大包装里。须为文本格式。",
        "80000020000000000001",
    ),
)
LEVEL_LABELS = {column.name: column.label for column in LEVELS}

STOIN_TIME = moment(
    "stoin_time",
    "入库时间",
    "生产入库的时间",
    "2024-12-16 09:30:00",
    otherwise="不填时以生产日期为准",
    required=False,
)
