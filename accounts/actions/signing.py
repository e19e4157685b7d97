"""What a sign-in and a sign-out leave behind."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.log import record
from accounts.models import Account, Unit
from accounts.origin import Origin

NOTED = ("last_sign_in_at", "last_sign_in_address", "this_sign_in_at", "this_sign_in_address")


@transaction.atomic
def sign_in(account: Account, *, origin: Origin) -> None:
    """Note the time and address of a sign-in; the ones noted before become the previous ones."""
    Account.objects.filter(pk=account.pk).update(
        last_sign_in_at=F("this_sign_in_at"),
        last_sign_in_address=F("this_sign_in_address"),
        this_sign_in_at=timezone.now(),
        this_sign_in_address=origin.address,
    )
    # Not the password: one that was set since it was judged must not be taken over into a session.
    account.refresh_from_db(fields=NOTED)
    unit = Unit.objects.filter(account=account).first()
    action = "staff-signed-in" if account.is_staff else "signed-in"
    record(action, by=account, origin=origin, unit=unit)


@transaction.atomic
def sign_out(account: Account, *, origin: Origin) -> None:
    """Note a sign-out."""
    unit = Unit.objects.filter(account=account).first()
    record("signed-out", by=account, origin=origin, unit=unit)
