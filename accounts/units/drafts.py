"""What somebody has typed into the steps of 单位注册 so far, kept in the session until the end.

Passwords are kept as hashes, identity numbers sealed; neither goes back to a page.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from portal.lib.sealing import seal, unseal

KEY = "registration"
SEALED = frozenset({"id_number", "legal_id_number"})
HASHED = frozenset({"password"})
# A page must not fill the session's table; no field of the steps is longer.
MOST_CHARACTERS, MOST_VALUES = 300, 10


class Draft:
    """The steps of one registration in this session: fields, and whether they were good."""

    def __init__(self, request: HttpRequest) -> None:
        self.session = request.session

    def keep(self, step: str, typed: Mapping[str, Any], *, good: bool) -> None:
        """Keep what was typed into a step. An empty secret leaves the one kept before."""
        before = self._fields(step)
        fields = {}
        for name, value in typed.items():
            if name in SEALED | HASHED:
                fields[name] = _closed(name, value) if value else before.get(name, "")
            else:
                fields[name] = _short(value)
        steps = self.session.get(KEY, {})
        self.session[KEY] = {**steps, step: {"fields": fields, "good": good}}

    def shown(self, step: str) -> dict[str, Any]:
        """Return what a step's form shows first: everything but secrets."""
        kept = self._fields(step).items()
        return {name: value for name, value in kept if name not in SEALED | HASHED}

    def secret(self, step: str, name: str) -> str:
        """Return an identity number as typed or a password's hash; empty if there is none."""
        kept: str = self._fields(step).get(name, "")
        return unseal(kept, settings.PORTAL_DATA_KEYS) if kept and name in SEALED else kept

    def is_good(self, step: str) -> bool:
        """Whether the step was filled in and found good."""
        return bool(self.session.get(KEY, {}).get(step, {}).get("good"))

    def first_open(self, steps: Iterable[str]) -> str | None:
        """Return the first of the steps that is not good yet."""
        return next((step for step in steps if not self.is_good(step)), None)

    def clear(self) -> None:
        """Forget all of it."""
        self.session.pop(KEY, None)

    def _fields(self, step: str) -> dict[str, Any]:
        fields: dict[str, Any] = self.session.get(KEY, {}).get(step, {}).get("fields", {})
        return fields


def _closed(name: str, value: str) -> str:
    return make_password(value) if name in HASHED else seal(value, settings.PORTAL_DATA_KEYS)


def _short(value: Any) -> Any:
    """Cut what was typed to what a session may hold."""
    if isinstance(value, list | tuple | set | frozenset):
        return [str(each)[:MOST_CHARACTERS] for each in list(value)[:MOST_VALUES]]
    return None if value is None else str(value)[:MOST_CHARACTERS]
