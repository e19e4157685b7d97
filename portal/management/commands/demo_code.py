"""`demo_code`: the one-time code of the demo's member of staff, for want of a telephone."""

from __future__ import annotations

from typing import Any

from accounts.staff.models import Factor
from portal.demo.data.staff import DEMO_SECRET, STAFF, current_code
from portal.lib.refused import Refused
from portal.management.reporting import ReportingCommand
from portal.servers.addresses import embedded_database


class Command(ReportingCommand):
    """Print the one-time code with which the demo's member of staff signs in now."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it. Exits 4 on a database that is not embedded, 5 where the demo is not seeded."""
        if not embedded_database():
            raise Refused("demo_code_not_shown")
        (staff,) = STAFF
        factor = Factor.objects.filter(account__name=staff.name).first()
        if factor is None or factor.secret != DEMO_SECRET:
            raise Refused("demo_not_seeded", name=staff.name)
        code = current_code()
        self.report(
            options["json"],
            {"name": staff.name, "code": code},
            [f"工作人员 {staff.name} 现在的一次性验证码：{code}（30 秒内有效，只能使用一次）"],
        )
