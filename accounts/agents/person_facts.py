"""Who an agent is, as pages show it: numbers are masked, what is not known is said."""

from accounts.agents.models import Agent
from accounts.core.id_types import ID_TYPES
from accounts.core.names import mask_id_number, mask_mobile

UNKNOWN = "未登记"


def person_facts(agent: Agent) -> list[tuple[str, str]]:
    """Return the person and the document as (label, text)."""
    if agent.id_valid_for_ever:
        until = "长期有效"
    else:
        until = agent.id_valid_until.isoformat() if agent.id_valid_until else UNKNOWN
    return [
        ("姓名", agent.name),
        ("手机号", mask_mobile(agent.mobile)),
        ("证件类型", ID_TYPES.get(agent.id_type, UNKNOWN)),
        ("证件号码", mask_id_number(agent.id_number) or UNKNOWN),
        ("证件有效期至", until),
    ]
