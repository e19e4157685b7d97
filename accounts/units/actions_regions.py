"""医保区划, kept by staff: one at a time here, many at once by an imported file."""

from django.db import transaction

from accounts.core.origin import COMMAND, Origin
from accounts.log.writing import record
from accounts.units.models import Region


@transaction.atomic
def save_region(code: str, name: str, *, origin: Origin = COMMAND) -> Region:
    """Add a region, or call the one with this code so; `code`: six figures."""
    before = Region.objects.select_for_update().filter(code=code).first()
    region, _ = Region.objects.update_or_create(code=code, defaults={"name": name})
    record(
        "region-saved",
        origin=origin,
        target=code,
        before={"region_name": before.name} if before else None,
        after={"region_name": name},
    )
    return region


@transaction.atomic
def remove_region(region: Region, *, origin: Origin = COMMAND) -> None:
    """Take a region away; units keep the code they have."""
    record(
        "region-removed",
        origin=origin,
        target=region.code,
        before={"region_name": region.name},
    )
    region.delete()


@transaction.atomic
def note_import(table: str, *, added: int, changed: int, origin: Origin) -> None:
    """Log that a file brought rows into a reference table; in the transaction that stores them."""
    record(
        "reference-imported",
        origin=origin,
        target=table,
        after={"rows_added": added, "rows_changed": changed},
    )
