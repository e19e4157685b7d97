"""`demo`: the whole product in the foreground, or with --check a trial of its main job."""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.demo import check
from portal.demo.browser import CheckFailed
from portal.demo.children import children_of
from portal.demo.data.whose import NOT_ASKED, NOT_MIGRATED, OTHERS, Whose, whose_database
from portal.demo.supervisor import HOST, DemoError, Supervisor, listen, only_one
from portal.lib.disk import NotKept, keeping
from portal.management.reporting import Exit, ended
from portal.servers.addresses import embedded_database
from portal.servers.holding import hold
from portal.servers.migrating import migrate_as_one, up_to_date

PORT = 8000
CHECK_IS_EMBEDDED = (
    "--check 用一个固定的词回答图形验证码，只能在内置数据库上进行；请去掉 DATABASE_URL 后再运行。"
)


class Command(BaseCommand):
    """Run everything. Exits 0 on SIGTERM and Ctrl-C, 1 when it cannot run or the check fails,
    4 on a database that is not its own."""

    help = "Run the servers, the website, the workers and the clock, with demo data, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --port, --fill and --check."""
        parser.add_argument("--port", type=int, help=f"of the website, 0 for any; default {PORT}")
        parser.add_argument(
            "--fill",
            action="store_true",
            help="where DATABASE_URL leads to an empty database: make the tables and fill it",
        )
        parser.add_argument(
            "--check", action="store_true", help="do the main job over HTTP, then end"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until a signal, or until the check is done."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        port, self.may_fill = options["port"], options["fill"]
        try:
            if options["check"]:
                self.try_out(0 if port is None else port)
            else:
                with self.running(PORT if port is None else port) as supervisor:
                    supervisor.stay()
        except (DemoError, CheckFailed) as error:
            raise CommandError(str(error), returncode=1) from None
        finally:
            # What follows is the orderly end; a second signal must not cut it short.
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)

    def try_out(self, port: int) -> None:
        """Do the main job over HTTP."""
        if not embedded_database():
            raise ended(Exit.USAGE, CHECK_IS_EMBEDDED)
        # The demo's processes inherit it: the check cannot read pictures.
        word = os.environ["PORTAL_TEST_CAPTCHA"] = secrets.token_hex(4)
        with self.running(port) as supervisor:
            check.run(supervisor.address, word, self.say)
            self.say("检查通过。")

    @contextmanager
    def running(self, port: int) -> Iterator[Supervisor]:
        """Prepare, start, and wait until everything answers; at the end, end everything."""
        with listen(port) as listener, hold() as held, only_one(settings.PORTAL_DATA):
            address = f"http://{HOST}:{listener.getsockname()[1]}"
            self.say("正在准备数据库、静态文件和演示数据……")
            self.prepare_database()
            collect_static()
            children = children_of(listener.fileno(), settings.PORTAL_DATA, held.files)
            with Supervisor(children, address, held, self.say) as supervisor:
                supervisor.wait_until_ready()
                self.say(f"演示已启动：{address}/ （按 Ctrl-C 结束）")
                yield supervisor

    def prepare_database(self) -> None:
        """Migrate and seed what is ours; what is others' only if it is empty and we may.

        Raises CommandError with exit code 4. A database that holds the demo alone is used as it
        is, unless we may fill it again.
        """
        if not embedded_database():
            whose = whose_database()
            if whose is Whose.OTHERS:
                raise ended(Exit.REFUSED, OTHERS)
            if not self.may_fill:
                if whose is Whose.NOBODYS:
                    raise ended(Exit.REFUSED, NOT_ASKED)
                if not up_to_date():
                    raise ended(Exit.REFUSED, NOT_MIGRATED)
                return
        migrate_as_one()
        call_command("seed_demo", stdout=self.stdout)

    def say(self, sentence: str) -> None:
        """At once, also into a pipe."""
        self.stdout.write(sentence)
        self.stdout.flush()


def collect_static() -> None:
    """Put the static files where they are served. Raises DemoError where they cannot be kept."""
    try:
        with keeping():
            call_command("collectstatic", interactive=False, verbosity=0)
    except NotKept as error:
        raise DemoError(
            f"{settings.PORTAL_DATA} 没有空间或无法写入，静态文件没有保存（{error}）。"
            "请腾出空间或改正权限后再运行，或把 PORTAL_DATA 设为另一个目录。"
        ) from None


def end(number: int, frame: FrameType | None) -> NoReturn:
    """End as done: whoever runs a demo ends it by a signal."""
    Supervisor.asked_to_end = True
    raise SystemExit(0)
