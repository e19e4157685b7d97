"""What all commands have in common: exit codes, and one JSON object or sentences."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    SOME_REJECTED = 3
    REFUSED = 4
    NOT_FOUND = 5


class ReportingCommand(BaseCommand):
    """A command that reports by sentences or, with --json, by one JSON object."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --json."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def report(self, as_json: bool, result: Mapping[str, Any], sentences: Iterable[str]) -> None:
        """Print the result."""
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(sentences))


def ended(code: Exit, message: str) -> CommandError:
    """An error that ends the command with this message and exit code."""
    return CommandError(message, returncode=int(code))
