"""Sentences that more than one document for integrators says, with the numbers that hold."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from portal.lib.identifiers import CREDIT_CODE
from portal.lib.posting import WHOLE_SECONDS
from tracing.api.interfaces import Interface
from tracing.api.rates import ROWS
from tracing.records import RECORDS
from tracing.sandbox.provoking import HEADER, SLOW, SLOW_SECONDS
from tracing.sandbox.schemas import MOST_ROWS

SIGNED_LINES = (
    "以 SKey 为密钥，对五行文字计算 HMAC-SHA256：方法、路径（含查询串）、时间戳、随机串、"
    "正文字节的 SHA-256（小写十六进制）；行间为一个换行符（\\n），末尾没有换行符。"
)
RECORDS_AREA = "upload"
RATE_HEADERS = {
    "RateLimit-Policy": "各项限制：q 为数量，w 为时间窗口的秒数。",
    "RateLimit": "各项限制：r 为这个时间窗口内的剩余，t 为多少秒后重新计数。",
    "RateLimit-Limit": "最接近用完的一项：限制的数量。",
    "RateLimit-Remaining": "最接近用完的一项：剩余的数量。",
    "RateLimit-Reset": "最接近用完的一项：多少秒后重新计数。",
}
RETRY_AFTER = "多少秒后可以再试。"
SANDBOX = (
    (
        "申请密钥时选择“联调（沙箱）密钥”，得到的密钥只读写本单位的联调数据，"
        "地址、报文和签名与正式调用相同，正式数据不受影响；联调密钥不能改为正式密钥。"
    ),
    (
        f"联调环境一次最多处理 {MOST_ROWS:,} 行，在调用中当场办完，不转入后台；"
        "每天凌晨清空，不发送事件通知。"
    ),
    (
        f"带上请求头 {HEADER} 可以得到指定的错误应答：值为“调用未办理的原因”表里的一个代码，"
        f"或 {SLOW}（{SLOW_SECONDS} 秒后才应答，用来核对超时的处理）。"
        "数据行的错误不能这样指定，请发送有这种错误的行。正式密钥带上这个请求头，调用不予办理。"
    ),
)
EVENTS = (
    "上传、导出、撤销和整批删除有结果时，平台把结果以 POST 发到单位在"
    "“接口调用自助服务-事件通知”里添加的地址（Webhook），不必反复查询。"
    "内容只有编号、状态、条数和错误代码。"
)
ANSWERED = f"{WHOLE_SECONDS:.0f} 秒内应答 2xx 即为送达；不跟随跳转。"


def rates() -> list[tuple[str, str, str]]:
    """What a key may do in how much time: the limit in words, its number, the refusal's code."""
    calls = f"一分钟 {settings.PORTAL_API_CALLS_A_MINUTE:,} 次"
    rows = [f"{one.period} {getattr(settings, one.setting):,} 行" for one in ROWS]
    return [
        ("每把密钥的调用", calls, "calls_too_often"),
        *(("每把密钥上传的行", most, "rows_too_many_for_now") for most in rows),
    ]


def two_names(interfaces: Sequence[Interface]) -> str:
    """Which of two interfaces for the same rows to use."""
    areas = dict.fromkeys(one.address.split("/")[0] for one in interfaces if one.row_records)
    named = "、".join(f"{area}/…" for area in areas if area != RECORDS_AREA)
    return (
        "同一类信息可以由两个地址上传，任选其一即可，办理和应答相同："
        f"{named} 按对接规范的接口名称，药品和医用耗材的同类信息共用一个地址，按所属批次归类；"
        f"{RECORDS_AREA}/… 按信息类别，每类信息一个地址。"
        "按规范已开发的程序用前者；新开发的程序建议用后者，每个地址只有一种行。"
    )


def own_unit(interface: Interface) -> str:
    """What must stand instead of the example's own unit; empty where the rows name none."""
    owns = (RECORDS[code] for code in interface.row_records)
    labels = dict.fromkeys(
        f"{name}（{record.column(name).label}）"
        for record in owns
        if record.own_unit
        for _, name in record.own_unit.columns
    )
    if not labels:
        return ""
    either = "或".join(labels)
    several = "（由行的方向决定是哪一个）" if len(labels) > 1 else ""
    return f"示例中的 {either}{several}应换成本单位的{CREDIT_CODE}，否则该行为 not_own_unit。"
