"""What the operation log can say: every operation with its Chinese title, declared once.

An operation that is not listed here cannot be recorded; add a line with the code that records it.
"""

OPERATIONS: dict[str, str] = {
    "signed-in": "登录",
    "signed-out": "退出登录",
    "unit-created": "开通单位账号",
    "agent-created": "登记经办人",
    "member-added": "添加经办人",
    "permissions-saved": "保存经办人权限",
}
CODE_LENGTH = 40
