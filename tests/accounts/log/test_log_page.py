"""操作记录 as the unit's account reads it: filtered, page by page, and as a workbook."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.agents.models import Agent, Membership
from accounts.core.models import Account
from accounts.core.names import mask_mobile
from accounts.core.origin import COMMAND
from accounts.log import actions as log_actions
from accounts.log import queries as log_queries
from accounts.log import writing
from accounts.log.entry_words import line
from accounts.log.models import OperationLog
from accounts.log.queries import LogFilter, log_agents, log_page
from accounts.rights.models import Authorization
from tests.accounts.log.log_entries import write
from tests.factories import AgentFactory, UnitFactory
from tests.people import Side, client_of, side
from tests.portal.full_temp import without_room

pytestmark = pytest.mark.django_db

YEAR_2020 = "2020-02-01T04:00:00+08:00"


@pytest.fixture
def done(maker: Side, stranger: Side) -> None:
    """One entry by everyone, one of 2020, and one of another unit."""
    staff = Account.objects.create_superuser("staff1", "Portal-2026")
    with transaction.atomic():
        for by, action in (
            (maker.unit.account, "unit-created"),
            (maker.agent.account, "file-submitted"),
            (staff, "qualification-approved"),
            (None, "unit-approved"),
        ):
            writing.record(
                action, origin=COMMAND.done_by(by), unit=maker.unit, target=f"对象 {action}"
            )
        writing.record("unit-created", origin=COMMAND, unit=stranger.unit, target="他人")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_operationlog (at, unit_id, action, target, request_id)"
            " VALUES (%s, %s, 'signed-in', '100%% 当年', '')",
            [YEAR_2020, maker.unit.pk],
        )


def asked(side: Side, **wanted: Any) -> list[str]:
    """The operations that a filter finds, newest first."""
    page = log_page(side.unit, LogFilter(**wanted), 1)
    return [entry.action for entry in page.entries]


def address(side: Side, name: str = "log") -> str:
    return reverse(f"accounts:{name}", args=[side.unit.slug])


def test_each_filter_finds_its_own(done: None, maker: Side, unit_client: Client) -> None:
    every = [
        "unit-approved",
        "qualification-approved",
        "file-submitted",
        "unit-created",
        "signed-in",
    ]
    assert asked(maker) == every
    assert asked(maker, action="file-submitted") == ["file-submitted"]
    assert asked(maker, who="unit") == ["unit-created"]
    assert asked(maker, who=str(maker.agent.pk)) == ["file-submitted"]
    assert asked(maker, who="staff") == ["qualification-approved"]
    assert asked(maker, who="system") == ["unit-approved", "signed-in"]
    assert asked(maker, text="对象 UNIT") == ["unit-approved", "unit-created"]
    assert asked(maker, text="100%") == ["signed-in"]
    assert asked(maker, text="%1%") == []
    assert asked(maker, text="他人") == []
    assert asked(maker, who="system", text="当年") == ["signed-in"]


@pytest.mark.parametrize(
    ("first", "last", "old", "new"),
    [
        ("2020-02-01", "2020-02-01", True, False),
        ("2020-02-01", "", True, True),
        ("", "2020-02-01", True, False),
        ("", "2020-01-31", False, False),
        ("2020-01-31", "2020-01-31", False, False),
        ("2020-02-02", "2020-12-31", False, False),
        ("2020-02-02", "", False, True),
        ("0001-01-01", "9999-12-31", True, True),
    ],
)
def test_days_are_days_here(
    done: None, maker: Side, unit_client: Client, first: str, last: str, old: bool, new: bool
) -> None:
    """The old entry was written at four in the morning in Shanghai, the day before in Greenwich."""
    page = unit_client.get(address(maker), {"first": first, "last": last})
    assert page.status_code == 200
    html = page.content.decode()
    assert ("100% 当年" in html, "对象 unit-created" in html) == (old, new)


def test_a_wrong_filter_says_why_and_lists_nothing(
    done: None, maker: Side, unit_client: Client
) -> None:
    for given, words in (
        ({"first": "2024-02-30"}, "开始日期不是日期"),
        ({"first": "2024-02-02", "last": "2024-02-01"}, "早于开始日期"),
        ({"action": "no-such"}, "操作没有“no-such”这一项"),
        ({"who": "0"}, "操作人没有“0”这一项"),
        ({"text": "长" * 201}, "对象最多 200 个字符"),
    ):
        page = unit_client.get(address(maker), given)
        assert page.status_code == 422
        html = page.content.decode()
        assert words in html
        assert "<tbody>" not in html


def test_agents_of_others_cannot_be_asked_for_and_former_ones_can(
    done: None, maker: Side, stranger: Side, unit_client: Client
) -> None:
    assert unit_client.get(address(maker), {"who": stranger.agent.pk}).status_code == 422
    former = AgentFactory.create(units=[maker.unit])
    Membership.objects.of(maker.unit).filter(agent=former).delete()
    hold_before(maker, former)
    names = [agent.pk for agent in log_agents(maker.unit)]
    assert sorted(names) == sorted([maker.agent.pk, former.pk])
    html = unit_client.get(address(maker)).content.decode()
    assert former.mobile not in html
    assert f"{former.name}（{mask_mobile(former.mobile)}）" in html


def test_pages_hold_together_while_the_log_grows_long(
    maker: Side, unit_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_queries, "LOG_PAGE", 3)
    write(maker, 8)
    numbers = [log_page(maker.unit, LogFilter(), n) for n in (0, 1, 2, 3, 4, 10**9)]
    assert [page.number for page in numbers] == [1, 1, 2, 3, 3, 3]
    assert [page.has_next for page in numbers] == [True, True, True, False, False, False]
    assert [len(page.entries) for page in numbers[1:4]] == [3, 3, 2]
    assert {(page.total, page.more, page.pages) for page in numbers} == {(8, False, 3)}
    # Past what is counted there are pages all the same, and an end.
    monkeypatch.setattr(log_queries, "LOG_COUNTED", 5)
    numbers = [log_page(maker.unit, LogFilter(), n) for n in (1, 3, 4, 10**12)]
    assert [page.number for page in numbers] == [1, 3, 3, 3]
    assert [page.has_next for page in numbers] == [True, False, False, False]
    assert {(page.total, page.more) for page in numbers} == {(5, True)}
    html = unit_client.get(address(maker), {"page": "2"}).content.decode()
    assert "总共超过5条，第 2 页" in html


def test_page_links_and_the_export_keep_the_filter(
    maker: Side, unit_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_queries, "LOG_PAGE", 1)
    write(maker, 2)
    html = unit_client.get(address(maker), {"text": "次", "who": "unit"}).content.decode()
    assert "text=%E6%AC%A1&amp;who=unit&amp;page=2" in html
    assert '<input type="hidden" name="who" value="unit">' in html


@pytest.mark.parametrize("number", ["0", "-1", "²", "9" * 30, "x", ""])
def test_a_page_number_that_is_none_is_mended(
    done: None, maker: Side, unit_client: Client, number: str
) -> None:
    assert unit_client.get(address(maker), {"page": number}).status_code == 200


def hold_before(owner: Side, agent: Agent) -> None:
    """The agent held a business once."""
    Authorization.objects.create(
        unit=owner.unit,
        agent=agent,
        business="maker-upload",
        granted_by=owner.unit.account,
        revoked_at=timezone.now() + timedelta(seconds=1),
    )


def cells(content: bytes) -> Iterator[list[Any]]:
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert sheet is not None
    for row in sheet.iter_rows():
        assert {cell.data_type for cell in row} <= {"s", "inlineStr", "n"}
        assert all(cell.data_type != "n" or cell.value is None for cell in row)
        yield [cell.value for cell in row]


def test_the_export_holds_what_the_list_shows_as_texts(
    done: None, maker: Side, unit_client: Client
) -> None:
    with transaction.atomic():
        writing.record(
            "permissions-saved",
            origin=COMMAND.done_by(maker.agent.account),
            unit=maker.unit,
            target='=HYPERLINK("http://example.org")\x07',
            before={"businesses": []},
            after={"businesses": ["maker-upload"]},
        )
    response = unit_client.post(address(maker, "log-export"), {"who": maker.agent.pk})
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E6%93%8D")
    heading, newest, older = cells(b"".join(response))
    assert heading == ["记录编号", "时间", "操作人", "操作", "对象", "变化", "来源IP", "请求编号"]
    assert newest[4] == '=HYPERLINK("http://example.org")'
    assert newest[5] == "业务：无 → 生产企业药耗基础信息上传"
    assert (older[3], older[4]) == ("上传文件", "对象 file-submitted")
    moment = timezone.localtime(OperationLog.everything.get(action="file-submitted").at)
    assert older[1] == f"{moment:%Y-%m-%d %H:%M:%S}"
    assert maker.agent.mobile not in str([newest, older])


def test_the_export_says_that_there_is_no_room(
    done: None, maker: Side, unit_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_room(monkeypatch)
    unit_client.raise_request_exception = False
    answer = unit_client.post(address(maker, "log-export"), {"who": maker.agent.pk})
    assert answer.status_code == 507
    assert "存储空间已满" in answer.content.decode()


def test_the_export_is_logged_with_its_filter(done: None, maker: Side, unit_client: Client) -> None:
    given = {"who": maker.agent.pk, "first": "2020-01-01", "action": "file-submitted", "text": "对"}
    assert unit_client.post(address(maker, "log-export"), given).status_code == 200
    entry = OperationLog.objects.of(maker.unit).get(action="log-exported")
    assert entry.account == maker.unit.account
    assert entry.after is not None
    assert entry.after["exported"] == 1
    asked_for, count = line(entry).changes
    who = f"{maker.agent.name}（{mask_mobile(maker.agent.mobile)}）"
    assert asked_for == f"筛选条件：开始日期 2020-01-01，操作 上传文件，操作人 {who}，对象 对"
    assert count == "导出条数：1"
    # One without a filter says so.
    unit_client.post(address(maker, "log-export"))
    assert line(OperationLog.everything.latest("pk")).changes[0] == "筛选条件：无"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": "不存在"}, "没有符合条件的操作记录可导出"),
        ({}, "符合条件的操作记录有 5 条，一次最多导出 4 条"),
        ({"first": "2024-02-30"}, "开始日期不是日期"),
    ],
)
def test_what_cannot_be_exported_is_said_on_the_list(
    done: None,
    maker: Side,
    unit_client: Client,
    monkeypatch: pytest.MonkeyPatch,
    given: dict[str, str],
    words: str,
) -> None:
    monkeypatch.setattr(log_actions, "MOST_ENTRIES", 4)
    response = unit_client.post(address(maker, "log-export"), given)
    assert response.status_code == 302
    assert words in unit_client.get(response["Location"]).content.decode()
    assert not OperationLog.everything.filter(action="log-exported").exists()


def test_exports_are_limited(done: None, maker: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_actions, "EXPORTS_AN_HOUR", 1)
    client = client_of(maker.unit.account)
    assert client.post(address(maker, "log-export")).status_code == 200
    response = client.post(address(maker, "log-export"))
    (told,) = get_messages(response.wsgi_request)
    assert "本单位一小时内已导出操作记录 1 次" in str(told)
    # Another unit is not concerned.
    other = side(UnitFactory.create())
    write(other)
    assert client_of(other.unit.account).post(address(other, "log-export")).status_code == 200


def test_who_left_the_portal_is_named_without_a_number(maker: Side) -> None:
    account = maker.agent.account
    Account.objects.filter(pk=account.pk).update(
        name=f"-{account.pk}", is_active=False, closed_at=timezone.now() - timedelta(days=1)
    )
    account.refresh_from_db()
    assert line(write(maker, by=account)).who == f"{maker.agent.name}（已注销）"
