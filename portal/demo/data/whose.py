"""Whose database it is: the demo writes into its own, and into an empty one that it is given."""

from __future__ import annotations

from enum import Enum

from django.db import connection

from accounts.agents.models import Agent
from accounts.core.models import Account
from accounts.units.models import Unit
from portal.demo.data.people import AGENTS, UNITS

OTHERS = (
    "DATABASE_URL 指向的数据库里已有其他单位、经办人、工作人员或其他程序的表，"
    "演示数据只写入内置数据库或空数据库。请去掉 DATABASE_URL，或换一个空数据库。"
)
NOT_MIGRATED = (
    "DATABASE_URL 指向的数据库的表不是当前版本；只有内置数据库会自动更新。"
    "请先运行 manage.py migrate，再重试。"
)
NOT_ASKED = (
    "DATABASE_URL 指向的数据库是空的，没有得到允许不会写入。"
    "要在其中建表并写入演示数据，请加上 --fill；否则请去掉 DATABASE_URL，使用内置数据库。"
)


class Whose(Enum):
    """Whose a database is, by what is in it."""

    NOBODYS = "nothing"  # no table, or nobody in ours
    DEMOS = "the demo alone"
    OTHERS = "others"


def whose_database() -> Whose:
    """Look at tables and people. Whoever is not of the demo makes the database another's."""
    tables = set(connection.introspection.table_names())
    if not tables:
        return Whose.NOBODYS
    if Account._meta.db_table not in tables:
        return Whose.OTHERS  # Tables of something else.
    if not Account.objects.exists():
        return Whose.NOBODYS
    return Whose.OTHERS if _holds_others() else Whose.DEMOS


def _holds_others() -> bool:
    """Whether anybody is there who is not the demo's: a unit, an agent, or any staff.

    Its units are known by credit codes that no firm can have.
    """
    usccs, mobiles = [unit.uscc for unit in UNITS], [agent.mobile for agent in AGENTS]
    of_units = Unit.objects.filter(uscc__in=usccs).values_list("account", flat=True)
    of_agents = Agent.objects.filter(account__name__in=mobiles).values_list("account", flat=True)
    others = Account.objects.exclude(pk__in=of_units).exclude(pk__in=of_agents)
    return not of_units.exists() or others.exists()
