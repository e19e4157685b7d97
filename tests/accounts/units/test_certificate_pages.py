"""The tab 数字证书: uploading, seeing, removing, and the warning before a certificate ends."""

import pytest
from cryptography.hazmat.primitives import hashes
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.log.entry_words import line
from accounts.log.models import OperationLog
from accounts.units.actions_certificates import add_certificate
from accounts.units.certificates import WARN_BEFORE
from accounts.units.models import Certificate, Unit
from accounts.units.queries import certificates
from accounts.units.views_certificates import warnings
from tests.accounts.units.certificates import DAY, certificate, der, of_unit, pem
from tests.people import Side

pytestmark = pytest.mark.django_db


def add(unit: Unit, content: bytes) -> Certificate:
    """Keep a certificate of the unit."""
    return add_certificate(unit, name="单位.cer", content=content)


def send(client: Client, unit: Unit, content: bytes, name: str = "单位.cer") -> str:
    """Upload through the page and return the page that follows."""
    file = SimpleUploadedFile(name, content)
    answer = client.post(f"/u/{unit.slug}/certificates/upload/", {"file": file}, follow=True)
    return answer.content.decode()


def test_the_page_takes_shows_and_removes(maker: Side, unit_client: Client) -> None:
    unit = maker.unit
    assert "还没有数字证书" in unit_client.get(f"/u/{unit.slug}/certificates/").content.decode()
    made = certificate(*of_unit(unit))
    page = send(unit_client, unit, der(made))
    assert "证书已上传" in page
    assert "ECDSA（SHA-256 摘要）" in page
    assert ":".join(f"{byte:02X}" for byte in made.fingerprint(hashes.SHA256())) in page
    (kept,) = certificates(unit)
    address = f"/u/{unit.slug}/certificates/{kept.pk}/remove/"
    assert kept.serial in unit_client.get(address).content.decode()
    assert "证书已移除" in unit_client.post(address, follow=True).content.decode()
    assert certificates(unit) == []
    assert unit_client.post(address).status_code == 404
    titles = [line(entry).title for entry in OperationLog.objects.of(unit).order_by("pk")]
    assert titles == ["上传数字证书", "移除数字证书"]


def test_the_page_says_what_is_wrong_in_its_place(maker: Side, unit_client: Client) -> None:
    address = f"/u/{maker.unit.slug}/certificates/upload/"
    answer = unit_client.post(address, {"file": SimpleUploadedFile("a.cer", b"hello")})
    assert answer.status_code == 422
    assert "文件“a.cer”不是可读取的 X.509 证书" in answer.content.decode()
    assert "没有选择文件" in unit_client.post(address).content.decode()


def test_another_units_certificate_cannot_be_removed(
    maker: Side, stranger: Side, unit_client: Client
) -> None:
    kept = add(stranger.unit, pem(certificate(*of_unit(stranger.unit))))
    assert (
        unit_client.post(f"/u/{maker.unit.slug}/certificates/{kept.pk}/remove/").status_code == 404
    )
    kept.refresh_from_db()
    assert kept.removed_at is None


def test_the_end_is_told_a_month_before(maker: Side, unit_client: Client) -> None:
    unit, now = maker.unit, timezone.now()
    near = add(unit, pem(certificate(*of_unit(unit), ends=now + WARN_BEFORE - DAY)))
    add(unit, pem(certificate(*of_unit(unit), ends=now + WARN_BEFORE + DAY)))
    (told,) = warnings(unit)
    assert near.serial in told
    assert "还剩 28 天" in told
    assert told in unit_client.get(f"/u/{unit.slug}/").content.decode()
    Certificate.objects.of(unit).filter(pk=near.pk).update(not_after=now - DAY / 24)
    (told,) = warnings(unit)
    assert "已于" in told
    assert "已过期" in unit_client.get(f"/u/{unit.slug}/certificates/").content.decode()
