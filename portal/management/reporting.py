"""What all commands have in common: exit codes, and one JSON object or sentences."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from enum import IntEnum
from inspect import cleandoc
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.lib.refused import Ground, Refusal, Refused


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    SOME_REJECTED = 3
    REFUSED = 4
    NOT_FOUND = 5


# How a command ends that was refused, where it is not simply that.
_ENDS = {Ground.NOT_FOUND: Exit.NOT_FOUND, Ground.FAILED: Exit.FAILED}


class ReportingCommand(BaseCommand):
    """A command that reports by sentences or, with --json, by one JSON object.

    What is refused ends it with the sentence and the exit code of the refusal's ground; with --json
    the object says `refusal`. What a command does, its docstring says once, also in its help.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.help = cleandoc(cls.__doc__ or "")

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run it."""
        try:
            return super().execute(*args, **options)
        except Refused as refused:
            if options.get("json"):
                self.report(True, reported(refused.first), ())
            raise ended(exit_of(refused.first), str(refused)) from refused

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --json."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def report(self, as_json: bool, result: Mapping[str, Any], sentences: Iterable[str]) -> None:
        """Print the result."""
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(sentences))


def reported(refusal: Refusal) -> dict[str, dict[str, str]]:
    """A refusal in the JSON object of a command."""
    return {"refusal": {"code": refusal.code, "message": refusal.message}}


def exit_of(refusal: Refusal) -> Exit:
    """How a command ends that was refused."""
    return _ENDS.get(refusal.ground, Exit.REFUSED)


def ended(code: Exit, message: str) -> CommandError:
    """An error that ends the command with this message and exit code."""
    return CommandError(message, returncode=int(code))
