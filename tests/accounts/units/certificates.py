"""Certificates made for tests: of whom, from when to when, and what is odd about them."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from accounts.units.models import Unit

DAY = timedelta(days=1)
# P-256 and ECDSA with SHA-256 as DER names them, and what SM2 and SM2 with SM3 are named instead.
TO_SM2 = {
    bytes.fromhex("06082a8648ce3d030107"): bytes.fromhex("06082a811ccf5501822d"),
    bytes.fromhex("06082a8648ce3d040302"): bytes.fromhex("06082a811ccf55018375"),
}
Part = tuple[x509.ObjectIdentifier, str]


@cache
def key() -> ec.EllipticCurvePrivateKey:
    """The key of all of them."""
    return ec.generate_private_key(ec.SECP256R1())


def named(*parts: Part) -> x509.Name:
    """Return a name of these parts; whatever is in them."""
    return x509.Name([x509.NameAttribute(oid, text, _validate=False) for oid, text in parts])


def of_unit(unit: Unit) -> tuple[Part, ...]:
    """Return the name a certificate authority gives the unit."""
    return (
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, unit.name),
        (NameOID.COMMON_NAME, unit.uscc),
    )


def certificate(
    *parts: Part,
    begins: datetime | None = None,
    ends: datetime | None = None,
    authority: bool | None = None,
    serial: int | None = None,
) -> x509.Certificate:
    """Return a certificate of the subject; valid from yesterday for a year unless said."""
    now = datetime.now(UTC).replace(microsecond=0)
    made = (
        x509.CertificateBuilder()
        .subject_name(named(*parts))
        .issuer_name(named((NameOID.COMMON_NAME, "测试颁发机构")))
        .public_key(key().public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(begins or now - DAY)
        .not_valid_after(ends or now + 365 * DAY)
    )
    if authority is not None:
        made = made.add_extension(x509.BasicConstraints(authority, None), critical=True)
    return made.sign(key(), hashes.SHA256())


def pem(made: x509.Certificate) -> bytes:
    """Return it in PEM."""
    return made.public_bytes(serialization.Encoding.PEM)


def der(made: x509.Certificate) -> bytes:
    """Return it in DER."""
    return made.public_bytes(serialization.Encoding.DER)


def sm2(made: x509.Certificate) -> bytes:
    """Return it in DER as if it were of SM2; its signature fits nothing, as nobody looks at it."""
    content = der(made)
    for known, wanted in TO_SM2.items():
        assert known in content
        content = content.replace(known, wanted)
    return content
