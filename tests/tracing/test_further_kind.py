"""A further kind of unit, from its declaration alone: everything that asks for kinds knows it."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.core.kinds import DISTRIBUTOR, MAKER
from accounts.log.models import OperationLog
from accounts.rights.actions_granting import grant
from accounts.rights.models import Authorization
from accounts.staff.roles import SUPPORT
from accounts.units.models import Unit
from portal.lib.clock import local_today
from portal.lib.refused import Refused
from tests.accounts.staff.staff import staff_account, staff_client
from tests.accounts.units.registering import ACCOUNT, ENTERPRISE, PERSON, prove_number
from tests.factories import AgentFactory, UnitFactory
from tests.people import Side, client_of, side
from tests.tracing.depots import DEPOT, declared
from tests.tracing.stores.world import counted, there
from tests.tracing.traces.asking import cells, listed, text
from tests.tracing.uploads.rows import CODES, code_rows, pack_code, workbook
from tests.tracing.uploads.test_events import CIRCULATION, SHIPMENT, inbound, shipment, store
from tracing.exports import build
from tracing.exports.models import Export
from tracing.stores.actions_ownership import move_ownership
from tracing.stores.models_counts import BatchCount, DayCount
from tracing.stores.rebuild import rebuild
from tracing.uploads.models import Submission
from tracing.uploads.turn import check_and_store

pytestmark = pytest.mark.django_db(transaction=True)

QUERY = "仓储企业药耗追溯信息查询"


@pytest.fixture(autouse=True)
def kind(transactional_db: None) -> Iterator[None]:
    with declared():
        yield


@pytest.fixture
def depot(kind: None) -> Side:
    return side(UnitFactory.create(is_maker=False, is_depot=True))


def page_of(who: Side, at: str = "") -> str:
    return f"/u/{who.unit.slug}/depot/query/{at}"


def days() -> dict[str, str]:
    today = local_today().isoformat()
    return {"tab": "date", "from": today, "to": today}


def test_it_registers(client: Client) -> None:
    assert client.post("/register/", ACCOUNT).status_code == 302
    for kinds, said in (
        ([], "请选择单位类别：生产企业、流通企业、仓储企业至少选择一项。"),
        (["hospital"], "没有这种单位类别；请选择生产企业或流通企业或仓储企业。"),
    ):
        answer = client.post("/register/enterprise/", {**ENTERPRISE, "kinds": kinds})
        assert said in text(answer)
    answer = client.post("/register/enterprise/", {**ENTERPRISE, "kinds": ["depot"]})
    assert answer.status_code == 302
    prove_number(client)
    assert client.post("/register/agent/", PERSON)["Location"] == "/register/done/"
    unit = Unit.objects.get(uscc=ENTERPRISE["uscc"])
    assert unit.kinds == {DEPOT}
    entry = OperationLog.objects.of(unit).get(action="unit-registered")
    assert entry.after is not None
    assert entry.after["kinds"] == ["depot"]
    home = client_of(unit.account).get(f"/u/{unit.slug}/log/")
    assert "单位类别：仓储企业" in text(home)


def test_its_businesses_are_granted_and_open_from_the_hall(
    maker: Side, depot: Side, client: Client
) -> None:
    held = Authorization.objects.of(depot.unit).values_list("business", flat=True)
    assert set(held) == {"depot-query", "distributor-upload"}
    hall = client_of(depot.agent.account).get(f"/u/{depot.unit.slug}/")
    assert f'href="{page_of(depot)}"' in hall.content.decode()
    others = text(client_of(maker.agent.account).get(f"/u/{maker.unit.slug}/"))
    assert f"“{QUERY}”只面向仓储企业" in others
    with pytest.raises(Refused, match="仓储企业"):
        grant(maker.unit, maker.agent, "depot-query")
    colleague = AgentFactory.create(units=[depot.unit])
    tree = client_of(depot.unit.account).get(
        reverse("accounts:agent-permissions", args=[depot.unit.slug, colleague.pk])
    )
    assert f"{QUERY} （已授权给经办人 {depot.agent.name}）" in text(tree)
    assert QUERY in text(client.get("/services/"))
    entry = client_of(depot.agent.account).get("/services/depot-query/")
    assert entry["Location"] == page_of(depot)


def test_it_is_counted_once_whatever_else_it_is(maker: Side, tmp_path: Path) -> None:
    both = side(UnitFactory.create(is_maker=False, is_distributor=True, is_depot=True))
    rows = [inbound(both, maker, pack_code(n), manu_lotnum="TYPED") for n in range(5)]
    store(both, CIRCULATION, rows, tmp_path / "in.xlsx")
    for _ in range(2):
        assert counted() == there()
        assert [row.codes for row in DayCount.objects.of(both.unit)] == [5]
        assert [row.codes for row in BatchCount.objects.of(both.unit)] == [5]
        rebuild()
    client = client_of(both.agent.account)
    for at in ("depot", "distributor"):
        assert len(listed(client.get(f"/u/{both.unit.slug}/{at}/query/", days()))) == 5


@pytest.fixture
def stock(maker: Side, depot: Side, tmp_path: Path) -> tuple[list[str], list[str]]:
    """The codes that a depot received from a maker, and those that a distributor did."""
    dealer = side(UnitFactory.create(is_maker=False, is_distributor=True))
    own, others = [pack_code(n) for n in range(3)], [pack_code(n) for n in range(3, 6)]
    store(maker, CODES, code_rows(8), tmp_path / "codes.xlsx")
    for who, codes in ((depot, own), (dealer, others)):
        sent = [shipment(maker, who, code) for code in codes]
        store(maker, SHIPMENT, sent, tmp_path / f"out-{who.unit.slug}.xlsx")
        taken = [inbound(who, maker, code) for code in codes]
        store(who, CIRCULATION, taken, tmp_path / f"in-{who.unit.slug}.xlsx")
    return own, others


def test_it_lists_its_own_codes_and_sees_nothing_else(
    stock: tuple[list[str], list[str]], depot: Side
) -> None:
    own, others = stock
    client = client_of(depot.agent.account)
    serial = code_rows(1)[0]["trac_codg_sn"]
    for asked in (days(), {"tab": "batch", "batch": serial}):
        assert sorted(listed(client.get(page_of(depot), asked))) == own
    for code in own:
        shown = client.get(page_of(depot), {"tab": "code", "code": code})
        assert listed(shown) == [code]
        assert dict(cells(shown))["企业所在环节"] == "流通入库"
        assert client.get(page_of(depot, "trace/"), {"code": code}).status_code == 200
    for code in (*others, pack_code(7), pack_code(99)):
        shown = client.get(page_of(depot), {"tab": "code", "code": code})
        assert (listed(shown), "未查到此追溯码" in text(shown)) == ([], True)
        assert client.get(page_of(depot, "trace/"), {"code": code}).status_code == 404


def test_only_who_holds_its_business_enters(
    stock: tuple[list[str], list[str]], depot: Side, maker: Side
) -> None:
    own, _ = stock
    stranger = client_of(maker.agent.account)
    assert stranger.get(page_of(depot), {"code": own[0]}).status_code == 404
    assert stranger.get(page_of(maker)).status_code == 403
    for other in (MAKER, DISTRIBUTOR):
        at = f"/u/{depot.unit.slug}/{other.code}/query/"
        assert client_of(depot.agent.account).get(at, {"code": own[0]}).status_code == 403


def test_it_exports_what_it_lists(
    stock: tuple[list[str], list[str]], depot: Side, tmp_path: Path
) -> None:
    own, others = stock
    client = client_of(depot.agent.account)
    address = client.post(page_of(depot, "export/"), days())["Location"]
    export = Export.objects.of(depot.unit).get()
    assert (export.business, export.codes) == ("depot-query", 3)
    build.run(export.pk)
    assert b"".join(client.get(f"{address}download/")).startswith(b"PK")
    rows = CalamineWorkbook.from_path(str(export.path)).get_sheet_by_index(0).to_python()
    heads, *lines = rows
    assert {line[heads.index("药耗追溯码")] for line in lines} == set(own)
    assert {line[heads.index("统一社会信用代码")] for line in lines} == {depot.unit.uscc}
    out = tmp_path / "one.csv"
    call_command("export_codes", "--unit", depot.unit.slug, "--code", own[0], "--out", str(out))
    assert own[0] in out.read_text()
    refused = client.post(page_of(depot, "export/"), {"tab": "code", "code": others[0]})
    assert "没有可以导出的" in text(client.get(refused["Location"]))
    assert Export.objects.of(depot.unit).count() == 2


def test_staff_change_a_unit_into_one_and_find_it(maker: Side, rival: Side) -> None:
    staff = staff_client(staff_account("staff1", SUPPORT))
    page = f"/admin/accounts/unit/{maker.unit.pk}/do/kinds/"
    assert "仓储企业" in text(staff.get(page))
    said = staff.post(page, {"kinds": ["depot"], "reason": "证照变更"}, follow=True)
    assert "单位类别已变更为仓储企业" in text(said)
    assert Unit.objects.get(pk=maker.unit.pk).kinds == {DEPOT}
    assert not Authorization.objects.of(maker.unit).filter(revoked_at=None).exists()
    found = text(staff.get("/admin/accounts/unit/", {"is_depot__exact": "1"}))
    assert maker.unit.name in found
    assert rival.unit.name not in found


def test_it_uploads_at_its_own_desk(maker: Side, depot: Side, tmp_path: Path) -> None:
    client, desk = client_of(depot.agent.account), f"/u/{depot.unit.slug}/depot/upload/"
    path = workbook(tmp_path / "in.xlsx", CIRCULATION, [inbound(depot, maker, pack_code(0))])
    file = SimpleUploadedFile("in.xlsx", path.read_bytes())
    sent = client.post(f"{desk}import/", {"record": CIRCULATION, "file": file})
    submission = Submission.objects.of(depot.unit).get()
    assert sent["Location"] == f"/u/{depot.unit.slug}/depot/uploads/{submission.pk}/"
    for _ in range(2):
        check_and_store(submission.pk)
        client.post(f"{sent['Location']}confirm/")
    submission.refresh_from_db()
    assert (submission.state, submission.created) == ("stored", 1)
    shown = client.get(desk).content.decode()
    (row,) = re.findall(r'<a class="link-button nowrap" href="([^"]+)"', shown)
    assert row.startswith(f"{desk}row/?")
    assert pack_code(0) in text(client.get(unescape(row)))
    assert client_of(maker.agent.account).get(desk).status_code == 404


def test_codes_can_be_moved_to_makers_only(depot: Side) -> None:
    with pytest.raises(Refused, match="不是生产企业，"):
        move_ownership([pack_code(1)], depot.unit, "更正归属")
