"""Files that arrive at 流通企业药耗配送信息上传, and in which unit's list they land."""

import json
import re
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from accounts.agents.models import Membership
from accounts.rights.models import Authorization
from portal.lib.clock import SHANGHAI
from tests.factories import UnitFactory, hold
from tests.people import Side, client_of, side
from tests.tracing.uploads.rows import example, pack_code, workbook
from tracing.stores.models_events import TraceEvent
from tracing.uploads.models import Submission
from tracing.uploads.turn import check_and_store

pytestmark = pytest.mark.django_db(transaction=True)

CIRCULATION = "circulation"


@pytest.fixture
def page(distributor: Side) -> str:
    return f"/u/{distributor.unit.slug}/distributor/upload/"


@pytest.fixture
def client(distributor: Side) -> Client:
    """The distributor's agent, signed in."""
    return client_of(distributor.agent.account)


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def codes(response: Any) -> list[str]:
    """The codes of the rows that are listed, in their order."""
    found = re.findall(r'name="key" value="([^"]+)"', response.content.decode())
    return [json.loads(unescape(key))[0] for key in found]


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.PORTAL_FILES = tmp_path / "files"


def send(client: Client, page: str, who: Side, file: Path, **changes: Any) -> str:
    """Upload one row for a unit and return the address that the upload got."""
    row = example(CIRCULATION, trac_code=pack_code(1), shpp_org_uscc=who.unit.uscc, **changes)
    content = workbook(file, CIRCULATION, [row]).read_bytes()
    sent = client.post(
        f"{page}import/",
        {"record": CIRCULATION, "file": SimpleUploadedFile(file.name, content)},
    )
    address: str = sent["Location"]
    check_and_store(Submission.everything.latest("received_at").pk)
    return address


def test_a_file_is_checked_confirmed_and_listed(
    client: Client, distributor: Side, page: str, tmp_path: Path
) -> None:
    address = send(client, page, distributor, tmp_path / "流通企业药信息上传.xlsx")
    assert address.startswith(f"/u/{distributor.unit.slug}/distributor/uploads/")
    staged = client.get(address)
    assert "校验完成，尚未入库" in text(staged)
    assert codes(staged) == []
    client.post(f"{address}confirm/")
    check_and_store(Submission.everything.get().pk)
    assert "导入完成！" in text(client.get(address))
    listed = client.get(page)
    assert codes(listed) == [pack_code(1)]
    assert "最近上传" in text(listed)
    assert f'href="{address}"' in listed.content.decode()
    cells = re.findall(r'<td data-label="([^"]+)"[^>]*>([^<]*)</td>', listed.content.decode())
    assert ("入(出)库时间", "2024-12-18 09:00:00") in cells
    event = TraceEvent.everything.get()
    assert event.happened_at == datetime(2024, 12, 18, 9, tzinfo=SHANGHAI)


def test_the_error_workbook_comes_back_to_the_same_upload(
    client: Client, distributor: Side, page: str, tmp_path: Path
) -> None:
    wrong = {"delv_time": "2024年13月40日"}
    address = send(client, page, distributor, tmp_path / "a.xlsx", **wrong)
    report = client.get(f"{address}report/")
    path = tmp_path / "错误报告.xlsx"
    path.write_bytes(b"".join(report))
    book = openpyxl.load_workbook(path)
    headings = [str(cell.value).rstrip("*") for cell in book.worksheets[0][1]]
    book.worksheets[0].cell(2, headings.index("流通时间") + 1).value = "2024-12-18"
    book.save(path)
    file = SimpleUploadedFile(path.name, path.read_bytes())
    correction = client.post(f"{address}correct/", {"file": file})["Location"]
    check_and_store(Submission.everything.latest("received_at").pk)
    assert client.get(correction)["Location"] == address


def test_two_tabs_of_one_agent_for_two_units(
    client: Client, distributor: Side, page: str, tmp_path: Path
) -> None:
    """Each upload lands where its tab says, in whatever order they are worked on."""
    other = side(UnitFactory.create(is_maker=False, is_distributor=True))
    Authorization.everything.filter(unit=other.unit).delete()
    Membership.everything.create(unit=other.unit, agent=distributor.agent)
    hold(other.unit, distributor.agent, "distributor-upload")
    second = Side(other.unit, distributor.agent)
    other_page = f"/u/{other.unit.slug}/distributor/upload/"
    client.get(page)
    client.get(other_page)
    first_address = send(client, page, distributor, tmp_path / "a.xlsx")
    second_address = send(client, other_page, second, tmp_path / "b.xlsx")
    for address in (second_address, first_address):
        client.post(f"{address}confirm/")
    for submission in Submission.everything.all():
        check_and_store(submission.pk)
    assert f"/u/{other.unit.slug}/" in second_address
    for unit, at in ((distributor.unit, page), (other.unit, other_page)):
        assert TraceEvent.objects.of(unit).get().receiver_uscc == unit.uscc
        assert codes(client.get(at)) == [pack_code(1)]
    # The address of one unit does not open the upload of the other.
    moved = first_address.replace(distributor.unit.slug, other.unit.slug)
    assert client.get(moved).status_code == 404


def test_an_upload_of_the_other_desk_does_not_exist_here(db: None, tmp_path: Path) -> None:
    """Of a unit that makes and distributes, each page knows its own uploads only."""
    both = side(UnitFactory.create(is_distributor=True))
    agent = client_of(both.agent.account)
    page = f"/u/{both.unit.slug}/distributor/upload/"
    address = send(agent, page, both, tmp_path / "a.xlsx")
    assert agent.get(address).status_code == 200
    elsewhere = address.replace("/distributor/", "/maker/")
    for part in ("", "progress/", "report/"):
        assert agent.get(elsewhere + part).status_code == 404
    for part in ("confirm/", "cancel/", "correct/"):
        assert agent.post(elsewhere + part).status_code == 404
    assert "流通企业药信息" not in text(agent.get(f"/u/{both.unit.slug}/maker/upload/"))
