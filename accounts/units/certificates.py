"""X.509 certificates (数字证书): what one says, and why one is not taken.

What others put into a certificate is shown and compared, never trusted: no signature is verified
and no key is used here, so keys and algorithms that `cryptography` does not know, such as SM2, do
no harm.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID, SignatureAlgorithmOID
from django.utils import timezone

from accounts.core.columns import length_of
from accounts.core.names import USCC_PATTERN, mask_id_number
from accounts.units.models import Certificate
from portal.lib.clock import to_second
from portal.lib.folding import folded_or_none
from portal.lib.identifiers import id_number_flaw, uscc_flaw
from portal.lib.refused import Refusal, Refused, refusal

MAX_BYTES = 64 * 1024
LIMIT_WORDS = "64K"
ENDINGS = (".cer", ".crt", ".pem", ".der")
WARN_BEFORE = timedelta(days=30)
NAME_LENGTH = length_of(Certificate, "subject")
SERIAL_LENGTH = length_of(Certificate, "serial")
# RFC 5280 lets no part of a name be longer than 256; what is longer names no unit.
PART_LENGTH = 1_024

# How the parts of a name are called, and those that may name the unit.
LABELS = {
    NameOID.COMMON_NAME: "CN",
    NameOID.ORGANIZATION_NAME: "O",
    NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
    NameOID.ORGANIZATION_IDENTIFIER: "organizationIdentifier",
    NameOID.SERIAL_NUMBER: "serialNumber",
    NameOID.COUNTRY_NAME: "C",
    NameOID.STATE_OR_PROVINCE_NAME: "ST",
    NameOID.LOCALITY_NAME: "L",
}
NUMBER_PARTS = (
    NameOID.ORGANIZATION_IDENTIFIER,
    NameOID.SERIAL_NUMBER,
    NameOID.ORGANIZATIONAL_UNIT_NAME,
    NameOID.COMMON_NAME,
)
NAME_PARTS = (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
# How certificates are signed; any other way is shown by its number.
ALGORITHMS = {
    "1.2.156.10197.1.501": "SM2（SM3 摘要）",
    SignatureAlgorithmOID.RSA_WITH_SHA1.dotted_string: "RSA（SHA-1 摘要）",
    SignatureAlgorithmOID.RSA_WITH_SHA256.dotted_string: "RSA（SHA-256 摘要）",
    SignatureAlgorithmOID.RSA_WITH_SHA384.dotted_string: "RSA（SHA-384 摘要）",
    SignatureAlgorithmOID.RSA_WITH_SHA512.dotted_string: "RSA（SHA-512 摘要）",
    SignatureAlgorithmOID.ECDSA_WITH_SHA256.dotted_string: "ECDSA（SHA-256 摘要）",
    SignatureAlgorithmOID.ECDSA_WITH_SHA384.dotted_string: "ECDSA（SHA-384 摘要）",
}
# What `date` and our own time zone can hold; RFC 5280 writes "without end" as the end of 9999.
LATEST = datetime(9999, 12, 30, tzinfo=UTC)

_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----")
_SOME_USCC = re.compile(rf"(?<![0-9A-Z]){USCC_PATTERN.strip('^$')}(?![0-9A-Z])", re.ASCII)
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9X](?![0-9A-Za-z])")
_UNREADABLE = (
    ValueError,
    TypeError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


class CertificateContent(NamedTuple):
    """What a certificate says. `pem` is the certificate alone; `sha256` is of its DER, in hex."""

    subject: str
    issuer: str
    serial: str
    sha256: str
    not_before: datetime
    not_after: datetime
    pem: str


def read(name: str, content: bytes) -> x509.Certificate:
    """Return the one certificate in a file, PEM or DER.

    Raises Refused: certificate_empty, certificate_too_large, certificate_private_key,
    certificate_several, certificate_unreadable.
    """
    if not content.strip():
        raise Refused("certificate_empty", name=name)
    if len(content) > MAX_BYTES:
        raise Refused("certificate_too_large", name=name, limit=LIMIT_WORDS)
    if holds_a_key(content):
        raise Refused("certificate_private_key", name=name)
    labels = _PEM.findall(content)
    if len(labels) > 1:
        raise Refused("certificate_several", name=name, found=str(len(labels)))
    load = x509.load_pem_x509_certificate if labels else x509.load_der_x509_certificate
    try:
        return load(content)
    except _UNREADABLE as error:
        raise Refused("certificate_unreadable", name=name) from error


def holds_a_key(content: bytes) -> bool:
    """Say whether the file holds a private key: in PEM, or as PKCS #1, #8 or #12 or SEC 1 in DER.

    A certificate begins with two sequences; those begin with a version number in the first, or,
    encrypted, with the name of an algorithm in the second.
    """
    if any(b"PRIVATE KEY" in label for label in _PEM.findall(content)):
        return True
    first = _inside(content)
    if first[:1] == b"\x02":
        return True
    return first[:1] == b"\x30" and _inside(first)[:1] == b"\x06"


def content_of(certificate: x509.Certificate) -> CertificateContent:
    """Return what a certificate says. Raises the errors of `cryptography` for what is malformed."""
    return CertificateContent(
        subject=words_of(certificate.subject),
        issuer=words_of(certificate.issuer),
        serial=f"{certificate.serial_number:X}",
        sha256=certificate.fingerprint(hashes.SHA256()).hex(),
        not_before=certificate.not_valid_before_utc,
        not_after=min(certificate.not_valid_after_utc, LATEST),
        pem=certificate.public_bytes(serialization.Encoding.PEM).decode(),
    )


def judged(
    name: str, certificate: x509.Certificate, unit_name: str, uscc: str
) -> CertificateContent:
    """Return what a certificate says if the unit may use it now.

    Raises Refused: certificate_unreadable, certificate_of_authority, certificate_foreign,
    certificate_expired, certificate_not_yet.
    """
    try:
        facts = content_of(certificate)
        authority = is_authority(certificate)
        owned = names_unit(certificate.subject, unit_name, uscc)
    except _UNREADABLE as error:
        raise Refused("certificate_unreadable", name=name) from error
    if certificate.serial_number <= 0 or len(facts.serial) > SERIAL_LENGTH:
        raise Refused("certificate_unreadable", name=name)
    if authority:
        raise Refused("certificate_of_authority", subject=facts.subject)
    if not owned:
        raise Refused.of(foreign(facts, unit_name, uscc))
    now = timezone.now()
    if facts.not_after <= now:
        raise Refused("certificate_expired", at=to_second(facts.not_after))
    if facts.not_before > now:
        raise Refused("certificate_not_yet", at=to_second(facts.not_before))
    return facts


def foreign(facts: CertificateContent, unit_name: str, uscc: str) -> Refusal:
    """Return the refusal of a certificate that is not this unit's."""
    return refusal("certificate_foreign", subject=facts.subject, unit=unit_name, uscc=uscc)


def is_authority(certificate: x509.Certificate) -> bool:
    """Say whether it is the certificate of one who issues certificates."""
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return False
    return constraints.value.ca


def names_unit(subject: x509.Name, unit_name: str, uscc: str) -> bool:
    """Say whether the subject is the unit.

    A credit code decides where there is one: two firms may have one name, and a certificate that
    names another firm's code is that firm's. Without a code the exact name must be there.
    """
    codes = {code for text in _parts(subject, NUMBER_PARTS) for code in _codes_in(text)}
    if codes:
        return uscc in codes
    return _plain(unit_name) in {_plain(text) for text in _parts(subject, NAME_PARTS)}


def algorithm(pem: str) -> str:
    """Return how a kept certificate is signed."""
    oid = x509.load_pem_x509_certificate(pem.encode()).signature_algorithm_oid
    return ALGORITHMS.get(oid.dotted_string, oid.dotted_string)


def words_of(name: x509.Name) -> str:
    """Return a name as people read it: CN=…, O=…, C=CN; from the person to the country."""
    said = [
        f"{LABELS.get(part.oid, part.oid.dotted_string)}={_text(part.value)}"
        for part in reversed(list(name))
    ]
    # A legal person's certificate may carry their identity number.
    words = _IDENTITY.sub(_masked, "，".join(said))
    return words if len(words) <= NAME_LENGTH else f"{words[: NAME_LENGTH - 1]}…"


def _masked(found: re.Match[str]) -> str:
    return found[0] if id_number_flaw(found[0]) else mask_id_number(found[0])


def _parts(name: x509.Name, wanted: tuple[x509.ObjectIdentifier, ...]) -> list[str]:
    return [_text(part.value) for part in name if part.oid in wanted]


def _text(value: str | bytes) -> str:
    """Return a part of a name in characters that can be shown and kept."""
    text = value.hex() if isinstance(value, bytes) else value
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def _codes_in(text: str) -> list[str]:
    """Return the good credit codes in a text such as NTRCN-91330000XXXXXXXXXX."""
    found = _SOME_USCC.findall((folded_or_none(text, PART_LENGTH) or "").upper())
    return [code for code in found if uscc_flaw(code) is None]


def _plain(text: str) -> str:
    """Bring a firm's name to the form in which two are compared: no width, case or blanks."""
    return "".join((folded_or_none(text, PART_LENGTH) or text).casefold().split())


def _inside(der: bytes) -> bytes:
    """Return what a DER sequence holds, as far as it is there; nothing for anything else."""
    if der[:1] != b"\x30" or len(der) < 2:
        return b""
    length_bytes = der[1] & 0x7F if der[1] & 0x80 else 0
    return der[2 + length_bytes :]
