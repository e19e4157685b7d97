"""The operation log: written with the change or not at all, never rewritten, shown to the unit."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.core.origin import COMMAND, Origin
from accounts.log import writing
from accounts.log.models import AppendOnly, OperationLog
from accounts.log.operations import OPERATIONS
from accounts.log.queries import LOG_PAGE
from accounts.rights.actions_granting import revoke
from accounts.rights.queries import holder
from tests.people import Side

pytestmark = pytest.mark.django_db


def write(side: Side, times: int = 1) -> OperationLog:
    with transaction.atomic():
        entries = [
            writing.record(
                "permissions-saved",
                origin=Origin("192.0.2.1", "request-1").done_by(side.unit.account),
                unit=side.unit,
                target=f"第 {number} 次",
                before={"businesses": []},
                after={"businesses": ["maker-upload"]},
            )
            for number in range(times)
        ]
    return entries[-1]


def test_an_entry_says_who_what_whom_and_from_where(maker: Side) -> None:
    entry = OperationLog.objects.of(maker.unit).get(pk=write(maker).pk)
    assert entry.account == maker.unit.account
    assert entry.title == "保存经办人权限"
    assert (entry.address, entry.request_id) == ("192.0.2.1", "request-1")
    assert (entry.before, entry.after) == ({"businesses": []}, {"businesses": ["maker-upload"]})


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: OperationLog.everything.filter(pk=entry.pk).update(target="x"),
        lambda entry: OperationLog.everything.filter(pk=entry.pk).delete(),
        lambda entry: OperationLog.objects.of(entry.unit).update(target="x"),
        lambda entry: OperationLog.objects.of(entry.unit).bulk_update([entry], ["target"]),
    ],
)
def test_an_entry_stays_as_it_is(maker: Side, rewrite: Callable[[OperationLog], object]) -> None:
    entry = write(maker)
    with pytest.raises(AppendOnly):
        rewrite(entry)
    assert OperationLog.objects.of(maker.unit).get().target == "第 0 次"


def test_an_undeclared_operation_cannot_be_recorded(maker: Side) -> None:
    with pytest.raises(KeyError):
        writing.record("no-such", origin=COMMAND, unit=maker.unit)


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_an_error(maker: Side) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        writing.record("signed-in", origin=COMMAND, unit=maker.unit)


def test_the_entry_falls_with_the_change(maker: Side) -> None:
    @transaction.atomic
    def revoke_and_fail() -> None:
        revoke(maker.unit, maker.agent, "maker-upload")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        revoke_and_fail()
    assert holder(maker.unit, "maker-upload") == maker.agent
    assert not OperationLog.objects.of(maker.unit).exists()


def test_the_unit_reads_its_own_log_page_by_page(
    unit_client: Client, maker: Side, stranger: Side
) -> None:
    write(maker, LOG_PAGE + 1)
    write(stranger)
    address = reverse("accounts:log", args=[maker.unit.slug])
    first = unit_client.get(address).content.decode()
    assert f"总共{LOG_PAGE + 1}条，第 1 / 2 页" in first
    assert f"第 {LOG_PAGE} 次" in first
    assert "第 0 次" not in first
    assert "业务：无 → 生产企业药耗基础信息上传" in first
    assert f"单位账号 {maker.unit.slug}" in first
    last = unit_client.get(address, {"page": "2"}).content.decode()
    assert "第 0 次" in last
    assert unit_client.get(address, {"page": "nonsense"}).status_code == 200


def test_the_page_words_agents_staff_and_commands(
    unit_client: Client, maker: Side, django_user_model: type
) -> None:
    staff = django_user_model.objects.create_superuser("staff1", "Portal-2026")  # type: ignore[attr-defined]
    with transaction.atomic():
        for by in (maker.agent.account, staff, None):
            writing.record("unit-created", origin=COMMAND.done_by(by), unit=maker.unit)
    page = unit_client.get(reverse("accounts:log", args=[maker.unit.slug])).content.decode()
    for word in (maker.agent.name, "平台工作人员", "系统", OPERATIONS["unit-created"]):
        assert word in page
    assert maker.agent.mobile not in page


def test_every_operation_fits_its_column() -> None:
    longest = OperationLog._meta.get_field("action").max_length
    assert longest is not None
    assert all(len(code) <= longest for code in OPERATIONS)
