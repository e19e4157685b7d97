"""What staff do about the ownership of codes: an appeal is looked at, then decided."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.core.kinds import CodeList, kind_words, kinds_with
from accounts.core.models import Account
from accounts.core.origin import COMMAND, Origin
from accounts.log import writing
from accounts.messages.notices import notify
from accounts.units.models import Unit
from tracing.stores import ownership
from tracing.stores.ownership import MOST_LISTED, Plan, Problem
from tracing.traces.selections import canonical

REASON_LENGTH = 200
# A GS1 code may hold a comma, so that it is none that parts two.
BETWEEN_CODES = re.compile(r"[\s，；、]+")

WORDS: dict[str, str] = {
    "batch_says_other": (
        "移入单位已上传的批次 {0} 与这些追溯码（共 {1} 个）的医保药品编码或商品码不同；"
        "请先由移入单位核对该批次。"
    ),
    "codes_missing": "没有填写追溯码；请粘贴追溯码，每行一个，或选择文本文件。",
    "codes_too_many": "清单中有 {0} 个码，一次最多 {1} 个；请分次操作。",
    "code_not_found": "未查到；请核对是否输入完整，或该码尚未由任何生产企业上传。",
    "lies_in_box": (
        "与另外的码同在包装 {0} 中（本次涉及 {1} 个），单独移动会拆散包装；请改为填写该包装的码。"
    ),
    "move_reason_missing": "没有填写原因，或超过 {0} 个字；请填写简短的原因。",
    "not_a_code": "不是追溯码；追溯码为 8 至 100 个不含空格的字符，请修改。",
    "owner_changed": "清单中的追溯码刚刚换了归属；请重新预览后再试。",
    "owner_differs": "属于另一个单位；一次只能移动同一个单位的追溯码，请分次操作。",
    "owner_same": "已属于移入单位，无需移动；请从清单中去掉。",
    "too_many_codes": "包装内共有 {0} 个小包装，一次最多移动 {1} 个；请分次操作。",
    "unit_makes_nothing": "移入单位 {0} 不是{1}，或已停用；请核对移入单位。",
}


class NotMoved(Exception):
    """Nothing was moved: these are the reasons."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(sentence(problem) for problem in problems))


def sentence(problem: Problem) -> str:
    """Say why a code cannot be moved."""
    said = WORDS[problem.fault].format(*problem.detail)
    return f"{problem.code}：{said}" if problem.code else said


def codes_in(text: str) -> list[str]:
    """Return the codes of a pasted list or a text file, each once, as they stand there."""
    parts = BETWEEN_CODES.split(text)
    return list(dict.fromkeys(part for part in parts if part))


def preview_ownership(codes: Sequence[str], to_unit: Unit) -> Plan:
    """Return what moving the codes would do, and why it cannot be done, if it cannot."""
    if problems := _not_at_all(codes, to_unit):
        return Plan(None, 0, 0, [], problems)
    wanted, wrong = _canonical(codes)
    with transaction.atomic():
        planned = ownership.plan(wanted, to_unit.pk)
    return planned._replace(problems=[*wrong, *planned.problems])


def move_ownership(
    codes: Sequence[str],
    to_unit: Unit,
    reason: str,
    *,
    by: Account | None = None,
    origin: Origin = COMMAND,
) -> Plan:
    """Give the codes, and what lies in them, to `to_unit`: all or none. Both units are told,
    neither of them whom the codes came from or went to.

    Raises NotMoved with the reasons.
    """
    reason = reason.strip()
    if not reason or len(reason) > REASON_LENGTH:
        raise NotMoved([Problem("", "move_reason_missing", (str(REASON_LENGTH),))])
    before = preview_ownership(codes, to_unit)
    if before.problems or before.owner is None:
        raise NotMoved(before.problems)
    wanted, _ = _canonical(codes)
    move_id = uuid.uuid4()
    with transaction.atomic():
        moved = ownership.move(wanted, before.owner, to_unit.pk, move_id, timezone.now())
        if moved.problems:
            raise NotMoved(moved.problems)
        if moved.owner != before.owner:
            raise NotMoved([Problem(wanted[0], "owner_changed")])
        said = {"codes": wanted, "reason": reason, "rows": moved.packs, "boxes": moved.boxes}
        received = {**said, "waiting": moved.waiting}
        old = Unit.objects.select_related("account").get(pk=before.owner)
        for unit, action, after in (
            (old, "codes-moved-away", said),
            (to_unit, "codes-received", received),
        ):
            writing.record(
                action, by=by, origin=origin, unit=unit, target=str(move_id), after=after
            )
            notify(unit.account, action, count=moved.packs, reason=reason)
    return moved


def _not_at_all(codes: Sequence[str], to_unit: Unit) -> list[Problem]:
    """Why the list or the unit is such that no code needs to be looked at."""
    if not codes:
        return [Problem("", "codes_missing")]
    if len(codes) > MOST_LISTED:
        return [Problem("", "codes_too_many", (str(len(codes)), str(MOST_LISTED)))]
    makers = kinds_with(CodeList.MADE)
    if to_unit.kinds.isdisjoint(makers) or to_unit.closed_at is not None:
        return [Problem("", "unit_makes_nothing", (to_unit.name, kind_words(makers)))]
    return []


def _canonical(codes: Sequence[str]) -> tuple[list[str], list[Problem]]:
    """Return the codes in canonical form, each once, and those that can be none."""
    wanted: dict[str, None] = {}
    wrong = []
    for typed in codes:
        code = canonical(typed)
        if code is None:
            wrong.append(Problem(typed, "not_a_code"))
        else:
            wanted[code] = None
    return list(wanted), wrong
