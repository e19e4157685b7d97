"""The groups that stand for the roles of staff, kept as `accounts.staff.roles` declares them."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from accounts.staff.roles import ROLES


def keep_groups(app_config: AppConfig, using: str, **_more: Any) -> None:
    """Make each role's group hold its permissions on the models of this app, and no other.

    Runs after the migrations of an app. Permissions are rows that Django makes at the same moment,
    perhaps later; they are asked for first.
    """
    label = app_config.label
    wanted = {
        role.title: {name.split(".")[1] for name in role.permissions if name.split(".")[0] == label}
        for role in ROLES
    }
    if not any(wanted.values()):
        return
    create_permissions(app_config, verbosity=0, using=using)
    known = {
        row.codename: row
        for row in Permission.objects.using(using).filter(content_type__app_label=label)
    }
    for title, names in wanted.items():
        group, _ = Group.objects.using(using).get_or_create(name=title)
        held = group.permissions.filter(content_type__app_label=label)
        group.permissions.remove(*held.exclude(codename__in=names))
        group.permissions.add(*(known[name] for name in names))
