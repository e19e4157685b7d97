"""The page on which staff move codes: a list, what would be done, then the doing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.log.models import OperationLog
from accounts.staff.roles import MANAGER, REVIEWER, SUPPORT
from accounts.units.models import Unit
from tests.accounts.staff.staff import staff_account, staff_client
from tests.factories import UnitFactory
from tests.tracing.factories import DrugBatchFactory, box, packed, small
from tracing.stores.models_codes import TraceCode

pytestmark = pytest.mark.django_db
PAGE = "/admin/ownership/"


@pytest.fixture
def inside() -> Client:
    """Somebody of the role 客服."""
    return staff_client(staff_account("staff1", SUPPORT))


@pytest.fixture
def old() -> Unit:
    """Who uploaded twenty codes in a large box."""
    unit = UnitFactory.create(name="甲药厂")
    packed(unit, DrugBatchFactory.create(unit=unit), 20)
    return unit


@pytest.fixture
def new() -> Unit:
    """Whose they are."""
    return UnitFactory.create(name="乙药厂")


def ask(client: Client, **asked: object) -> str:
    """Send the form; returns the page that follows."""
    answer = client.post(PAGE, asked, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_list_is_looked_at_then_moved(inside: Client, old: Unit, new: Unit) -> None:
    asked = {"codes": box(0, 3), "to": new.uscc, "reason": "申诉核实"}
    page = ask(inside, **asked)
    for said in ("甲药厂", "乙药厂", "20 个", "3 个", "待匹配", "确认移动"):
        assert said in page
    assert not TraceCode.objects.of(new).exists()
    page = ask(inside, **asked, move="确认移动")
    assert "已把 20 个追溯码、3 个包装移入 乙药厂" in page
    assert TraceCode.objects.of(new).count() == 20
    entry = OperationLog.objects.of(new).get(action="codes-received")
    assert entry.account is not None
    assert (entry.account.name, entry.address) == ("staff1", "127.0.0.1")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_list_may_come_in_a_file(inside: Client, old: Unit, new: Unit, mark: bytes) -> None:
    file = SimpleUploadedFile("codes.txt", mark + box(0, 3).encode() + b"\r\n")
    page = ask(inside, file=file, to=new.slug, reason="申诉核实")
    assert "确认移动" in page
    assert box(0, 3) in page, "the codes of the file go on with the form"


def test_what_cannot_be_moved_is_said_code_by_code(inside: Client, old: Unit, new: Unit) -> None:
    codes = f"{small(0)}\n{small(999)}\n短"
    for step in ({}, {"move": "确认移动"}):
        page = ask(inside, codes=codes, to=new.slug, reason="申诉核实", **step)
        assert f"{small(999)}：未查到" in page
        assert f"{small(0)}：与另外的码同在包装 {box(0, 2)} 中" in page
        assert "短：不是追溯码" in page
        assert "确认移动" not in page
    assert not TraceCode.objects.of(new).exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"codes": " "}, "没有填写追溯码"),
        ({"to": "nobody1"}, "没有此单位"),
        ({"to": ""}, "请填写移入单位"),
        ({"reason": ""}, "请填写原因"),
        ({"reason": "因" * 201}, "最多 200"),
        ({"file": SimpleUploadedFile("a.txt", b"\xff\xfe")}, "不是 UTF-8"),
        ({"file": SimpleUploadedFile("a.txt", b"1\x002")}, "不是 UTF-8"),
        ({"file": SimpleUploadedFile("a.txt", b"1" * 300_000)}, "超过 256K"),
        ({"file": SimpleUploadedFile("a.txt", b"")}, "是空的"),
    ],
    ids=range(9),
)
def test_forms_that_are_not_filled(
    inside: Client, old: Unit, new: Unit, change: dict[str, object], said: str
) -> None:
    asked = {"codes": box(0, 3), "to": new.slug, "reason": "申诉核实", "move": "确认移动"}
    assert said in ask(inside, **{**asked, **change})
    assert not TraceCode.objects.of(new).exists()


def test_many_reasons_are_counted(inside: Client, old: Unit, new: Unit) -> None:
    codes = "\n".join(small(n) for n in range(1000, 1300))
    page = ask(inside, codes=codes, to=new.slug, reason="申诉核实")
    assert page.count("未查到") == 200
    assert "另有 100 条未显示" in page


def test_the_page_is_for_some_roles(old: Unit) -> None:
    title = "追溯码归属"
    for name, role, seen in (("a11", REVIEWER, False), ("b11", MANAGER, True)):
        client = staff_client(staff_account(name, role))
        assert (title in client.get("/admin/").content.decode()) is seen
        answer = client.get(PAGE)
        assert answer.status_code == (200 if seen else 403)
        # Whom no unit account can give a right is sent to those who give roles.
        assert ("调整您的角色" in answer.content.decode()) is not seen
        assert "用单位账号给经办人授权" not in answer.content.decode()
