"""Who may do what at the signed interface: the third part of the one table.

tests/tracing/api/test_access_interfaces.py walks it, with keys of every scope, of every kind of
unit and in every state as visitors. An interface missing here fails the test. To add a row: the
address below /api/v1/, and the businesses of which a key needs the scope of one; they are written
here once more so that nobody widens who may call without being asked.

Whoever may call gets what the interface says; everybody else a refusal by its code, and nothing
changes in the database then.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from accounts.core.names import AccountKind
from accounts.keys.models import InterfaceKey

MAKER, DISTRIBUTOR = "maker-upload", "distributor-upload"
MAKER_ASKS, DISTRIBUTOR_ASKS = "maker-query", "distributor-query"
SCOPES = (MAKER, DISTRIBUTOR, MAKER_ASKS, DISTRIBUTOR_ASKS)

INTERFACE_TABLE: dict[str, tuple[str, ...]] = {
    "maker/imported-drug-info": (MAKER,),
    "maker/domestic-drug-info": (MAKER,),
    "maker/codes": (MAKER,),
    "maker/shipment": (MAKER,),
    "maker/delivery": (MAKER,),
    "maker/receipt": (MAKER,),
    "maker/retail": (MAKER,),
    "maker/consumable-item": (MAKER,),
    "maker/consumable-spec": (MAKER,),
    "distributor/circulation": (DISTRIBUTOR,),
    "upload/imported-drug-info": (MAKER,),
    "upload/imported-drug-codes": (MAKER,),
    "upload/imported-drug-shipment": (MAKER,),
    "upload/imported-drug-delivery": (MAKER,),
    "upload/imported-drug-receipt": (MAKER,),
    "upload/imported-drug-retail": (MAKER,),
    "upload/domestic-drug-info": (MAKER,),
    "upload/domestic-drug-codes": (MAKER,),
    "upload/domestic-drug-shipment": (MAKER,),
    "upload/domestic-drug-delivery": (MAKER,),
    "upload/domestic-drug-receipt": (MAKER,),
    "upload/domestic-drug-retail": (MAKER,),
    "upload/consumable-item": (MAKER,),
    "upload/consumable-spec": (MAKER,),
    "upload/consumable-codes": (MAKER,),
    "upload/consumable-shipment": (MAKER,),
    "upload/consumable-delivery": (MAKER,),
    "upload/consumable-receipt": (MAKER,),
    "upload/consumable-retail": (MAKER,),
    "upload/circulation": (DISTRIBUTOR,),
    "upload/result": (MAKER, DISTRIBUTOR),
    "query/drug-codes": (MAKER_ASKS, DISTRIBUTOR_ASKS),
    "query/consumable-codes": (MAKER_ASKS, DISTRIBUTOR_ASKS),
    "query/insured-products": (MAKER_ASKS, DISTRIBUTOR_ASKS),
    "query/insured-sales": (MAKER_ASKS, DISTRIBUTOR_ASKS),
    "query/imported-drug-mapping": (MAKER_ASKS,),
    "query/domestic-drug-mapping": (MAKER_ASKS,),
    "query/imported-drug-info": (MAKER_ASKS,),
    "query/domestic-drug-info": (MAKER_ASKS,),
    "query/consumable-item": (MAKER_ASKS,),
    "query/shipments": (MAKER_ASKS,),
    "query/circulations": (DISTRIBUTOR_ASKS,),
    "query/maker-orders": (MAKER_ASKS,),
    "query/distributor-orders": (DISTRIBUTOR_ASKS,),
    "query/maker-codes": (MAKER_ASKS,),
    "query/distributor-codes": (DISTRIBUTOR_ASKS,),
}


def _now() -> Any:
    return timezone.now()


class State(NamedTuple):
    """How a key may stand: columns of it, and the code by which its calls are refused then."""

    columns: dict[str, Callable[[], Any]]
    code: str


# Of a key that has every scope; whatever it calls is refused.
STATES: dict[str, State] = {
    "frozen": State(
        {
            "frozen_at": _now,
            "frozen_why": lambda: "人员离职",
            "frozen_by": lambda: AccountKind.AGENT.value,
        },
        "key_frozen",
    ),
    "ended": State({"ended_at": _now, "end": lambda: InterfaceKey.End.AGENT.value}, "key_unknown"),
    "expired": State(
        {
            "made_at": lambda: timezone.now() - timedelta(days=2),
            "expires_at": lambda: timezone.now() - timedelta(days=1),
        },
        "key_expired",
    ),
    "from elsewhere": State({"networks": lambda: ["192.0.2.0/24"]}, "address_not_allowed"),
}
