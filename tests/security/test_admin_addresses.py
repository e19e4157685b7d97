"""Who may open what of the staff's site: every address, compared with admin_table.py beside this.

An address missing from the table fails the test. Outside the sign-in, whoever is not staff inside
is sent to it; staff inside get what the table says for their roles, 403 where it names none.
"""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from pytest_django.fixtures import Settings

from accounts.staff.roles import REVIEWER, ROLES
from tests.accounts.staff.staff import staff_account, staff_client
from tests.factories import UnitFactory
from tests.people import Side, again, client_of, side
from tests.security.admin_table import ELSEWHERE, SIGN_IN, TABLE, Page
from tests.walking import addresses, snapshot

# Answered by GET alone, said before the right is asked for.
READ_ONLY = {"autocomplete"}

pages = pytest.mark.parametrize("page", TABLE, ids=lambda page: page.name)


@pytest.fixture(scope="module")
def owner(kept: None) -> Side:
    """A maker that distributes as well, about which there are rows."""
    return side(UnitFactory.create(is_distributor=True))


@pytest.fixture(scope="module")
def outside(kept: None) -> dict[str, Client]:
    """Who is not staff, or has not given the one-time code; the owner's people have no session."""
    other = side(UnitFactory.create())
    return {
        "nobody": Client(),
        "agent": client_of(other.agent.account),
        "unit": client_of(other.unit.account),
        "without the code": client_of(staff_account("nocode", *ROLES, superuser=True)),
    }


@pytest.fixture(scope="module")
def inside(owner: Side) -> dict[str, Client]:
    """Staff by the title of their role, and by "" who has none."""
    roles = {"": (), **{role.title: (role,) for role in ROLES}}
    return {
        title: staff_client(staff_account(f"staff{place}", *of_title))
        for place, (title, of_title) in enumerate(roles.items())
    }


@pytest.fixture
def maker(db: None, owner: Side) -> Side:
    """The maker, for one test."""
    return again(owner)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Any) -> None:
    """Papers and documents lie in the test's own folder, and wait for staff."""
    settings.PORTAL_FILES = tmp_path
    settings.PORTAL_APPROVALS = "staff"


def address_of(page: Page, side: Side) -> str:
    """The page's address, about a row made for it."""
    if page.name == "app_list":
        return reverse("admin:app_list", args=["accounts"])
    if page.name == "view_on_site":
        return reverse("admin:view_on_site", args=[999_999, 1])
    arguments = [page.make(side).pk] if page.make else []
    return reverse(f"admin:{page.name}", args=arguments)


def status(client: Client, method: str, address: str, data: dict[str, str] | None = None) -> int:
    """Ask for an address, and read a file that comes to its end."""
    answer = client.get(address) if method == "GET" else client.post(address, data or {})
    b"".join(answer)
    return answer.status_code


def shut_to(page: Page) -> list[str]:
    """The titles of the roles that a page is shut to, and "" for who has none."""
    if page.any_staff:
        return []
    return ["", *(role.title for role in ROLES if role not in page.roles)]


def names() -> set[str]:
    """The names of the site's addresses; what only leads on to a row's page has none."""
    found = {name for route, name in addresses(get_resolver()) if route.startswith("admin/")}
    return {name.removeprefix("admin:") for name in found if "<path:object_id>/" not in name[-18:]}


def test_every_address_is_in_the_table() -> None:
    listed = {page.name for page in TABLE} | SIGN_IN.keys() | ELSEWHERE
    catch_all = {name for name in names() if name.startswith("admin/")}
    assert names() - listed - catch_all == set(), "addresses without a line in this table"
    assert listed - names() == set(), "lines of this table without an address"
    assert {name for name in catch_all if "<path:object_id>" not in name} == {"admin/(?P<url>.*)$"}


def test_the_way_in_is_open(client: Client, db: None) -> None:
    for name, expected in SIGN_IN.items():
        assert status(client, "GET", reverse(f"admin:{name}")) == expected


@pages
def test_who_may_not_see_a_page(
    page: Page, maker: Side, outside: dict[str, Client], inside: dict[str, Client]
) -> None:
    """Who is not inside is sent to the way in; to all others it is shut, and nothing changes."""
    address = address_of(page, maker)
    not_inside = {who: again(client) for who, client in outside.items()}
    shut_out = {title: again(inside[title]) for title in shut_to(page)}
    before = snapshot()
    for who, client in not_inside.items():
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 302, who
            assert answer["Location"].startswith("/admin/login/"), who
        assert snapshot() == before, who
    for title, client in shut_out.items():
        # Django hides the list of tables from those who may see none.
        shut = 404 if page.name == "app_list" and not title else 403
        # What only answers POST says so before it asks for the right.
        assert status(client, "GET", address) == (405 if page.status == 405 else shut), title
        assert status(client, "POST", address) == (405 if page.name in READ_ONLY else shut), title
        assert snapshot() == before, title


@pages
def test_who_may_see_a_page(page: Page, maker: Side, inside: dict[str, Client]) -> None:
    """Each role is asked as if no other had been."""
    address = address_of(page, maker)
    people = {title: again(client) for title, client in inside.items()}
    for title in [title for title in people if title not in shut_to(page)]:
        with transaction.atomic():
            assert status(people[title], "GET", address) == page.status, title
            # Who has no role is only shown what is there for all.
            if page.post is not None and title:
                assert status(people[title], "POST", address) == page.post, title
            transaction.set_rollback(True)


@pages
def test_a_role_that_only_sees_changes_nothing(
    page: Page, maker: Side, inside: dict[str, Client]
) -> None:
    """Whoever may see a row and not act upon it can send what they like."""
    client = again(inside[REVIEWER.title])
    if REVIEWER in page.roles and page.post is None and page.make:
        address = address_of(page, maker)
        before = snapshot()
        assert status(client, "POST", address, {"name": "x", "_save": "1"}) in (200, 302, 403)
        assert snapshot() == before
