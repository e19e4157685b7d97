"""`end_sessions`: signs out one account everywhere, or everybody."""

from typing import Any

from django.core.management.base import CommandParser

from accounts.core.queries import account_for
from accounts.staff.actions_oversight import end_all_sessions, end_sessions_for
from portal.lib.refused import Refused
from portal.management.reporting import ReportingCommand


class Command(ReportingCommand):
    """Sign out one account everywhere, or with --all everybody, staff too, as after a break-in.
    Passwords stay as they are.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whose sessions, and the reason."""
        super().add_arguments(parser)
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("name", nargs="?", help="unit account, credit code or mobile number")
        whose.add_argument("--all", action="store_true", help="of every account")
        parser.add_argument("--reason", required=True, help="for the operation log")

    def handle(self, *args: Any, **options: Any) -> None:
        """End them. Exits 5 for a name that no account has, 4 without a good reason."""
        if options["all"]:
            count = end_all_sessions(options["reason"])
        else:
            count = _of_one(options["name"], options["reason"])
        self.report(options["json"], {"ended": count}, [f"已结束 {count} 个会话。"])


def _of_one(name: str, reason: str) -> int:
    account = account_for(name)
    if account is None:
        raise Refused("account_not_found", name=name)
    return end_sessions_for(account, reason)
