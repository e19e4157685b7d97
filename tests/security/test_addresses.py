"""Addresses that come from outside: `next`, the page one was on, a day that no day follows."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.test import Client

from portal.lib.clock import local_day_bounds
from tests.accounts.signing_in.signing import try_sign_in
from tests.people import Side


@pytest.mark.parametrize(
    "address",
    [
        "foo",
        "?page=2",
        "healthz",
        "admin:index",
        "./",
        "\t//evil.example/",
        "///evil.example/",
        "http:evil.example",
        "/x" * 3_000,
    ],
)
def test_next_is_a_path_of_this_site_or_nothing(client: Client, maker: Side, address: str) -> None:
    answer = try_sign_in(client, maker.agent.mobile, next=address)
    assert answer["Location"] == f"/u/{maker.unit.slug}/"


def test_next_writes_no_header(client: Client, maker: Side) -> None:
    answer = try_sign_in(client, maker.agent.mobile, next="/u/\r\nX-Written: yes")
    assert answer["Location"] == "/u/%0D%0AX-Written:%20yes"
    assert not answer.has_header("X-Written")


def test_next_is_written_as_text(db: None, client: Client) -> None:
    page = client.get("/login/", {"next": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page
    assert "&quot;&gt;&lt;script&gt;" in page


@pytest.mark.parametrize("header", ["HX-Current-URL", "Referer"])
def test_a_page_whose_address_is_none_is_forgotten(
    client: Client, maker: Side, header: str
) -> None:
    headers = {"HX-Request": "true", header: "http://[x"}
    answer = client.get(f"/u/{maker.unit.slug}/", headers=headers)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/login/"


def test_a_page_of_another_host_leads_back_to_none_of_it(client: Client, maker: Side) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://a.example//evil.example/x"}
    login = client.get(f"/u/{maker.unit.slug}/", headers=headers)["HX-Redirect"]
    assert login == "/login/?next=%2F%2Fevil.example%2Fx"
    answer = try_sign_in(client, maker.agent.mobile, next="//evil.example/x")
    assert answer["Location"] == f"/u/{maker.unit.slug}/"


def test_the_page_of_a_locked_account_is_stored_nowhere(client: Client, maker: Side) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = try_sign_in(client, maker.unit.slug, password="wrong")
    assert answer.status_code == 429
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_the_first_and_the_last_day_can_be_asked_for(
    maker: Side, agent_client: Client, day: str
) -> None:
    address = f"/u/{maker.unit.slug}/maker/upload/?manu_date={day}"
    assert "没有符合条件的数据" in agent_client.get(address).content.decode()


def test_the_last_day_ends_with_time() -> None:
    start, end = local_day_bounds(date.max, date.max)
    assert start == datetime(9999, 12, 30, 16, tzinfo=UTC)
    assert end == datetime(9999, 12, 31, 15, 59, 59, 999_999, tzinfo=UTC)


def test_a_host_that_is_not_ours_is_no_request(db: None) -> None:
    answer = Client(raise_request_exception=False).get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()
    assert "default-src 'self'" in answer["Content-Security-Policy"]
