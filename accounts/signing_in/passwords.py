"""The rules for a new password, after OWASP ASVS 5.0, 6.2: long, not guessable, nothing else.

At least 10 characters for units and agents, who sign in with a password and a picture code, are
locked after five failures and prove themselves by SMS to get a new one; 12 for staff, who see
every unit. Both are above the 8 of ASVS 6.2.1. Which characters it is made of is nobody's business
(6.2.5), and it never expires (6.2.10). It counts exactly as typed (6.2.8).
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from accounts.core.models import Account
from accounts.core.names import AccountKind
from portal.lib.folding import MOST_MARKS, flaw_of, folded_or_none
from portal.lib.identifiers import CREDIT_CODE
from portal.lib.refused import Refusal, refusal

LEAST, LEAST_FOR_STAFF, MOST = 10, 12, 128
# Room for what any characters become when words are looked for in a password.
MOST_FOLDED = 18 * MOST
# Parts of this length repeated, such as abcabcabc…, are as easy to guess as one part.
REPEATED = 4
ADDED = 4
# Shorter words would turn up by chance. A Chinese character is worth two letters.
WORD_LEAST = 4
# What everyone here thinks of first (ASVS 6.2.11); a person's and a unit's own words are added.
SITE_WORDS = ("yibao", "yiyao", "yaohao", "zhuisu", "nhsa", "医保", "药耗", "追溯")

HELP = f"{LEAST} 至 {MOST} 个字符，可用任意字符；不要用常见密码，不要含账号、单位名称或手机号。"
SITE_WORD = "本平台的常用词“{word}”"


def least(account: Account | None) -> int:
    """Return how many characters a password of this account has at least."""
    # The command that makes the first member of staff asks before it says the kind.
    return (
        LEAST
        if account is None or account.kind in (AccountKind.UNIT, AccountKind.AGENT)
        else LEAST_FOR_STAFF
    )


def weak(why: Refusal) -> ValidationError:
    """Make the error of a password of one refusal, as Django's validators raise it."""
    return ValidationError(why.message, why.code)


class LengthValidator:
    """Long enough, no longer than what a field sends, and no endless run of marks."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raise ValidationError for a password of a wrong length, or with too many marks."""
        found, wanted = len(password), least(user)
        if found < wanted:
            raise weak(refusal("password_short", found=str(found), least=str(wanted)))
        if found > MOST:
            raise weak(refusal("password_long", found=str(found), most=str(MOST)))
        flaw = flaw_of(password)
        if flaw is not None:
            raise weak(refusal("password_marks", at=str(flaw.place), most=str(MOST_MARKS)))

    def get_help_text(self) -> str:
        """Return the rules in one sentence."""
        return HELP


class GuessedValidator(CommonPasswordValidator):
    """None of the 20,000 most common passwords that Django carries, also with up to four characters
    before or behind, and no mere sequence.

    Few of the common ones are long enough by themselves; people lengthen them by a year or a mark.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password that is tried first."""
        text = folded(password)
        cores = {part for n in range(ADDED + 1) for part in (text[n:], text[: len(text) - n])}
        if not self.passwords.isdisjoint(cores):
            raise weak(refusal("password_common"))
        if is_predictable(text):
            raise weak(refusal("password_predictable"))

    def get_help_text(self) -> str:
        """Return nothing: the sentence of the length says it too."""
        return ""


class OwnWordsValidator:
    """Free of what stands on the account's own pages."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raise ValidationError for a password with a word of the account, its unit or the site."""
        text = folded(password)
        for what, word in [*own_words(user), *((SITE_WORD.format(word=w), w) for w in SITE_WORDS)]:
            if is_word(folded(word)) and folded(word) in text:
                raise weak(refusal("password_own_word", what=what))

    def get_help_text(self) -> str:
        """Return nothing: the sentence of the length says it too."""
        return ""


def own_words(account: Account | None) -> Iterator[tuple[str, str]]:
    """Yield what others know of an account, also of one that is not stored yet: (what, word)."""
    if account is None:
        return
    yield "手机号" if account.kind == AccountKind.AGENT else "账号", account.name
    if agent := getattr(account, "agent", None):
        yield "姓名", agent.name
    if unit := getattr(account, "unit", None):
        yield "单位名称", unit.name
        yield CREDIT_CODE, unit.uscc
        yield "联系手机号", unit.contact_mobile


def folded(text: str) -> str:
    """Bring a text to the form in which words are looked for; never the one that is stored.

    What cannot be folded, which the length's validator refuses, is looked through as it stands.
    """
    return (folded_or_none(text, MOST_FOLDED) or text).casefold()


def is_word(word: str) -> bool:
    """Whether a word is long enough to be looked for."""
    return sum(1 if c.isascii() else 2 for c in word) >= WORD_LEAST


def is_predictable(text: str) -> bool:
    """Whether a text is one short part again and again, or a run such as 0123456789 or zyxwv."""
    if any(text == (text[:n] * len(text))[: len(text)] for n in range(1, REPEATED + 1)):
        return True
    steps = {ord(b) - ord(a) for a, b in zip(text, text[1:], strict=False)}
    # From 9 to 0 the digits begin again.
    return steps <= {1, -9} or steps <= {-1, 9}
