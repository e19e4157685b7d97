"""Refusals of messages to the interface."""

from portal.lib.refused import Ground, declare

declare(
    Ground.INVALID,
    {
        "body_not_json": "报文不是有效的 JSON：{why}；应为 UTF-8 编码的一个 JSON 对象。",
        "body_not_object": "报文是{found}，应为含 ak、timestamp、sign、param 的一个 JSON 对象。",
        "body_incomplete": "报文没有收完整；请检查网络后重新发送同一报文。",
        "field_missing": "报文缺少 {field}；必须包含 ak、timestamp、sign、param 四个字段。",
        "field_not_text": "{field} 是{found}，应为文字；请以 JSON 字符串发送。",
        "field_too_long": "{field} 有 {found} 个字符，最多 {limit} 个。",
        "header_missing": (
            "请求头缺少 {field}；第二种签名方式必须同时带 Portal-Key、Portal-Timestamp、"
            "Portal-Nonce、Portal-Signature。"
        ),
        "schemes_mixed": (
            "同一报文里混用了两种签名方式：请求头已带签名时，请求体就是参数本身，"
            "不再放 ak、timestamp、sign、param；请只用其中一种。"
        ),
        "param_is_object": (
            "param 是{found}，应为文字：先把请求参数写成一个 JSON 字符串，对这个字符串签名，"
            "再把同一个字符串作为 param 发送。若作为对象发送，接收方重新拼出的文字可能差一个空格，"
            "签名就对不上。"
        ),
        "param_not_json": "param 不是有效的 JSON：{why}；请检查生成 param 的程序。",
        "param_not_object": "param 是{found}，应为一个 JSON 对象。",
        "request_unreadable": (
            "请求的网址、请求头或来源域名无法识别；请对照对接方案检查发送方的程序。"
        ),
    },
    place="envelope",
)

declare(
    Ground.INVALID,
    {
        "param_missing": "param 缺少 {field}；{expected}。",
        "param_unknown": "param 里的“{field}”不是本接口的参数；可用的有：{fields}。",
        "param_unfit": "{field} 是{found}；{expected}。",
        "param_twice": "{field} 以大写和小写各给了一次；参数名不分大小写，请只保留一个。",
        "param_too_long": "{field} 有 {found} 个字符，最多 {limit} 个；请检查是否多填了内容。",
        "param_out_of_range": "{field} 是 {found}；{expected}。",
        "param_no_choice": "{field} 是“{found}”；{expected}。",
        "param_not_day": "{field} 是“{found}”；{expected}。",
        "param_wrong_count": "{field} 有 {found} 个；{expected}。",
        "param_no_code": "{field} 不能是追溯码：{why}",
        "param_one_of": "{fields} 都没有填写；请至少填写其中一个。",
        "param_only_one_of": "{fields} 同时填写了；一次查询只能填写其中一个。",
        "days_reversed": "{last} {end} 早于 {first} {start}；请改为不早于开始日期的一天，或对调。",
        "days_too_many": "查询的日期共 {days} 天，最多 {limit} 天；请分几次查询。",
    },
    place="param",
)

declare(
    Ground.BUSY,
    {
        "query_too_long": (
            "查询超过 {seconds} 秒没有完成，已停止；请减少一次查询的码、缩短日期，或稍后再试。"
        ),
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
    },
    place="param",
)

declare(
    Ground.NOT_FOUND,
    {
        "interface_unknown": (
            "没有这个接口地址；请对照对接方案核对，地址以 /api/v1/ 开头，末尾没有斜线。"
        )
    },
    place="envelope",
)

declare(
    Ground.METHOD,
    {"method_not_post": "请求方法是 {found}，应为 POST；请把参数放在请求体里发送。"},
    place="envelope",
)

declare(
    Ground.MEDIA,
    {
        "type_not_json": (
            "Content-Type 是“{found}”，应为 application/json，字符集为 UTF-8；请修改请求头。"
        )
    },
    place="envelope",
)

declare(
    Ground.FORBIDDEN,
    {"https_required": "接口只接受 HTTPS 请求；请把地址改为 https:// 开头后重新签名发送。"},
    place="envelope",
)

declare(
    Ground.TOO_OFTEN,
    {
        "calls_too_often": (
            "这把密钥一分钟内最多调用 {times} 次；请等待 {wait} 后再试，"
            "或把多行数据合在一次调用里。"
        ),
        "rows_too_many_for_now": (
            "这把密钥{period}内最多上传 {times} 行，本次有 {rows} 行；请等待 {wait} 后再试。"
        ),
        "failures_too_often": (
            "本网络地址一分钟内签名不通过的调用超过 {times} 次；请等待 {wait} 后再试，"
            "并先在“签名调试”页面核对签名。签名正确的调用不受影响。"
        ),
    },
    place="envelope",
)

declare(
    Ground.BUSY,
    {
        "call_unsettled": (
            "同一批数据的另一次调用还没有结束，本次没有入库；请稍后用同样的内容重新签名发送。"
        ),
        "portal_busy": (
            "系统暂时无法办理，本次调用没有保存任何数据；请稍后用同样的内容重新签名发送。"
        ),
    },
    place="envelope",
)

declare(
    Ground.NO_ROOM,
    {"portal_full": "系统存储空间不足，本次调用没有保存任何数据；请稍后再试，或联系技术支持。"},
    place="envelope",
)

declare(
    Ground.FAILED,
    {"portal_failed": "系统处理时出错；请把请求编号 {request} 告诉技术支持。"},
    place="envelope",
)
