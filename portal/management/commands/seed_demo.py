"""`seed_demo`: fills an embedded or empty database with the demo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.demo.data import seeding
from portal.demo.data.whose import NOT_MIGRATED, OTHERS, Whose, whose_database
from portal.management.reporting import Exit, ReportingCommand, ended
from portal.servers.addresses import embedded_database
from portal.servers.migrating import up_to_date


class Command(ReportingCommand):
    """Make what is missing of the demo's units, agents, batches, codes and traces."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed and describe the demo. Exits 4 on a database of others, and on one whose tables
        are not up to date: only `migrate` changes tables that are not embedded."""
        if not embedded_database():
            if whose_database() is Whose.OTHERS:
                raise ended(Exit.REFUSED, OTHERS)
            if not up_to_date():
                raise ended(Exit.REFUSED, NOT_MIGRATED)
        result = seeding.seed()
        self.report(options["json"], result, _sentences(result))


def _sentences(result: Mapping[str, Any]) -> list[str]:
    units = [
        f"单位 {u['name']}：账号 {u['account']}，密码 {u['password']}" for u in result["units"]
    ]
    agents = [
        f"经办人 {a['name']}：手机号 {a['mobile']}，密码 {a['password']}，"
        f"可办理 {'、'.join(a['units'])}"
        for a in result["agents"]
    ]
    staff = [
        f"工作人员 {s['name']}（/admin/）：密码 {s['password']}，"
        "一次性验证码用 manage.py demo_code 查看，"
        f"或在手机的身份验证器中输入密钥 {s['secret']}"
        for s in result["staff"]
    ]
    batches = f"{len(result['batches'])} 批药品和医用耗材"
    last = f"{batches}；{len(result['codes'])} 个追溯码有全部六个环节，"
    return [*units, *agents, *staff, f"{last}如 {result['codes'][0]}。"]
