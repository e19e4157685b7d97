"""Seeding the demo: everything that is missing, and what to tell about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.demo.data import devices, documents, events, people, staff, uploads
from portal.demo.data.uploads import DemoBatch

# Whose batches have travelled, and through whose hands.
TRAVELLED = {
    "20241201-0001": "distributor1",
    "20250301-0001": "distributor2",
    "JK20250120-0001": "distributor1",
}
# Who makes consumables, and who distributes them.
DEVICES = ("maker2", "distributor2")


def seed() -> dict[str, Any]:
    """Make what is missing of the demo and describe the whole; a second time changes nothing."""
    units = people.seed()
    people_of_portal = staff.seed()
    documents.seed()
    batches = uploads.seed(units)
    codes: list[str] = []
    for batch in batches:
        distributor = TRAVELLED.get(batch.batch.trac_codg_sn)
        if distributor:
            codes += events.seed(batch, units[distributor])
    made, pieces = devices.seed(units[DEVICES[0]], units[DEVICES[1]])
    batches, codes = [*batches, made], codes + pieces
    return {**_described(batches, codes), "staff": [_of_staff(each) for each in people_of_portal]}


def _of_staff(member: staff.DemoStaff) -> dict[str, Any]:
    """How one member of staff signs in."""
    return {
        "name": member.name,
        "password": member.password,
        "secret": member.secret,
        "roles": list(member.roles),
    }


def _described(batches: Iterable[DemoBatch], codes: list[str]) -> dict[str, Any]:
    """Accounts with their passwords, batches, and the codes whose traces have all six nodes."""
    return {
        "units": [
            {
                "account": unit.account,
                "name": unit.name,
                "uscc": unit.uscc,
                "kinds": [unit.kind.code],
                "password": people.DEMO_WORD,
            }
            for unit in people.UNITS
        ],
        "agents": [
            {
                "mobile": agent.mobile,
                "name": agent.name,
                "password": people.DEMO_WORD,
                "units": list(agent.units),
            }
            for agent in people.AGENTS
        ],
        "batches": [
            {
                "unit": each.unit.slug,
                "family": each.family,
                "trac_codg_sn": each.serial,
                "manu_lotnum": each.batch.lot,
            }
            for each in batches
        ],
        "codes": codes,
    }
