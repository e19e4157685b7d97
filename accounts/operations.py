"""What the operation log can say: every operation with its Chinese title, declared once.

An operation that is not listed here cannot be recorded; add a line with the code that records it.
"""

OPERATIONS: dict[str, str] = {
    "signed-in": "登录",
    "signed-out": "退出登录",
    "sessions-ended": "结束登录会话",
    "staff-signed-in": "工作人员登录",
    "factor-enrolled": "启用一次性验证码",
    "factor-reset": "重置一次性验证码",
    "unit-created": "开通单位账号",
    "agent-created": "登记经办人",
    "member-added": "添加经办人",
    "permissions-saved": "保存经办人权限",
    "business-handed-over": "转授权",
    "stand-in-set": "设置临时代办",
    "stand-in-ended": "提前结束临时代办",
    "access-requested": "申请权限",
    "access-withdrawn": "撤回权限申请",
    "access-refused": "不同意权限申请",
    "file-submitted": "上传文件",
    "rows-confirmed": "确认入库",
    "rows-stored": "入库完成",
    "submission-cancelled": "取消导入",
    "rows-voided": "删除数据",
    "export-requested": "申请导出",
    "export-downloaded": "下载导出文件",
    "qualification-uploaded": "上传单位资质",
    "qualification-approved": "通过单位资质",
    "qualification-returned": "退回单位资质",
    "unit-approved": "单位认证通过",
    "unit-shut": "单位认证失效",
}
CODE_LENGTH = 40
