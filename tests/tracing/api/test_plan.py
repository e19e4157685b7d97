"""The 对接方案: every field, length, code, error and example in it, as text that can be copied."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.core.kinds import KINDS, UnitKind
from accounts.keys.models_webhooks import EVENT_WORDS
from tests.people import Side, client_of
from tracing.api.catalogue import INTERFACES
from tracing.api.documents.edition import title_of
from tracing.api.documents.examples import compact, example_envelope, example_param
from tracing.api.documents.plan import interfaces_of, plan
from tracing.api.documents.plan_errors import fault_sentence
from tracing.api.documents.plan_events import FIELDS
from tracing.api.documents.plan_layout import printable
from tracing.api.documents.prose import RATE_HEADERS
from tracing.api.documents.reasons import reasons
from tracing.records import RECORDS
from tracing.records.faults import FAULTS

pytestmark = pytest.mark.slow
kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
# Between pages stand their numbers.
FOOT = re.compile(r"\S+_药耗追溯信息对接方案\s*第\s*\d+\s*页")


@cache
def reader(kind: str) -> PdfReader:
    return PdfReader(BytesIO(plan(kind)))


@cache
def told(kind: str) -> str:
    """Its text without blanks: lines are broken anywhere."""
    pages = "\n".join(FOOT.sub("", page.extract_text()) for page in reader(kind).pages)
    return squeezed(pages)


def in_the_font(character: str) -> bool:
    """Its encoding has the characters of GBK, and the middle dot as printable() writes it."""
    try:
        return character != "·" and bool(character.encode("gbk"))
    except UnicodeEncodeError:
        return False


def squeezed(text: str) -> str:
    return "".join(printable(text).split())


def test_every_interface_stands_in_one() -> None:
    assert {one.address for kind in KINDS.values() for one in interfaces_of(kind)} == set(
        INTERFACES
    )


@kinds
def test_the_same_declarations_give_the_same_bytes(kind: UnitKind) -> None:
    first = plan(kind.code)
    assert first.startswith(b"%PDF-")
    assert plan.__wrapped__(kind.code) == first


@kinds
def test_the_signatures_of_both_schemes_can_be_checked(kind: UnitKind) -> None:
    text = told(kind.code)
    for sign in (
        "8ccbc4f031a797dd1f5863ff03f1518dd05ae61a656ef6338b9e4f7a1a2af25b",
        "1114efe0aacd9d386ed4d5a4c9174556b567fe6928f1cb4b60e739cc75a762c5",
    ):
        assert sign in text
    assert "序号数据元标识数据元名称类型长度是否必填备注" in text
    assert "Portal-Signature" in text


@kinds
def test_every_interface_and_field_stands_in_it(kind: UnitKind) -> None:
    text = told(kind.code)
    for interface in interfaces_of(kind):
        assert f"/api/v1/{interface.address}" in text
        for one in interface.parameters:
            assert squeezed(f"{one.name}{one.label}") in text, one
            assert squeezed(one.expected) in text, one
        envelope = example_envelope(compact(example_param(interface)))
        assert envelope["sign"] in text
        assert "、".join(RECORDS[code].title for code in interface.row_records) in text
    for record in {code for one in interfaces_of(kind) for code in one.row_records}:
        for column in RECORDS[record].columns:
            length = column.kind.length or ""
            if column.kind.precision is not None:
                length = f"{column.kind.precision},{column.kind.scale}"
            row = rf"{re.escape(squeezed(column.name + column.label))}\w+?型{length}\w"
            assert re.search(row, text), (record, column.name)
            assert squeezed(column.note) in text, column.name
            for code, word in column.kind.values:
                assert squeezed(f"{column.name}{column.label}{code}{word}") in text


@kinds
def test_every_refusal_and_fault_stands_in_it(kind: UnitKind) -> None:
    text = told(kind.code)
    for refusal in reasons():
        sentence = refusal.sentence.replace("{", "〈").replace("}", "〉")
        assert squeezed(refusal.code + sentence) in text, refusal.code
    for fault in FAULTS.values():
        assert squeezed(fault_sentence(fault)) in text, fault.code
        assert fault.code in text


@kinds
def test_events_the_sandbox_and_the_limits_stand_in_it(kind: UnitKind) -> None:
    text = told(kind.code)
    assert FIELDS.keys() == EVENT_WORDS.keys()
    for event, fields in FIELDS.items():
        assert squeezed(f"{EVENT_WORDS[event]}（{event}）") in text
        for name, words in fields.items():
            assert squeezed(name + words) in text
    assert squeezed("依次在 1 分钟、5 分钟、30 分钟、2 小时、8 小时、24 小时后重试") in text
    assert squeezed("一次最多处理 1,000 行") in text
    assert "Sandbox-Provoke" in text
    calls = f"一分钟 {settings.PORTAL_API_CALLS_A_MINUTE:,} 次"
    rows = f"一小时 {settings.PORTAL_API_ROWS_AN_HOUR:,} 行"
    for words in (calls, rows, "Retry-After", *RATE_HEADERS):
        assert squeezed(words) in text


@kinds
def test_every_character_has_a_glyph(kind: UnitKind) -> None:
    assert {character for character in told(kind.code) if not in_the_font(character)} == set()


@kinds
def test_it_has_bookmarks_and_numbers_its_pages(kind: UnitKind) -> None:
    outline = reader(kind.code).outline
    assert [str(one.title)[0] for one in outline if not isinstance(one, list)] == list(
        "一二三四五六七八九十"
    )
    pages = reader(kind.code).pages
    assert f"第 {len(pages)} 页" in pages[-1].extract_text()
    info = reader(kind.code).metadata
    assert info is not None
    assert info.title == title_of(kind)


@pytest.mark.django_db
def test_a_unit_gets_that_of_its_kind_alone(maker: Side) -> None:
    client = client_of(maker.agent.account)
    answer = ask(client, maker, "maker")
    assert answer.content == plan("maker")
    assert answer["Content-Type"] == "application/pdf"
    assert "attachment" in answer["Content-Disposition"]
    assert ask(client, maker, "distributor").status_code == 404
    assert ask(client, maker, "hospital").status_code == 404


def ask(client: Client, side: Side, kind: str) -> Any:
    return client.get(reverse("tracing:api-plan", args=[side.unit.slug, kind]))
