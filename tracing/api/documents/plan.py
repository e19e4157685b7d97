"""The 对接方案 of a kind of unit: what its software needs to call the interface, on paper."""

from __future__ import annotations

import hashlib
from functools import cache

from accounts.core.kinds import KINDS, UnitKind
from tracing.api.catalogue import INTERFACES
from tracing.api.documents import plan_chapters, plan_errors, plan_events, plan_interfaces
from tracing.api.documents.edition import EDITION, EDITION_DAY, title_of
from tracing.api.documents.openapi import document
from tracing.api.documents.plan_layout import built, cover
from tracing.api.interfaces import Interface


def interfaces_of(kind: UnitKind) -> list[Interface]:
    """The interfaces that keys of such a unit may have."""
    return [one for one in INTERFACES.values() if {kind.uploads, kind.query} & set(one.businesses)]


@cache
def plan(kind_code: str) -> bytes:
    """The PDF for units of a kind. It is made once in a process, of nothing but declarations."""
    kind = KINDS[kind_code]
    interfaces = interfaces_of(kind)
    day = f"{EDITION_DAY.year} 年 {EDITION_DAY.month} 月 {EDITION_DAY.day} 日"
    mark = hashlib.sha256(document()).hexdigest()[:12]
    title = title_of(kind)
    story = [
        *cover(title, [f"版本 {EDITION}", day, f"内容标识 {mark}"]),
        *plan_chapters.signing(),
        *plan_chapters.messages(),
        *plan_interfaces.listed(interfaces),
        *plan_interfaces.described(interfaces),
        *plan_interfaces.columns(interfaces),
        *plan_interfaces.code_tables(interfaces),
        *plan_chapters.limits(),
        *plan_errors.refusals(),
        *plan_errors.faults(),
        *plan_events.events(),
        *plan_events.sandbox(),
    ]
    return built(title, "药耗追溯单位网厅", story)
