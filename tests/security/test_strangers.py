"""Another unit's uploads and exports answer, to the byte, as ids that nobody ever gave out."""

from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.access_table import TABLE, Row
from tests.people import Side

OF_ONE = [row for row in TABLE if "submission" in row.name or "export-" in row.name]


def answered(client: Client, method: str, address: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers without the request's own id, and body."""
    answer = client.get(address) if method == "GET" else client.post(address)
    headers = {k: v for k, v in answer.items() if k != "X-Request-ID"}
    return answer.status_code, headers, b"".join(answer)


@pytest.mark.parametrize("row", OF_ONE, ids=lambda row: f"{row.method} {row.name}")
def test_an_id_of_another_unit_is_one_that_does_not_exist(
    row: Row, maker: Side, stranger: Side, stranger_client: Client
) -> None:
    theirs, _ = row.make(maker)
    # A file has a number within its upload: that of the same number of an upload that nobody has.
    nobodys = {name: uuid4() if isinstance(id_, UUID) else id_ for name, id_ in theirs.items()}
    slug = stranger.unit.slug
    found, unknown = (
        answered(stranger_client, row.method, reverse(row.name, kwargs={"slug": slug, **ids}))
        for ids in (theirs, nobodys)
    )
    assert found == unknown
    assert found[0] == 404


def test_the_table_has_such_addresses() -> None:
    assert len(OF_ONE) >= 9


@pytest.mark.parametrize("page", ["", "agents/", "log/", "maker/upload/", "maker/query/"])
def test_another_unit_is_one_that_does_not_exist(
    maker: Side, stranger_client: Client, page: str
) -> None:
    found = answered(stranger_client, "GET", f"/u/{maker.unit.slug}/{page}")
    assert found == answered(stranger_client, "GET", f"/u/nobody/{page}")
    assert found[0] == 404


def test_an_agent_of_another_unit_is_one_that_does_not_exist(
    maker: Side, stranger: Side, unit_client: Client
) -> None:
    agents = f"/u/{maker.unit.slug}/agents/"
    found = answered(unit_client, "GET", f"{agents}{stranger.agent.pk}/")
    for number in (stranger.agent.pk + 1000, 2**63 - 1, 2**63, 10**60):
        assert answered(unit_client, "GET", f"{agents}{number}/") == found
    assert found[0] == 404
