"""Who is in the chain of a code: one rule over events, as a function and, for many codes, as SQL.

A chain starts at the owner of the code. A unit joins it when an event told by the owner, or by a
unit already in it, names the unit's credit code as receiver, at the code or at a box that holds
it. What the others tell opens nothing. `tests/tracing/stores/test_chain_rule.py` holds the two
equal.

All pieces of a lot bear one code, so the ways of many goods make one chain. A unit in it sees the
steps that it took part in, as those told them who took them; the owner sees all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.conf import settings

from tracing.records.event_kinds import NAMING, EventKind
from tracing.records.nodes import WHOSE, Side
from tracing.stores.lookups import rows_by

# Follows a typed name where no unit has the credit code that stands beside it.
UNREGISTERED = "（未注册）"


class Claim(NamedTuple):
    """That a unit tells something of a code; both sides by their credit codes.

    `named` is the receiver, None where the event names none.
    """

    teller: str
    named: str | None


def members(
    owner: str | None, claims: Collection[Claim], *, lifted: bool = False
) -> frozenset[str]:
    """The credit codes in the chain of a code: the least set that the rule asks for.

    Nobody is in the chain of a code whose owner is not known. `lifted` is the setting that takes
    everyone who tells of the code for a unit of its chain.
    """
    found = {owner} if owner is not None else set()
    if lifted:
        found |= {claim.teller for claim in claims}
    while new := _named_by(found, claims) - found:
        found |= new
    return frozenset(found)


def on_path(unit: str, teller: str, sender: str | None, receiver: str | None) -> bool:
    """Whether a unit took part in a step of a lot: it told it, or is one of its sides."""
    return unit in (teller, sender, receiver)


def lifted() -> bool:
    """Whether a setting takes everyone who tells of a code for a unit of its chain."""
    return settings.PORTAL_TRACE_UNCORROBORATED


def _named_by(tellers: Collection[str], claims: Iterable[Claim]) -> set[str]:
    return {claim.named for claim in claims if claim.named and claim.teller in tellers}


def named(kind: str, status: str | None, receiver: str | None) -> str | None:
    """The credit code that an event names as receiver, if it names any."""
    return receiver if status is not None and NAMING.get(EventKind(kind)) == status else None


_PAIRS = ", ".join(f"('{kind.value}', '{status}')" for kind, status in NAMING.items())
# Whether the event `e` names its receiver.
NAMES = f"((e.kind, e.status) IN ({_PAIRS}) AND e.receiver_uscc IS NOT NULL)"


def _said(what: str, codes: str, only: str) -> str:
    """An array of what the live events `e` of some codes say, `t` telling; each code is looked up
    by itself: of events that nobody counted the index of a list may seem the better way.
    """
    return f"""ARRAY(SELECT DISTINCT {what}
                 FROM unnest(ARRAY[{codes}]) packs (code)
                 CROSS JOIN LATERAL {rows_by("tracing_traceevent", code="packs.code")} e
                 JOIN accounts_unit t ON t.id = e.unit_id
                 WHERE e.voided_at IS NULL AND {only}
                 ORDER BY 1)"""


def chain(lifted: str) -> str:
    """CTEs that give each row of `placed` (code, owner, middle, large, …) its members.

    They end in `chain`: the columns of `placed` and `members`, an array of credit codes. `lifted`
    is the parameter that holds the setting. What is told of boxes is read once for all that lies
    in them, and codes told of alike are worked out once. Events are found by index; the outer
    joins always find, and are outer so that plans expect as many rows as `placed` has, and never
    compare each with each.
    """
    claim = "t.uscc || ' ' || e.receiver_uscc"
    return f"""
    around AS MATERIALIZED (
        SELECT b.*,
               ARRAY(SELECT u.uscc::text FROM accounts_unit u WHERE u.id = b.made_by) AS owners,
               {_said(claim, "b.in_middle, b.in_large", NAMES)} AS told
        FROM (SELECT DISTINCT coalesce(owner, 0) AS made_by, coalesce(middle, '') AS in_middle,
                     coalesce(large, '') AS in_large
              FROM placed) b),
    claimed AS MATERIALIZED (
        SELECT p.*, a.told || {_said(claim, "p.code", NAMES)} AS claims,
               a.owners || {_said("t.uscc::text", "p.code, p.middle, p.large", lifted)} AS seeds
        FROM placed p LEFT JOIN around a ON a.made_by = coalesce(p.owner, 0)
             AND a.in_middle = coalesce(p.middle, '') AND a.in_large = coalesce(p.large, '')),
    alike AS MATERIALIZED (
        SELECT seeds, claims, ARRAY(
            WITH RECURSIVE member (uscc) AS (
                SELECT unnest(a.seeds) COLLATE "C"
                UNION
                SELECT split_part(said.claim, ' ', 2) COLLATE "C"
                FROM member JOIN unnest(a.claims) said (claim)
                     ON split_part(said.claim, ' ', 1) COLLATE "C" = member.uscc)
            SELECT uscc FROM member) AS members
        FROM (SELECT DISTINCT seeds, claims FROM claimed) a),
    chain AS MATERIALIZED (
        SELECT claimed.*, alike.members FROM claimed LEFT JOIN alike USING (seeds, claims))"""


def _packs(told: str) -> str:
    """Each code of `chain` with itself and with the boxes that hold it; `told` are the columns."""
    return f"""(
        SELECT {told}, code AS pack FROM chain
        UNION ALL SELECT {told}, middle FROM chain WHERE middle IS NOT NULL
        UNION ALL SELECT {told}, large FROM chain WHERE large IS NOT NULL)"""


# `on_path` of the event `e` that `t` tells, for the unit that looks, the one row of `looking`
# (id, uscc); only lots have paths, and not for their owner.
_ON_PATH = """
      AND (NOT p.is_lot OR EXISTS (
          SELECT 1 FROM looking l
          WHERE l.id = p.owner OR l.uscc IN (t.uscc, e.sender_uscc, e.receiver_uscc)))"""


_SENDERS = ", ".join(str(node.value) for node, side in WHOSE.items() if side is Side.SENDER)
# Whose step the event `e` is, by its registered name. A unit that nobody has approved could have
# chosen any name, so it counts only for what it tells itself.
REGISTERED = f"""LEFT JOIN accounts_unit o
         ON o.uscc = CASE WHEN e.node IN ({_SENDERS}) THEN e.sender_uscc ELSE e.receiver_uscc END
         AND (o.approved_at IS NOT NULL OR o.id = e.unit_id)"""
ORGANISATION = f"coalesce(o.name, e.organisation || '{UNREGISTERED}')"


def nodes(join: str = "", *, to_owner: bool) -> str:
    """FROM and WHERE of the nodes of the codes of `chain`, but for 生产入库, which no event makes.

    They stand as `e`, the code as `p.code`; `join` adds to the tables. To who owns the codes all of
    them are shown; to anybody else, whose row is `looking`, those of lots as `on_path` has it, for
    which `placed` needs `is_lot`.
    """
    told, path = ("code, members", "") if to_owner else ("code, members, owner, is_lot", _ON_PATH)
    return f"""
    FROM {_packs(told)} p JOIN tracing_traceevent e ON e.code = p.pack
    JOIN accounts_unit t ON t.id = e.unit_id AND t.uscc = ANY(p.members) {join}
    WHERE e.node IS NOT NULL AND e.voided_at IS NULL{path}"""
