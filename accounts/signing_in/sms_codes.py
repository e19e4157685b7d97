"""Making a code, sending it, and judging what was typed."""

import secrets
from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.signing_in.models import SmsCode
from accounts.signing_in.sms_sending import Sms, send
from accounts.units.models import Unit
from portal.lib.folding import folded_or_none

DIGITS = 6
# Room for blanks around them.
TYPED_LENGTH = 20
TRIES = 5
LIFE_MINUTES = 10
LIFE = timedelta(minutes=LIFE_MINUTES)
# Long enough to look into a complaint; the operation log and the limits do not need the rows.
KEPT = timedelta(days=1)
TEXT = "【药耗追溯单位网厅】验证码 {code}，用于{purpose}，{minutes} 分钟内有效。{warning}"
WARNING = "请勿告诉他人。"
# The one code that is meant for somebody else: by telling it the agent agrees.
WARNINGS = {
    SmsCode.Purpose.MEMBER: "如您同意为{unit}办理业务，请将验证码告知该单位；否则请勿告诉任何人。",
}


def make(
    purpose: SmsCode.Purpose, mobile: str, *, silent: bool, unit: Unit | None = None
) -> SmsCode:
    """Store a new code; the ones before it for the same purpose and number count no more.

    With a `unit` the code is good for that unit alone, and the SMS names it.
    """
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    return SmsCode.objects.create(
        purpose=purpose,
        mobile=mobile,
        unit_name=unit.name if unit else "",
        digest=_digest(purpose, mobile, unit, code),
        sealed=code,
        silent=silent,
        ends_at=timezone.now() + LIFE,
    )


def deliver(code_id: int) -> None:
    """Send a code that is neither sent nor past; a silent one is only marked. Raises SmsNotSent."""
    row = SmsCode.objects.filter(pk=code_id, sent_at=None, ends_at__gt=timezone.now()).first()
    if row is None:
        return
    if not row.silent:
        purpose = SmsCode.Purpose(row.purpose)
        text = TEXT.format(
            code=row.sealed,
            purpose=purpose.label,
            warning=WARNINGS.get(purpose, WARNING).format(unit=row.unit_name),
            minutes=LIFE_MINUTES,
        )
        send(Sms(row.mobile, text, row.sealed, f"{row.pk}-{row.digest[:16]}"))
    SmsCode.objects.filter(pk=row.pk).update(sent_at=timezone.now(), sealed="")


def redeem(
    purpose: SmsCode.Purpose,
    mobile: str,
    typed: str,
    *,
    code_id: int | None = None,
    unit: Unit | None = None,
) -> bool:
    """Say whether `typed` is the newest code, and use it up if so. Every try is counted first.

    With a `code_id` the newest must also be that one, with a `unit` be made for it. A silent code
    is never right. Of many tries at once no more than TRIES are looked at, and only one can be
    right.
    """
    newest = SmsCode.objects.filter(purpose=purpose, mobile=mobile).order_by("-pk").first()
    if newest is None or code_id not in (None, newest.pk):
        return False
    open_ones = SmsCode.objects.filter(pk=newest.pk, used_at=None, ends_at__gt=timezone.now())
    if not open_ones.filter(tries__lt=TRIES).update(tries=F("tries") + 1):
        return False
    plain = (folded_or_none(typed, TYPED_LENGTH) or "").strip()
    right = constant_time_compare(newest.digest, _digest(purpose, mobile, unit, plain))
    if not right or newest.silent:
        return False
    return open_ones.update(used_at=timezone.now()) == 1


def clear() -> int:
    """Delete the codes that ended more than KEPT ago; returns how many."""
    deleted, _ = SmsCode.objects.filter(ends_at__lt=timezone.now() - KEPT).delete()
    return deleted


def _digest(purpose: str, mobile: str, unit: Unit | None, code: str) -> str:
    opens = f"{purpose}/{mobile}/{unit.pk if unit else ''}/{code}"
    return salted_hmac("accounts.sms", opens, algorithm="sha256").hexdigest()
