"""What staff do about units: closing and reopening, changing what they are; each with a reason."""

import pytest
from django.test import Client

from accounts.core.kinds import DISTRIBUTOR, MAKER
from accounts.core.models import Account
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.messages.notices import message
from accounts.rights.models import Authorization
from accounts.signing_in.models import SignIn
from accounts.staff.roles import SUPPORT
from accounts.units.actions_closing import close_unit
from accounts.units.actions_oversight import (
    change_unit_kinds,
    reopen_unit,
    resume_unit,
    suspend_unit,
)
from accounts.units.models import Unit
from portal.lib.refused import Refused
from tests.accounts.signing_in.signing import try_sign_in
from tests.accounts.staff.staff import staff_account, staff_client
from tests.factories import UnitFactory, hold
from tests.people import Side, client_of

pytestmark = pytest.mark.django_db
UNITS = "/admin/accounts/unit/"
NUMBER = "110101199003072938"
NEW_WORD = "three unrelated words"


@pytest.fixture
def staff() -> Account:
    """Somebody of the role 客服."""
    return staff_account("staff1", SUPPORT)


@pytest.fixture
def inside(staff: Account) -> Client:
    """Their browser."""
    return staff_client(staff)


def act(client: Client, unit: Unit, act_name: str, /, **asked: object) -> str:
    """Send an act's form; returns the page that follows."""
    answer = client.post(f"{UNITS}{unit.pk}/do/{act_name}/", asked, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def logged(unit: Unit) -> OperationLog:
    """The newest entry of the unit's log that somebody made."""
    return OperationLog.objects.of(unit).exclude(action="sessions-ended").latest("pk")


@pytest.mark.parametrize("typed", ["name", "slug", "uscc"])
def test_a_unit_is_found(inside: Client, maker: Side, stranger: Side, typed: str) -> None:
    page = inside.get(UNITS, {"q": getattr(maker.unit, typed)}).content.decode()
    assert maker.unit.uscc in page
    assert stranger.unit.uscc not in page


def test_identity_and_mobile_are_masked(inside: Client, maker: Side) -> None:
    Unit.objects.filter(pk=maker.unit.pk).update(
        legal_id_number=NUMBER, contact_mobile="13912345678"
    )
    page = inside.get(f"{UNITS}{maker.unit.pk}/change/").content.decode()
    assert "139****5678" in page
    assert "13912345678" not in page
    assert NUMBER not in page


def test_a_closed_unit_is_shut_and_reopened(inside: Client, maker: Side, staff: Account) -> None:
    own, agent = client_of(maker.unit.account), client_of(maker.agent.account)
    assert "已停用" in act(inside, maker.unit, "suspend", reason="材料核查")
    assert own.get(f"/u/{maker.unit.slug}/").status_code == 302
    assert "_auth_user_id" not in own.session
    assert agent.get(f"/u/{maker.unit.slug}/maker/upload/").status_code in (403, 404)
    assert SignIn.objects.filter(account=maker.unit.account, ended_at=None).count() == 0
    fresh = Client()
    try_sign_in(fresh, maker.unit.slug)
    assert "_auth_user_id" not in fresh.session
    entry = logged(maker.unit)
    assert (entry.action, entry.after, entry.account) == (
        "unit-suspended",
        {"reason": "材料核查"},
        staff,
    )
    assert "已恢复" in act(inside, maker.unit, "resume", reason="核查完毕")
    assert agent.get(f"/u/{maker.unit.slug}/maker/upload/").status_code == 200
    assert logged(maker.unit).action == "unit-resumed"
    told = Notice.objects.filter(account=maker.unit.account).latest("pk")
    assert "恢复" in message(told).text


def test_a_unit_that_ended_itself_gets_a_new_account(inside: Client, maker: Side) -> None:
    old = maker.unit.slug
    close_unit(maker.unit.account)
    shown = inside.get(f"{UNITS}{maker.unit.pk}/change/").content.decode()
    assert "已注销" in shown
    assert "/do/resume/" not in shown
    asked = {"name": "Newname1", "password": NEW_WORD, "reason": "单位来函"}
    assert "已重新开通" in act(inside, maker.unit, "reopen", **asked)
    unit = Unit.objects.get(pk=maker.unit.pk)
    assert (unit.slug, unit.uscc, unit.is_open) == ("newname1", maker.unit.uscc, True)
    assert unit.account.check_password(NEW_WORD)
    assert not Account.objects.filter(name=old).exists()
    entry = logged(unit)
    assert (entry.action, entry.after) == (
        "unit-reopened",
        {"account": "newname1", "reason": "单位来函"},
    )
    assert NEW_WORD not in str(list(OperationLog.everything.values()))


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        ("1unit", NEW_WORD, "account_name_invalid"),
        ("taken1", NEW_WORD, "account_name_taken"),
        ("newname1", "short", "password_weak"),
    ],
)
def test_an_account_that_cannot_be_reopened_so(
    maker: Side, name: str, password: str, code: str
) -> None:
    UnitFactory.create(slug="taken1")
    close_unit(maker.unit.account)
    with pytest.raises(Refused) as error:
        reopen_unit(maker.unit, name, password, "单位来函")
    assert [refusal.code for refusal in error.value.refusals] == [code]
    assert Unit.objects.get(pk=maker.unit.pk).closed_at is not None


def test_changing_what_a_unit_is_ends_what_it_no_longer_has(
    inside: Client, maker: Side, staff: Account
) -> None:
    hold(maker.unit, maker.agent)
    said = act(inside, maker.unit, "kinds", kinds=["distributor"], reason="证照变更")
    assert "已变更为流通企业" in said
    unit = Unit.objects.get(pk=maker.unit.pk)
    assert unit.kinds == {DISTRIBUTOR}
    live = Authorization.objects.of(unit).filter(revoked_at=None)
    assert set(live.values_list("business", flat=True)) == {"api-self-service"}
    entry = logged(unit)
    assert entry.before == {"kinds": ["maker"], "businesses": ["maker-query", "maker-upload"]}
    assert entry.after == {"kinds": ["distributor"], "businesses": [], "reason": "证照变更"}
    assert "流通企业" in message(Notice.objects.filter(account=unit.account).latest("pk")).text


def test_what_is_not_offered_is_said(inside: Client, maker: Side) -> None:
    assert "此操作在当前状态下不适用" in act(inside, maker.unit, "resume", reason="x")
    assert "没有登录会话" in act(inside, maker.unit, "end-sessions", reason="x")
    assert not OperationLog.objects.of(maker.unit).filter(account__kind="staff").exists()


@pytest.mark.parametrize(("reason", "said"), [("", "请填写原因"), ("因" * 201, "最多 200 个")])
@pytest.mark.parametrize("name", ["suspend", "kinds"])
def test_no_act_without_a_reason(
    inside: Client, maker: Side, name: str, reason: str, said: str
) -> None:
    assert said in act(inside, maker.unit, name, reason=reason, kinds=["distributor"])
    unit = Unit.objects.get(pk=maker.unit.pk)
    assert unit.closed_at is None
    assert unit.is_maker


def refused(code: str, work: object, *given: object) -> None:
    """Expect this one refusal; the sentence is filled."""
    with pytest.raises(Refused) as error:
        work(*given)  # type: ignore[operator]
    (found,) = error.value.refusals
    assert found.code == code
    assert "{" not in found.message


def test_the_actions_refuse_by_themselves(maker: Side) -> None:
    unit, maker_only = maker.unit, frozenset({MAKER})
    refused("staff_reason_missing", suspend_unit, unit, " ")
    refused("reason_too_long", suspend_unit, unit, "因" * 201)
    refused("unit_not_closed", resume_unit, unit, "x")
    refused("unit_not_ended", reopen_unit, unit, "newname1", NEW_WORD, "x")
    refused("unit_kinds_same", change_unit_kinds, unit, maker_only, "x")
    refused("unit_kind_missing", change_unit_kinds, unit, frozenset(), "x")
    suspend_unit(unit, "x")
    refused("unit_closed", suspend_unit, unit, "x")
    resume_unit(unit, "x")
    close_unit(Account.objects.get(pk=unit.account_id))
    refused("unit_ended", resume_unit, unit, "x")
