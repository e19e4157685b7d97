"""消息: the bell, the list, and reading it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.core.models import Account
from accounts.messages.actions import read_notices
from accounts.messages.models import Notice
from accounts.messages.notices import notify
from accounts.messages.queries import MOST_UNREAD, NOTICES_PAGE, unread_notices
from tests.people import Side

pytestmark = pytest.mark.django_db


def tell(account: Account, times: int = 1) -> Notice:
    """Tell the account of returned papers; returns the last notice."""
    for number in range(1, times + 1):
        last = notify(account, "qualification-returned", paper="营业执照", reason=f"第 {number} 次")
    return last


def bell(client: Client) -> str:
    """Return what the bell shows; nothing when all is read."""
    page = client.get("/notices/").content.decode()
    count = page.partition('class="bell-count">')[2].partition("<")[0]
    return count.strip()


def test_the_bell_counts_what_is_unread(maker: Side, stranger: Side, unit_client: Client) -> None:
    assert bell(unit_client) == ""
    tell(maker.unit.account, 2)
    tell(stranger.unit.account)
    assert bell(unit_client) == "2"


def test_the_bell_counts_to_a_hundred(maker: Side, unit_client: Client) -> None:
    tell(maker.unit.account, MOST_UNREAD)
    assert bell(unit_client) == "99"
    tell(maker.unit.account, 5)
    assert bell(unit_client) == "99+"


def test_a_notice_is_told_in_words_newest_first(maker: Side, unit_client: Client) -> None:
    tell(maker.unit.account, NOTICES_PAGE + 1)
    first = unit_client.get("/notices/").content.decode()
    assert f"原因：第 {NOTICES_PAGE + 1} 次；" in first
    assert "第 1 次；" not in first
    assert "第 1 / 2 页" in first
    assert "第 1 次；" in unit_client.get("/notices/", {"page": "2"}).content.decode()
    assert unit_client.get("/notices/", {"page": "x"}).status_code == 200


def test_what_a_notice_says_is_shown_as_text(maker: Side, unit_client: Client) -> None:
    notify(maker.unit.account, "qualification-returned", paper="营业执照", reason="<b>不清</b>")
    page = unit_client.get("/notices/").content.decode()
    assert "&lt;b&gt;不清&lt;/b&gt;" in page


def test_all_are_read_up_to_the_newest_that_was_seen(
    maker: Side, stranger: Side, unit_client: Client
) -> None:
    seen = tell(maker.unit.account, 3)
    page = unit_client.get("/notices/").content.decode()
    assert f'name="newest" value="{seen.pk}"' in page
    other = tell(stranger.unit.account)
    later = tell(maker.unit.account)
    answer = unit_client.post("/notices/read/", {"newest": seen.pk}, follow=True)
    assert "已将 3 条消息标为已读" in answer.content.decode()
    assert unread_notices(maker.unit.account) == 1
    read_notices(maker.unit.account, max(later.pk, other.pk))
    assert unread_notices(maker.unit.account) == 0
    assert unread_notices(stranger.unit.account) == 1


@pytest.mark.parametrize("newest", ["", "x", "-1", "9" * 60, "１"])
def test_anything_else_reads_nothing(maker: Side, unit_client: Client, newest: str) -> None:
    tell(maker.unit.account)
    answer = unit_client.post("/notices/read/", {"newest": newest}, follow=True)
    assert "没有未读消息" in answer.content.decode()
    assert unread_notices(maker.unit.account) == 1


def test_the_bell_costs_no_query_of_its_own(maker: Side, unit_client: Client) -> None:
    address = f"/u/{maker.unit.slug}/certificates/upload/"
    for headers in ({}, {"HX-Request": "true"}):
        with CaptureQueriesContext(connection) as asked:
            unit_client.get(address, headers=headers)
        counting = [query["sql"] for query in asked if "accounts_notice" in query["sql"]]
        assert ["accounts_signin" in statement for statement in counting] == [True]


def test_nobody_has_no_notices(client: Client) -> None:
    assert client.get("/notices/").headers["Location"].startswith("/login/")
    assert client.post("/notices/read/").headers["Location"].startswith("/login/")
