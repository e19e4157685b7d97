"""`reset_factor`: forgets the one-time codes of a staff account whose telephone is lost."""

from typing import Any

from django.core.management.base import CommandParser

from accounts.core.queries import account_for
from accounts.staff.actions_factors import reset_factor
from portal.lib.refused import Refused
from portal.management.reporting import ReportingCommand


class Command(ReportingCommand):
    """Forget the one-time codes of a staff account whose telephone is lost; they enrol anew at
    their next sign-in, and their sessions end.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name and the reason."""
        super().add_arguments(parser)
        parser.add_argument("name", help="of the staff account")
        parser.add_argument("--reason", default="", help="for the operation log")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reset it. Exits 5 for a name that no staff account has, 4 where there is no factor."""
        account = account_for(options["name"])
        if account is None or not account.is_staff:
            raise Refused("staff_not_found", name=options["name"])
        reset_factor(account, options["reason"])
        self.report(
            options["json"],
            {"name": account.name},
            [f"已重置工作人员账号 {account.name} 的一次性验证码，下次登录时重新启用。"],
        )
