"""The columns of the records of consumables, each declared once for all records that have it."""

from __future__ import annotations

from dataclasses import replace

from portal.lib.identifiers import CREDIT_CODE
from tracing.records.base import Column
from tracing.records.certificates import certificate_doubts
from tracing.records.code_kinds import Gtin, Uscc, consumable_code_doubts
from tracing.records.column_checks import above_zero, not_in_future, not_long_ago
from tracing.records.column_kinds import Code, Date, Number, Text
from tracing.records.columns import USCC_LETTERS, USCC_NOTE, flag, limited
from tracing.records.event_columns import CNT as SENT
from tracing.records.event_columns import TRAC_CODE
from tracing.records.examples import DEVICE_MAKER
from tracing.records.shapes import LEVEL_COLUMNS
from tracing.records.udi_kinds import (
    DeviceIdentifier,
    Udi,
    without_production,
)
from tracing.records.values import YES_NO

UDI_FORMS = (
    "GS1 码写成带括号的形式或扫码得到的原样，MA 码如 MA.156.M0.…，其他编码（如 AHM）照包装填写。"
)
AS_TEXT = "本列须为文本格式。"

MCS_CODE = Column(
    "mcs_code",
    "医保耗材代码",
    Code(27),
    required=True,
    aliases=("医保耗材编码",),
    note="国家医保医用耗材代码：C 开头 20 位，或细到单件规格的 27 位。",
    example="C0101010010100199001",
    checks=(consumable_code_doubts,),
)
UDI = Column(
    "udi",
    "医疗器械唯一标识(UDI)",
    Udi(),
    required=True,
    aliases=("UDI", "医疗器械唯一标识"),
    note=f"产品标识 DI（14 位数字，13 位时自动在前面补 0）或完整的 UDI。{UDI_FORMS}{AS_TEXT}",
    example="06999000000018",
)
REG_FIL_NO = Column(
    "reg_fil_no",
    "注册备案凭证ID",
    Code(100, chinese=True),
    required=True,
    note="医疗器械注册证编号或备案凭证编号，如 国械注准20193990001、粤潮械备20200001，"
    "有几个时用逗号隔开，不超过 100 个字符。",
    example="国械注准20193990001",
    checks=(certificate_doubts,),
)
SPEC = limited("spec", "规格", Text(200), "注册证上的规格", "1210", required=True)
MOL = limited("mol", "型号", Text(200), "注册证上的型号，没有可不填", "CBC")
ITEM = (
    REG_FIL_NO,
    limited(
        "mcs_name",
        "单件产品名称",
        Text(200),
        "注册证上的产品名称",
        "一次性使用某某导管",
        required=True,
    ),
    SPEC,
    MOL,
    limited(
        "min_unt",
        "最小计量单位",
        Text(32),
        "最小使用单元的单位，如 支、个、套",
        "支",
        required=True,
    ),
    flag("dspo_used_flag", "是否为一次性耗材", "是否只能使用一次", YES_NO, "是"),
    limited(
        "prodentp_name",
        "生产企业名称",
        Text(200),
        "营业执照上的企业名称",
        DEVICE_MAKER[0],
        required=True,
    ),
    Column(
        "prodentp_uscc",
        f"生产企业{CREDIT_CODE}",
        Uscc(),
        aliases=(CREDIT_CODE,),
        note=f"{USCC_NOTE}，{USCC_LETTERS}，境外企业可不填。",
        example=DEVICE_MAKER[1],
    ),
)

PACKING = (
    Column(
        "udi_di",
        "产品标识(UDI-DI)",
        DeviceIdentifier(),
        required=True,
        aliases=("UDI-DI", "产品标识"),
        note="该规格的包装上的 DI，如 14 位的 GTIN，13 位时自动在前面补 0；填完整的 UDI 时只取 DI。"
        f"{AS_TEXT}",
        example="06999000000018",
    ),
    replace(SPEC, note=f"同一医保耗材代码、同一规格型号重复上传时替换原有信息。{SPEC.note}"),
    MOL,
    limited("pacspec", "包装规格", Text(200), "如 10支/盒", "10支/盒", required=True),
    Column(
        "convrat",
        "包装转换比",
        Number(10, 0),
        required=True,
        note="一个包装内含多少个最小计量单位，大于 0 的整数。",
        example="10",
        checks=(above_zero,),
    ),
    limited("pacunt", "包装单位", Text(64), "如 盒、箱", "盒", required=True),
    Column(
        "prod_code",
        "商品码",
        Gtin(),
        note="包装上的商品条码，一般为 69 开头的 13 位数字，没有可不填。",
        example="6999000000018",
    ),
)


def _box(name: str, size: str, holds: str, example: str) -> Column:
    note = f"装有{holds}的{size}包装的 UDI 或追溯码，没有{size}包装可不填。{AS_TEXT}"
    return Column(name, f"{size}包装追溯码", Udi(), note=note, example=example)


LV1, LV2, LV3 = LEVEL_COLUMNS
LEVELS = (
    Column(
        LV1,
        "医用耗材追溯码",
        Udi(),
        required=True,
        aliases=("追溯码", "一级追溯码", "小包装追溯码"),
        note="包装上的完整 UDI，每行一个，不得重复：带序列号的代表一件；没有序列号的代表一批，"
        f"件数填在数量里。{UDI_FORMS}{AS_TEXT}",
        example="(01)06999000000018(11)241215(17)271214(10)20241201(21)0001",
        checks=(without_production,),
    ),
    _box(LV2, "中", "该件", "(01)16999000000015(10)20241201(21)A001"),
    _box(LV3, "大", "该中包装", "(01)26999000000012(10)20241201(21)B001"),
)
LEVEL_LABELS = {column.name: column.label for column in LEVELS}

MAKING = (
    limited(
        "manu_lotnum",
        "生产批号",
        Text(30),
        "包装上印的生产批号，按原样填写，应与 UDI 中的一致",
        "20241201",
        required=True,
    ),
    Column(
        "manu_date",
        "生产日期",
        Date(),
        required=True,
        note="如 2024-12-15，应与 UDI 中的一致，不能晚于今天。",
        example="2024-12-15",
        checks=(not_in_future, not_long_ago),
    ),
    Column(
        "expy_end",
        "有效截止日期",
        Date(month_means_end=True),
        note="如 2027-12-14，必须晚于生产日期，应与 UDI 中的一致；没有有效期的可不填。"
        "只写到月（2027-11）时按当月最后一天处理。",
        example="2027-12-14",
    ),
)
CNT = replace(
    SENT,
    note="没有序列号的 UDI 代表一批，填写这批的件数，大于 0，最多 4 位小数；"
    "带序列号的为 1 或不填。",
)

# The code that events are told of.
CODE = replace(
    TRAC_CODE,
    kind=Udi(),
    note="医用耗材任一包装级别的 UDI 或追溯码，填外包装的码即代表其中全部单件，每行一个；"
    f"没有序列号的 UDI 可在不同单据中多次填写。{UDI_FORMS}{AS_TEXT}",
    example=LEVELS[0].example,
)
SENT_CNT = replace(
    SENT,
    note="没有序列号的 UDI 填写发出的件数，大于 0，最多 4 位小数；各发货单合计不应多于"
    "追溯码信息中的数量。带序列号的可不填。",
)
