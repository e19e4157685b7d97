"""The frame of 单位管理: the card, the state of the papers, the five steps, 单位信息, 资料下载."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.agents.actions import add_member
from accounts.core.origin import Origin
from accounts.messages.models import Document
from accounts.rights.actions_granting import grant
from accounts.signing_in.actions_sessions import sign_in
from accounts.units.actions_qualifications import approve_paper, return_paper, upload_paper
from accounts.units.models import Qualification, Region, Unit
from accounts.units.overview import Overview, overview
from accounts.units.tabs import TABS, Tab
from tests.accounts.units.papers import JPEG, PDF
from tests.factories import AgentFactory, UnitFactory, hold
from tests.people import Side, client_of

pytestmark = pytest.mark.django_db

LICENCE, INSTITUTION = Qualification.Kind.LICENCE, Qualification.Kind.INSTITUTION


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> Path:
    """A place of its own for the files of each test."""
    settings.PORTAL_FILES = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def unit() -> Unit:
    """A unit that has only signed in."""
    return UnitFactory.create(approved_at=None)


def page_of(unit: Unit, tab: str = "") -> str:
    """Return a page of 单位管理 as the unit's account gets it."""
    return client_of(unit.account).get(f"/u/{unit.slug}/{tab}").content.decode()


def now(unit: Unit) -> Overview:
    """Return what the frame shows of the unit as it is stored."""
    return overview(Unit.objects.get(pk=unit.pk))


def states(unit: Unit) -> list[str]:
    """Return the words on the two papers."""
    return [paper.words for paper in now(unit).papers]


def steps(unit: Unit) -> str:
    """Return the states of the five steps by their first letters."""
    return "".join(step.state[0] for step in now(unit).steps)


def test_the_steps_are_done_one_by_one(unit: Unit) -> None:
    assert steps(unit) == "dnooo"
    paper = upload_paper(unit, LICENCE, name="a.pdf", content=PDF)
    assert steps(unit) == "dnooo"
    assert now(unit).steps[1].note == "待审核"
    approve_paper(paper)
    assert steps(unit) == "ddnoo"
    agent = AgentFactory.create()
    # For another unit, before this one knew them.
    sign_in(agent.account, origin=Origin("192.0.2.1"))
    add_member(unit, agent)
    assert steps(unit) == "dddno"
    grant(unit, agent, "maker-upload")
    assert steps(unit) == "ddddn"
    sign_in(agent.account, origin=Origin("192.0.2.1"))
    assert steps(unit) == "ddddd"
    assert now(unit).next_step is None
    assert now(unit).done == 5


def test_a_step_done_out_of_turn_counts(unit: Unit) -> None:
    hold(unit, AgentFactory.create(units=[unit]), "maker-upload")
    assert steps(unit) == "dnddo"


def test_the_next_step_is_marked_and_linked(unit: Unit) -> None:
    page = page_of(unit)
    (marked,) = re.findall(r'<li class="flow-next" aria-current="step">\s*(.*?)\s*<small>', page)
    assert marked == f'<a href="/u/{unit.slug}/qualifications/">单位资质认证</a>'
    assert "已完成 1 / 5，下一步：单位资质认证" in page
    for title in ("单位账号登录网厅", "添加经办人", "经办人授权", "经办人登录网厅，进行业务操作"):
        assert title in page


def test_the_state_of_the_papers_is_said(unit: Unit) -> None:
    assert states(unit) == ["未上传", "未认证"]
    paper = upload_paper(unit, LICENCE, name="a.pdf", content=PDF)
    assert states(unit) == ["待审核", "未认证"]
    return_paper(paper, "看不清")
    assert now(unit).papers[0].note == "退回原因：看不清"
    assert states(unit) == ["已退回", "未认证"]
    approve_paper(upload_paper(unit, LICENCE, name="a.pdf", content=PDF))
    upload_paper(unit, INSTITUTION, name="b.jpg", content=JPEG)
    assert states(unit) == ["已认证", "待审核"]
    upload_paper(unit, LICENCE, name="c.pdf", content=PDF)
    assert "审核期间原认证继续有效" in now(unit).papers[0].note


def test_a_unit_opened_by_staff_needs_no_paper(maker: Side) -> None:
    assert states(maker.unit) == ["已认证，由平台开通", "未认证"]


@pytest.mark.parametrize("tab", TABS, ids=[tab.name for tab in TABS])
def test_every_tab_stands_in_the_frame(unit: Unit, tab: Tab) -> None:
    address = reverse(tab.address, args=[unit.slug])
    page = client_of(unit.account).get(address).content.decode()
    assert f'aria-current="page">{tab.title}</a>' in page
    for words in (
        *("上次登录IP", "上次登录时间", "本次登录时间", "资质认证状态", "营业执照上传"),
        *("定点医药机构服务资质", "资料下载", "操作流程说明", "单位经办人", "操作记录"),
        *("常见问题", "帮助与反馈", "返回服务大厅", "消息", unit.name),
    ):
        assert words in page


def test_the_units_facts_are_shown_and_numbers_masked(unit: Unit) -> None:
    Region.objects.update_or_create(code="110000", defaults={"name": "北京市"})
    unit.admdvs, unit.legal_name, unit.legal_id_type = "110000", "张三", "01"
    unit.legal_id_number, unit.contact_name = "110101199003074477", "李四"
    unit.contact_mobile = "13800005678"
    unit.save()
    page = page_of(unit)
    for label, value in {
        "账号": unit.slug,
        "机构类型": "生产企业",
        "医保区划": "北京市（110000）",
        "统一社会信用代码": unit.uscc,
        "企业名称": unit.name,
        "法人名称": "张三",
        "法人证件类型": "居民身份证(户口簿)",
        "法人证件号码": "110****77",
        "联系人": "李四",
        "联系手机号": "138****5678",
    }.items():
        assert f"<dt>{label}</dt><dd>{value}</dd>" in page
    assert "110101199003074477" not in page
    assert "13800005678" not in page


def test_what_is_not_known_is_a_dash(unit: Unit) -> None:
    assert "<dt>法人证件号码</dt><dd>—</dd>" in page_of(unit)


def upload(client: Client, unit: Unit, content: bytes, kind: str = "licence") -> str:
    """Upload a paper through the page and return the page that follows."""
    file = SimpleUploadedFile("执照.pdf", content)
    address = f"/u/{unit.slug}/qualifications/{kind}/upload/"
    return client.post(address, {"file": file}, follow=True).content.decode()


def test_a_paper_is_uploaded_replaced_and_seen_through_the_pages(unit: Unit) -> None:
    client = client_of(unit.account)
    assert "等待平台工作人员审核" in upload(client, unit, PDF)
    first = Qualification.objects.of(unit).get()
    page = upload(client, unit, JPEG)
    assert "修改：营业执照上传" in page
    second = Qualification.objects.of(unit).exclude(pk=first.pk).get()
    dialog = client.get(f"/u/{unit.slug}/qualifications/{second.pk}/").content.decode()
    assert f'src="/u/{unit.slug}/qualifications/{second.pk}/file/"' in dialog
    assert f'href="/u/{unit.slug}/qualifications/{first.pk}/"' in dialog
    answer = client.get(f"/u/{unit.slug}/qualifications/{second.pk}/file/")
    assert b"".join(answer) == JPEG
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert answer["Content-Disposition"].endswith(".jpg")
    assert "sandbox" in answer["Content-Security-Policy"]
    old = client.get(f"/u/{unit.slug}/qualifications/{first.pk}/file/")
    assert old["Content-Disposition"].startswith("attachment; ")
    assert b"".join(old) == PDF


def test_automatic_approval_is_said_on_the_page(unit: Unit, settings: Settings) -> None:
    settings.PORTAL_APPROVALS = "automatic"
    assert "“营业执照上传”已上传并通过认证" in upload(client_of(unit.account), unit, PDF)


def test_what_is_wrong_with_a_paper_stands_in_its_place(unit: Unit) -> None:
    client = client_of(unit.account)
    address = f"/u/{unit.slug}/qualifications/licence/upload/"
    for files_, words in (
        ([], "没有选择文件"),
        ([SimpleUploadedFile("a.pdf", b"")], "是空的"),
        ([SimpleUploadedFile("a.pdf", b"<html>")], "内容不是 PDF、JPG 或 PNG"),
        ([SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("b.pdf", PDF)], "一次只能上传"),
        ([SimpleUploadedFile("a.pdf", PDF + b"x" * 5 * 1024 * 1024)], "最大 5M"),
        ([SimpleUploadedFile("a.pdf", PDF + b"x" * 10 * 1024 * 1024)], "最大 5M"),
    ):
        answer = client.post(address, {"file": files_})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not Qualification.everything.exists()
    assert client.get(f"/u/{unit.slug}/qualifications/other/upload/").status_code == 404


def test_another_units_paper_is_one_that_does_not_exist(maker: Side, stranger: Side) -> None:
    theirs = upload_paper(stranger.unit, LICENCE, name="a.pdf", content=PDF)
    client = client_of(maker.unit.account)
    for ending in ("", "file/"):
        address = f"/u/{maker.unit.slug}/qualifications/{theirs.pk}/{ending}"
        assert client.get(address).status_code == 404


def test_a_paper_whose_file_is_gone_is_not_found(unit: Unit, files: Path) -> None:
    paper = upload_paper(unit, LICENCE, name="a.pdf", content=PDF)
    (files / "qualifications" / str(paper.pk)).unlink()
    address = f"/u/{unit.slug}/qualifications/{paper.pk}/file/"
    assert client_of(unit.account).get(address).status_code == 404


def test_documents_are_for_everyone_signed_in(
    client: Client, maker: Side, agent_client: Client, files: Path
) -> None:
    shown = Document.objects.create(title="操作指南", stored_name="1.pdf", file_name="操作指南.pdf")
    hidden = Document.objects.create(
        title="旧指南", stored_name="2.pdf", file_name="旧指南.pdf", shown=False
    )
    (files / "documents").mkdir(parents=True)
    (files / "documents" / "1.pdf").write_bytes(PDF)
    address = f"/documents/{shown.pk}/"
    page = page_of(maker.unit)
    assert f'<a href="{address}" download>操作指南</a>' in page
    assert "旧指南" not in page
    answer = agent_client.get(address)
    assert b"".join(answer) == PDF
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert agent_client.get(f"/documents/{hidden.pk}/").status_code == 404
    assert agent_client.get(f"/documents/{10**60}/").status_code == 404
    assert client.get(address).headers["Location"].startswith("/login/")


def test_the_frame_asks_little(unit: Unit, django_assert_max_num_queries: object) -> None:
    for number in range(3):
        agent = AgentFactory.create(units=[unit])
        if not number:
            hold(unit, agent, "maker-upload")
    unit.approved_at = timezone.now()
    unit.save()
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        overview(unit)
