"""Numbers that no page of ours sends: page 0, ten digits too many, minus one, no number at all."""

import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.core.requests import whole
from accounts.staff.roles import ROLES
from tests.access_table import TABLE, Row
from tests.accounts.staff.staff import staff_account, staff_client
from tests.people import Side, again, client_of, clients_of, one_of_each_kind
from tests.structure import PRODUCT, sources

HOSTILE = ("0", "-1", "1.5", "1e9", "٣", "x", "", "9" * 12, "9" * 30, "9" * 5_000)
# One of each kind; that every view reads as `whole` does is looked at in its source.
KINDS = ("0", "-1", "1.5", "x", "9" * 12, "9" * 5_000)
NAMES = ("page", "size", "list", "newest", "holder", "to")
LISTS = [row for row in TABLE if row.method == "GET" and 200 in (row.member, row.holder, row.unit)]


@pytest.fixture(scope="module")
def sides(kept: None) -> dict[str, Side]:
    """A unit of each kind."""
    return one_of_each_kind()


@pytest.fixture(scope="module")
def sessions(sides: dict[str, Side]) -> dict[tuple[str, bool], Client]:
    """Their own accounts and their agents, by kind and whether it is the unit's own."""
    return clients_of(sides)


@pytest.mark.parametrize(
    ("given", "read"), [("3", 3), ("007", 7), ("0", 0), ("999999999", 999_999_999)]
)
def test_a_number_is_read(given: str, read: int) -> None:
    assert whole({"page": given}, "page", 1) == read


@pytest.mark.parametrize("given", [*HOSTILE[1:], "1000000000", " 3", "3\n"])
def test_what_is_no_number_is_the_default(given: str) -> None:
    assert whole({"page": given}, "page", 1) == 1
    assert whole({}, "page", 1) == 1


def test_no_view_reads_numbers_in_another_place() -> None:
    """Readers of lists take whole numbers alone, which mypy sees to."""
    steps = ("views", "admin")
    views = [file for file in sources(*PRODUCT) if file.stem.split("_")[0] in steps]
    assert len(views) > 30
    # What a clock says is no number of a stranger's.
    reading = re.compile(r"\bint\((?!timezone)")
    assert [path.name for path in views if reading.search(path.read_text())] == []


@pytest.mark.django_db
@pytest.mark.parametrize("row", LISTS, ids=lambda row: f"{row.name}-{row.business}")
def test_pages_of_a_unit(
    sides: dict[str, Side], sessions: dict[tuple[str, bool], Client], row: Row
) -> None:
    kind = "distributor" if row.business.startswith("distributor") else "maker"
    of = again(sides[kind])
    arguments, query = row.make(of)
    address = reverse(row.name, kwargs={"slug": of.unit.slug, **arguments})
    client = again(sessions[kind, row.unit == 200])
    for number in KINDS:
        answer = client.get(address, {**dict.fromkeys(NAMES, number), **query})
        b"".join(answer)
        assert answer.status_code < 500, number[:12]


@pytest.mark.django_db
def test_pages_of_an_account(maker: Side) -> None:
    client = client_of(maker.agent.account)
    for address in ("/notices/", "/help/feedback/", "/help/faq/", "/services/", "/units/"):
        for number in KINDS:
            assert client.get(address, dict.fromkeys(NAMES, number)).status_code < 500
    for number in KINDS:
        assert client.post("/notices/read/", {"newest": number}).status_code == 302


@pytest.mark.django_db
def test_lists_of_staff() -> None:
    client = staff_client(staff_account("staff1", *ROLES, superuser=True))
    for model, page in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        filters = [getattr(each, "parameter_name", each) for each in page.list_filter]
        wanted = [f"{each}{end}" for each in filters for end in ("", "__exact", "__id__exact")]
        for number in KINDS:
            for parameter in ("p", "o", *wanted):
                answer = client.get(reverse(f"{name}_changelist"), {parameter: number})
                assert answer.status_code < 500, (name, parameter, number[:12])
            assert client.get(reverse(f"{name}_change", args=[number])).status_code < 500
