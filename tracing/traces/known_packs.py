"""Packs that a unit can tell events of: its own, and those that came to it along their chain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from accounts.units.models import Unit
from tracing.stores import membership
from tracing.stores.lookups import PLACE
from tracing.stores.membership import NAMES

# One pack of every code stands for the product of a box.
OWN = """
    SELECT t.code, t.trac_codg_sn, t.med_list_codg, coalesce(t.manu_lotnum, b.manu_lotnum, ''),
           u.name, u.uscc, coalesce(t.stoin_time, t.manu_date, b.manu_date, t.uploaded_at)
    FROM tracing_tracecode t
    JOIN accounts_unit u ON u.id = t.unit_id
    LEFT JOIN tracing_drugbatch b ON b.unit_id = t.unit_id
         AND b.trac_codg_sn = t.trac_codg_sn AND b.voided_at IS NULL
    WHERE t.unit_id = %(unit)s AND t.voided_at IS NULL AND t.is_consumable = %(devices)s
      AND %(batch)s IN ('', t.trac_codg_sn)
    ORDER BY t.trac_codg_sn, t.code LIMIT %(most)s"""

# Only what somebody in the chain of a code sent: a stranger's word tells nothing of the product.
RECEIVED = f"""
    WITH sent AS MATERIALIZED (
        SELECT e.code, e.sender_name, e.sender_uscc, e.happened_at, t.uscc AS teller
        FROM tracing_traceevent e JOIN accounts_unit t ON t.id = e.unit_id
        WHERE e.receiver_uscc = %(uscc)s AND e.unit_id <> %(unit)s AND e.voided_at IS NULL
          AND {NAMES} AND e.sender_name IS NOT NULL AND e.sender_uscc IS NOT NULL),
    placed AS (
        SELECT c.code, p.owner, p.middle, p.large
        FROM (SELECT DISTINCT code FROM sent) c CROSS JOIN {PLACE}),
    {membership.chain("%(lifted)s")},
    came AS (
        SELECT DISTINCT ON (code) code, sender_name, sender_uscc, happened_at
        FROM sent JOIN chain USING (code) WHERE sent.teller = ANY(chain.members)
        ORDER BY code, happened_at DESC)
    SELECT e.code, p.trac_codg_sn, p.med_list_codg, coalesce(p.manu_lotnum, b.manu_lotnum, ''),
           e.sender_name, e.sender_uscc, e.happened_at
    FROM came e
    JOIN LATERAL (
        SELECT t.unit_id, t.trac_codg_sn, t.med_list_codg, t.manu_lotnum FROM tracing_tracecode t
        WHERE t.voided_at IS NULL AND e.code IN (t.code, t.lv2_trac_code, t.lv3_trac_code)
        ORDER BY t.code LIMIT 1) p ON %(batch)s IN ('', p.trac_codg_sn)
    LEFT JOIN tracing_drugbatch b ON b.unit_id = p.unit_id
         AND b.trac_codg_sn = p.trac_codg_sn AND b.voided_at IS NULL
    ORDER BY e.code LIMIT %(most)s"""  # noqa: S608 - texts of ours


class KnownPack(NamedTuple):
    """A code of any pack level and what its maker says of it.

    `since` is when it entered its maker's store, or when it was sent to the unit.
    """

    code: str
    trac_codg_sn: str
    med_list_codg: str
    lot: str
    origin_name: str
    origin_uscc: str
    since: datetime


def own_packs(
    unit: Unit, trac_codg_sn: str, most: int, *, devices: bool = False
) -> Sequence[KnownPack]:
    """Smallest packs of drugs the unit made, of one batch or, for an empty 流水号, of all; with
    `devices` pieces and lots of consumables.
    """
    return _packs(OWN, unit, trac_codg_sn, most, devices=devices)


def received_packs(unit: Unit, trac_codg_sn: str, most: int) -> Sequence[KnownPack]:
    """Codes in whose chain another unit says that it sent them to the unit, by whom and when."""
    return _packs(RECEIVED, unit, trac_codg_sn, most)


def _packs(
    statement: str, unit: Unit, batch: str, most: int, *, devices: bool = False
) -> list[KnownPack]:
    lifted = membership.lifted()
    who = {"unit": unit.pk, "uscc": unit.uscc, "lifted": lifted}
    parameters: dict[str, Any] = {**who, "batch": batch, "most": most, "devices": devices}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [KnownPack(*row) for row in cursor]
