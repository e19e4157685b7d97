"""How often a sign-in may be tried, held also for many tries at the same instant.

django-axes looks before and counts after, so tries that arrive together would all be judged. Here
each try is counted before the password is looked at, and given back when it was right. Two limits:
a name at an address, the same as django-axes locks by, and more slowly a name from anywhere, which
the owner lifts at once by 忘记密码. Browsers the account has signed in with before are counted
apart, so that strangers who use the second limit up do not keep the owner out.
"""

from enum import StrEnum

from django.conf import settings

from accounts.core.limits import DAY, Limit, forget, give_back, take

PER_DAY = 100


class Stop(StrEnum):
    """Which limit stops a try."""

    HERE = "here"
    ANYWHERE = "anywhere"


def begin(name: str, address: str | None, *, known: bool = False) -> Stop | None:
    """Count a try for a canonical name, held by somebody or not; say what stops it.

    `known`: it comes from a browser that the account has signed in with.
    """
    if take(_here(name, address)):
        return Stop.HERE
    return Stop.ANYWHERE if take(_anywhere(name, known=known)) else None


def succeeded(name: str, address: str | None, *, known: bool = False) -> None:
    """The try was right: the name begins anew at this address, and the try counts nowhere."""
    forget(_here(name, address))
    give_back(_anywhere(name, known=known))


def allow_tries(name: str, address: str | None) -> None:
    """Let the name be tried anew, by whoever is at this address and has proven to own it."""
    anywhere = (_anywhere(name, known=known) for known in (True, False))
    forget(*anywhere, _here(name, address))


def _here(name: str, address: str | None) -> Limit:
    return Limit(
        "sign-in-here",
        f"{name}/{address or 'local'}",
        settings.AXES_FAILURE_LIMIT,
        int(settings.AXES_COOLOFF_TIME.total_seconds()),
    )


def _anywhere(name: str, *, known: bool) -> Limit:
    return Limit("sign-in-known" if known else "sign-in-anywhere", name, PER_DAY, DAY)
