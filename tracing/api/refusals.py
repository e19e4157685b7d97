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
        "param_unfit": "{field} 是{found}；{expected}",
        "param_twice": "{field} 以大写和小写各给了一次；参数名不分大小写，请只保留一个。",
        "param_too_long": "{field} 有 {found} 个字符，最多 {limit} 个；请检查是否多填了内容。",
        "param_out_of_range": "{field} 是 {found}；{expected}",
        "param_no_choice": "{field} 是“{found}”；{expected}",
        "param_not_day": "{field} 是“{found}”；{expected}",
        "param_wrong_count": "{field} 有 {found} 个；{expected}",
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
