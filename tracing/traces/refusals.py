"""Refusals of codes that are looked for."""

from portal.lib.refused import Ground, declare

declare(
    Ground.NOT_FOUND,
    {
        "trace_code_not_found": "未查到追溯码 {trace_code}，{why}",
    },
)

declare(
    Ground.INVALID,
    {
        "trace_code_of_other_goods": (
            "{trace_code} 不是本接口查询的一类；请改用【{interface}】接口查询。"
        ),
    },
)
