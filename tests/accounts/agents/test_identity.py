"""Documents of persons: their numbers, their ends, and the form's ways of saying it."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from accounts.agents.forms import PersonForm
from accounts.agents.identity import (
    Person,
    id_end_problem,
    id_number_problem,
    person_problems,
    tidy_id_number,
    years_after,
)
from accounts.core.id_types import ID_TYPES
from accounts.units.models import Region
from tests.accounts.units.registering import PERSON, id_number

TODAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("id_type", "number", "code"),
    [
        ("01", id_number(), None),
        ("01", id_number("11010119900307001")[:-1] + "Y", "id_card_form"),
        ("01", "11010119901307001X", "id_card_birthday"),
        ("01", id_number()[:-1] + ("0" if id_number()[-1] != "0" else "1"), "id_card_check_digit"),
        ("08", "E12345678", None),
        ("02", "军字第1234567号", None),
        ("08", "E12", "id_number_invalid"),
        ("08", "E1234567<8", "id_number_invalid"),
        ("08", "E" * 31, "id_number_invalid"),
        ("08", "", "id_number_missing"),
        ("77", "E12345678", "id_type_unknown"),
        ("", "E12345678", "id_type_unknown"),
    ],
)
def test_a_number_is_judged_by_its_document(id_type: str, number: str, code: str | None) -> None:
    found = id_number_problem(id_type, number)
    assert (found.code if found else None) == code
    if found and number:
        assert number not in found.message


def test_every_kind_of_document_takes_a_number() -> None:
    numbers = dict.fromkeys(ID_TYPES, "H1234567890") | {"01": id_number()}
    assert [id_number_problem(kind, number) for kind, number in numbers.items()] == [None] * 11


def test_a_number_is_kept_tidy() -> None:
    assert tidy_id_number(" 11010１19900307 00１x\u200b") == "11010119900307001X"


@pytest.mark.parametrize(
    ("until", "for_ever", "code"),
    [
        (None, True, None),
        (TODAY, False, None),
        (date(2026, 4, 30), False, "id_ended"),
        (None, False, "id_end_missing"),
    ],
)
def test_a_document_must_be_valid_today(
    until: date | None, for_ever: bool, code: str | None
) -> None:
    found = id_end_problem(until, for_ever, TODAY)
    assert (found.code if found else None) == code


def test_years_end_on_the_same_day_or_on_the_last_of_february() -> None:
    assert years_after(date(2016, 3, 1), 20) == date(2036, 3, 1)
    assert years_after(date(2016, 2, 29), 20) == date(2036, 2, 29)
    assert years_after(date(2016, 2, 29), 5) == date(2021, 2, 28)


def test_everything_wrong_with_a_person_is_said_at_once() -> None:
    found = person_problems(Person(" ", "01", "1"), TODAY)
    assert [each.code for each in found] == [
        "agent_name_missing",
        "id_card_form",
        "id_end_missing",
    ]


@pytest.mark.parametrize(
    ("typed", "until", "for_ever"),
    [
        ({"id_term": "ever", "id_valid_until": "2001-01-01"}, None, True),
        ({"id_term": "20", "id_valid_from": "2020-02-29"}, date(2040, 2, 29), False),
        ({"id_term": "10", "id_valid_from": "2024-02-29"}, date(2034, 2, 28), False),
        ({"id_term": "other", "id_valid_until": "2090-01-02"}, date(2090, 1, 2), False),
    ],
)
def test_the_form_works_the_end_out(
    typed: dict[str, str], until: date | None, for_ever: bool
) -> None:
    form = PersonForm({**PERSON, **typed})
    assert form.is_valid(), form.errors
    person = form.person()
    assert (person.id_valid_until, person.id_valid_for_ever) == (until, for_ever)
    assert (person.name, person.id_number) == (PERSON["name"], PERSON["id_number"])


def test_a_term_that_has_not_begun_is_refused() -> None:
    form = PersonForm({**PERSON, "id_term": "20", "id_valid_from": "2999-01-01"})
    assert "不晚于今天" in str(form.errors["id_valid_from"])


@pytest.mark.django_db
def test_the_regions_are_the_provinces_of_gb_2260_and_what_staff_entered_stays() -> None:
    migration = import_module("accounts.migrations.0004_provinces")
    Region.objects.all().delete()
    Region.objects.create(code="110000", name="北京")
    with connection.schema_editor() as editor:
        migration.add(apps, editor)
    assert Region.objects.count() == len(dict(migration.PROVINCES)) == 34
    assert str(Region.objects.get(code="110000")) == "北京（110000）"
    assert str(Region.objects.get(code="820000")) == "澳门特别行政区（820000）"
