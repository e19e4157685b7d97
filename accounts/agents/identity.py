"""Who a person is: the data of a document, tidied and checked. The number stays out of sentences.

Person("张三", "01", "…", until)    a name and a document with its end, or for ever
id_number_problem("01", "…")        why a number cannot be one, or None
"""

import re
from datetime import date
from typing import NamedTuple
from unicodedata import category

from accounts.core.id_types import ID_TYPES, IDENTITY_CARD, NUMBER_LENGTH
from portal.lib.folding import folded_or_none
from portal.lib.identifiers import IdNumberFlaw, id_number_flaw
from portal.lib.refused import Refusal, refusal

# Room for blanks that are taken out before the number is checked.
TYPED_LENGTH = 2 * NUMBER_LENGTH
_ANY_NUMBER = re.compile(rf"[0-9A-Z\u4e00-\u9fff()/-]{{4,{NUMBER_LENGTH}}}")
_FLAWS: dict[IdNumberFlaw, str] = {
    IdNumberFlaw.FORM: "id_card_form",
    IdNumberFlaw.BIRTHDAY: "id_card_birthday",
    IdNumberFlaw.CHECK_DIGIT: "id_card_check_digit",
}


class Person(NamedTuple):
    """What a form says of a person; the names are those of the model Agent.

    `id_valid_until` is None for a document that is valid for ever, or unknown.
    """

    name: str
    id_type: str = ""
    id_number: str = ""
    id_valid_until: date | None = None
    id_valid_for_ever: bool = False
    email: str = ""
    address: str = ""
    postcode: str = ""


def tidy_id_number(typed: str) -> str:
    """Bring a number to the form it is kept in: half width, upper case, no blanks.

    What is too long or too wild to be folded comes back as it is, and is no number of any document.
    """
    folded = folded_or_none(typed, TYPED_LENGTH)
    if folded is None:
        return typed
    return "".join(c for c in folded.upper() if category(c)[0] not in "ZC")


def id_number_problem(id_type: str, number: str) -> Refusal | None:
    """Return why a tidy number cannot be one of this document, or None.

    Only the identity card has a public rule; of the others the length and characters are checked.
    """
    if id_type not in ID_TYPES:
        return refusal("id_type_unknown")
    if not number:
        return refusal("id_number_missing", document=ID_TYPES[id_type])
    if id_type == IDENTITY_CARD:
        flaw = id_number_flaw(number)
        return refusal(_FLAWS[flaw]) if flaw else None
    if not _ANY_NUMBER.fullmatch(number):
        return refusal("id_number_invalid", document=ID_TYPES[id_type], most=str(NUMBER_LENGTH))
    return None


def id_end_problem(until: date | None, for_ever: bool, today: date) -> Refusal | None:
    """Return why a document is not valid on the day `today`, or None."""
    if for_ever:
        return None
    if until is None:
        return refusal("id_end_missing")
    if until < today:
        return refusal("id_ended", until=until.isoformat())
    return None


def years_after(start: date, years: int) -> date:
    """Return the same day `years` later; 28 February for a 29th that the year does not have."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def person_problems(person: Person, today: date) -> list[Refusal]:
    """Return everything wrong with a person's data, each thing once."""
    found = [
        refusal("agent_name_missing") if not person.name.strip() else None,
        id_number_problem(person.id_type, person.id_number),
        id_end_problem(person.id_valid_until, person.id_valid_for_ever, today),
    ]
    return [problem for problem in found if problem]
