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
    "file-submitted": "上传文件",
    "rows-confirmed": "确认入库",
    "rows-stored": "入库完成",
    "submission-cancelled": "取消导入",
    "rows-voided": "删除数据",
    "export-requested": "申请导出",
    "export-downloaded": "下载导出文件",
}
CODE_LENGTH = 40
