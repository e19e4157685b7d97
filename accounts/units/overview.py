"""What the frame around the pages of 单位管理 shows: the state of the papers, the five steps."""

from enum import StrEnum
from typing import NamedTuple

from django.urls import reverse

from accounts.units.models import Qualification, Unit
from accounts.units.queries import newest_papers, progress

NOT_UPLOADED = "未上传"
NOT_CERTIFIED = "未认证"
BY_STAFF = "已认证，由平台开通"
REPLACING = "新上传的文件正在审核，审核期间原认证继续有效。"
TONES = {
    Qualification.State.WAITING: "busy",
    Qualification.State.APPROVED: "good",
    Qualification.State.RETURNED: "bad",
}


class Paper(NamedTuple):
    """The state of one paper. `tone` is the colour of its pill, `note` what to know beside it.

    `newest` is the paper that counts, None while there is none.
    """

    kind: Qualification.Kind
    words: str
    tone: str
    note: str
    newest: Qualification | None


class StepState(StrEnum):
    """Where the unit stands with a step."""

    DONE = "done"
    NEXT = "next"
    OPEN = "open"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return {StepState.DONE: "已完成", StepState.NEXT: "下一步", StepState.OPEN: "未完成"}[self]


class Step(NamedTuple):
    """One step of 操作流程说明. `address` is where it is done; empty where it is not done here."""

    title: str
    state: StepState
    address: str
    note: str


class Overview(NamedTuple):
    """All of it. `next_step` is None when every step is done."""

    papers: list[Paper]
    steps: list[Step]
    next_step: Step | None
    done: int


def overview(unit: Unit) -> Overview:
    """Return what the frame shows of the unit now."""
    papers = papers_of(unit)
    steps = _steps(unit, papers[0])
    left = [step for step in steps if step.state == StepState.NEXT]
    done = sum(step.state == StepState.DONE for step in steps)
    return Overview(papers, steps, left[0] if left else None, done)


def papers_of(unit: Unit) -> list[Paper]:
    """Return the state of every kind of paper, the 营业执照 first."""
    newest = newest_papers(unit)
    return [_paper(unit, kind, newest.get(kind)) for kind in Qualification.Kind]


def _paper(unit: Unit, kind: Qualification.Kind, newest: Qualification | None) -> Paper:
    licence = kind == Qualification.Kind.LICENCE
    if newest is None:
        if not licence:
            return Paper(kind, NOT_CERTIFIED, "plain", "", None)
        if unit.approved_at is not None:
            return Paper(kind, BY_STAFF, "good", "", None)
        return Paper(kind, NOT_UPLOADED, "warn", "", None)
    state = Qualification.State(newest.state)
    note = ""
    if state == Qualification.State.RETURNED:
        note = f"退回原因：{newest.reason}"
    elif licence and state == Qualification.State.WAITING and unit.approved_at is not None:
        note = REPLACING
    return Paper(kind, str(state.label), TONES[state], note, newest)


def _steps(unit: Unit, licence: Paper) -> list[Step]:
    """The five steps; the first that is not done is the next."""
    come = progress(unit)
    papers = reverse("accounts:qualifications", args=[unit.slug])
    agents = reverse("accounts:agents", args=[unit.slug])
    approved = unit.approved_at is not None
    waits = licence.newest is not None and licence.newest.state == Qualification.State.WAITING
    wanted = [
        ("单位账号登录网厅", True, "", ""),
        ("单位资质认证", approved, papers, "待审核" if waits and not approved else ""),
        ("添加经办人", come.has_agents, agents, ""),
        ("经办人授权", come.has_granted, agents, ""),
        ("经办人登录网厅，进行业务操作", come.holder_signed_in, "", "请经办人用手机号登录"),
    ]
    steps, marked = [], False
    for title, done, address, note in wanted:
        if done:
            steps.append(Step(title, StepState.DONE, address, ""))
            continue
        steps.append(Step(title, StepState.OPEN if marked else StepState.NEXT, address, note))
        marked = True
    return steps
