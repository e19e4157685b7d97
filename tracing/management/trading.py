"""What a unit's samples of events are about: packs known to the portal, and a firm to send to."""

from __future__ import annotations

from datetime import timedelta

from accounts.core.kinds import CodeList, kinds_with
from accounts.units.models import Unit, is_any
from portal.lib.clock import SHANGHAI
from tracing.records.bindings import BINDINGS, is_of_devices
from tracing.synthetic.products import Firm
from tracing.synthetic.sample import packs_of
from tracing.synthetic.trade import Goods, Pack, Step
from tracing.traces.known_packs import own_packs, received_packs


def goods_for(unit: Unit, record: str, rows: int, trac_codg_sn: str) -> Goods | None:
    """Packs for `rows` rows, at most: a maker's own, or what was sent to a distributor.

    None for records that are no events, and where nothing is known.
    """
    most = packs_of(record, rows)
    event = BINDINGS[record].event
    received = event is not None and event.lists_codes
    if not most:
        return None
    if received:
        found = received_packs(unit, trac_codg_sn, most)
    else:
        found = own_packs(unit, trac_codg_sn, most, devices=is_of_devices(record))
    if not found:
        return None
    firms = {pack.origin_uscc: Firm(pack.origin_name, pack.origin_uscc) for pack in found}
    packs = [Pack(*pack[:4], origin=firms[pack.origin_uscc]) for pack in found]
    since = max(pack.since for pack in found).astimezone(SHANGHAI)
    return Goods(packs, since - timedelta(days=Step.SHIPPED) if received else since)


def partner_of(unit: Unit) -> Firm | None:
    """The first unit of the portal, but itself, that uploads codes it did not make."""
    others = Unit.objects.filter(is_any(kinds_with(CodeList.UPLOADED))).exclude(pk=unit.pk)
    partner = others.order_by("created_at", "pk").first()
    return None if partner is None else Firm(partner.name, partner.uscc)
