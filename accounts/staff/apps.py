"""Puts the staff's own site in the place of Django's admin site."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class StaffAdminConfig(AdminConfig):
    """Django's admin, with a site of ours at /admin/."""

    default_site = "accounts.staff.site.StaffSite"

    def ready(self) -> None:
        """Bring the roles into the database after every migration."""
        from django.contrib.auth.models import Group

        from accounts.staff.groups import keep_groups

        super().ready()
        # Roles are declared in accounts.staff.roles, not clicked together.
        admin.site.unregister(Group)
        post_migrate.connect(keep_groups, dispatch_uid="accounts.staff.groups")
