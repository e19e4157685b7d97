"""What staff do about codes."""

from typing import cast

from django.contrib import admin

from accounts.staff.site import StaffPage, StaffSite
from tracing.library import admin as library
from tracing.stores.views_ownership import TITLE, ownership

__all__ = ["library"]

# Django's name for the site says nothing of its class.
cast(StaffSite, admin.site).add_page(
    StaffPage("ownership", TITLE, "tracing.change_tracecode", ownership)
)
