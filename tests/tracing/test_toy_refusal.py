"""A refusal that only its declaration makes: raised by actions, shown wherever one is shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from portal.lib import refused as module
from portal.lib.refused import Ground, Refused, catalogue, declare, refusal
from tests.people import Side
from tests.tracing.factories import DrugBatchFactory
from tracing.exports import views as export_views
from tracing.exports.models import Export
from tracing.records.description import as_mapping, as_markdown
from tracing.stores.models import DrugBatch
from tracing.uploads import views_voids
from tracing.uploads.models import Submission

pytestmark = pytest.mark.django_db

SAID = "没有找到玩具“积木”；请核对名称。"
INFO = "domestic-drug-info"


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue with one code more, at a field and at a gate."""
    monkeypatch.setattr(module, "_CATALOGUE", dict(catalogue()))
    declare(Ground.NOT_FOUND, {"toy_missing": "没有找到玩具“{name}”；请核对名称。"}, place="reason")
    declare(Ground.INVALID, {"toy_broken": "玩具“{name}”坏了；请换一个。"}, place="sheet")


def no_toy(**_asked: Any) -> None:
    """An action that says no."""
    raise Refused("toy_missing", name="积木")


def test_a_form_shows_it_at_its_place(
    maker: Side, agent_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN1")
    monkeypatch.setattr(views_voids, "void_rows", no_toy)
    answer = agent_client.post(
        f"/u/{maker.unit.slug}/maker/upload/void/",
        {"record": INFO, "key": ["SN1"], "asked": "1", "reason": "录入有误"},
    )
    assert answer.status_code == 422
    form = answer.context["form"]
    assert form.errors.get_json_data() == {"reason": [{"message": SAID, "code": "toy_missing"}]}
    assert SAID in answer.content.decode()
    assert DrugBatch.objects.of(maker.unit).filter(voided_at=None).exists()


def test_a_page_without_a_form_says_it(
    maker: Side, agent_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    DrugBatchFactory.create(unit=maker.unit)
    monkeypatch.setattr(export_views, "request_export", no_toy)
    answer = agent_client.post(
        f"/u/{maker.unit.slug}/maker/query/export/", {"by": "code", "code": "8" * 20}
    )
    assert [str(said) for said in get_messages(answer.wsgi_request)] == [SAID]


def test_a_row_keeps_it_and_the_dialog_words_it(maker: Side, agent_client: Client) -> None:
    why = refusal("toy_broken", name="积木")
    kept = Submission.objects.create(
        unit=maker.unit,
        agent=maker.agent,
        record_code=INFO,
        source="page",
        state="refused",
        refusal_code=why.code,
        refusal_detail=why.kept,
    )
    kept.files.create(number=1, name="a.xlsx", stored_name="a", size=1, sha256="0" * 64)
    assert Submission.objects.of(maker.unit).get().refusal == why
    assert Export(failure_code=why.code, failure_detail=why.kept).refusal == why
    page = agent_client.get(f"/u/{maker.unit.slug}/maker/uploads/{kept.pk}/").content.decode()
    assert "文件未通过：工作表和列标题检查" in page
    assert "玩具“积木”坏了；请换一个。" in page


def test_programs_and_readers_are_told_of_it() -> None:
    assert {
        "code": "toy_missing",
        "status": 404,
        "message": "没有找到玩具“{name}”；请核对名称。",
        "details": ["name"],
    } in as_mapping()["refusals"]
    assert "| `toy_broken` | 422 | 玩具“{name}”坏了；请换一个。 |" in as_markdown()
