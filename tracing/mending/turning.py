"""The pages of failing rows: which one a form was sent from, and which one its pager asks for."""

from __future__ import annotations

from typing import NamedTuple

from accounts.core.requests import AgentRequest, whole
from tracing.mending.queries import SIZES


class Turn(NamedTuple):
    """The page of rows that a form was sent from, and the one that its pager asks for; both are
    the same where 保存 was meant."""

    shown: tuple[int, int]
    wanted: tuple[int, int]
    asked: bool

    def leads(self, passed: int) -> tuple[int, int]:
        """The number and the size wanted once so many rows of the shown page are listed no more:
        those of a page that passed whole were followed by the rows of the next."""
        number, size = self.wanted
        ahead = passed // size if number > self.shown[0] else 0
        return max(1, number - ahead), size


def turn_of(request: AgentRequest) -> Turn:
    """What the pager in a form asks for beside the saving."""
    sent = request.POST
    shown = (whole(request.GET, "page", 1), whole(request.GET, "size", SIZES[0]))
    number = whole(sent, "to", 0) or whole(sent, "page", shown[0])
    size = whole(sent, "size", shown[1])
    wanted = (number, size if size in SIZES else SIZES[0])
    return Turn(shown, wanted, bool({"to", "go"} & set(sent)) or wanted != shown)
