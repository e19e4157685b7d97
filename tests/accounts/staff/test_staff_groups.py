"""Roles are groups in the database, kept as they are declared."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from accounts.staff.groups import keep_groups
from accounts.staff.roles import MANAGER, REVIEWER, ROLES, SUPPORT, Role

pytestmark = pytest.mark.django_db


def held(role: Role) -> set[str]:
    rows = Group.objects.get(name=role.title).permissions.values_list(
        "content_type__app_label", "codename"
    )
    return {f"{app}.{name}" for app, name in rows}


def keep() -> None:
    for app in ("accounts", "tracing", "sessions"):
        keep_groups(apps.get_app_config(app), using="default")


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.title)
def test_a_group_holds_what_its_role_says(role: Role) -> None:
    assert held(role) == role.permissions


def test_what_was_changed_by_hand_is_mended() -> None:
    group = Group.objects.get(name=REVIEWER.title)
    group.permissions.set(Permission.objects.filter(codename__in=["add_unit", "view_unit"]))
    Group.objects.get(name=SUPPORT.title).delete()
    keep()
    assert held(REVIEWER) == REVIEWER.permissions
    assert held(SUPPORT) == SUPPORT.permissions


def test_groups_of_others_are_left_alone() -> None:
    other = Group.objects.create(name="其他")
    other.permissions.set(Permission.objects.filter(codename="view_unit"))
    keep()
    assert other.permissions.count() == 1


def test_managers_may_do_what_the_others_may() -> None:
    assert REVIEWER.permissions | SUPPORT.permissions <= MANAGER.permissions
