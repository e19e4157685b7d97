"""Duties (报送提醒): which records the families ask for, after what, and by when.

A maker uploads what it says of its goods, their codes and their shipments, consumables their
deliveries too; a distributor uploads what entered and left its store day by day. Everything else
is uploaded where it applies, so nobody is reminded of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class By(Enum):
    """By when a record is owed."""

    # On the day on which what asks for it was uploaded.
    SAME_DAY = "应于当日上传"
    # When it happens: goods may stay in their store, so nobody can say that it is late.
    WHEN_IT_HAPPENS = "发生当日上传，尚未发生的不必处理"
    # On each day on which there is anything to tell.
    DAILY = "每日上传，没有发生的可不上传"


@dataclass(frozen=True)
class Duty:
    """That rows of `record` are owed once there are rows of `after`, both by their codes; of a
    daily one `after` is empty. `why` says who asks for it.
    """

    record: str
    by: By
    after: str = ""
    why: str = ""


MADE = "生产企业在追溯码激活当日上传产品信息、追溯码和包装关系"
SHIPPED = "生产企业的发货信息为必报"
TRADED = "流通企业在入库和出库环节均须上传，每日一次"


def _of_goods(info: str, codes: str, shipment: str) -> tuple[Duty, ...]:
    """What the maker of any goods owes; neither of the first two may be there alone."""
    return (
        Duty(codes, By.SAME_DAY, after=info, why=MADE),
        Duty(info, By.SAME_DAY, after=codes, why=MADE),
        Duty(shipment, By.WHEN_IT_HAPPENS, after=codes, why=SHIPPED),
    )


# By family. A family whose records are not there yet owes nothing.
DUTIES: dict[str, tuple[Duty, ...]] = {
    **{
        family: _of_goods(f"{family}-info", f"{family}-codes", f"{family}-shipment")
        for family in ("imported-drug", "domestic-drug")
    },
    "consumable": (
        *_of_goods("consumable-item", "consumable-codes", "consumable-shipment"),
        Duty(
            "consumable-delivery",
            By.WHEN_IT_HAPPENS,
            after="consumable-shipment",
            why="医用耗材生产企业的配送信息为必报",
        ),
    ),
    "circulation": (Duty("circulation", By.DAILY, why=TRADED),),
}
