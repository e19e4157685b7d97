"""Runs a management command with the servers it needs."""

from collections.abc import Sequence

from django.core.management import execute_from_command_line


def run(argv: Sequence[str]) -> None:
    execute_from_command_line(list(argv))
