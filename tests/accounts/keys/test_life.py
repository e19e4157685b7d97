"""A key from its application to its end: who may do what to it, and who is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.core.models import Account
from accounts.core.origin import COMMAND, Origin
from accounts.keys import actions
from accounts.keys.actions import MOST_KEYS, Terms, apply, change, reveal, rotate
from accounts.keys.actions_ending import end_key, freeze, thaw
from accounts.keys.models import InterfaceKey
from accounts.keys.queries import listed_keys
from accounts.keys.states import KeyState, state_of
from accounts.log.entry_words import line
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.messages.notices import message
from accounts.rights.actions_handing_over import stand_in
from portal.lib.refused import Refused
from tests.accounts.keys.keys import key_of
from tests.factories import AgentFactory
from tests.people import Side

pytestmark = pytest.mark.django_db
TERMS = Terms("进销存系统", ["maker-upload"], "张某", "0571-88880000")


def by_agent(side: Side) -> Origin:
    return COMMAND.done_by(side.agent.account)


def by_unit(side: Side) -> Origin:
    return COMMAND.done_by(side.unit.account)


def now_of(key: InterfaceKey) -> InterfaceKey:
    return InterfaceKey.everything.get(pk=key.pk)


def last_entry(side: Side) -> OperationLog:
    return OperationLog.objects.of(side.unit).latest("pk")


def told(account: Account) -> list[str]:
    return [message(notice).text for notice in Notice.objects.filter(account=account)]


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, check=lambda error: error.code == code)


def test_an_application_makes_a_key_and_tells_the_unit(maker: Side) -> None:
    key = apply(maker.unit, maker.agent, TERMS, origin=by_agent(maker))
    assert (len(key.ak), len(key.sk)) == (32, 32)
    kept = now_of(key)
    assert (kept.holder, kept.scopes, kept.sk) == (maker.agent, ["maker-upload"], key.sk)
    entry = line(last_entry(maker))
    assert entry.title == "申请接口密钥"
    assert key.sk not in str(last_entry(maker).__dict__)
    assert "联系人：张某（057****0000）" in entry.changes
    (said,) = told(maker.unit.account)
    assert key.ak in said
    assert told(maker.agent.account) == []


@pytest.mark.parametrize(
    ("change_of", "code"),
    [
        ({"scopes": []}, "key_scope_missing"),
        ({"scopes": ["distributor-upload"]}, "key_scope_foreign"),
        ({"scopes": ["api-self-service"]}, "key_scope_foreign"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "key_expires_past"),
        ({"networks": ["203.0.113.8/24"]}, "network_has_host"),
    ],
)
def test_terms_that_no_key_may_have(maker: Side, change_of: dict[str, object], code: str) -> None:
    terms = TERMS._replace(**change_of)  # type: ignore[arg-type]
    with refused(code):
        apply(maker.unit, maker.agent, terms, origin=by_agent(maker))
    key = key_of(maker)
    with refused(code):
        change(maker.unit, maker.agent, key.pk, terms, origin=by_agent(maker))


def test_no_two_live_keys_have_one_name(maker: Side) -> None:
    key = apply(maker.unit, maker.agent, TERMS, origin=by_agent(maker))
    with refused("key_name_taken"):
        apply(maker.unit, maker.agent, TERMS, origin=by_agent(maker))
    with refused("key_name_taken"):
        change(maker.unit, maker.agent, key_of(maker).pk, TERMS, origin=by_agent(maker))
    change(
        maker.unit,
        maker.agent,
        key.pk,
        TERMS._replace(networks=["203.0.113.8"]),
        origin=by_agent(maker),
    )
    end_key(maker.unit, key.pk, origin=by_agent(maker))
    apply(maker.unit, maker.agent, TERMS, origin=by_agent(maker))


def test_a_unit_has_so_many_keys_and_applies_so_often(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = [key_of(maker) for _ in range(MOST_KEYS)][0]
    with refused("keys_too_many"):
        key_of(maker)
    # One that takes another's place is one key with it.
    rotate(maker.unit, maker.agent, first.pk, origin=by_agent(maker))
    end_key(maker.unit, first.pk, origin=by_agent(maker))
    with refused("keys_too_many"):
        key_of(maker)
    monkeypatch.setattr(actions, "APPLICATIONS_A_DAY", 1)
    with refused("keys_too_often"):
        apply(maker.unit, maker.agent, TERMS, origin=by_agent(maker))


def test_a_secret_is_shown_once_and_to_whoever_applied(maker: Side) -> None:
    key = key_of(maker)
    assert reveal(maker.unit, key.pk, origin=by_unit(maker)) is None
    shown = reveal(maker.unit, key.pk, origin=by_agent(maker))
    assert shown is not None
    assert shown.sk == key.sk
    assert last_entry(maker).action == "key-shown"
    assert reveal(maker.unit, key.pk, origin=by_agent(maker)) is None


def test_a_secret_is_not_shown_late(maker: Side) -> None:
    key = key_of(maker)
    late = timezone.now() - actions.SHOWN_WITHIN - timedelta(seconds=1)
    InterfaceKey.everything.filter(pk=key.pk).update(made_at=late)
    assert reveal(maker.unit, key.pk, origin=by_agent(maker)) is None


def test_two_keys_live_until_the_older_is_ended(maker: Side) -> None:
    old = key_of(maker, networks=["203.0.113.0/24"])
    new = rotate(maker.unit, maker.agent, old.pk, origin=by_agent(maker))
    assert (new.name, new.scopes, new.networks) == (old.name, old.scopes, old.networks)
    assert new.sk != old.sk
    assert [state_of(key) for key in listed_keys(maker.unit)] == [KeyState.LIVE] * 2
    with refused("key_has_successor"):
        rotate(maker.unit, maker.agent, old.pk, origin=by_agent(maker))
    with refused("key_succeeds_live"):
        rotate(maker.unit, maker.agent, new.pk, origin=by_agent(maker))
    end_key(maker.unit, old.pk, origin=by_agent(maker))
    with refused("key_over"):
        rotate(maker.unit, maker.agent, old.pk, origin=by_agent(maker))
    assert rotate(maker.unit, maker.agent, new.pk, origin=by_agent(maker)).succeeds == new


def test_a_key_that_rests_is_not_rotated(maker: Side) -> None:
    key = key_of(maker)
    freeze(maker.unit, key.pk, "核查", origin=by_agent(maker))
    with refused("key_rests"):
        rotate(maker.unit, maker.agent, key.pk, origin=by_agent(maker))


def test_a_change_is_logged_with_what_it_was(maker: Side) -> None:
    key = key_of(maker)
    terms = TERMS._replace(networks=["203.0.113.8"])
    changed = change(maker.unit, maker.agent, key.pk, terms, origin=by_agent(maker))
    assert set(changed) == {"接口权限", "联系人", "联系电话", "允许的来源地址"}
    assert "允许的来源地址：无 → 203.0.113.8/32" in line(last_entry(maker)).changes
    assert change(maker.unit, maker.agent, key.pk, terms, origin=by_agent(maker)) == []


def test_an_expired_key_may_keep_its_expiry_while_other_terms_change(maker: Side) -> None:
    key = key_of(maker)
    past = timezone.now() - timedelta(minutes=1)
    InterfaceKey.everything.filter(pk=key.pk).update(
        made_at=past - timedelta(days=1), expires_at=past
    )
    terms = TERMS._replace(expires_at=past)
    assert change(maker.unit, maker.agent, key.pk, terms, origin=by_agent(maker))
    assert state_of(now_of(key)) is KeyState.EXPIRED


def test_whoever_is_behind_undoes_a_freezing(maker: Side) -> None:
    key = key_of(maker)
    freeze(maker.unit, key.pk, "疑似泄露", origin=by_agent(maker))
    assert state_of(now_of(key)) is KeyState.FROZEN
    with refused("key_frozen_already"):
        freeze(maker.unit, key.pk, "再次", origin=by_agent(maker))
    # The unit account makes it its own, and the agent can no longer undo it.
    freeze(maker.unit, key.pk, "单位核查", origin=by_unit(maker))
    with refused("key_frozen_above"):
        thaw(maker.unit, key.pk, origin=by_agent(maker))
    freeze(maker.unit, key.pk, "平台核查", origin=COMMAND)
    with refused("key_frozen_above"):
        thaw(maker.unit, key.pk, origin=by_unit(maker))
    thaw(maker.unit, key.pk, origin=COMMAND)
    assert state_of(now_of(key)) is KeyState.LIVE
    with refused("key_not_frozen"):
        thaw(maker.unit, key.pk, origin=by_agent(maker))
    assert any("单位核查" in said for said in told(maker.agent.account))
    assert any("平台核查" in said for said in told(maker.unit.account))


def test_a_freezing_says_why(maker: Side) -> None:
    with refused("key_reason_missing"):
        freeze(maker.unit, key_of(maker).pk, "  ", origin=by_agent(maker))


def test_an_ended_key_stays_so(maker: Side) -> None:
    key = key_of(maker)
    end_key(maker.unit, key.pk, origin=by_unit(maker))
    assert now_of(key).end == InterfaceKey.End.UNIT
    for act in (end_key, thaw):
        with refused("key_over"):
            act(maker.unit, key.pk, origin=by_agent(maker))
    assert any("停用" in said for said in told(maker.agent.account))


def test_a_stand_in_acts_and_the_key_is_the_holders(maker: Side) -> None:
    other = AgentFactory.create(units=[maker.unit])
    stand_in(
        maker.unit,
        "api-self-service",
        other,
        holder_id=maker.agent.pk,
        ends_at=timezone.now() + timedelta(days=1),
    )
    with refused("no_business"):
        key_of(maker)
    key = key_of(Side(maker.unit, other))
    assert (key.holder, key.made_by) == (maker.agent, other.account)
    assert any(key.ak in said for said in told(maker.agent.account))


def test_the_database_keeps_nonsense_out(maker: Side, stranger: Side) -> None:
    key = key_of(maker)
    rows = InterfaceKey.everything.filter(pk=key.pk)
    nonsense: dict[str, dict[str, Any]] = {
        "key_of_a_member_fk": {"holder": stranger.agent},
        "interface_key_scopes_are_known": {"scopes": ["api-self-service"]},
        "interface_key_may_do_something": {"scopes": []},
        "interface_key_end_says_why": {"ended_at": timezone.now()},
        "interface_key_frozen_says_why": {"frozen_at": timezone.now(), "frozen_why": "核查"},
        "interface_key_few_networks": {"networks": ["203.0.113.8/32"] * 21},
        "interface_key_succeeds_another": {"succeeds": key},
    }
    for constraint, values in nonsense.items():
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            rows.update(**values)
