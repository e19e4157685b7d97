"""What staff do about codes."""

from typing import cast

from django.contrib import admin

from accounts.staff.site import StaffPage, StaffSite
from tracing.stores.views_ownership import TITLE, ownership

# Django's name for the site says nothing of its class.
cast(StaffSite, admin.site).add_page(
    StaffPage("ownership", TITLE, "tracing.change_tracecode", ownership)
)
