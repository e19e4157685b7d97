"""Refusals of codes that are looked for."""

from portal.lib.refused import Ground, declare

declare(
    Ground.NOT_FOUND,
    {
        "trace_code_not_found": "未查到追溯码 {trace_code}，{why}",
    },
)
