"""The Chinese sentence of a fault, with its slots filled."""

from __future__ import annotations

from collections.abc import Sequence

from portal.lib.refused import EMPTY
from tracing.records.faults import FAULTS


def template_of(code: str, *, asked: bool = False) -> str:
    """The sentence of a code with its slots open. Raises KeyError for an unknown code.

    `asked`: what was found is no cell of a file but what a search asks for.
    """
    kind = FAULTS[code]
    return (asked and kind.asked) or kind.message


def sentence(code: str, detail: Sequence[str] = (), label: str = "", *, asked: bool = False) -> str:
    """What was found, what was expected and how to mend it.

    `detail` fills `{0}`, `{1}` … in order, `label` is the column's; an empty detail is shown as
    such. Raises KeyError for an unknown code and ValueError when the sentence has more slots than
    there are details.
    """
    filling = [part or EMPTY for part in detail]
    try:
        return template_of(code, asked=asked).format(*filling, label=label)
    except IndexError as error:
        raise ValueError(f"{code!r} needs more details than {tuple(detail)!r}") from error


def title(code: str, label: str = "") -> str:
    """What was found, in short and whatever the details: 药品生产批号为空.

    Raises KeyError for an unknown code.
    """
    filling = ["…"] * len(FAULTS[code].slots)
    return template_of(code).partition("。")[0].format(*filling, label=label)
