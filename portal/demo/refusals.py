"""Refusals of the demo's own commands."""

from portal.lib.refused import Ground, declare

declare(
    Ground.FORBIDDEN,
    {"demo_code_not_shown": "一次性验证码只为内置数据库里的演示账号显示；请用手机查看。"},
)

declare(
    Ground.NOT_FOUND,
    {"demo_not_seeded": "演示账号 {name} 不存在，或已改用其他手机；请先运行 seed_demo。"},
)
