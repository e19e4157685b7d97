"""数字证书: what is taken, what is refused and how that is said."""

import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from accounts.core.origin import COMMAND
from accounts.log.entry_words import line
from accounts.log.models import OperationLog
from accounts.units.actions_certificates import (
    MOST,
    UPLOADS_AN_HOUR,
    add_certificate,
    remove_certificate,
)
from accounts.units.certificates import MAX_BYTES, algorithm, judged, read, words_of
from accounts.units.models import Certificate, Unit
from portal.lib.refused import Refused
from tests.accounts.units.certificates import (
    DAY,
    Part,
    certificate,
    der,
    key,
    named,
    of_unit,
    pem,
    sm2,
)
from tests.factories import UnitFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db

COMMON: Part = (NameOID.COMMON_NAME, "x")


@pytest.fixture
def unit() -> Unit:
    """A unit without certificates."""
    return UnitFactory.create(name="某某药业（集团）有限公司")


def add(unit: Unit, content: bytes, name: str = "单位.cer") -> Certificate:
    """Upload a certificate as the unit's account."""
    return add_certificate(unit, name=name, content=content, origin=COMMAND.done_by(unit.account))


def refused(code: str, what: Callable[[], object]) -> str:
    """Return the sentence of the one code that refuses, and see that nothing was kept by it."""
    before = Certificate.everything.count()
    with pytest.raises(Refused) as caught:
        what()
    assert Certificate.everything.count() == before
    (only,) = caught.value.refusals
    assert only.code == code
    return only.message


@pytest.mark.parametrize("encoded", [pem, der], ids=["PEM", "DER"])
def test_a_certificate_says_whose_it_is_and_how_long(
    unit: Unit, encoded: Callable[[x509.Certificate], bytes]
) -> None:
    made = certificate(*of_unit(unit), serial=0xABCDEF)
    kept = add(unit, encoded(made))
    assert kept.subject == f"CN={unit.uscc}，O={unit.name}，C=CN"
    assert (kept.issuer, kept.serial) == ("CN=测试颁发机构", "ABCDEF")
    assert kept.sha256 == made.fingerprint(hashes.SHA256()).hex()
    assert (kept.not_before, kept.not_after) == (
        made.not_valid_before_utc,
        made.not_valid_after_utc,
    )
    assert kept.pem.encode() == pem(made)
    entry = OperationLog.objects.of(unit).get()
    assert line(entry).title == "上传数字证书"
    assert line(entry).target == "证书 ABCDEF"


@pytest.mark.parametrize(
    "parts",
    [
        [(NameOID.ORGANIZATION_IDENTIFIER, "NTRCN-{uscc}")],
        [(NameOID.SERIAL_NUMBER, "{uscc}")],
        [(NameOID.ORGANIZATIONAL_UNIT_NAME, "（{uscc}）")],
        [(NameOID.COMMON_NAME, "051@{name}@{uscc}@1")],
        [(NameOID.ORGANIZATION_NAME, "某某药业(集团)有限公司")],
        [(NameOID.COMMON_NAME, " 某某药业（集团） 有限公司")],
    ],
)
def test_the_unit_is_known_by_its_code_or_its_exact_name(unit: Unit, parts: list[Part]) -> None:
    said = [(oid, text.format(uscc=unit.uscc, name=unit.name)) for oid, text in parts]
    assert add(unit, pem(certificate(*said))).unit == unit


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [(NameOID.ORGANIZATION_NAME, "某某药业（集团）有限公司上海分公司")],
        [(NameOID.ORGANIZATIONAL_UNIT_NAME, "某某药业（集团）有限公司")],
        # The code of another firm beside our name, and our code as a part of a longer number.
        [
            (NameOID.ORGANIZATION_NAME, "某某药业（集团）有限公司"),
            (NameOID.SERIAL_NUMBER, "{other}"),
        ],
        [(NameOID.SERIAL_NUMBER, "1{uscc}")],
        [(NameOID.LOCALITY_NAME, "{uscc}")],
    ],
)
def test_a_foreign_certificate_is_refused(unit: Unit, parts: list[Part]) -> None:
    other = UnitFactory.create(name="别的公司")
    said = [(oid, text.format(uscc=unit.uscc, other=other.uscc)) for oid, text in parts]
    words = refused("certificate_foreign", lambda: add(unit, pem(certificate(*said))))
    assert "不是本单位" in words
    assert unit.uscc in words


def test_one_that_has_ended_or_not_begun_is_refused_with_its_day(unit: Unit) -> None:
    parts, now = of_unit(unit), datetime.now(UTC)
    old = certificate(
        *parts, begins=datetime(2020, 1, 1, tzinfo=UTC), ends=datetime(2021, 1, 1, tzinfo=UTC)
    )
    assert "已于 2021-01-01 08:00:00 到期" in refused(
        "certificate_expired", lambda: add(unit, pem(old))
    )
    words = refused(
        "certificate_not_yet", lambda: add(unit, pem(certificate(*parts, begins=now + DAY)))
    )
    assert "起才生效" in words


def test_one_without_an_end_can_be_shown(unit: Unit) -> None:
    ends = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    add(unit, pem(certificate(*of_unit(unit), ends=ends)))
    page = client_of(unit.account).get(f"/u/{unit.slug}/certificates/").content.decode()
    assert "9999-12-30" in page


def test_the_certificate_of_an_authority_is_refused(unit: Unit) -> None:
    words = refused(
        "certificate_of_authority",
        lambda: add(unit, pem(certificate(*of_unit(unit), authority=True))),
    )
    assert "颁发机构的证书" in words
    assert add(unit, pem(certificate(*of_unit(unit), authority=False))).unit == unit


def key_in(encoding: Encoding, form: PrivateFormat, word: bytes = b"") -> bytes:
    """The key of the tests, as people have keys in files; sealed with `word` if there is one."""
    return key().private_bytes(
        encoding, form, BestAvailableEncryption(word) if word else NoEncryption()
    )


PKCS8, TRADITIONAL = PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL
PRIVATE_KEYS: dict[str, Callable[[], bytes]] = {
    "PKCS #8 in PEM": lambda: key_in(Encoding.PEM, PKCS8),
    "PKCS #8 in DER": lambda: key_in(Encoding.DER, PKCS8),
    "SEC 1 in PEM": lambda: key_in(Encoding.PEM, TRADITIONAL),
    "SEC 1 in DER": lambda: key_in(Encoding.DER, TRADITIONAL),
    "sealed in PEM": lambda: key_in(Encoding.PEM, PKCS8, b"word"),
    "sealed in DER": lambda: key_in(Encoding.DER, PKCS8, b"word"),
    "PKCS #12": lambda: pkcs12.serialize_key_and_certificates(
        b"x", key(), certificate(COMMON), None, BestAvailableEncryption(b"word")
    ),
    "beside its certificate": lambda: pem(certificate(COMMON)) + key_in(Encoding.PEM, PKCS8),
}


@pytest.mark.parametrize("made", PRIVATE_KEYS.values(), ids=PRIVATE_KEYS.keys())
def test_a_private_key_is_refused_and_named_for_what_it_is(
    unit: Unit, made: Callable[[], bytes]
) -> None:
    words = refused("certificate_private_key", lambda: add(unit, made()))
    assert "含有私钥，没有接收，也没有保存" in words


def test_what_is_no_certificate_is_refused(unit: Unit) -> None:
    own = pem(certificate(*of_unit(unit)))
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(named(*of_unit(unit)))
        .sign(key(), hashes.SHA256())
    )
    assert "是空的" in refused("certificate_empty", lambda: add(unit, b" \n"))
    assert "超过 64K" in refused(
        "certificate_too_large", lambda: add(unit, own + b"\n" * MAX_BYTES)
    )
    assert "含有 2 段内容" in refused("certificate_several", lambda: add(unit, own + own))
    for content in (
        b"hello",
        b"\x30",
        b"\x30\x84",
        request.public_bytes(Encoding.PEM),
        own.replace(b"BEGIN CERTIFICATE", b"BEGIN PKCS7"),
        own[:200] + own[260:],
    ):
        words = refused("certificate_unreadable", lambda content=content: add(unit, content))  # type: ignore[misc]
        assert "不是可读取的 X.509 证书" in words


# cryptography warns of what it will refuse one day and we refuse today.
@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_damaged_certificates_never_do_more_than_be_refused(unit: Unit) -> None:
    whole = der(certificate(*of_unit(unit)))
    dice, taken = random.Random(20260101), 0
    for _ in range(1000):
        damaged = bytearray(whole)
        for _ in range(3):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        try:
            facts = judged("a.cer", read("a.cer", bytes(damaged)), unit.name, unit.uscc)
        except Refused:
            continue
        taken += 1
        assert algorithm(facts.pem)
        # Raises ValidationError where a column could not hold it.
        Certificate(unit=unit, **facts._asdict()).full_clean(validate_unique=False)
    # Most of a certificate is its key and its signature, which nobody looks at.
    assert 0 < taken < 1000


def test_uploads_are_limited(unit: Unit) -> None:
    for _ in range(UPLOADS_AN_HOUR):
        refused("certificate_unreadable", lambda: add(unit, b"hello"))
    assert "达到上限" in refused(
        "unit_uploads_too_many", lambda: add(unit, pem(certificate(*of_unit(unit))))
    )


def test_the_same_one_is_kept_once(unit: Unit) -> None:
    content = pem(certificate(*of_unit(unit)))
    kept = add(unit, content)
    assert "已在列表中" in refused("certificate_known", lambda: add(unit, content))
    remove_certificate(kept)
    assert add(unit, content).pk != kept.pk


def test_one_of_another_unit_is_refused_as_any_foreign_one(unit: Unit) -> None:
    twin = UnitFactory.create(name=unit.name)
    content = pem(certificate((NameOID.ORGANIZATION_NAME, unit.name)))
    add(twin, content)
    words = refused("certificate_foreign", lambda: add(unit, content))
    foreign = pem(certificate((NameOID.ORGANIZATION_NAME, "别的公司")))
    assert words.replace(unit.name, "…") == refused(
        "certificate_foreign", lambda: add(unit, foreign)
    ).replace("别的公司", "…").replace(unit.name, "…")


def test_a_unit_has_only_so_many(unit: Unit) -> None:
    for _ in range(MOST):
        add(unit, pem(certificate(*of_unit(unit))))
    assert "已有 20 张证书" in refused(
        "certificate_too_many", lambda: add(unit, pem(certificate(*of_unit(unit))))
    )


def test_sm2_is_shown(unit: Unit) -> None:
    kept = add(unit, sm2(certificate(*of_unit(unit))))
    assert kept.subject.startswith(f"CN={unit.uscc}")
    page = client_of(unit.account).get(f"/u/{unit.slug}/certificates/").content.decode()
    assert "SM2（SM3 摘要）" in page


def test_odd_characters_are_marked(unit: Unit) -> None:
    odd = "a\x00b\u202ec" + "长" * 40
    made = certificate(*of_unit(unit), *[(NameOID.LOCALITY_NAME, odd)] * 20)
    kept = add(unit, pem(made))
    assert "L=a\ufffdb\ufffdc长" in kept.subject
    assert len(kept.subject) == 500


def test_an_identity_number_in_a_name_is_masked(unit: Unit) -> None:
    person = (NameOID.COMMON_NAME, "张三@110101199003074776@1")
    words = words_of(named(*of_unit(unit), person))
    assert "CN=张三@110****76@1" in words
    assert f"CN={unit.uscc}" in words
