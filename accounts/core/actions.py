"""What several actions do alike: naming people, storing what differs, keeping files, refusals."""

import logging
from collections.abc import Mapping
from pathlib import Path

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.agents.models import Agent, Membership
from accounts.core.models import Account
from accounts.core.names import AccountKind, is_name, mask_mobile
from portal.lib.disk import NotKept, keep_new
from portal.lib.refused import Refusal, Refused, refusal


def called(agent: Agent) -> str:
    """Name an agent as choices, refusals and the operation log do."""
    return f"{agent.name}（{mask_mobile(agent.mobile)}）"


def name_problems(kind: AccountKind, name: str, malformed: Refusal) -> list[Refusal]:
    """Return why no account of this kind can get this canonical name."""
    if not is_name(kind, name):
        return [malformed]
    if Account.objects.filter(name=name).exists():
        return [refusal("account_name_taken", name=name)]
    return []


def password_problems(password: str, account: Account | None = None) -> list[Refusal]:
    """Return why a password is not good enough for an account, which need not be stored yet."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        return [refusal("password_weak", why="".join(error.messages))]
    return []


def store_changes(row: Agent | Membership, values: Mapping[str, object]) -> list[str]:
    """Store what differs from the row, and return the names of it, which the log may keep."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    return changed


def refused_or(error: IntegrityError, problems: list[Refusal]) -> Exception:
    """Return the refusals that explain the database's; its own error when none does."""
    return Refused.of(*problems) if problems else error


def check_size(content: bytes, most: int, *, empty: Refusal, too_large: Refusal) -> None:
    """Raises Refused, as it is told, for a file of no byte or of more than `most`."""
    if not content:
        raise Refused.of(empty)
    if len(content) > most:
        raise Refused.of(too_large)


logger = logging.getLogger(__name__)


def keep_file(path: Path, content: bytes) -> None:
    """Write it to its private place. Raises Refused: file_not_kept."""
    try:
        keep_new(path, [content])
    except NotKept:
        logger.exception("A file was not kept")
        raise Refused("file_not_kept") from None
