"""资质认证: what is taken, who decides, and when the unit opens and shuts."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from pytest_django import Settings

from accounts.core.columns import REASON_LENGTH
from accounts.core.models import Account
from accounts.core.origin import COMMAND
from accounts.log.entry_words import line
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.messages.notices import message
from accounts.units.actions_qualifications import (
    UPLOADS_AN_HOUR,
    approve_paper,
    return_paper,
    upload_paper,
)
from accounts.units.models import Qualification, Unit
from accounts.units.qualifications import MAX_BYTES, path_of, shown_name
from accounts.units.queries import newest_paper, papers_before
from portal.lib.refused import Refused
from tests.accounts.units.papers import JPEG, PDF, PNG
from tests.factories import UnitFactory
from tests.people import Side

pytestmark = pytest.mark.django_db

LICENCE, INSTITUTION = Qualification.Kind.LICENCE, Qualification.Kind.INSTITUTION
State = Qualification.State


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> Path:
    """A place of its own for the files of each test."""
    settings.PORTAL_FILES = tmp_path / "files"
    return tmp_path / "files" / "qualifications"


@pytest.fixture
def unit() -> Unit:
    """A unit that is not approved yet."""
    return UnitFactory.create(approved_at=None)


@pytest.fixture
def staff() -> Account:
    """Someone who decides."""
    return Account.objects.create_superuser("staff1", "Portal-2026")


def upload(unit: Unit, content: bytes = PDF, name: str = "营业执照.pdf") -> Qualification:
    """Upload a licence as the unit's account."""
    return upload_paper(
        unit, LICENCE, name=name, content=content, origin=COMMAND.done_by(unit.account)
    )


def is_open(unit: Unit) -> bool:
    """Say whether the unit is open now."""
    return Unit.objects.get(pk=unit.pk).is_open


def told(unit: Unit) -> list[str]:
    """Return the notices of the unit's account, newest first."""
    return [message(n).text for n in Notice.objects.filter(account=unit.account).order_by("-pk")]


def done(unit: Unit) -> list[str]:
    """Return the operations of the unit's log in their order."""
    return list(OperationLog.objects.of(unit).order_by("pk").values_list("action", flat=True))


def refused(code: str, what: Callable[[], object]) -> str:
    """Return the sentence of the one code that refuses."""
    with pytest.raises(Refused) as caught:
        what()
    (only,) = caught.value.refusals
    assert only.code == code
    return only.message


@pytest.mark.parametrize(
    ("content", "content_type"),
    [(PDF, "application/pdf"), (JPEG, "image/jpeg"), (PNG, "image/png")],
)
def test_a_paper_is_what_its_bytes_say(
    unit: Unit, files: Path, content: bytes, content_type: str
) -> None:
    paper = upload(unit, content, name="执照.doc")
    assert (paper.content_type, paper.state) == (content_type, State.WAITING)
    stored = files / str(paper.pk)
    assert stored == path_of(paper)
    assert stored.read_bytes() == content
    assert stored.stat().st_mode & 0o777 == 0o600
    assert stored.parent.stat().st_mode & 0o777 == 0o700


class Wrong(NamedTuple):
    """A file that is not taken, and the code and words that say so."""

    content: bytes
    code: str
    words: str


WRONG = {
    "empty": Wrong(b"", "paper_empty", "是空的（0 字节）"),
    "large": Wrong(PDF + b"x" * MAX_BYTES, "paper_too_large", "超过 5M"),
    "page": Wrong(
        b"<html><script>alert(1)</script></html>", "paper_form_wrong", "内容不是 PDF、JPG 或 PNG"
    ),
    "picture that is a script": Wrong(
        b"<svg xmlns='x'/>", "paper_form_wrong", "内容不是 PDF、JPG 或 PNG"
    ),
    "later": Wrong(b"\n" + PDF, "paper_form_wrong", "内容不是 PDF、JPG 或 PNG"),
    "half a pdf": Wrong(PDF[:20], "paper_cut_off", "不完整"),
    "half a jpeg": Wrong(JPEG[:-1], "paper_cut_off", "不完整"),
    "half a png": Wrong(PNG[:-1], "paper_cut_off", "不完整"),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_anything_else_is_refused_and_leaves_nothing(unit: Unit, files: Path, wrong: Wrong) -> None:
    words = refused(wrong.code, lambda: upload(unit, wrong.content))
    assert wrong.words in words
    assert "营业执照.pdf" in words
    assert not Qualification.everything.exists()
    assert not files.exists()


def test_uploads_are_limited(unit: Unit, files: Path) -> None:
    for _ in range(UPLOADS_AN_HOUR):
        upload(unit)
    assert "达到上限" in refused("unit_uploads_too_many", lambda: upload(unit))
    assert len(list(files.iterdir())) == UPLOADS_AN_HOUR


def test_a_failing_store_leaves_no_file(
    unit: Unit, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("accounts.units.actions_qualifications.record", fail)
    with pytest.raises(ZeroDivisionError):
        upload(unit)
    assert list(files.iterdir()) == []
    assert not Qualification.everything.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\我的文档\\执照.pdf", "执照.pdf"),
        ("a\x00b\u202egpj.pdf", "a\ufffdb\ufffdgpj.pdf"),
        ("长" * 300 + ".pdf", "长" * 251 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(name: str, kept: str) -> None:
    assert shown_name(name) == kept


def test_an_approved_licence_opens_the_unit(unit: Unit, staff: Account) -> None:
    paper = upload(unit)
    assert not is_open(unit)
    approve_paper(paper, origin=COMMAND.done_by(staff))
    assert is_open(unit)
    paper.refresh_from_db()
    assert (paper.state, paper.decided_by) == (State.APPROVED, staff)
    assert done(unit) == ["qualification-uploaded", "qualification-approved", "unit-approved"]
    assert told(unit) == [
        "本单位已通过资质认证，经办人可以办理业务。",
        "您上传的“营业执照上传”已通过审核。",
    ]


def test_a_returned_licence_says_why_and_keeps_the_unit_shut(unit: Unit, staff: Account) -> None:
    paper = upload(unit)
    return_paper(paper, " 看不清印章 ", origin=COMMAND.done_by(staff))
    paper.refresh_from_db()
    assert (paper.state, paper.reason) == (State.RETURNED, "看不清印章")
    assert not is_open(unit)
    assert told(unit) == [
        "您上传的“营业执照上传”已被退回，原因：看不清印章；请按原因修改，在【资质认证】中重新上传。"
    ]
    entry = OperationLog.objects.of(unit).order_by("-pk")[0]
    assert line(entry).changes == ["退回原因：看不清印章", "认证状态：待审核 → 已退回"]
    assert line(entry).who == "平台工作人员"


def test_a_replacement_leaves_the_unit_as_open_as_it_was(unit: Unit, staff: Account) -> None:
    approve_paper(upload(unit), origin=COMMAND.done_by(staff))
    second = upload(unit, JPEG)
    assert is_open(unit)
    return_paper(second, "照片不全", origin=COMMAND.done_by(staff))
    assert not is_open(unit)
    assert done(unit)[-2:] == ["qualification-returned", "unit-shut"]
    assert "经办人暂不能办理业务" in told(unit)[0]
    third = upload(unit, PNG)
    assert not is_open(unit)
    approve_paper(third, origin=COMMAND.done_by(staff))
    assert is_open(unit)


def test_an_approval_is_taken_back(unit: Unit, staff: Account) -> None:
    paper = approve_paper(upload(unit), origin=COMMAND.done_by(staff))
    return_paper(paper, "执照已过期", origin=COMMAND.done_by(staff))
    assert not is_open(unit)
    approve_paper(paper, origin=COMMAND.done_by(staff))
    assert is_open(unit)


def test_a_unit_opened_by_staff_stays_open_until_a_licence_is_returned(
    maker: Side, staff: Account
) -> None:
    paper = upload(maker.unit)
    assert is_open(maker.unit)
    return_paper(paper, "不是本单位的执照", origin=COMMAND.done_by(staff))
    assert not is_open(maker.unit)


def test_the_other_paper_opens_and_shuts_nothing(unit: Unit, staff: Account) -> None:
    paper = upload_paper(unit, INSTITUTION, name="服务资质.pdf", content=PDF)
    approve_paper(paper, origin=COMMAND.done_by(staff))
    assert not is_open(unit)
    approve_paper(upload(unit), origin=COMMAND.done_by(staff))
    return_paper(paper, "已到期", origin=COMMAND.done_by(staff))
    assert is_open(unit)


def test_only_the_newest_paper_can_be_decided_on(unit: Unit, staff: Account) -> None:
    first = upload(unit)
    second = upload(unit)
    assert "已重新上传" in refused(
        "paper_replaced", lambda: approve_paper(first, origin=COMMAND.done_by(staff))
    )
    assert not is_open(unit)
    assert newest_paper(unit, LICENCE) == second
    assert papers_before(second) == [first]


def test_a_decision_is_not_made_twice(unit: Unit, staff: Account) -> None:
    paper = upload(unit)
    approve_paper(paper, origin=COMMAND.done_by(staff))
    words = refused("paper_decided", lambda: approve_paper(paper, origin=COMMAND.done_by(staff)))
    assert "已是“已认证”" in words
    assert done(unit).count("unit-approved") == 1


@pytest.mark.parametrize(
    ("reason", "code", "words"),
    [
        ("  ", "return_reason_missing", "没有填写原因"),
        ("改" * (REASON_LENGTH + 1), "reason_too_long", "最多 200 个"),
    ],
)
def test_a_return_needs_a_reason_of_some_words(
    unit: Unit, staff: Account, reason: str, code: str, words: str
) -> None:
    paper = upload(unit)
    assert words in refused(
        code, lambda: return_paper(paper, reason, origin=COMMAND.done_by(staff))
    )
    paper.refresh_from_db()
    assert paper.state == State.WAITING


def test_automatic_approval_is_by_nobody_and_said(unit: Unit, settings: Settings) -> None:
    settings.PORTAL_APPROVALS = "automatic"
    paper = upload(unit)
    assert is_open(unit)
    paper.refresh_from_db()
    assert (paper.state, paper.decided_by) == (State.APPROVED, None)
    assert done(unit) == ["qualification-uploaded", "qualification-approved", "unit-approved"]
    who = [line(entry).who for entry in OperationLog.objects.of(unit).order_by("pk")]
    assert who == [f"单位账号 {unit.slug}", "系统", "系统"]
