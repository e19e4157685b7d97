"""What every interface that takes rows is asked."""

from __future__ import annotations

from tracing.api.interfaces import DATA_NAME, Parameter
from tracing.api.rows import MOST_ROWS
from tracing.records import RECORDS

# So many rows are checked and stored before the call is answered.
AT_ONCE = 1_000
PROCEED, ROLLBACK = "proceed", "rollback"

DEL_FLAG = Parameter(
    "delFlag",
    "是否删除",
    "boolean",
    "应为 true 或 false，不填为 false；true 时删除 data 中的数据，只需填写能识别一行的列",
    example=False,
)
MODE = Parameter(
    "mode",
    "有失败时",
    {"type": "string", "enum": [PROCEED, ROLLBACK]},
    "应为 proceed（通过的行照常入库，不填即是）或 rollback（有一行失败则全部不入库）",
    example=PROCEED,
)
CHECK_ONLY = Parameter(
    "checkOnly",
    "只校验",
    "boolean",
    "应为 true 或 false，不填为 false；true 时只校验，不入库也不删除",
    example=False,
)
ASYNC = Parameter(
    "async",
    "稍后取结果",
    "boolean",
    f"应为 true 或 false，不填为 false；true 时立即答复 202，超过 {AT_ONCE} 行时总是如此；"
    "联调密钥总是当场办理",
    example=False,
)


def data_parameter(record_code: str) -> Parameter:
    """The rows; the example is one of a record."""
    return Parameter(
        DATA_NAME,
        "数据",
        {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_ROWS,
        },
        f"应为 1 至 {MOST_ROWS} 行的数组，每行一个对象，名称是列标识，大小写均可",
        required=True,
        example=[_example(record_code)],
    )


def _example(record_code: str) -> dict[str, str]:
    """A row that passes every check of its columns."""
    return {c.name: c.example for c in RECORDS[record_code].columns if c.example}
