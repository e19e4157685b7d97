"""Stored text is shown as text, and what is typed into a filter is meant literally."""

import pytest
from django.test import Client

from accounts.units.models import Unit
from tests.people import Side
from tests.tracing.factories import DrugBatchFactory

HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
SERIAL = '"><img src=x onerror=alert(1)>'


def test_stored_text_is_no_markup(maker: Side, agent_client: Client) -> None:
    Unit.objects.filter(pk=maker.unit.pk).update(name=HOSTILE)
    DrugBatchFactory.create(
        unit=maker.unit, trac_codg_sn=SERIAL, drug_genname=HOSTILE, manu_addr=HOSTILE
    )
    base = f"/u/{maker.unit.slug}/"
    for address in ("", "maker/upload/", "maker/query/"):
        assert_text(agent_client.get(base + address).content.decode())
    batch = agent_client.get(f"{base}maker/upload/batch/", {"sn": SERIAL})
    assert batch.status_code == 200
    assert_text(batch.content.decode())


@pytest.mark.parametrize("page", ["maker/upload/", "maker/query/", "maker/upload/import/"])
def test_what_an_address_holds_is_no_markup(maker: Side, agent_client: Client, page: str) -> None:
    names = ["trac_codg_sn", "manu_date", "rx_flag", "tab", "code", "record", "page", HOSTILE]
    asked = dict.fromkeys(names, HOSTILE)
    assert_text(agent_client.get(f"/u/{maker.unit.slug}/{page}", asked).content.decode())


def assert_text(page: str) -> None:
    """Expect the hostile text escaped, wherever it stands."""
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "&lt;" in page


@pytest.mark.parametrize(
    ("typed", "count"), [("%", 1), ("_", 1), ("%_", 0), ("\\", 1), ("'", 0), ("丙", 1), ("", 4)]
)
def test_a_filter_means_its_characters(
    maker: Side, agent_client: Client, typed: str, count: int
) -> None:
    for name in ("甲%", "乙_", "丙\\", "丁"):
        DrugBatchFactory.create(unit=maker.unit, drug_genname=name)
    answer = agent_client.get(f"/u/{maker.unit.slug}/maker/upload/", {"drug_genname": typed})
    assert f"总共<span data-total>{count}</span>条" in answer.content.decode()
