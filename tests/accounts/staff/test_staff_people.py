"""What staff do about agents, their rights and their sign-ins, and about colleagues."""

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client

from accounts.agents.models import Agent
from accounts.core.models import Account
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.messages.notices import message
from accounts.rights.actions_granting import revoke
from accounts.rights.models import Authorization
from accounts.signing_in.models import SignIn
from accounts.staff.actions import change_staff
from accounts.staff.actions_oversight import withdraw_authorization
from accounts.staff.models import Factor
from accounts.staff.roles import MANAGER, REVIEWER, SUPPORT
from portal.lib.refused import Refused
from tests.accounts.signing_in.signing import try_sign_in
from tests.accounts.staff.staff import first_step, staff_account, staff_client, with_factor
from tests.factories import PASSWORD
from tests.people import Side, client_of

pytestmark = pytest.mark.django_db
AGENTS, RIGHTS, STAFF = (
    f"/admin/accounts/{name}/" for name in ("agent", "authorization", "account")
)
NUMBER = "110101199003072938"
NEW_WORD = "three unrelated words"


@pytest.fixture
def support() -> Client:
    """Somebody of the role 客服, inside."""
    return staff_client(staff_account("support1", SUPPORT))


@pytest.fixture
def manager() -> Client:
    """Somebody of the role 管理, inside."""
    return staff_client(staff_account("manager1", MANAGER))


def act(client: Client, address: str, /, **asked: object) -> str:
    """Send an act's form; returns the page that follows."""
    answer = client.post(address, asked or {"csrfmiddlewaretoken": ""}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def newest(action: str) -> OperationLog:
    """The newest entry of an operation."""
    return OperationLog.everything.filter(action=action).latest("pk")


def test_no_list_shows_a_whole_mobile_number(support: Client, maker: Side) -> None:
    for address in (
        AGENTS,
        f"{AGENTS}{maker.agent.pk}/change/",
        RIGHTS,
        "/admin/accounts/operationlog/",
    ):
        page = support.get(address).content.decode()
        assert maker.agent.name in page or "operationlog" in address
        assert maker.agent.mobile not in page


@pytest.mark.parametrize("length", [3, 7, 10])
def test_a_part_of_a_mobile_number_finds_nobody(support: Client, maker: Side, length: int) -> None:
    part = maker.agent.mobile[:length]
    assert maker.agent.name not in support.get(AGENTS, {"q": part}).content.decode()


def test_an_identity_number_is_shown_once_for_a_reason(support: Client, maker: Side) -> None:
    Agent.objects.filter(pk=maker.agent.pk).update(id_type="01", id_number=NUMBER)
    row = f"{AGENTS}{maker.agent.pk}/"
    assert NUMBER not in support.get(f"{row}change/").content.decode()
    assert NUMBER not in act(support, f"{row}do/reveal/", reason=" ")
    assert not OperationLog.everything.filter(action="identity-shown").exists()
    answer = support.post(f"{row}do/reveal/", {"reason": "核对身份"})
    assert NUMBER in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert NUMBER not in support.get(f"{row}do/reveal/").content.decode()
    entry = newest("identity-shown")
    assert entry.account is not None
    assert entry.account.name == "support1"
    assert NUMBER not in str(list(OperationLog.everything.values()))
    assert NUMBER not in str(list(Notice.objects.values()))


def test_sessions_are_ended_for_a_reason(support: Client, maker: Side) -> None:
    agent = client_of(maker.agent.account)
    home = f"/u/{maker.unit.slug}/"
    assert agent.get(home).status_code == 200
    said = act(support, f"{AGENTS}{maker.agent.pk}/do/end-sessions/", reason="疑似被盗用")
    assert "1 个会话" in said
    assert agent.get(home).status_code == 302
    assert not SignIn.objects.filter(account=maker.agent.account, ended_at=None).exists()
    assert newest("sessions-ended-by-staff").after == {"reason": "疑似被盗用", "session_count": 1}


def test_a_locked_agent_may_try_again(support: Client, maker: Side) -> None:
    visitor = Client()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = try_sign_in(visitor, maker.agent.mobile, password="wrong")
    assert answer.status_code == 429
    address = f"{AGENTS}{maker.agent.pk}/do/unlock/"
    with pytest.MonkeyPatch.context() as patched:
        # A test's transaction never commits by itself.
        patched.setattr("django.db.transaction.on_commit", lambda work, **_more: work())
        assert "已解除" in act(support, address, reason="本人来电")
    assert not AccessAttempt.objects.filter(username=maker.agent.mobile).exists()
    assert try_sign_in(visitor, maker.agent.mobile, password="wrong").status_code == 200
    assert newest("sign-in-unlocked").target.endswith("）")


def test_a_right_is_withdrawn_and_both_are_told(support: Client, maker: Side) -> None:
    right = Authorization.objects.of(maker.unit).get(business="maker-upload")
    agent = client_of(maker.agent.account)
    upload = f"/u/{maker.unit.slug}/maker/upload/"
    assert agent.get(upload).status_code == 200
    assert "已取消" in act(support, f"{RIGHTS}{right.pk}/do/withdraw/", reason="材料不实")
    assert agent.get(upload).status_code == 403
    right.refresh_from_db()
    assert right.revoked_at is not None
    for told in (maker.unit.account, maker.agent.account):
        assert "材料不实" in message(Notice.objects.filter(account=told).latest("pk")).text
    assert newest("authorization-withdrawn").before == {"businesses": ["maker-upload"]}
    assert "此操作在当前状态下不适用" in act(
        support, f"{RIGHTS}{right.pk}/do/withdraw/", reason="x"
    )
    with pytest.raises(Refused, match="已经结束") as caught:
        withdraw_authorization(right, "x")
    assert caught.value.code == "authorization_ended"


def test_the_log_is_narrowed_by_what_is_typed(support: Client, maker: Side, stranger: Side) -> None:
    log = "/admin/accounts/operationlog/"
    for side in (maker, stranger):
        revoke(side.unit, side.agent, "maker-upload")

    def units(**asked: str) -> set[str]:
        page = support.get(log, asked).content.decode()
        return {side.unit.name for side in (maker, stranger) if side.unit.name in page}

    both = {maker.unit.name, stranger.unit.name}
    assert units() == both
    assert units(of_unit=maker.unit.slug) == {maker.unit.name}
    assert units(of_unit=stranger.unit.uscc, action="permissions-saved") == {stranger.unit.name}
    assert units(action="signed-out") == set()
    assert units(**{"from": "2000-01-01", "to": "9999-12-31"}) == both
    assert units(to="2000-01-01") == set()
    assert units(from_address="10.0.0.1") == set()
    for wrong in ({"of_unit": "nobody1"}, {"from": "1.1.2026"}, {"from_address": "10.0"}):
        assert units(**wrong) == both
        assert "已忽略" in support.get(log, wrong).content.decode()


def test_a_manager_makes_a_colleague(manager: Client) -> None:
    asked = {"name": "Colleague1", "password": NEW_WORD, "roles": [REVIEWER.title]}
    assert "已开通工作人员账号 colleague1" in act(manager, f"{STAFF}add/", **asked)
    made = Account.objects.get(name="colleague1")
    assert made.is_staff
    assert not made.is_superuser
    assert [group.name for group in made.groups.all()] == [REVIEWER.title]
    assert newest("staff-created").after == {"staff_roles": [REVIEWER.title]}
    client = Client()
    assert first_step(client, "colleague1", NEW_WORD)["Location"] == "/admin/enrol/"


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("1x", NEW_WORD, "工作人员账号“1x”不可用"),
        ("manager1", NEW_WORD, "已被使用"),
        ("colleague1", "short", "密码不符合要求"),
        ("", NEW_WORD, "请填写账号"),
    ],
)
def test_a_colleague_that_cannot_be_made(
    manager: Client, name: str, password: str, said: str
) -> None:
    page = act(manager, f"{STAFF}add/", name=name, password=password, roles=[SUPPORT.title])
    assert said in page
    assert password not in page
    assert not Account.objects.filter(name="colleague1").exists()


def test_roles_are_given_and_taken(manager: Client) -> None:
    colleague = staff_account("colleague1", REVIEWER)
    theirs = staff_client(colleague)
    assert theirs.get("/admin/accounts/qualification/").status_code == 200
    edit = f"{STAFF}{colleague.pk}/do/edit/"
    act(manager, edit, roles=[SUPPORT.title], active="on")
    assert theirs.get("/admin/accounts/qualification/").status_code == 403
    assert theirs.get(AGENTS).status_code == 200
    entry = newest("staff-changed")
    assert (entry.before or {})["staff_roles"] == [REVIEWER.title]
    act(manager, edit, roles=[SUPPORT.title])
    assert theirs.get(AGENTS).status_code == 302
    assert first_step(Client(), "colleague1").status_code == 200


def test_nobody_changes_oneself(manager: Client) -> None:
    me = Account.objects.get(name="manager1")
    assert "不能修改自己" in act(manager, f"{STAFF}{me.pk}/do/edit/", roles=[SUPPORT.title])
    me.refresh_from_db()
    assert me.is_active


def test_roles_that_do_not_exist(manager: Client) -> None:
    colleague = staff_account("colleague1")
    with pytest.raises(Refused, match="没有角色“站长”") as caught:
        change_staff(colleague, roles=["站长"], active=True)
    assert caught.value.code == "role_unknown"


def test_a_lost_telephone_is_reset_on_the_page(manager: Client) -> None:
    colleague = with_factor(staff_account("colleague1", REVIEWER))
    theirs = staff_client(colleague)
    act(manager, f"{STAFF}{colleague.pk}/do/reset-factor/", reason="手机遗失")
    assert not Factor.objects.filter(account=colleague).exists()
    assert theirs.get("/admin/").status_code == 302
    entry = newest("factor-reset")
    assert entry.after == {"reason": "手机遗失"}
    assert entry.account is not None
    assert entry.account.name == "manager1"


def test_a_lost_password_is_reset_on_the_page(manager: Client) -> None:
    colleague = with_factor(staff_account("colleague1", REVIEWER))
    theirs = staff_client(colleague)
    address = f"{STAFF}{colleague.pk}/do/reset-password/"
    assert "密码不符合要求" in act(manager, address, password="short", reason="忘记密码")
    act(manager, address, password=NEW_WORD, reason="忘记密码")
    assert theirs.get("/admin/").status_code == 302
    assert first_step(Client(), "colleague1", PASSWORD).status_code == 200
    assert first_step(Client(), "colleague1", NEW_WORD)["Location"] == "/admin/factor/"
    assert NEW_WORD not in str(list(OperationLog.everything.values()))


def test_units_and_agents_are_no_colleagues(manager: Client, maker: Side) -> None:
    assert maker.unit.slug not in manager.get(STAFF).content.decode()
    for account in (maker.unit.account, maker.agent.account):
        address = f"{STAFF}{account.pk}/do/reset-password/"
        assert manager.post(address, {"password": NEW_WORD, "reason": "x"}).status_code == 404


def test_ones_own_password_is_changed_and_the_session_stays(manager: Client) -> None:
    elsewhere = Client()
    elsewhere.force_login(Account.objects.get(name="manager1"))
    asked = {"password": PASSWORD, "new_password": NEW_WORD, "again": NEW_WORD}
    assert "密码已修改" in act(manager, "/admin/password_change/", **asked)
    assert manager.get("/admin/").status_code == 200
    assert Account.objects.get(name="manager1").check_password(NEW_WORD)
    assert "_auth_user_id" not in (elsewhere.get("/admin/"), elsewhere.session)[1]
    wrong = act(manager, "/admin/password_change/", **{**asked, "again": "other words here"})
    assert "不一致" in wrong
