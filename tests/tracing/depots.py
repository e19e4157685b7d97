"""A further kind of unit, declared by tests: its entry in KINDS and the migration that it costs."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import reload

from django.db import connection, models
from django.db.models import Q
from django.urls import clear_url_caches

import portal.urls
import tracing.urls
from accounts.core.kinds import KINDS, CodeList, UnitKind
from accounts.rights.businesses import SERVED
from accounts.rights.models import AccessRequest, Authorization
from accounts.units.models import Unit, is_any

DEPOT = UnitKind("depot", "仓储企业", CodeList.UPLOADED, "distributor-upload")
# The database's lists of kinds and of businesses.
LISTED: dict[str, type[models.Model]] = {
    "unit_has_a_kind": Unit,
    "authorization_business_is_served": Authorization,
    "access_request_business_is_served": AccessRequest,
}


@contextmanager
def declared() -> Iterator[None]:
    """Depots exist within; the test commits, so that the tables can change around it."""
    flag = models.BooleanField(DEPOT.label, default=False)
    KINDS[DEPOT.code] = DEPOT
    flag.contribute_to_class(Unit, DEPOT.flag)
    try:
        with connection.schema_editor() as editor:
            editor.add_field(Unit, flag)
        _list_anew()
        _load_addresses()
        yield
    finally:
        # What is left of them no longer fits.
        AccessRequest.everything.all().delete()
        Authorization.everything.all().delete()
        Unit.objects.filter(is_any([DEPOT])).update(is_maker=True)
        del KINDS[DEPOT.code]
        _list_anew()
        with connection.schema_editor() as editor:
            editor.remove_field(Unit, flag)
        Unit._meta.local_fields.remove(flag)
        Unit._meta._expire_cache()  # type: ignore[attr-defined]
        delattr(Unit, DEPOT.flag)
        _load_addresses()


def _list_anew() -> None:
    """The constraints as the models would say them, were they read now."""
    conditions = {name: Q(business__in=sorted(SERVED)) for name in LISTED}
    conditions["unit_has_a_kind"] = is_any(KINDS.values())
    with connection.schema_editor() as editor:
        for name, model in LISTED.items():
            constraint = models.CheckConstraint(name=name, condition=conditions[name])
            editor.remove_constraint(model, constraint)
            editor.add_constraint(model, constraint)


def _load_addresses() -> None:
    """Django reads addresses once, when the process starts."""
    reload(tracing.urls)
    reload(portal.urls)
    clear_url_caches()
