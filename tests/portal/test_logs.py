"""What the log says about requests: each line by its id, refusals in one line, HEAD like GET."""

import io
import logging
from collections.abc import Iterator
from copy import deepcopy
from logging.config import DictConfigurator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from portal.static_files import StaticFiles
from tests.access_outside import OUTSIDE_TABLE, Outside
from tests.access_table import TABLE, Row
from tests.accounts.staff.staff import staff_account, staff_client
from tests.people import Side, again, clients_of, one_of_each_kind

GET_PAGES = [row for row in TABLE if row.method == "GET" and 200 in (row.holder, row.unit)]
OUTSIDE = [row for row in OUTSIDE_TABLE if row.method == "GET" and row.agent == 200]


@pytest.fixture(scope="module")
def sides(kept: None) -> dict[str, Side]:
    """A unit of each kind."""
    return one_of_each_kind()


@pytest.fixture(scope="module")
def sessions(sides: dict[str, Side]) -> dict[tuple[str, bool], Client]:
    """Their own accounts and their agents, by kind and whether it is the unit's own."""
    return clients_of(sides)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the handler of the settings writes; the lines end with this test."""
    # A copy: what configures a filter takes its class out of what it is given.
    logged: dict[str, Any] = deepcopy(settings.LOGGING)
    (name,) = logged["root"]["handlers"]
    stream = io.StringIO()
    configured = DictConfigurator({**logged, "version": 1})
    handler = logging.StreamHandler(stream)
    wanted = logged["handlers"][name]
    formatter = logged["formatters"][wanted["formatter"]]
    handler.setFormatter(configured.configure_formatter(formatter))
    for each in wanted["filters"]:
        handler.addFilter(configured.configure_filter(logged["filters"][each]))
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nothing/", "/u/nobody/", "/admin/nothing/"])
def test_a_404_is_said_with_the_id_of_its_request(
    client: Client, maker: Side, log: io.StringIO, address: str
) -> None:
    client.force_login(maker.agent.account)
    answer = client.get(address, headers={"X-Request-ID": "proxy-4711"})
    said = [line for line in log.getvalue().splitlines() if address in line]
    assert answer.status_code in (302, 404)
    assert len(said) == (answer.status_code == 404)
    assert all("WARNING django.request [proxy-4711]" in line for line in said)


@pytest.mark.django_db
def test_a_refusal_is_one_line_without_a_traceback(log: io.StringIO) -> None:
    client = staff_client(staff_account("staff1"))
    given = {"X-Request-ID": "proxy-4711"}
    assert client.get("/admin/accounts/unit/", headers=given).status_code == 403
    assert client.get("/", headers={**given, "Host": "evil.example"}).status_code == 400
    assert client.get("/login/?x=%00", headers=given).status_code == 400
    lines = log.getvalue().splitlines()
    assert len(lines) == 3, lines
    assert all("[proxy-4711]" in line for line in lines)


def test_a_fault_of_ours_keeps_its_traceback(log: io.StringIO) -> None:
    try:
        raise RuntimeError("a fault of ours")
    except RuntimeError:
        logging.getLogger("django.request").exception(
            "Internal Server Error", extra={"status_code": 500}
        )
    assert "Traceback" in log.getvalue()
    assert "a fault of ours" in log.getvalue()


# To look without seeing would use up the one time that a secret is shown.
SHOWN_ONCE = {"accounts:key-secret", "accounts:webhook-secret"}


@pytest.mark.django_db
@pytest.mark.parametrize("row", GET_PAGES, ids=lambda row: f"{row.name}-{row.business}")
def test_head_is_answered_like_get(
    sides: dict[str, Side], sessions: dict[tuple[str, bool], Client], log: io.StringIO, row: Row
) -> None:
    kind = "distributor" if row.business.startswith("distributor") else "maker"
    of = again(sides[kind])
    arguments, query = row.make(of)
    client = again(sessions[kind, row.unit == 200])
    log.truncate(0)
    answer = client.head(reverse(row.name, kwargs={"slug": of.unit.slug, **arguments}), query)
    # A file is closed when it has been read.
    b"".join(answer)
    if row.name in SHOWN_ONCE:
        assert answer.status_code == 405
    else:
        assert (answer.status_code, log.getvalue()) == (200, "")


@pytest.mark.django_db
@pytest.mark.parametrize("row", OUTSIDE, ids=lambda row: row.name)
def test_head_outside_a_unit(
    sides: dict[str, Side],
    sessions: dict[tuple[str, bool], Client],
    log: io.StringIO,
    row: Outside,
) -> None:
    arguments, query = row.make(again(sides["maker"]))
    client = again(sessions["maker", False])
    log.truncate(0)
    answer = client.head(reverse(row.name, kwargs=arguments), query)
    # A file is closed when it has been read.
    b"".join(answer)
    assert (answer.status_code, log.getvalue()) == (200, "")


def test_the_list_of_static_files_is_not_served(settings: Settings, tmp_path: Path) -> None:
    settings.PORTAL_DATA = tmp_path
    root = tmp_path / "static"
    root.mkdir()
    (root / "staticfiles.json").write_text("left by an earlier version")
    storage = StaticFiles(location=str(root))
    storage.save_manifest()
    assert (tmp_path / "staticfiles.json").is_file()
    assert list(root.iterdir()) == []
