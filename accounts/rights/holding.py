"""In whose hands a business of a unit is at one moment, and why somebody may not do it."""

from datetime import datetime
from typing import NamedTuple

from accounts.agents.models import Agent
from accounts.rights.businesses import BUSINESSES, DENIED, DENIED_MARK, NOT_APPROVED
from portal.lib.clock import to_minute

NOT_APPROVED_MARK = "未认证"
RESTS_MARK = "由 {agent} 代办至 {until}"
STANDS_IN_MARK = "代办至 {until}"
RESTS = (
    "“{title}”由经办人 {agent} 临时代办至 {until}，期间您的权限暂停，到期自动恢复；"
    "如需提前恢复，请使用单位账号提前结束代办。"
)


class Holding(NamedTuple):
    """`holder` has the authorisation; `acting` may do the business: the stand-in while one runs,
    else the holder. `until`: when the stand-in ends. `unit_open`: whether the unit may do any.
    """

    business: str
    holder: Agent
    acting: Agent
    until: datetime | None
    unit_open: bool

    def details(self) -> dict[str, str]:
        """What the sentences about a stand-in are filled with."""
        return {
            "title": BUSINESSES[self.business].title,
            "agent": self.acting.name,
            "until": to_minute(self.until) if self.until else "",
        }


class Bar(NamedTuple):
    """Why an agent may not do a business now. `code` is that of the refusal.

    `mark` is the word on its tile; `sentence` what is found, and how to mend it.
    """

    code: str
    mark: str
    sentence: str


CLOSED = Bar("unit_not_approved", NOT_APPROVED_MARK, NOT_APPROVED)
NOT_HELD = Bar("no_business", DENIED_MARK, DENIED)


def bar_of(hand: Holding | None, agent: Agent, *, unit_open: bool) -> Bar | None:
    """Say why the agent may not do the business that is in this hand; None when it may."""
    if not unit_open:
        return CLOSED
    if hand is None or agent not in (hand.holder, hand.acting):
        return NOT_HELD
    if agent == hand.acting:
        return None
    details = hand.details()
    return Bar("business_rests", RESTS_MARK.format(**details), RESTS.format(**details))
