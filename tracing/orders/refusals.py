"""Refusals of orders."""

from portal.lib.refused import Ground, declare

declare(
    Ground.INVALID,
    {
        "order_export_too_many": (
            "单据 {document} 有 {codes} 个追溯码，超过一次可导出的上限 {limit} 个。"
            "请在【追溯信息查询】中按批次或日期查询后导出。"
        ),
    },
)

declare(
    Ground.CONFLICT,
    {
        "order_changed": (
            "单据 {document} 刚才有 {before} 个追溯码，现在有 {now} 个，没有继续。"
            "请打开单据核对现在的内容，再操作。"
        ),
    },
)
