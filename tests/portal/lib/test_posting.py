"""A message goes to the very address that was judged, and ends in time."""

from __future__ import annotations

import http.client
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.lib.outside import Target
from portal.lib.posting import ANSWER_BYTES, TooSlow, post
from tests.receivers import Received, plain, receiver

NAME = "hooks.firm.cn"
HERE = ["127.0.0.1"]


def to(port: int, scheme: str = "http") -> Target:
    """A name that no lookup of ours would find here."""
    return Target(scheme, NAME, port, "/in?a=1")


def test_it_connects_to_the_judged_address_in_the_name_of_the_host() -> None:
    with receiver(plain(body="收到".encode())) as there:
        answer = post(to(there.port), HERE, {"Portal-Webhook-Id": "1"}, b"{}")
    assert (answer.status, answer.body.decode()) == (200, "收到")
    (came,) = there.received
    assert came.line == "POST /in?a=1 HTTP/1.1"
    assert came.headers["host"] == f"{NAME}:{there.port}"
    assert came.headers["portal-webhook-id"] == "1"
    assert came.body == b"{}"


def test_a_redirect_is_an_answer_like_any_other() -> None:
    with receiver() as elsewhere:
        away = plain("302 Found", Location=f"http://127.0.0.1:{elsewhere.port}/")
        with receiver(away) as there:
            assert post(to(there.port), HERE, {}, b"").status == 302
    assert elsewhere.received == []


def test_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver() as proxy, receiver() as there:
        for name in ("http_proxy", "HTTPS_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert post(to(there.port), HERE, {}, b"").status == 200
    assert proxy.received == []
    assert len(there.received) == 1


def test_an_address_that_does_not_answer_gives_way_to_the_next() -> None:
    with receiver() as there:
        # Nothing listens on the second loopback address.
        assert post(to(there.port), ["127.0.0.2", *HERE], {}, b"").status == 200
    with pytest.raises(OSError, match="refused"):
        post(to(there.port), HERE, {}, b"")


def test_no_more_of_an_answer_is_read_than_is_wanted() -> None:
    with receiver(plain(body=b"x" * (3 * ANSWER_BYTES))) as there:
        assert len(post(to(there.port), HERE, {}, b"").body) == ANSWER_BYTES


@pytest.mark.parametrize("endless", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_an_answer_that_comes_little_by_little_is_ended(endless: bytes) -> None:
    given_up = threading.Event()

    def drip(_: Received) -> Iterator[bytes]:
        yield endless
        while not given_up.wait(0.05):
            yield b"x"

    with receiver(drip) as there:
        with pytest.raises(TooSlow):
            post(to(there.port), HERE, {}, b"", seconds=0.5)
        given_up.set()


def test_one_that_says_nothing_is_ended_also_before_it_is_encrypted() -> None:
    given_up = threading.Event()

    def silent(_: Received) -> Iterator[bytes]:
        given_up.wait(10)
        yield b""

    with receiver(silent) as there:
        with pytest.raises(TooSlow):
            post(to(there.port), HERE, {}, b"", seconds=0.3)
        given_up.set()
    # It waits for a line that never ends, and so for no handshake.
    with receiver() as there, pytest.raises(TooSlow):
        post(to(there.port, "https"), HERE, {}, b"", seconds=0.3)


def test_what_is_no_http_is_told() -> None:
    mail = receiver(lambda _: iter([b"220 mail\r\n\r\n"]))
    with mail as there, pytest.raises(http.client.HTTPException):
        post(to(there.port), HERE, {}, b"")


def certified(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The two ends of TLS: a server with a certificate for a name, and a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / f"{name}.pem"
    file.write_bytes(secret + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=pem.decode())


def test_the_certificate_is_that_of_the_name_and_not_of_the_address(tmp_path: Path) -> None:
    server, client = certified(NAME, tmp_path)
    with receiver(context=server) as there:
        assert post(to(there.port, "https"), HERE, {}, b"x", context=client).status == 200
    assert there.received[0].server_name == NAME


def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    server, client = certified("other.firm.cn", tmp_path)
    wrong = pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch")
    with receiver(context=server) as there, wrong:
        post(to(there.port, "https"), HERE, {}, b"x", context=client)
    assert there.received == []


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    server, _ = certified(NAME, tmp_path)
    with receiver(context=server) as there, pytest.raises(ssl.SSLCertVerificationError):
        post(to(there.port, "https"), HERE, {}, b"x")
    assert there.received == []
