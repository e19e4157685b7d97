"""What commands refuse alike: one sentence, with --json its code too, and the exit code."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from accounts.rights.models import Authorization
from portal.lib import refused as module
from portal.lib.refused import Ground, Refused, catalogue, declare
from portal.management.commands import demo_code
from portal.management.reporting import Exit, ReportingCommand
from tests.accounts.staff.staff import staff_account
from tests.people import Side
from tests.tracing.uploads.rows import INFO, example, workbook
from tracing.management.commands import import_file

NOBODY = "19999999999"


def refused(command: str | BaseCommand, *arguments: str) -> tuple[str, int]:
    """The code and the exit code of a command that says no, in its JSON and in a sentence."""
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(command, *arguments, "--json", stdout=out)
    told = json.loads(out.getvalue())["refusal"]
    assert told["message"] == str(caught.value)
    with pytest.raises(CommandError, match=told["message"][-12:]) as again:
        call_command(command, *arguments, stdout=out)
    assert again.value.returncode == caught.value.returncode
    return told["code"], caught.value.returncode


@pytest.mark.django_db
def test_whom_a_command_does_not_find_or_may_not_act_for(maker: Side, tmp_path: Path) -> None:
    file = str(workbook(tmp_path / "a.xlsx", INFO, [example(INFO)]))
    unit = maker.unit.slug
    asked = ("import_file", file, "--record", INFO, "--unit")
    assert refused(*asked, "nobody1") == ("unit_not_found", Exit.NOT_FOUND)
    assert refused(*asked, unit, "--agent", NOBODY) == ("agent_not_found", Exit.NOT_FOUND)
    assert refused("verify_log", "--unit", "nobody1") == ("unit_not_found", Exit.NOT_FOUND)
    assert refused("trace", "8" * 20, "--unit", unit) == ("trace_code_not_found", Exit.NOT_FOUND)
    Authorization.everything.all().delete()
    assert refused(*asked, unit) == ("no_holder", Exit.REFUSED)


@pytest.mark.django_db
def test_whom_the_commands_of_staff_do_not_find() -> None:
    staff_account("staff2")
    reason = ("--reason", "遗失")
    assert refused("reset_factor", "nobody", *reason) == ("staff_not_found", Exit.NOT_FOUND)
    assert refused("reset_factor", "staff2", *reason) == ("factor_missing", Exit.REFUSED)
    assert refused("end_sessions", "nobody1", *reason) == ("account_not_found", Exit.NOT_FOUND)
    assert refused("demo_code") == ("demo_not_seeded", Exit.NOT_FOUND)


def test_the_demos_code_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_code, "embedded_database", lambda: False)
    assert refused("demo_code") == ("demo_code_not_shown", Exit.REFUSED)


class Toy(ReportingCommand):
    """A command that does nothing but refuse."""

    def handle(self, *args: object, **options: object) -> None:
        """Refuse."""
        raise Refused("toy_missing", name="积木")


@pytest.mark.django_db(transaction=True)
def test_a_refusal_needs_its_declaration_alone(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "_CATALOGUE", dict(catalogue()))
    declare(Ground.NOT_FOUND, {"toy_missing": "没有找到玩具“{name}”；请核对名称。"})
    assert refused(Toy()) == ("toy_missing", Exit.NOT_FOUND)

    def no_toy(**_asked: object) -> None:
        raise Refused("toy_missing", name="积木")

    monkeypatch.setattr(import_file, "submit", no_toy)
    file = workbook(tmp_path / "a.xlsx", INFO, [example(INFO)])
    with pytest.raises(SystemExit) as caught:
        call_command(
            *("import_file", str(file), "--record", INFO, "--unit", maker.unit.slug, "--json")
        )
    assert caught.value.code == Exit.NOT_FOUND
    told = json.loads(capsys.readouterr().out)["refusal"]
    assert told == {"code": "toy_missing", "message": "没有找到玩具“积木”；请核对名称。"}
