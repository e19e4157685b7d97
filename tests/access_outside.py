"""Who may do what at the addresses that belong to no unit: the second half of the one table.
The signed interface has a part of its own, tests/access_interfaces.py.

tests/accounts/core/test_access_outside.py walks it. An address missing here fails the test. To
add rows:

    *own_form("change-reach", unit=403, staff=403)

Each column says what a kind of account gets: a status, or the address it is sent on to (as far as
it is written here). `nobody` is also what somebody gets whose password was right and whose
one-time code is still missing; `half` says where that differs. `staff` have passed both steps.
Where somebody gets 4xx or is sent to sign in, and at every GET, nothing changes in the database.

The site of staff has a page for every table and act. To everybody here but staff all of them are
one row, ADMIN; which role may do what there is the table tests/security/admin_table.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from captcha.models import CaptchaStore

from accounts.messages.actions_documents import keep_document
from accounts.messages.models import Document
from portal.celery import QUEUES
from portal.workers import canaries
from tests.accounts.units.papers import PDF
from tests.people import Side

Made = tuple[dict[str, Any], dict[str, Any]]
Answer = int | str

LOGIN, START, STAFF_LOGIN = "/login/", "/start/", "/admin/login/"
STAFF_HOME = "/admin/"
ADMIN = "admin"


def _nothing(side: Side) -> Made:
    return {}, {}


@dataclass(frozen=True)
class Outside:
    """One address and method; `make` returns (arguments of the URL, form data or query)."""

    name: str
    nobody: Answer
    agent: Answer
    unit: Answer
    staff: Answer
    half: Answer | None = None
    method: str = "GET"
    make: Callable[[Side], Made] = _nothing

    def answer(self, who: str) -> Answer:
        """What this kind of account gets: nobody, half, agent, unit or staff."""
        if who == "half" and self.half is None:
            return self.nobody
        found: Answer = getattr(self, who)
        return found


def _a_living_worker(side: Side) -> Made:
    for queue in QUEUES:
        canaries.stamp(queue)
    return {}, {}


def _of_document(side: Side) -> Made:
    """A document that staff offer."""
    kept = keep_document(Document(title="手册"), name="手册.pdf", content=PDF)
    return {"document_id": kept.pk}, {}


def _of_picture(side: Side) -> Made:
    return {"key": CaptchaStore.generate_key()}, {}


def _of_receipt(side: Side) -> Made:
    return {"token": f"{'0' * 32}.{'A' * 43}"}, {}


def _of_service(code: str) -> Callable[[Side], Made]:
    return lambda side: ({"code": code}, {})


def _of_others(side: Side) -> Made:
    return {}, {"others": "1"}


def everyone(name: str, answer: Answer = 200, **more: Any) -> Outside:
    """An address that answers everyone alike."""
    return Outside(name, answer, answer, answer, answer, **more)


def signed_in(name: str, answer: Answer = 200, **more: Any) -> Outside:
    """An address that answers everyone alike who is signed in."""
    return Outside(f"accounts:{name}", LOGIN, answer, answer, answer, **more)


def own_form(
    name: str, *, agent: Answer = 422, unit: Answer = 422, staff: Answer = 422
) -> tuple[Outside, Outside]:
    """A form about the own account, shown and sent empty: 403 for whom it is not there."""

    def shown(answer: Answer) -> Answer:
        return 403 if answer == 403 else 200

    return (
        Outside(f"accounts:{name}", LOGIN, shown(agent), shown(unit), shown(staff)),
        Outside(f"accounts:{name}", LOGIN, agent, unit, staff, method="POST"),
    )


def visitor_form(name: str, *, get: Answer, post: Answer, then: Answer) -> tuple[Outside, Outside]:
    """A form for who is not signed in, shown and sent empty; `then` is for all others."""
    return (
        Outside(f"accounts:{name}", get, then, then, then),
        Outside(f"accounts:{name}", post, then, then, then, method="POST"),
    )


OUTSIDE_TABLE: tuple[Outside, ...] = (
    everyone("healthz"),
    everyone("readyz", make=_a_living_worker),
    # Whether a receipt is genuine, everybody may ask; nobody learns more.
    everyone("tracing:receipt"),
    everyone("tracing:receipt-check", make=_of_receipt),
    # What everybody may read.
    everyone("tracing:api-schema"),
    everyone("tracing:api-docs"),
    everyone("accounts:home"),
    everyone("accounts:services"),
    everyone("accounts:service", make=_of_service("procured-prices")),
    # A business: on to the page of the agent's only unit; other accounts handle none.
    Outside("accounts:service", LOGIN, "/u/", 403, 403, make=_of_service("maker-upload")),
    everyone("accounts:certificate-sign-in"),
    everyone("accounts:close-done"),
    everyone("accounts:picture"),
    everyone("accounts:picture-image", make=_of_picture),
    # Signing in and out. The forms are sent empty.
    Outside("accounts:start", LOGIN, "/u/", "/u/", STAFF_HOME),
    Outside("accounts:login", 200, START, START, START),
    everyone("accounts:login", method="POST"),
    # The first step is missing.
    everyone("accounts:login-code", LOGIN),
    everyone("accounts:login-code", LOGIN, method="POST"),
    everyone("accounts:logout", LOGIN, method="POST"),
    everyone("accounts:session"),
    # Proving a number instead of a password, and a new unit.
    everyone("accounts:recover"),
    everyone("accounts:recover", method="POST"),
    everyone("accounts:recover-password", "/recover/"),
    everyone("accounts:recover-password", "/recover/", method="POST"),
    *visitor_form("register", get=200, post=422, then=START),
    # The steps before are missing.
    *visitor_form("register-enterprise", get="/register/", post="/register/", then=START),
    *visitor_form("register-agent", get="/register/", post="/register/", then=START),
    everyone("accounts:register-done", "/register/"),
    # The own account.
    signed_in("account"),
    *own_form("change-password"),
    *own_form("change-contact", agent=403, staff=403),
    *own_form("change-reach", unit=403, staff=403),
    *own_form("renew-document", unit=403, staff=403),
    *own_form("close", staff=403),
    signed_in("sessions"),
    # The password is asked for and not sent.
    signed_in("sessions-end", make=_of_others),
    signed_in("sessions-end", 422, method="POST", make=_of_others),
    Outside("accounts:units", LOGIN, 200, START, START),
    signed_in("notices"),
    signed_in("notices-read", "/notices/", method="POST"),
    signed_in("faq"),
    signed_in("feedback"),
    signed_in("feedback", 422, method="POST"),
    signed_in("document", make=_of_document),
    # The doors of the site of staff; ADMIN is all that lies behind them.
    Outside("admin:login", 200, 200, 200, STAFF_HOME),
    everyone("admin:login", method="POST"),
    everyone("admin:factor", STAFF_LOGIN, half=200),
    everyone("admin:factor", STAFF_LOGIN, half=200, method="POST"),
    # Their telephone is known.
    everyone("admin:enrol", STAFF_LOGIN, half="/admin/factor/"),
    everyone("admin:enrol", STAFF_LOGIN, half="/admin/factor/", method="POST"),
    Outside("admin:logout", STAFF_HOME, STAFF_HOME, STAFF_HOME, STAFF_LOGIN, method="POST"),
)
DOORS = frozenset(row.name for row in OUTSIDE_TABLE if row.name.startswith(ADMIN))
