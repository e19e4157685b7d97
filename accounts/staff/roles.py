"""The roles of staff (工作人员角色), declared once: what each may see and change.

Each role is a group of Django's; `accounts.staff.groups` keeps the groups as they are written here.
A permission is named as Django names it, and decides in the admin alone.
"""

from typing import NamedTuple


class Role(NamedTuple):
    """A role: its title, which is the group's name, and its permissions."""

    title: str
    permissions: frozenset[str]


def _may(app: str, verbs: str, *models: str) -> frozenset[str]:
    return frozenset(f"{app}.{verb}_{model}" for verb in verbs.split() for model in models)


_REVIEWER = (
    _may("accounts", "view", "unit", "certificate")
    | _may("accounts", "view change", "qualification", "feedback")
)  # fmt: skip
_SUPPORT = (
    _may("accounts", "view", "standin", "accessrequest", "certificate", "operationlog")
    | _may("accounts", "view change", "unit", "agent", "authorization", "feedback")
    # Keys of interfaces: a leaked one is frozen.
    | _may("accounts", "view change", "interfacekey")
    # Whose a code is: the ownership of codes.
    | _may("tracing", "view change", "tracecode")
    # Why a code was taken or refused: the rules that recognise codes.
    | _may("tracing", "view", "rulesversion", "versionrule")
)
_MANAGER = (
    _REVIEWER
    | _SUPPORT
    | _may("accounts", "view add change", "account")
    | _may("accounts", "view add change delete", "region", "document")
    | _may("tracing", "view add change", "rulesversion")
)

REVIEWER = Role("审核", _REVIEWER)
SUPPORT = Role("客服", _SUPPORT)
MANAGER = Role("管理", _MANAGER)
ROLES: tuple[Role, ...] = (REVIEWER, SUPPORT, MANAGER)
