"""Refusals of calls of the interface, and of its keys."""

from portal.lib.refused import Ground, declare

declare(
    Ground.INVALID,
    {
        "timestamp_unreadable": (
            "timestamp 是“{found}”，应为 10 位秒或 13 位毫秒的时间戳（1970 年起），以文字发送；"
            "请检查生成时间戳的程序。"
        ),
        "nonce_unreadable": (
            "随机串 nonce 是“{found}”，应为 16 至 64 个字母、数字、“-”或“_”，每次调用各不相同；"
            "请检查生成随机串的程序。"
        ),
    },
    place="envelope",
)

declare(
    Ground.UNSIGNED,
    {
        "key_unknown": (
            "没有这个 ak：{found}，或者它已停用；请在“接口调用自助服务”核对 AKey，共 {length} 位。"
        ),
        "time_outside_window": (
            "timestamp {found} 与服务器时间 {server} 相差超过 {seconds} 秒；"
            "请校准发送方的时钟，并在发送前重新生成 timestamp 和签名。"
        ),
        "signature_wrong": (
            "签名不正确：收到 {found}。请确认使用的是本 AKey 对应的 SKey，"
            "并对实际发送的 param 原文（一个字符都不能变）签名；可在“签名调试”页面逐步核对。"
        ),
        "call_replayed": (
            "这个签名已经用过一次；每次调用都要用新的 timestamp 重新签名，"
            "同一秒内多次调用请使用毫秒时间戳。重试同一批数据请带同一个 Idempotency-Key。"
        ),
    },
    place="envelope",
)

declare(
    Ground.FORBIDDEN,
    {
        "key_frozen": (
            "这把密钥已于 {since} 冻结：{why}；请由“{business}”的经办人解除冻结后再调用。"
        ),
        "key_expired": "这把密钥的有效期到 {until} 为止；请在“接口调用自助服务”更换新密钥。",
        "key_without_holder": (
            "本单位目前没有可以办理“{business}”的经办人，或单位认证尚未通过，密钥暂不能使用；"
            "请由单位账号授权后再调用。"
        ),
        "address_not_allowed": (
            "来源地址 {found} 不在这把密钥允许的地址之内；"
            "请从允许的地址调用，或在“接口调用自助服务”修改允许的来源地址。"
        ),
        "scope_missing": (
            "这把密钥没有“{business}”的权限，不能调用“{interface}”；"
            "请使用有此权限的密钥，或在“接口调用自助服务”重新申请。"
        ),
        "scope_not_of_unit": (
            "“{business}”只面向{kinds}，本单位不属于此类单位，不能调用；"
            "请使用此类单位的密钥，单位类别有误时请联系管理员更正。"
        ),
    },
    place="envelope",
)
