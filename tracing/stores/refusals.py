"""Refusals of moving codes to the unit whose they are."""

from portal.lib.refused import Ground, declare

declare(
    Ground.INVALID,
    {
        "batch_says_other": (
            "移入单位已上传的批次 {batch} 与这些追溯码（共 {codes} 个）的医保药品编码或商品码不同；"
            "请先由移入单位核对该批次。"
        ),
        "codes_missing": "没有填写追溯码；请粘贴追溯码，每行一个，或选择文本文件。",
        "codes_too_many": "清单中有 {found} 个码，一次最多 {limit} 个；请分次操作。",
        "lies_in_box": (
            "与另外的码同在包装 {box} 中（本次涉及 {codes} 个），单独移动会拆散包装；"
            "请改为填写该包装的码。"
        ),
        "move_reason_missing": "没有填写原因，或超过 {limit} 个字；请填写简短的原因。",
        "not_a_code": "不是追溯码；追溯码为 8 至 100 个不含空格的字符，请修改。",
        "owner_differs": "属于另一个单位；一次只能移动同一个单位的追溯码，请分次操作。",
        "too_many_codes": "包装内共有 {packs} 个小包装，一次最多移动 {limit} 个；请分次操作。",
        "unit_makes_nothing": "移入单位 {unit} 不是{kinds}，或已停用；请核对移入单位。",
    },
)

declare(
    Ground.NOT_FOUND,
    {
        "code_not_found": "未查到；请核对是否输入完整，或该码尚未由任何生产企业上传。",
    },
)

declare(
    Ground.CONFLICT,
    {
        "owner_changed": "清单中的追溯码刚刚换了归属；请重新预览后再试。",
        "owner_same": "已属于移入单位，无需移动；请从清单中去掉。",
    },
)
