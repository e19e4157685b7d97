"""What a person types to sign in, and the one canonical form of it.

Three kinds of account share one column of names, and no two kinds can hold the same name:
a unit account and a staff account start with a letter, an agent's name is a mobile number.
A unit may also type its 统一社会信用代码; 18 characters are longer than any unit account.
"""

import re
from enum import StrEnum
from typing import NamedTuple
from unicodedata import category

from portal.lib.folding import folded_or_none


class AccountKind(StrEnum):
    """The three kinds of account."""

    UNIT = "unit"
    AGENT = "agent"
    STAFF = "staff"


# The patterns are read by Python and by PostgreSQL, so they use only what both understand.
NAME_PATTERNS: dict[AccountKind, str] = {
    AccountKind.UNIT: r"^[a-z][a-z0-9]{3,15}$",
    AccountKind.AGENT: r"^1[3-9][0-9]{9}$",
    AccountKind.STAFF: r"^[a-z][a-z0-9._-]{2,29}$",
}
# The name of an account that has ended: nobody can type it, and its old name is free again.
CLOSED_PATTERN = r"^-[0-9]+$"
CLOSED = "已注销"
USCC_PATTERN = r"^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"
NAME_LENGTH = 30
TYPED_LENGTH = 64
# What is longer, blanks and all, is nobody's name and is not looked into.
_LOOKED_AT = 4 * TYPED_LENGTH

_COUNTRY = re.compile(r"^(?:\+|00)?86(?=1[0-9]{10}$)")
_SEPARATORS = re.compile(r"[-‐‑–—().]")


class Typed(NamedTuple):
    """A typed name in canonical form. `is_uscc`: it is a credit code, not an account name."""

    name: str
    is_uscc: bool


def is_name(kind: AccountKind, name: str) -> bool:
    """Say whether `name` is a canonical name of this kind."""
    # The newline that `$` lets through in Python is refused here and by PostgreSQL alike.
    return not name.endswith("\n") and re.search(NAME_PATTERNS[kind], name) is not None


def canonical(typed: str) -> Typed:
    """Bring what was typed to canonical form.

    Full-width characters, blanks, invisible characters and case do not matter; a mobile number
    may carry +86 and separators. A name nobody could hold comes back in the same tidy form, so
    that a lock on it behaves as one on a real name; of one that is too long or too wild to be
    folded the beginning does, which is longer than any name. Never raises.
    """
    folded = folded_or_none(typed, _LOOKED_AT)
    # Categories Z and C hold blanks, controls, zero-width characters and byte order marks.
    text = "".join(c for c in folded or typed[:_LOOKED_AT] if category(c)[0] not in "ZC")
    if folded is None or len(text) > TYPED_LENGTH:
        return Typed(text[:TYPED_LENGTH].lower(), is_uscc=False)
    mobile = _COUNTRY.sub("", _SEPARATORS.sub("", text))
    if is_name(AccountKind.AGENT, mobile):
        return Typed(mobile, is_uscc=False)
    if re.search(USCC_PATTERN, text.upper()):
        return Typed(text.upper(), is_uscc=True)
    return Typed(text.lower(), is_uscc=False)


def mask_mobile(mobile: str) -> str:
    """Return a mobile number as pages and logs may show it: 138****5678; 已注销 for the name of an
    account that has ended."""
    if re.search(CLOSED_PATTERN, mobile):
        return CLOSED
    return f"{mobile[:3]}****{mobile[-4:]}"


def mask_id_number(number: str) -> str:
    """Return an identity number as pages may show it: 110****38; nothing for nothing.

    Of a short one, such as a passport's, only the ends are shown.
    """
    if not number:
        return ""
    first, last = (3, 2) if len(number) >= 15 else (1, 1)
    return f"{number[:first]}****{number[-last:]}"
