"""Signing out: nothing of the session is left in the browser.

That every page offers it is looked at where all are walked, in tests/accounts/core/test_access.py
and test_access_outside.py.
"""

from django.conf import settings
from django.test import Client

from accounts.signing_in.devices import COOKIE
from tests.accounts.signing_in.session_of import home, sign_in_of
from tests.accounts.signing_in.signing import try_sign_in
from tests.accounts.staff.staff import staff_account, staff_client
from tests.factories import PASSWORD
from tests.people import Side


def test_at_sign_out_the_browser_is_told_to_forget(client: Client, maker: Side) -> None:
    try_sign_in(client, maker.agent.mobile)
    assert "Clear-Site-Data" not in client.get(home(maker))
    device = client.cookies[COOKIE].value
    answer = client.post("/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    # The device is known at the next sign-in: the cookie stays.
    assert client.cookies[COOKIE].value == device
    assert "Clear-Site-Data" not in client.get("/login/")


def test_so_it_is_told_however_the_session_ends_here(maker: Side, agent_client: Client) -> None:
    row = sign_in_of(agent_client)
    answer = agent_client.post("/sessions/end/", {"sign_in": str(row.pk), "password": PASSWORD})
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    staff = staff_client(staff_account())
    assert staff.post("/admin/logout/")["Clear-Site-Data"] == '"cache", "storage"'


def test_a_message_nobody_saw_does_not_outlive_the_session(
    maker: Side, agent_client: Client
) -> None:
    """The next one at this browser may be somebody else."""
    agent_client.post("/help/feedback/", {"text": "上传后一直没有结果", "page": ""})
    assert agent_client.post("/logout/").cookies.keys() <= {"sessionid", "csrftoken"}
    assert "反馈已提交" not in agent_client.get("/login/").content.decode()


def test_no_script_of_ours_stores_anything_in_the_browser() -> None:
    scripts = sorted((settings.BASE_DIR / "static").rglob("*.js"))
    assert scripts
    for script in scripts:
        for store in ("localStorage", "sessionStorage", "indexedDB", "caches.", "document.cookie"):
            assert store not in script.read_text(), script.name
    # htmx would keep pages for its own Back.
    assert '"historyCacheSize": 0' in (settings.BASE_DIR / "templates/base.html").read_text()
