"""The addresses of the staff's site: which roles each opens for, and the row it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.core.models import Account
from accounts.core.origin import COMMAND
from accounts.keys.actions_ending import freeze
from accounts.keys.models import InterfaceKey
from accounts.log.models import OperationLog
from accounts.messages.actions import give_feedback
from accounts.messages.actions_documents import keep_document
from accounts.messages.models import Document
from accounts.rights.models import AccessRequest, Authorization, StandIn
from accounts.signing_in.actions_sessions import sign_out
from accounts.staff.models import Factor
from accounts.staff.roles import MANAGER, REVIEWER, SUPPORT, Role
from accounts.units.actions_closing import close_unit
from accounts.units.actions_oversight import suspend_unit
from accounts.units.actions_qualifications import return_paper, upload_paper
from accounts.units.models import Certificate, Qualification, Region
from tests.accounts.keys.keys import key_of
from tests.accounts.staff.staff import staff_account
from tests.factories import AgentFactory
from tests.people import Side
from tracing.library.actions import Asked, add_rule, draft_version, put_in_force, try_version
from tracing.library.models import RulesVersion

PNG = b"\x89PNG\r\n\x1a\n a picture IEND\xaeB`\x82"
EVERYONE = (REVIEWER, SUPPORT, MANAGER)
CARE = (SUPPORT, MANAGER)
ONLY = (MANAGER,)
NOBODY: tuple[Role, ...] = ()
Make = Callable[[Side], Any]


@dataclass(frozen=True)
class Page:
    """An address: the roles it opens for, with which status, and the row it is about.

    Asked by GET, and by POST with nothing filled in where `post` gives the status of that. An
    address of `any_staff` opens for staff inside without a role too.
    """

    name: str
    roles: tuple[Role, ...] = EVERYONE
    status: int = 200
    make: Make | None = None
    post: int | None = None
    any_staff: bool = False


def _paper(side: Side) -> Qualification:
    return upload_paper(
        side.unit, Qualification.Kind.LICENCE, name="照.png", content=PNG, origin=COMMAND
    )


def _returned(side: Side) -> Qualification:
    return return_paper(_paper(side), "照片模糊")


def _question(side: Side) -> Any:
    return give_feedback(side.agent.account, "怎么用？", origin=COMMAND)


def _unit(side: Side) -> Any:
    return side.unit


def _closed(side: Side) -> Any:
    suspend_unit(side.unit, "核查")
    side.unit.refresh_from_db()
    return side.unit


def _ended(side: Side) -> Any:
    close_unit(side.unit.account)
    side.unit.refresh_from_db()
    return side.unit


def _agent(side: Side) -> Any:
    side.agent.id_type, side.agent.id_number = "02", "军字第12345678号"
    side.agent.save()
    return side.agent


def _right(side: Side) -> Authorization:
    row = Authorization.objects.of(side.unit).first()
    assert row is not None
    return row


def _stand_in(side: Side) -> StandIn:
    other = AgentFactory.create(units=[side.unit])
    now = timezone.now()
    return StandIn.everything.create(
        unit=side.unit,
        authorization=_right(side),
        agent=other,
        starts_at=now,
        ends_at=now + timedelta(days=1),
        made_by=side.unit.account,
    )


def _request(side: Side) -> AccessRequest:
    return AccessRequest.everything.create(
        unit=side.unit, agent=side.agent, business="api-self-service"
    )


def _certificate(side: Side) -> Certificate:
    now = timezone.now()
    return Certificate.everything.create(
        unit=side.unit,
        subject="CN=x",
        issuer="CN=y",
        serial="1",
        sha256="0" * 64,
        not_before=now,
        not_after=now + timedelta(days=1),
        pem="",
    )


def _frozen_key(side: Side) -> InterfaceKey:
    key = key_of(side)
    freeze(side.unit, key.pk, "核查", origin=COMMAND)
    return key


def _log(side: Side) -> Any:
    sign_out(side.unit.account, origin=COMMAND)
    return OperationLog.everything.latest("pk")


def _region(side: Side) -> Region:
    return Region.objects.create(code="990001", name="某某市")


def _document(side: Side) -> Document:
    return keep_document(Document(title="操作手册"), name="手册.pdf", content=b"%PDF-1.7 x")


def _colleague(side: Side) -> Account:
    account = staff_account("colleague")
    Factor.objects.create(account=account, secret="A" * 32, confirmed_at=timezone.now())
    return account


def _rules(side: Side) -> RulesVersion:
    return draft_version()


def _rules_in_force(side: Side) -> RulesVersion:
    version = draft_version()
    try_version(version)
    put_in_force(version, "新平台")
    version.refresh_from_db()
    return version


def _rule(side: Side) -> Any:
    asked = Asked("某某平台", "ABC/[0-9]{8}", "某某平台", "none", False, "none")
    return add_rule(draft_version(), asked)


def _table(
    model: str,
    roles: tuple[Role, ...],
    make: Make,
    *acts: Page,
    adds: bool = False,
    app: str = "accounts",
) -> tuple[Page, ...]:
    """The addresses of a model: list, row, its history; adding, changing and deleting are shut."""
    managers = (MANAGER,) if adds else NOBODY
    return (
        Page(f"{app}_{model}_changelist", roles),
        Page(f"{app}_{model}_add", managers, post=200 if adds else None),
        Page(f"{app}_{model}_change", roles, make=make),
        Page(f"{app}_{model}_history", roles, make=make),
        Page(f"{app}_{model}_delete", NOBODY, make=make),
        *acts,
    )


def _act(model: str, name: str, roles: tuple[Role, ...], make: Make, app: str = "accounts") -> Page:
    """An act upon a row. Sent empty it asks again."""
    return Page(f"{app}_{model}_{name}", roles, make=make, post=200)


def _rules_act(name: str, make: Make = _rules) -> Page:
    return _act("rulesversion", name, ONLY, make, app="tracing")


def _rule_act(name: str) -> Page:
    return _act("versionrule", name, ONLY, _rule, app="tracing")


TABLE: tuple[Page, ...] = (
    Page("index", any_staff=True),
    Page("password_change", any_staff=True, post=200),
    # Django's page after it; ours leads to the first page instead.
    Page("password_change_done", any_staff=True),
    Page("jsi18n", any_staff=True),
    # No field of ours asks it; without its parameters it refuses everyone.
    Page("autocomplete", NOBODY),
    # Every model says for itself whether it has a page outside; none has.
    Page("view_on_site", EVERYONE, status=404, any_staff=True),
    Page("app_list", EVERYONE),
    Page("ownership", CARE, post=200),
    # No number is typed.
    Page("find-agent", CARE, post=422),
    *_table(
        "qualification",
        (REVIEWER, MANAGER),
        _paper,
        Page("accounts_qualification_file", (REVIEWER, MANAGER), make=_paper),
        _act("qualification", "approve", (REVIEWER, MANAGER), _paper),
        _act("qualification", "return", (REVIEWER, MANAGER), _paper),
    ),
    *_table("certificate", EVERYONE, _certificate),
    *_table("feedback", EVERYONE, _question, _act("feedback", "answer", EVERYONE, _question)),
    *_table(
        "unit",
        EVERYONE,
        _unit,
        _act("unit", "suspend", CARE, _unit),
        _act("unit", "resume", CARE, _closed),
        _act("unit", "reopen", CARE, _ended),
        _act("unit", "kinds", CARE, _unit),
        # Nobody is signed in, so staff are sent back to the row.
        Page("accounts_unit_end-sessions", CARE, 302, make=_unit),
        _act("unit", "unlock", CARE, _unit),
    ),
    *_table(
        "agent",
        CARE,
        _agent,
        _act("agent", "reveal", CARE, _agent),
        Page("accounts_agent_end-sessions", CARE, 302, make=_agent),
        _act("agent", "unlock", CARE, _agent),
    ),
    *_table("authorization", CARE, _right, _act("authorization", "withdraw", CARE, _right)),
    *_table("standin", CARE, _stand_in),
    *_table(
        "interfacekey",
        CARE,
        key_of,
        _act("interfacekey", "freeze", CARE, key_of),
        _act("interfacekey", "thaw", CARE, _frozen_key),
    ),
    *_table("accessrequest", CARE, _request),
    *_table("operationlog", CARE, _log),
    *_table(
        "region",
        ONLY,
        _region,
        Page("accounts_region_import", ONLY, post=200),
        # Nothing was looked at before, so there is nothing to be confirmed.
        Page("accounts_region_process_import", ONLY, 405, post=302),
        Page("accounts_region_export", ONLY, post=200),
        _act("region", "rename", ONLY, _region),
        _act("region", "remove", ONLY, _region),
        adds=True,
    ),
    *_table(
        "document",
        ONLY,
        _document,
        Page("accounts_document_import", ONLY, post=200),
        Page("accounts_document_process_import", ONLY, 405, post=302),
        Page("accounts_document_export", ONLY, post=200),
        _act("document", "edit", ONLY, _document),
        _act("document", "remove", ONLY, _document),
        adds=True,
    ),
    *_table(
        "rulesversion",
        CARE,
        _rules,
        Page("tracing_rulesversion_try-codes", CARE, make=_rules, post=200),
        _rules_act("add-rule"),
        _rules_act("try-stored"),
        _rules_act("put-in-force"),
        _rules_act("take-back", _rules_in_force),
        _rules_act("drop"),
        _rules_act("copy", _rules_in_force),
        adds=True,
        app="tracing",
    ),
    *_table(
        "versionrule",
        CARE,
        _rule,
        _rule_act("edit"),
        _rule_act("copy"),
        _rule_act("switch"),
        _rule_act("move"),
        _rule_act("remove"),
        app="tracing",
    ),
    *_table(
        "account",
        ONLY,
        _colleague,
        _act("account", "edit", ONLY, _colleague),
        _act("account", "reset-factor", ONLY, _colleague),
        _act("account", "reset-password", ONLY, _colleague),
        adds=True,
    ),
)
# The way in: open to everyone, or leading back to its first step.
SIGN_IN = {"login": 200, "factor": 302, "enrol": 302}
# Answered by POST alone, and tested where people sign out.
ELSEWHERE = {"logout"}
