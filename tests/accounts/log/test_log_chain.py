"""The operation log hung into chains: sealed after the fact, and verified from the start."""

import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts import tasks
from accounts.log import chain_sealer
from accounts.log.chain_links import START
from accounts.log.models import LogSeal, OperationLog, UnsealedEntry
from tests.accounts.log.log_chains import as_the_servers_owner, chain_of, sealed, verify
from tests.accounts.log.log_entries import write
from tests.people import Side

__all__ = ["sealed"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_entries_hang_in_the_chain_of_their_unit(
    sealed: list[int], maker: Side, stranger: Side
) -> None:
    links = LogSeal.objects.of(maker.unit).order_by("position")
    assert list(links.values_list("position", "entry_id")) == list(enumerate(sealed, start=1))
    assert LogSeal.objects.of(stranger.unit).count() == 4
    assert not UnsealedEntry.objects.exists()
    assert chain_sealer.seal() == 0
    code, result = verify()
    assert (code, result["good"], result["unsealed"]) == (0, True, [])
    chain = chain_of(maker, result)
    last = links.last()
    assert last is not None
    assert chain["head"] == f"{maker.unit.pk}:6:{last.hash}"
    assert START not in links.values_list("hash", flat=True)


def test_entries_of_no_unit_hang_in_a_chain_of_their_own(maker: Side, sealed: list[int]) -> None:
    with transaction.atomic():
        for _ in range(2):
            OperationLog.everything.create(unit=None, account=None, action="signed-in")
    assert chain_sealer.seal() == 2
    code, result = verify()
    assert code == 0
    (chain,) = [chain for chain in result["chains"] if chain["unit"] is None]
    assert chain["links"] == 2
    assert chain["head"].startswith("-:2:")
    # The next batch goes on where this one ended.
    with transaction.atomic():
        OperationLog.everything.create(unit=None, account=None, action="signed-out")
    assert chain_sealer.seal() == 1
    assert verify()[0] == 0


def test_a_small_batch_leaves_the_rest_to_the_next(maker: Side) -> None:
    write(maker, 5)
    assert [chain_sealer.seal(2) for _ in range(4)] == [2, 2, 1, 0]
    assert verify()[0] == 0


def test_the_task_seals_whatever_there_is(maker: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_sealer, "BATCH", 2)
    write(maker, 7)
    tasks.seal_log()
    assert LogSeal.objects.of(maker.unit).count() == 7


def test_an_entry_that_commits_late_is_sealed_behind_those_that_did_not_wait(maker: Side) -> None:
    begun, go_on = threading.Event(), threading.Event()
    late: list[int] = []

    def slow() -> None:
        try:
            with transaction.atomic():
                late.append(write(maker).pk)
                begun.set()
                assert go_on.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(30)
    early = write(maker).pk
    assert early > late[0]
    # Neither the sealer nor the writer waits for a transaction that is open.
    assert chain_sealer.seal() == 1
    go_on.set()
    thread.join()
    assert chain_sealer.seal() == 1
    links = LogSeal.objects.of(maker.unit).order_by("position")
    assert list(links.values_list("entry_id", flat=True)) == [early, late[0]]
    assert verify()[0] == 0


def test_sealers_at_once_make_one_chain(maker: Side) -> None:
    write(maker, 60)
    counts: list[int] = []

    def work() -> None:
        try:
            # Who finds another at work comes back with nothing done, and asks again.
            while UnsealedEntry.objects.exists():
                counts.append(chain_sealer.seal(4))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == LogSeal.objects.of(maker.unit).count() == 60
    assert verify()[0] == 0


def test_values_are_hashed_as_postgresql_holds_them(maker: Side) -> None:
    with transaction.atomic():
        OperationLog.objects.create(
            unit=maker.unit,
            action="unit-created",
            target="“引号”\n𠮷\u2028 ' \\",
            after={"uscc": [1.10, 10**30, None], "note": {"": "é"}},
            address="2001:db8::1",
        )
    chain_sealer.seal()
    assert verify()[0] == 0
    with as_the_servers_owner() as cursor:
        cursor.execute(
            "UPDATE accounts_operationlog SET after = replace(after::text, '1.1,', '1.10,')::jsonb"
        )
    # PostgreSQL keeps the zero that a number of Python would lose.
    assert chain_of(maker, verify()[1])["broken"]["fault"] == "altered"


def test_entries_that_wait_too_long_for_their_seal_are_reported(maker: Side) -> None:
    first = write(maker, 2)
    assert verify()[0] == 0
    code, result = verify(minutes=0)
    assert code == 3
    assert result["unsealed"] == [{"unit": maker.unit.slug, "entries": 2, "first": first.pk - 1}]
    # They are found also where they were taken from what waits.
    UnsealedEntry.objects.all().delete()
    assert chain_sealer.seal() == 0
    assert verify(minutes=0)[1]["unsealed"] == result["unsealed"]


def test_late_seals_are_counted_and_no_fault(sealed: list[int], maker: Side) -> None:
    code, result = verify(minutes=0)
    assert chain_of(maker, result)["late"] == 6
    assert chain_of(maker, result)["broken"] is None
    assert code == 0


def test_the_words_name_the_unit_and_the_place(
    sealed: list[int], maker: Side, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_log", unit=maker.unit.uscc)
    assert "操作记录完整" in capsys.readouterr().out
    with as_the_servers_owner() as cursor:
        cursor.execute("UPDATE accounts_operationlog SET target = '' WHERE id = %s", [sealed[1]])
    with pytest.raises(SystemExit, match="3"):
        call_command("verify_log")
    said = capsys.readouterr().out
    assert f"断链：{maker.unit.slug}，第 2 环（操作记录编号 {sealed[1]}）与校验值不符" in said
    write(maker)
    with pytest.raises(SystemExit):
        call_command("verify_log", minutes=0)
    assert f"未入链：{maker.unit.slug}，1 条" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ({"unit": "nobody"}, 5, "没有单位 nobody"),
        ({"head": ["12:0:abc"]}, 2, "既不是校验点"),
        ({"head": ["broken.txt"]}, 2, "“12:3:short”不是校验点"),
        ({"head": ["empty.txt"]}, 2, "没有校验点"),
    ],
)
def test_what_cannot_be_understood_is_refused(
    db: None,
    options: dict[str, Any],
    code: int,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("broken.txt").write_text("12:3:short maker1\n")
    Path("empty.txt").write_text("操作记录完整\n")
    with pytest.raises(CommandError, match=words) as refused:
        call_command("verify_log", **options)
    assert refused.value.returncode == code
