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
        "headers_signature_wrong": (
            "请求头 Portal-Signature 不正确：收到 {found}。请确认使用的是本 AKey 对应的 SKey，"
            "并对以换行连接的五项签名：请求方法、路径（带查询串）、Portal-Timestamp、Portal-Nonce、"
            "请求体原文的 SHA-256（64 位小写十六进制），算法为 HMAC-SHA256；"
            "五项都应与实际发送的一致。"
        ),
        "call_replayed": (
            "这个签名已经用过一次；每次调用都要用新的 timestamp 重新签名，"
            "同一秒内多次调用请使用毫秒时间戳。重试同一批数据请带同一个 Idempotency-Key。"
        ),
    },
    place="envelope",
)

declare(
    Ground.INVALID,
    {
        "webhook_address": (
            "接收地址应以 https:// 开头，后为公网域名（英文字母、数字、“-”）或公网 IP，端口为 443 "
            "或 1024 以上，最长 500 个字符，不含用户名、“#”、空格和汉字；"
            "请填写接收系统的完整地址，例如 https://hooks.example.com/portal。"
        ),
        "webhook_not_public": (
            "接收地址 {host} 指向 {found}，不是公网地址，未连接；"
            "请改用只解析到公网地址的域名，内网系统请经公网网关接收。"
        ),
        "webhook_name_unknown": (
            "没有查到域名 {host} 的地址；请核对拼写，并确认域名已经解析生效。"
        ),
    },
    place="url",
)

declare(
    Ground.CONFLICT,
    {
        "webhook_too_many": (
            "本单位已有 {most} 个事件通知地址，不能再添加；请先停用不再使用的地址。"
        ),
        "webhook_paused": "“{name}”已暂停，没有发送；请先恢复，再测试或重新发送。",
        "webhook_ended": "“{name}”已停用；请刷新页面查看。",
        "webhook_underway": "这个事件正在投递，没有重新发送；请稍后刷新页面查看结果。",
    },
)

declare(
    Ground.CONFLICT,
    {"webhook_name_taken": "本单位已有名为“{name}”的事件通知地址；请换一个名称。"},
    place="name",
)

declare(
    Ground.TOO_OFTEN,
    {
        "webhook_changes_too_many": (
            "本单位一小时内已提交接收地址 {times} 次；请在 {wait}后再试。"
        ),
        "webhook_sends_too_many": (
            "本单位一小时内已测试和重新发送 {times} 次；请在 {wait}后再试。"
        ),
    },
)

declare(
    Ground.FAILED,
    {
        "webhook_too_slow": ("接收地址 {seconds} 秒内没有答完；请先应答 2xx，再处理收到的事件。"),
        "webhook_not_encrypted": (
            "与接收地址没有建立加密连接：{why}；请检查证书是否有效、"
            "与域名一致，且由公认的机构签发。"
        ),
        "webhook_unreachable": (
            "没有连上接收地址，或对方没有按 HTTP 应答（{why}）；"
            "请检查服务是否运行、防火墙是否放行。"
        ),
        "webhook_redirects": ("接收地址以 {status} 要求转到别处，没有跟随；请直接填写最终的地址。"),
        "webhook_answered": "接收地址应答 {status}，应为 2xx；请检查接收程序。",
    },
)

declare(
    Ground.FORBIDDEN,
    {
        "key_frozen": ("这把密钥已于 {since} 由{who}冻结：{why}；请联系{who}解除冻结后再调用。"),
        "key_expired": (
            "这把密钥的有效期至 {until} 当天，已经过去；请在“接口调用自助服务”修改有效期，"
            "或申请新密钥。"
        ),
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

declare(
    Ground.INVALID,
    {
        "key_scope_missing": "没有勾选接口权限；请至少勾选一项。",
        "key_scope_foreign": (
            "接口权限“{scope}”不在本单位可用的范围内，可用的有：{scopes}；请重新勾选。"
        ),
    },
    place="scopes",
)

declare(
    Ground.CONFLICT,
    {
        "key_name_taken": (
            "本单位已有用途为“{name}”的密钥没有停用；请换一个用途。刚才的申请可能已经成功，"
            "请先查看密钥列表；SKey 没有保存的，请【更换】原密钥。"
        ),
    },
    place="name",
)

declare(
    Ground.INVALID,
    {
        "key_expires_past": "有效期 {until} 已经过去，应为今天或以后的日期；请改选。",
    },
    place="expires",
)

declare(
    Ground.INVALID,
    {
        "networks_too_many": "允许的来源地址有 {found} 行，最多 {most} 行；请合并为网段或删减。",
        "network_unreadable": (
            "“{found}”不是 IP 地址或网段；每行应为一个，例如 203.0.113.8、203.0.113.0/24 "
            "或 2001:db8::/32，请修改。"
        ),
        "network_has_host": (
            "“{found}”的主机位不为零；如指整个网段请写 {network}，如指一个地址请写 {host}。"
        ),
        "network_of_all": (
            "“{found}”包括所有地址，等于不限制；不限制请留空，否则请填写具体的地址或网段。"
        ),
    },
    place="networks",
)

declare(
    Ground.INVALID,
    {
        "key_reason_missing": "没有填写冻结原因；请写明原因，调用方和单位账号会看到。",
    },
    place="reason",
)

declare(
    Ground.CONFLICT,
    {
        "keys_too_many": "本单位已有 {found} 把密钥，最多 {most} 把；请先停用不再使用的密钥。",
        "key_over": "密钥“{name}”已停用，不能再操作；请刷新页面查看最新状态。",
        "key_frozen_already": "密钥“{name}”已由{who}冻结，无需重复冻结；请刷新页面查看最新状态。",
        "key_not_frozen": "密钥“{name}”没有冻结，无需解除；请刷新页面查看最新状态。",
        "key_rests": (
            "密钥“{name}”目前{state}，不能更换；请先解除冻结或修改有效期，也可以重新申请一把密钥。"
        ),
        "key_has_successor": (
            "密钥“{name}”已经更换过，接替它的是 {ak}；请先停用其中一把，再更换。"
        ),
        "key_succeeds_live": (
            "密钥“{name}”是用来接替 {ak} 的，而那一把还没有停用；请先停用它，再更换这一把。"
        ),
    },
)

declare(
    Ground.FORBIDDEN,
    {
        "key_frozen_above": ("密钥“{name}”由{who}冻结，应由其解除；请联系{who}说明情况。"),
    },
)

declare(
    Ground.TOO_OFTEN,
    {
        "keys_too_often": (
            "本单位申请和更换密钥过于频繁，每天最多 {times} 次；请在 {wait}后重试，"
            "或修改已有密钥的设置。"
        ),
    },
)

declare(
    Ground.INVALID,
    {
        "debug_key_unknown": (
            "本单位没有这个 ak：{found}；请核对是否完整、大小写和首尾空白，应为密钥列表中的 AKey。"
        ),
    },
    place="ak",
)

declare(
    Ground.TOO_OFTEN,
    {
        "debugs_too_many": "签名调试过于频繁，每小时最多 {times} 次；请在 {wait}后重试。",
    },
)
