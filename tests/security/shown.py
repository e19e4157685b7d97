"""What every answer must tell the browser, whoever asks: looked at where all addresses are walked,
and in test_headers.py beside this."""

from collections.abc import Mapping

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
POLICY = {
    "default-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}

# What others uploaded is shut in further.
FILE_POLICY = {
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "sandbox",
}
OUT = 'action="/logout/"'
# They stand between two pages of the sign-in or of a registration, and belong to nobody yet.
FRAMELESS = frozenset(
    {
        "accounts:login",
        "accounts:certificate-sign-in",
        "accounts:close-done",
        "accounts:picture",
        "accounts:recover",
        # Swagger UI, which is for everybody.
        "tracing:api-docs",
    }
)


def is_safe(headers: Mapping[str, str], asked: str = "") -> None:
    """Expect the policy and the other headers."""
    policy = FILE_POLICY if headers["Content-Type"] == "application/pdf" else POLICY
    assert set(headers["Content-Security-Policy"].split("; ")) == policy, asked
    assert {name: headers[name] for name in SAFE} == SAFE, asked


def is_stored_nowhere(headers: Mapping[str, str], asked: str = "") -> None:
    """Expect that no browser and no proxy keeps what a session was given."""
    assert "no-store" in headers["Cache-Control"], asked


def offers_to_sign_out(name: str, status: int, body: bytes, asked: str = "") -> None:
    """Expect the way out on a page, if it is a whole one and of the portal."""
    page = body.decode(errors="replace")
    whole = status == 200 and page.lstrip().lower().startswith("<!doctype")
    if whole and name not in FRAMELESS and not name.startswith("admin:"):
        assert OUT in page, asked
