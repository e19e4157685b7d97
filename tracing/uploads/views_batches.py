"""生产企业药耗基础信息上传: the batches that a maker has uploaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from accounts.core.kinds import MAKER
from accounts.core.requests import AgentRequest
from accounts.units.models import Unit
from tracing.core.paging import Page
from tracing.core.tables import Columns, Row
from tracing.records.base import Record
from tracing.records.bindings import MAKERS
from tracing.records.shapes import Shape
from tracing.stores.models import DrugBatch
from tracing.uploads import views_lists as uploaded
from tracing.uploads.desks import Desk, Lister
from tracing.uploads.queries_batches import batches


def _find(unit: Unit, record: Record, wanted: Mapping[str, Any], **asked: int) -> Page[DrugBatch]:
    return batches(unit, wanted, record=record, **asked)


def _row(slug: str, columns: Columns, number: int, batch: DrugBatch) -> Row:
    return Row(
        key=batch.trac_codg_sn,
        number=number,
        cells=columns.cells(batch),
        address=address_of(slug, batch.trac_codg_sn),
    )


def address_of(slug: str, sn: str, part: str = "") -> str:
    """Where 追溯信息 of a batch stands, at one of its tabs."""
    # In the query, because a serial number may hold a slash.
    asked = {"sn": sn, "part": part} if part else {"sn": sn}
    return f"{DESK.address('batch', slug)}?{urlencode(asked)}"


def _opened(slug: str, fields: Mapping[str, str]) -> str:
    sn = fields.get("sn", "")
    return address_of(slug, sn, fields.get("part", "")) if sn else ""


def page(request: AgentRequest, tab: str = "") -> dict[str, Any]:
    """The context of the list."""
    return uploaded.page(request, DESK, tab)


LISTS = {Shape.PRODUCT: Lister(_find, _row, "追溯信息")}
DESK = Desk(MAKER, MAKERS, LISTS, page, _opened)
