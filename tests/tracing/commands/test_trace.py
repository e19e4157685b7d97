"""`trace`: the JSON, the sentences, the exit codes."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from jsonschema import validate

from portal.management.reporting import Exit
from tests.factories import UnitFactory
from tests.tracing.factories import MADE, DrugBatchFactory, EventFactory, box, packed, small
from tracing.stores.models_codes import TraceCode
from tracing.traces.trace import MEND, UNCORROBORATED

pytestmark = pytest.mark.django_db
SCHEMA = json.loads((settings.BASE_DIR / "docs/schemas/trace.json").read_text(encoding="utf-8"))


@pytest.fixture
def code() -> TraceCode:
    """A pack, shipped in its large box."""
    batch = DrugBatchFactory.create()
    made = packed(batch.unit, batch, 25)[0]
    EventFactory.create(code=box(0, 3), unit=batch.unit)
    return made


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("trace", *arguments, stdout=out)
    return out.getvalue()


def as_json(*arguments: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(run(*arguments, "--json"))
    validate(result, SCHEMA)
    return result


def test_the_json_of_a_pack(code: TraceCode) -> None:
    result = as_json(code.code, "--unit", code.unit.slug)
    assert result["code"] == code.code
    assert result["product"]["pacspec"] == "每盒60粒"
    assert result["boxes"] == [
        {"level": 3, "title": "大包装", "code": box(0, 3)},
        {"level": 2, "title": "中包装", "code": box(0, 2)},
    ]
    assert [node["title"] for node in result["nodes"]] == ["生产入库", "生产出库"]
    assert result["nodes"][1] == {
        "title": "生产出库",
        "time": (MADE + timedelta(days=2)).isoformat(),
        "organisation": code.unit.name,
        "note": "由生产企业出库时产生",
        "inherited_from": box(0, 3),
    }
    assert result["nodes"][1]["time"].endswith("+08:00")


def test_a_box_counts_what_it_holds(code: TraceCode) -> None:
    assert as_json(box(0, 2), "--unit", code.unit.uscc)["contents_count"] == 10


def test_without_a_unit_staff_look(code: TraceCode) -> None:
    assert as_json(code.code) == as_json(code.code, "--unit", code.unit.slug)


def test_who_is_not_corroborated_is_told_why(code: TraceCode) -> None:
    trader = UnitFactory.create(is_maker=False, is_distributor=True)
    EventFactory.create(code=code.code, unit=trader, kind="circulation-in")
    result = as_json(code.code, "--unit", trader.slug)
    assert (result["restricted"], result["nodes"]) == (UNCORROBORATED, [])
    assert [told["title"] for told in result["uncorroborated"]] == ["流通入库"]
    said = run(code.code, "--unit", trader.slug)
    assert UNCORROBORATED in said
    assert "未印证：流通入库" in said
    owners = run(code.code, "--unit", code.unit.slug)
    assert f"由 {trader.name} 上传" in owners
    assert MEND in owners


def test_the_sentences_hold_facts_boxes_and_nodes(code: TraceCode) -> None:
    said = run(code.code, "--unit", code.unit.slug)
    assert "药品生产批号：L" in said
    assert f"大包装：{box(0, 3)}" in said
    assert f"2. 生产出库 2024-12-17 16:15:00 {code.unit.name}，继承自 {box(0, 3)}" in said


def test_a_stranger_an_unknown_and_a_wrong_code_end_alike(code: TraceCode) -> None:
    stranger = UnitFactory.create()
    for asked in (code.code, small(999), "不是追溯码"):
        with pytest.raises(CommandError, match=f"未查到追溯码 {asked}") as caught:
            run(asked, "--unit", stranger.slug, "--json")
        assert caught.value.returncode == Exit.NOT_FOUND


def test_an_unknown_unit_is_said(code: TraceCode) -> None:
    with pytest.raises(CommandError, match="没有单位 nobody1") as caught:
        run(code.code, "--unit", "nobody1")
    assert caught.value.returncode == Exit.NOT_FOUND
