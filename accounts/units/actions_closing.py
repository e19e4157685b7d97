"""账号注销: an agent or a unit ends its account, with all that hangs on it, in one transaction.

The account keeps its row, because rows and entries of the log refer to it, under a name nobody can
type; the name it had is free again. An agent's own name stays readable in what it did. The agent's
account is locked before the units, and units by their number, as everywhere.
"""

from axes.utils import reset
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.agents.actions import unbind
from accounts.agents.models import Agent, Membership
from accounts.agents.queries import agents_of
from accounts.core.actions import called
from accounts.core.models import Account
from accounts.core.origin import COMMAND, Origin
from accounts.log.writing import record
from accounts.messages.models import Notice
from accounts.messages.notices import notify
from accounts.rights.actions import let_go, lock, title_of
from accounts.signing_in.actions_sessions import end_sessions
from accounts.signing_in.models import Device, SignIn
from accounts.units.models import Certificate, Unit
from accounts.units.queries_closing import unfinished
from portal.lib.refused import Refused


@transaction.atomic
def close_agent(account: Account, *, origin: Origin = COMMAND) -> None:
    """End an agent's account: it leaves all its units, and its personal data is erased.

    Raises Refused: account_closed, close_unfinished.
    """
    own = _locked(account)
    units = Unit.objects.select_for_update(of=("self",), no_key=True).select_related("account")
    mine = units.filter(pk__in=Membership.everything.filter(agent=own.agent).values("unit"))
    locked = list(mine.order_by("pk"))
    refuse_unfinished(own)
    for unit in locked:
        _leave(unit, own, origin)
    record("agent-closed", origin=origin.done_by(own), target=called(own.agent))
    Agent.objects.filter(pk=own.agent.pk).update(
        id_type="",
        id_number="",
        id_valid_until=None,
        id_valid_for_ever=False,
        email="",
        address="",
        postcode="",
    )
    _end(own, origin)


@transaction.atomic
def close_unit(account: Account, *, origin: Origin = COMMAND) -> None:
    """End a unit's account: its agents leave, its businesses stop, its rows and codes stay.

    Its credit code stays taken, so that only staff can open the unit again. Raises Refused:
    account_closed, close_unfinished.
    """
    own = _locked(account)
    unit = own.unit
    lock(unit)
    refuse_unfinished(own)
    for agent in agents_of(unit):
        let_go(unit, agent, origin=origin.done_by(own))
        Membership.objects.of(unit).filter(agent=agent).delete()
        notify(agent.account, "unit-closed", unit=unit.name)
    now = timezone.now()
    Certificate.objects.of(unit).filter(removed_at=None).update(
        removed_at=Greatest(F("uploaded_at"), now)
    )
    before = {"account": own.name}
    record("unit-closed", origin=origin.done_by(own), unit=unit, target=unit.name, before=before)
    Unit.objects.filter(pk=unit.pk).update(
        closed_at=now,
        legal_name="",
        legal_id_type="",
        legal_id_number="",
        contact_name="",
        contact_mobile="",
    )
    _end(own, origin)


def _locked(account: Account) -> Account:
    """Wait for whoever binds the agent, or sets the password of the account."""
    own = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if not own.is_active:
        raise Refused("account_closed")
    return own


def refuse_unfinished(own: Account) -> None:
    """Raise Refused, close_unfinished, while something has not come to its end."""
    found = unfinished(own)
    if found:
        words = "；".join(
            f"{each.unit.name}：{each.pile.title} {each.pile.total} 个" for each in found
        )
        raise Refused("close_unfinished", found=words)


def _leave(unit: Unit, own: Account, origin: Origin) -> None:
    """End one binding of an agent; the unit is told what nobody holds now."""
    agent = own.agent
    freed = sorted(unbind("agent-closed", unit, agent, origin.done_by(own)))
    if freed:
        titles = "、".join(title_of(business) for business in freed)
        notify(unit.account, "agent-closed-holding", agent=agent.name, businesses=titles)
    else:
        notify(unit.account, "agent-closed", agent=agent.name)


def _end(own: Account, origin: Origin) -> None:
    """Nobody signs in by this account any more; what was known of its browsers is erased."""
    end_sessions(own, SignIn.End.CLOSED, origin=origin.done_by(own))
    Device.objects.filter(account=own).delete()
    Notice.objects.filter(account=own).delete()
    reset(username=own.name)
    own.name, own.is_active, own.closed_at = f"-{own.pk}", False, timezone.now()
    own.set_unusable_password()
    own.save(update_fields=["name", "is_active", "closed_at", "password"])
