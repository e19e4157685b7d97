"""Whoever owns the server may change what the log holds, and cannot do it unseen."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.log import chain_sealer
from tests.accounts.log.log_chains import as_the_servers_owner, chain_of, sealed, verify
from tests.accounts.log.log_entries import write
from tests.people import Side

__all__ = ["sealed"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "change",
    [
        "target = 'x'",
        "action = 'signed-in'",
        "at = at + interval '1 microsecond'",
        "before = NULL",
        "after = '{\"businesses\": []}'",
        "address = '192.0.2.2'",
        "address = NULL",
        "request_id = ''",
        "account_id = NULL",
    ],
)
def test_a_changed_field_is_found(sealed: list[int], maker: Side, change: str) -> None:
    with as_the_servers_owner() as cursor:
        cursor.execute(f"UPDATE accounts_operationlog SET {change} WHERE id = %s", [sealed[3]])
    code, result = verify()
    assert code == 3
    chain = chain_of(maker, result)
    assert chain["broken"] == {"fault": "altered", "position": 4, "entry": sealed[3]}
    assert chain["links"] == 3
    assert [chain["unit"] for chain in result["chains"] if chain["broken"]] == [maker.unit.slug]


TAMPERING = {
    "an entry deleted": ("DELETE FROM accounts_operationlog WHERE id = %(id)s", "entry_gone"),
    "a seal deleted": ("DELETE FROM accounts_logseal WHERE entry_id = %(id)s", "seal_gone"),
    "an entry and its seal deleted": (
        (
            "DELETE FROM accounts_logseal WHERE entry_id = %(id)s;"
            "DELETE FROM accounts_operationlog WHERE id = %(id)s"
        ),
        "seal_gone",
    ),
    "a link cut out and the gap closed": (
        (
            "DELETE FROM accounts_logseal WHERE entry_id = %(id)s;"
            "DELETE FROM accounts_operationlog WHERE id = %(id)s;"
            "UPDATE accounts_logseal SET position = -position WHERE unit_id = %(unit)s"
            " AND position > 4;"
            "UPDATE accounts_logseal SET position = -position - 1 WHERE position < 0"
        ),
        "altered",
    ),
    "two entries swapped": (
        (
            "UPDATE accounts_logseal SET entry_id = -entry_id"
            " WHERE entry_id IN (%(id)s, %(next)s);"
            "UPDATE accounts_logseal SET entry_id = %(id)s + %(next)s + entry_id WHERE entry_id < 0"
        ),
        "altered",
    ),
    "two seals swapped": (
        (
            "UPDATE accounts_logseal SET position = -position"
            " WHERE entry_id IN (%(id)s, %(next)s);"
            "UPDATE accounts_logseal SET position = 9 + position WHERE position < 0"
        ),
        "altered",
    ),
    "a hash changed": (
        "UPDATE accounts_logseal SET hash = reverse(hash) WHERE entry_id = %(id)s",
        "altered",
    ),
    "the time of a seal changed": (
        "UPDATE accounts_logseal SET at = at - interval '1 day' WHERE entry_id = %(id)s",
        "altered",
    ),
    "an entry given to another unit": (
        "UPDATE accounts_operationlog SET unit_id = %(other)s WHERE id = %(id)s",
        "elsewhere",
    ),
}


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_is_found_where_it_was_done(
    sealed: list[int], maker: Side, stranger: Side, how: str
) -> None:
    statements, fault = TAMPERING[how]
    named = {"id": sealed[3], "next": sealed[4], "unit": maker.unit.pk, "other": stranger.unit.pk}
    with as_the_servers_owner() as cursor:
        # Checks would stop a clumsy hand only.
        cursor.execute("ALTER TABLE accounts_logseal DROP CONSTRAINT chain_counts_from_one")
        for statement in statements.split(";"):
            cursor.execute(statement, named)
        cursor.execute(
            "ALTER TABLE accounts_logseal ADD CONSTRAINT chain_counts_from_one CHECK (position > 0)"
        )
    code, result = verify()
    broken = chain_of(maker, result)["broken"]
    assert (code, broken["fault"], broken["position"]) == (3, fault, 4)
    others = [chain for chain in result["chains"] if chain["unit"] != maker.unit.slug]
    assert others
    assert not any(chain["broken"] for chain in others)


def test_an_entry_slipped_in_under_an_old_number_and_date_is_found(
    sealed: list[int], maker: Side
) -> None:
    with as_the_servers_owner() as cursor:
        cursor.execute("DELETE FROM accounts_logseal WHERE entry_id = %s", [sealed[0]])
        cursor.execute("DELETE FROM accounts_operationlog WHERE id = %s", [sealed[0]])
    forged = "INSERT INTO accounts_operationlog (id, at, unit_id, action, target, request_id)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{forged} VALUES (%s, now() - interval '1 day', %s, 'signed-in', '', '')",
            [sealed[0], maker.unit.pk],
        )
    # It is sealed as what it is, the newest.
    assert chain_sealer.seal() == 1
    code, result = verify()
    assert (code, chain_of(maker, result)["broken"]["fault"]) == (3, "seal_gone")


def test_an_entry_under_an_old_date_is_found_where_nothing_was_deleted(
    sealed: list[int], maker: Side
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_operationlog (id, at, unit_id, action, target, request_id)"
            " VALUES (-1, now() - interval '1 day', %s, 'signed-in', '', '')",
            [maker.unit.pk],
        )
    chain_sealer.seal()
    code, result = verify()
    assert code == 3
    broken = {"fault": "backdated", "position": 7, "entry": -1}
    assert chain_of(maker, result)["broken"] == broken


def test_a_tail_that_is_cut_off_is_found_by_a_head_noted_elsewhere(
    sealed: list[int], maker: Side, tmp_path: Path
) -> None:
    noted = tmp_path / "heads.txt"
    with noted.open("w") as file:
        call_command("verify_log", stdout=file)
    head = chain_of(maker, verify()[1])["head"]
    assert verify(head=[head])[0] == verify(head=[str(noted)])[0] == 0
    with as_the_servers_owner() as cursor:
        cursor.execute("DELETE FROM accounts_logseal WHERE entry_id >= %s", [sealed[4]])
        cursor.execute("DELETE FROM accounts_operationlog WHERE id >= %s", [sealed[4]])
    # Nothing in the database itself can tell.
    assert verify()[0] == 0
    for given in (head, str(noted)):
        code, result = verify(head=[given], unit=maker.unit.slug)
        assert code == 3
        assert chain_of(maker, result)["broken"] == {"fault": "cut", "position": 5, "entry": None}
    # Whoever goes on from there does not come back to the noted head.
    write(maker, 3)
    chain_sealer.seal()
    code, result = verify(head=[head])
    assert chain_of(maker, result)["broken"]["fault"] == "rewritten"
    assert chain_of(maker, result)["broken"]["position"] == 6


def test_a_chain_that_is_gone_whole_is_missed_by_a_noted_head(
    sealed: list[int], maker: Side
) -> None:
    head = chain_of(maker, verify()[1])["head"]
    with as_the_servers_owner() as cursor:
        for table in ("accounts_logseal", "accounts_operationlog"):
            cursor.execute(f"DELETE FROM {table} WHERE unit_id = %s", [maker.unit.pk])
    code, result = verify(head=[head])
    assert code == 3
    broken = {"fault": "cut", "position": 1, "entry": None}
    assert (chain_of(maker, result)["broken"], chain_of(maker, result)["head"]) == (broken, None)
