"""Refusals of the sandbox."""

from portal.lib.refused import Ground, declare

declare(
    Ground.BUSY,
    {"sandboxes_too_many": "今天已有 {most} 个单位在使用联调环境，暂时没有空位；请明天再试。"},
    place="sandbox",
)

declare(
    Ground.TOO_LARGE,
    {"sandbox_too_large": "联调环境一次最多处理 {limit} 行，本次有 {rows} 行；请减少行数后再试。"},
    place="sandbox",
)

declare(
    Ground.FORBIDDEN,
    {
        "provoke_needs_sandbox": (
            "请求头 Sandbox-Provoke 只对联调密钥有效，本次调用没有办理；"
            "请去掉这个请求头，或改用联调密钥。"
        )
    },
    place="sandbox",
)

declare(
    Ground.INVALID,
    {
        "provoke_unknown": (
            "请求头 Sandbox-Provoke 是“{found}”，没有这个代码；"
            "应为 slow，或对接方案“调用未办理的原因”表里的一个代码（数据行的错误不能指定）。"
        )
    },
    place="sandbox",
)

declare(
    Ground.TOO_OFTEN,
    {
        "provoked_too_often": (
            "请求头 Sandbox-Provoke 为 slow 的调用过多：每个单位同时只能有一次，"
            "所有单位合计也有上限；请等待 {wait} 后再试，或改用“错误代码”表里的一个代码。"
        )
    },
    place="sandbox",
)
