"""Refusals of messages to the interface."""

from portal.lib.refused import Ground, declare

declare(
    Ground.INVALID,
    {
        "body_not_json": "报文不是有效的 JSON：{why}；应为 UTF-8 编码的一个 JSON 对象。",
        "body_not_object": "报文是{found}，应为含 ak、timestamp、sign、param 的一个 JSON 对象。",
        "field_missing": "报文缺少 {field}；必须包含 ak、timestamp、sign、param 四个字段。",
        "field_not_text": "{field} 是{found}，应为文字；请以 JSON 字符串发送。",
        "field_too_long": "{field} 有 {found} 个字符，最多 {limit} 个。",
        "param_is_object": (
            "param 是{found}，应为文字：先把请求参数写成一个 JSON 字符串，对这个字符串签名，"
            "再把同一个字符串作为 param 发送。若作为对象发送，接收方重新拼出的文字可能差一个空格，"
            "签名就对不上。"
        ),
        "param_not_json": "param 不是有效的 JSON：{why}；请检查生成 param 的程序。",
        "param_not_object": "param 是{found}，应为一个 JSON 对象。",
    },
    place="envelope",
)

declare(
    Ground.INVALID,
    {
        "param_missing": "param 缺少 {field}；{expected}",
        "param_unknown": "param 里的“{field}”不是本接口的参数；可用的有：{fields}。",
        "param_spelled_twice": "{field} 以不同的大小写给出了两次；应只给出一次，请去掉一个。",
        "param_unfit": "{field} 是{found}；{expected}",
    },
    place="param",
)

declare(
    Ground.TOO_LARGE,
    {"body_too_large": "报文有 {size}，最多 {limit}；请分几次发送。"},
    place="envelope",
)

declare(
    Ground.INVALID,
    {
        "batch_without_family": (
            "批次“{batch}”还没有上传过药品信息，无法判断它属于哪一类；"
            "请先上传该批次的药品信息，或在 param 里用 family 说明（{families}）。"
        ),
        "idempotency_unreadable": (
            "请求头 Idempotency-Key 不符合要求，应为 {shortest} 至 {longest} 个可打印的英文字符，"
            "不含空格；请更换后重新发送。"
        ),
    },
    place="envelope",
)

declare(
    Ground.CONFLICT,
    {
        "idempotency_conflict": (
            "Idempotency-Key“{key}”在 24 小时内已用于另一次内容不同的调用；"
            "重试时应发送相同的地址和 param，新的调用请换一个 Idempotency-Key。"
        ),
        "idempotency_running": (
            "使用同一个 Idempotency-Key 的调用仍在处理；请在 {seconds} 秒后用同样的内容重试。"
        ),
    },
    place="envelope",
)

declare(
    Ground.NOT_FOUND,
    {
        "upload_unknown": (
            "没有找到上传“{submission}”；应为本单位通过接口上传后得到的 submission，请核对。"
        ),
        "order_unknown": (
            "没有找到单据“{document}”；应为本单位的订单，请核对 KIND、DOCUMENT 和 PARTNER_USCC。"
        ),
    },
    place="param",
)
