"""Looking into the sessions of test clients."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.signing_in.models import SignIn
from tests.people import Side


def sign_in_of(client: Client) -> SignIn:
    return SignIn.objects.get(pk=client.session["sign_in"])


def seen(client: Client, ago: timedelta) -> None:
    """Let the session's last activity lie so long ago."""
    SignIn.objects.filter(pk=client.session["sign_in"]).update(seen_at=timezone.now() - ago)


def home(side: Side) -> str:
    return f"/u/{side.unit.slug}/"


def fragment(client: Client, method: str, address: str, data: Any = None) -> Any:
    asked = client.get if method == "GET" else client.post
    return asked(address, data, headers={"HX-Request": "true"})
