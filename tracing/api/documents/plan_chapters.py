"""Chapters of the 对接方案 that are the same for all: signatures, messages, limits."""

from __future__ import annotations

import json
from typing import Any

from reportlab.platypus import Flowable, PageBreak

from accounts.keys import signing as schemes
from accounts.keys.authentication import MILLISECONDS_DIGITS, NONCE, SECONDS_DIGITS, WINDOW
from accounts.keys.models import KEY_LENGTH
from accounts.keys.scopes import SELF_SERVICE
from accounts.keys.signing import LENGTHS
from accounts.rights.businesses import BUSINESSES
from portal.lib.strict_json import MOST_DEPTH
from tracing.api.authentication import LARGEST_BODY
from tracing.api.documents import examples, prose
from tracing.api.documents.plan_layout import code, heading, paragraph, table
from tracing.api.documents.reasons import reasons
from tracing.api.envelope import AK, PARAM, SIGN, TIMESTAMP
from tracing.api.interfaces import OK
from tracing.api.models import LONGEST_IDEMPOTENCY
from tracing.api.once import SHORTEST
from tracing.uploads.workbook.limits import MEBIBYTE

FIELDS = ("序号", "数据元标识", "数据元名称", "类型", "长度", "是否必填", "备注")
FIELD_SHARES = (6, 20, 19, 10, 8, 10, 32)
# The guide's own, with a blank after a colon and without.
GUIDE_AK, GUIDE_SK = "AK", "SK"
GUIDE_PARAMS = (
    '{"investigatedCertType":"01","investigatedCertno": "421083198911111111"}',
    '{"investigatedCertType":"01","investigatedCertno":"421083198911111111"}',
)
JAVA = """\
String ak = "您的ak";
String sk = "您的sk";
String param = "{\\"delFlag\\":false,\\"data\\":[...]}";
String timestamp = String.valueOf(System.currentTimeMillis() / 1000);
String signStr = ak + timestamp + sk + param;
String sign = DigestUtils.sha256Hex(signStr);"""


def pretty(value: Any) -> str:
    """JSON to be read."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def signing() -> list[Flowable]:
    """接口调用签名规则: both schemes, with examples to check a program against."""
    key = (
        f"在“服务目录-单位服务”的“{BUSINESSES[SELF_SERVICE].title}”申请密钥，"
        f"得到 AKey（ak）和 SKey（sk），都是 {KEY_LENGTH} 位。SKey 只显示一次，"
        "请妥善保管，不要写进报文、日志或前端程序。"
    )
    return [
        PageBreak(),
        heading("一、接口调用签名规则"),
        paragraph(key),
        paragraph("签名方式有两种，每次调用任选一种。"),
        *_guide(),
        *_hmac(),
    ]


def _guide() -> list[Flowable]:
    window = (
        f"时间戳为 {SECONDS_DIGITS} 位秒或 {MILLISECONDS_DIGITS} 位毫秒，"
        f"与服务器时间相差不超过 {WINDOW} 秒。"
    )
    rows = [
        (param, schemes.guide_signature(GUIDE_AK, examples.EXAMPLE_TIME, GUIDE_SK, param))
        for param in GUIDE_PARAMS
    ]
    return [
        heading("1. 方式一：SHA-256", 1),
        paragraph("第一步，拼接字符串：ak + timestamp + sk + param。"),
        paragraph(
            "第二步，使用 SHA-256 算法对拼接后的字符串（UTF-8）进行哈希计算，"
            "得到 64 位十六进制签名。"
        ),
        paragraph(
            "param 是实际发送的那个字符串，一个字符都不能变：先生成字符串，对它签名，再原样发送。"
            "重新序列化后多一个或少一个空格，签名就不同。"
        ),
        paragraph(f"{window}同一个签名只能使用一次；同一秒内多次调用请使用毫秒时间戳。"),
        paragraph("示例代码（Java）："),
        code(JAVA),
        paragraph(
            f"核对用例：ak = {GUIDE_AK}，timestamp = {examples.EXAMPLE_TIME}，sk = {GUIDE_SK}。"
            "两个 param 只差一个空格。"
        ),
        table(("param", "sign"), (1, 1), rows),
    ]


def _hmac() -> list[Flowable]:
    path = f"/api/v1/upload/{examples.EXAMPLE_RECORD}"
    body = '{"delFlag":false,"data":[]}'
    text = schemes.hmac_text(
        "POST", path, examples.EXAMPLE_TIME, examples.EXAMPLE_NONCE, body.encode()
    )
    told = (
        "AKey",
        "时间戳，要求同方式一",
        f"随机串，应符合 {NONCE.pattern}，每次不同",
        "签名，64 位十六进制",
    )
    headers = examples.example_headers(path, body)
    rows = [(name, what, headers[name]) for name, what in zip(headers, told, strict=True)]
    return [
        heading("2. 方式二：HMAC-SHA256", 1),
        paragraph(
            "请求正文就是 param 的 JSON 本身，不再套报文；签名和密钥放在请求头里。"
            f"{prose.SIGNED_LINES}"
        ),
        table(("请求头", "说明", "示例"), (2, 4, 5), rows),
        paragraph(f"核对用例：SKey = {examples.EXAMPLE_SK}，正文 = {body}，待签名的五行文字为："),
        code(text),
    ]


def messages() -> list[Flowable]:
    """报文格式: what is sent, what is answered."""
    told = {
        AK: ("用户 ak", "字符型", "唯一用户标识"),
        TIMESTAMP: ("时间戳", "字符型", "请求接口时的时间戳"),
        SIGN: ("加密串", "字符型", "验签签名字符串"),
        PARAM: ("请求参数", "JSON", "调用对应服务接口的请求参数，见各接口的输入参数"),
    }
    rows = [
        (str(place), name, label, kind, str(LENGTHS.get(name, "")), "是", note)
        for place, (name, (label, kind, note)) in enumerate(told.items(), start=1)
    ]
    param = '{"delFlag":false,"data":[]}'
    return [
        PageBreak(),
        heading("二、报文格式"),
        paragraph(
            "接口以 HTTP POST 调用，Content-Type 为 application/json，"
            "正文为 UTF-8 编码的一个 JSON 对象。"
            f"对象里不得有重名的字段，嵌套不超过 {MOST_DEPTH} 层。"
        ),
        heading("1. 输入报文", 1),
        table(FIELDS, FIELD_SHARES, rows),
        paragraph("示例："),
        code(pretty(examples.example_envelope(param))),
        heading("2. 输出报文", 1),
        *_answer(),
    ]


def _answer() -> list[Flowable]:
    told = (
        ("code", "结果代码", "字符型", "是", f"{OK} 表示成功，其余见“错误代码”"),
        ("message", "结果说明", "字符型", "是", "发现了什么、应为什么、怎样改正"),
        ("data", "结果数据", "对象", "是", "见各接口的输出；未办理时为 null"),
        ("request_id", "请求编号", "字符型", "是", "报障时请提供"),
        ("timestamp", "服务器时间", "字符型", "是", "秒"),
        ("errors", "全部原因", "数组", "否", "未办理时有：每个原因的 code、message 和 place"),
    )
    rows = [
        (str(place), name, label, kind, "", must, note)
        for place, (name, label, kind, must, note) in enumerate(told, start=1)
    ]
    wrong = next(one for one in reasons() if one.code == "signature_wrong")
    return [
        table(FIELDS, FIELD_SHARES, rows),
        paragraph("未办理的应答示例（〈〉内为实际内容）："),
        code(pretty(examples.example_refusal(wrong))),
    ]


def limits() -> list[Flowable]:
    """What is taken at most, and how a call is made again."""
    rows = [
        ("报文", f"一次不超过 {LARGEST_BODY // MEBIBYTE} MB", "body_too_large"),
        *(
            (f"报文的 {name}", f"不超过 {length} 个字符", "field_too_long")
            for name, length in LENGTHS.items()
        ),
        ("JSON 嵌套", f"不超过 {MOST_DEPTH} 层", "body_not_json、param_not_json"),
        ("时间戳", f"与服务器时间相差不超过 {WINDOW} 秒", "time_outside_window"),
        ("签名、随机串", f"{2 * WINDOW} 秒内只能使用一次", "call_replayed"),
        *prose.rates(),
    ]
    return [
        PageBreak(),
        heading("七、限制与重试"),
        heading("1. 限制", 1),
        table(("项目", "限制", "超过时的代码"), (2, 4, 3), rows),
        paragraph(
            "param 没有单独的长度限制，以整个报文的限制为准。"
            "超过每分钟或每小时的数量时应答状态为 429，本次调用没有办理，"
            "请在应答头 Retry-After 所说的秒数之后再试。"
            "每次签名正确的调用，应答头都说明还剩多少："
        ),
        table(
            ("应答头", "说明"),
            (3, 7),
            [*prose.RATE_HEADERS.items(), ("Retry-After", prose.RETRY_AFTER)],
        ),
        heading("2. 重试", 1),
        paragraph(
            "上传时请为每一批数据生成一个编号（如 UUID），放在请求头 Idempotency-Key 里，"
            f"{SHORTEST} 至 {LONGEST_IDEMPOTENCY} 个可打印的英文字符，不含空格。"
            "没有收到应答、或应答状态为 429、502、503、504 时，"
            "用同一个编号、同样的 param 和新的时间戳、新的签名重试："
            "24 小时内只办理一次，应答与第一次相同。"
        ),
        paragraph("其余状态的应答重试也不会成功，请按 message 改正后用新的编号再传。"),
    ]
