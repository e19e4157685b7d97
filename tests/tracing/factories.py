"""Batches, codes, boxes and events of products that do not exist, one factory per model.

batch = DrugBatchFactory(unit=unit)
code = TraceCodeFactory(unit=unit, batch=batch)
codes = packed(unit, batch, 25, per_middle=10, per_large=2)     with their boxes
EventFactory(code=code.code, unit=unit, kind="shipment", to=distributor)
with derived_once(): ...                                        many rows, counted once
"""

# factory_boy is typed in part only.
# mypy: disable-error-code="no-untyped-call"

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from factory.declarations import (
    LazyAttribute,
    LazyFunction,
    SelfAttribute,
    Sequence,
    SubFactory,
    Trait,
)
from factory.django import DjangoModelFactory

from accounts.units.models import Unit
from portal.lib.clock import SHANGHAI
from tests.factories import UnitFactory
from tracing.records.event_kinds import EventKind
from tracing.records.nodes import WHOSE, Node, Side
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import Pack, TraceCode, UnitCode
from tracing.stores.models_events import TraceEvent
from tracing.stores.rebuild import rebuild
from tracing.synthetic import codes as numbers

# Not empty within `derived_once`.
later: list[bool] = []
D = TypeVar("D", TraceCode, TraceEvent, UnitCode)

# Every factory's clock begins here, in Shanghai.
MADE = datetime(2024, 12, 15, 16, 15, tzinfo=SHANGHAI)
UPLOADED = datetime(2024, 12, 18, 9, 30, tzinfo=SHANGHAI)
NODE_OF = {
    EventKind.SHIPMENT: Node.SHIPPED,
    EventKind.DELIVERY: None,
    EventKind.CIRCULATION_IN: Node.CIRCULATED_IN,
    EventKind.CIRCULATION_OUT: Node.CIRCULATED_OUT,
    EventKind.RECEIPT: Node.RECEIVED,
    EventKind.RETAIL: Node.SOLD,
}


def small(serial: int, product: int = 1) -> str:
    """A 追溯码 of a smallest pack."""
    return str(numbers.prefix(product, 1) * numbers.SERIALS + serial)


def box(serial: int, level: int, product: int = 1) -> str:
    """A 追溯码 of a middle (2) or large (3) box."""
    return str(numbers.prefix(product, level) * numbers.SERIALS + serial)


@contextmanager
def derived_once() -> Iterator[None]:
    """Let counters and links follow from all the rows of the block at its end, not from each."""
    later.append(True)
    try:
        yield
    finally:
        later.pop()
    rebuild()


class DerivingFactory(DjangoModelFactory[D]):
    """Rows from which counters and links follow."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type[D], *args: Any, **values: Any) -> D:
        made: D = super()._create(model_class, *args, **values)
        if not later:
            rebuild()
        return made


class DrugBatchFactory(DjangoModelFactory[DrugBatch]):
    """A batch of a fictitious drug, made at home or `abroad`."""

    class Meta:
        model = DrugBatch

    class Params:
        abroad = Trait(
            family="imported-drug",
            aprvno=None,
            drug_regno=numbers.approval_number("ZJ", 1, 1),
            impt_appv_no="JX20241201",
            impt_entp_name=SelfAttribute("unit.name"),
            prodentp_name="某某海外制药公司",
            prodentp_uscc=None,
        )

    unit = SubFactory(UnitFactory)
    trac_codg_sn = Sequence(lambda n: f"SN{n:010d}")
    family = "domestic-drug"
    med_list_codg = numbers.western_drug(1, 1)
    nat_drug_no = numbers.national_drug_number(1, 1)
    drug_genname = "某某胶囊"
    dosform = "胶囊剂"
    spec = "0.3g"
    pacspec = "每盒60粒"
    convrat = 60
    convrat_unt = "粒"
    manu_lotnum = Sequence(lambda n: f"L{n:06d}")
    manu_date = MADE
    expy_end = MADE + timedelta(days=730)
    aprvno = numbers.approval_number("Z", 1, 1)
    aprvno_date = datetime(2022, 1, 11, tzinfo=SHANGHAI)
    rx_flag = "1"
    bas_medn_flag = "0"
    manu_cnt = 33000
    prodentp_name = SelfAttribute("unit.name")
    prodentp_uscc = SelfAttribute("unit.uscc")
    manu_addr = "某某省某某市某某路1号"
    drug_lv = "中药"
    prod_code = numbers.gtin(1, 1)
    uploaded_at = UPLOADED
    submission_id = LazyFunction(uuid4)


class TraceCodeFactory(DerivingFactory[TraceCode]):
    """A smallest pack; `batch` gives its owner and product."""

    class Meta:
        model = TraceCode

    class Params:
        batch = SubFactory(DrugBatchFactory)

    code = Sequence(small)
    unit = SelfAttribute("batch.unit")
    trac_codg_sn = SelfAttribute("batch.trac_codg_sn")
    med_list_codg = SelfAttribute("batch.med_list_codg")
    prod_code = SelfAttribute("batch.prod_code")
    stoin_time = MADE + timedelta(days=1)
    system = "msfx"
    quantity = 1
    uploaded_at = UPLOADED
    submission_id = LazyFunction(uuid4)


class PackFactory(DjangoModelFactory[Pack]):
    """A box."""

    class Meta:
        model = Pack

    code = Sequence(lambda n: box(n, 2))
    unit = SubFactory(UnitFactory)
    level = 2
    uploaded_at = UPLOADED
    submission_id = LazyFunction(uuid4)


def _firm(made: Any, side: Side) -> Unit | None:
    """Who stands on a side of an event: as given, else its teller where the step is that side's."""
    given: Unit | None = made.source if side is Side.SENDER else made.to
    node = NODE_OF[EventKind(made.kind)]
    return given or (made.unit if node and WHOSE[node] is side else None)


class EventFactory(DerivingFactory[TraceEvent]):
    """An event that `unit` tells of; `source` and `to` are the units that send and receive.

    Whose step it is, is the teller's unless they say otherwise.
    """

    class Meta:
        model = TraceEvent

    class Params:
        source: Unit | None = None
        to: Unit | None = None
        days = 2

    code = Sequence(small)
    kind = EventKind.SHIPMENT
    unit = SubFactory(UnitFactory)
    document = Sequence(lambda n: f"D{n:06d}")
    happened_at = LazyAttribute(lambda made: MADE + timedelta(days=made.days))
    node = LazyAttribute(lambda made: NODE_OF[EventKind(made.kind)])
    organisation = SelfAttribute("unit.name")
    sender_name = LazyAttribute(lambda made: getattr(_firm(made, Side.SENDER), "name", None))
    sender_uscc = LazyAttribute(lambda made: getattr(_firm(made, Side.SENDER), "uscc", None))
    receiver_name = LazyAttribute(lambda made: getattr(_firm(made, Side.RECEIVER), "name", None))
    receiver_uscc = LazyAttribute(lambda made: getattr(_firm(made, Side.RECEIVER), "uscc", None))
    status = "1"
    quantity = 7
    details = LazyFunction(lambda: {"secret": "单据内容"})
    uploaded_at = UPLOADED


class UnitCodeFactory(DerivingFactory[UnitCode]):
    """A code that `unit` uploaded without owning it."""

    class Meta:
        model = UnitCode

    code = Sequence(small)
    unit = SubFactory(UnitFactory)
    batch: str | None = None
    uploaded_at = UPLOADED
    submission_id = LazyFunction(uuid4)


def packed(
    unit: Unit,
    batch: DrugBatch,
    count: int,
    *,
    start: int = 0,
    per_middle: int = 10,
    per_large: int = 2,
    **more: Any,
) -> list[TraceCode]:
    """Codes of a batch in middle and large boxes, filled in order."""
    boxes: dict[str, Pack] = {}
    made: list[TraceCode] = []
    for serial in range(start, start + count):
        middle = box(serial // per_middle, 2)
        large = box(serial // per_middle // per_large, 3)
        boxes[middle] = PackFactory.build(code=middle, unit=unit, level=2, parent=large)
        boxes[large] = PackFactory.build(code=large, unit=unit, level=3)
        made.append(
            TraceCodeFactory.build(
                batch=batch,
                code=small(serial),
                lv2_trac_code=middle,
                lv3_trac_code=large,
                **more,
            )
        )
    Pack.everything.bulk_create(boxes.values(), ignore_conflicts=True)
    TraceCode.everything.bulk_create(made)
    rebuild()
    return made


def voided(row: Any) -> None:
    """Take a row back, as 删除 does."""
    type(row).everything.filter(pk=row.pk).update(voided_at=UPLOADED, void_reason="录入错误")
    rebuild()
