"""`verify_log`: whether the operation log still says what it said when its entries were chained."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from accounts.core.queries import unit_for
from accounts.log.chain_verifier import (
    PATIENCE,
    Broken,
    BrokenLink,
    Head,
    LogChain,
    Unsealed,
    verify,
)
from accounts.log.queries import unit_names
from portal.lib.refused import Refused
from portal.management.reporting import Exit, ReportingCommand, ended

NO_UNIT = "-"
HEAD = re.compile(r"^(-|[1-9][0-9]{0,18}):([1-9][0-9]{0,18}):([0-9a-f]{64})$")
FAULTS: dict[BrokenLink, str] = {
    BrokenLink.ENTRY_GONE: "第 {position} 环指向的操作记录（编号 {entry}）已不存在：记录被删除",
    BrokenLink.SEAL_GONE: "缺少第 {position} 环：校验链被删除或改动了顺序",
    BrokenLink.ALTERED: (
        "第 {position} 环（操作记录编号 {entry}）与校验值不符：记录或校验链被改动、替换或调换"
    ),
    BrokenLink.ELSEWHERE: "第 {position} 环的操作记录（编号 {entry}）属于其他单位：记录或校验链被改动",
    BrokenLink.BACKDATED: (
        "第 {position} 环的操作记录（编号 {entry}）写明的时间早于链中在前的记录：记录可能是后补的"
    ),
    BrokenLink.CUT: "缺少第 {position} 环，而此前留存的校验点在其后：链的末端被截去",
    BrokenLink.REWRITTEN: (
        "第 {position} 环（操作记录编号 {entry}）与此前留存的校验点不同：整条链被重写"
    ),
}


class Command(ReportingCommand):
    """Compute the chains of the operation log again, report the first broken link of each and
    entries that hang in none, and print the heads, to be kept elsewhere. Exits 3 when anything
    is wrong.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--unit", help="account name or credit code; without it, every chain")
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="HEAD|FILE",
            help="a head that an earlier run printed, or a file that holds the output of one",
        )
        parser.add_argument(
            "--minutes",
            type=int,
            default=int(PATIENCE.total_seconds() // 60),
            help="how long an entry may wait for its seal (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exits 3 when a chain is broken or an entry was never sealed, 5 for an unknown unit."""
        start = time.perf_counter()
        unit_id = _unit_id(options["unit"]) if options["unit"] else None
        noted = [head for given in options["head"] for head in _heads(given)]
        chains, unsealed = verify(
            unit=unit_id, noted=noted, patience=timedelta(minutes=options["minutes"])
        )
        names = unit_names(
            found
            for found in {*(c.head.unit for c in chains), *(u.unit for u in unsealed)}
            if found
        )
        result = _result(chains, unsealed, names)
        result["seconds"] = round(time.perf_counter() - start, 3)
        self.report(options["json"], result, _sentences(chains, unsealed, names))
        if not result["good"]:
            raise SystemExit(int(Exit.SOME_REJECTED))


def _unit_id(typed: str) -> int:
    unit = unit_for(typed)
    if unit is None:
        raise Refused("unit_not_found", unit=typed)
    return unit.pk


def _heads(given: str) -> Iterator[Head]:
    """Read a head, or all heads of a file: the lines that do not begin like one are words."""
    if HEAD.match(given):
        yield _head(given)
        return
    try:
        lines = Path(given).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ended(
            Exit.USAGE,
            f"--head “{given}”既不是校验点（单位编号:位置:64 位校验值），也不是可读的文件：{error}",
        ) from error
    words = [line.split()[0] for line in lines if re.match(r"[-0-9]", line)]
    if not words:
        raise ended(Exit.USAGE, f"文件 {given} 中没有校验点；应为本命令此前输出的内容。")
    yield from map(_head, words)


def _head(word: str) -> Head:
    match = HEAD.match(word)
    if match is None:
        raise ended(
            Exit.USAGE, f"“{word}”不是校验点；应为“单位编号:位置:64 位校验值”，无单位写“-”。"
        )
    unit, position, digest = match.groups()
    return Head(None if unit == NO_UNIT else int(unit), int(position), digest)


def _result(
    chains: Sequence[LogChain], unsealed: Sequence[Unsealed], names: dict[int, str]
) -> dict[str, Any]:
    """The JSON object; `docs/schemas/verify_log.json` describes it."""
    return {
        "good": not unsealed and all(chain.broken is None for chain in chains),
        "chains": [
            {
                "unit": names.get(chain.head.unit or 0),
                "links": chain.head.position,
                "head": str(chain.head) if chain.head.position else None,
                "late": chain.late,
                "broken": _broken(chain.broken),
            }
            for chain in chains
        ],
        "unsealed": [
            {"unit": names.get(row.unit or 0), "entries": row.entries, "first": row.first}
            for row in unsealed
        ],
    }


def _broken(broken: Broken | None) -> dict[str, Any] | None:
    return None if broken is None else {**broken._asdict(), "fault": broken.fault.value}


def _sentences(
    chains: Iterable[LogChain], unsealed: Iterable[Unsealed], names: dict[int, str]
) -> Iterator[str]:
    """A line for each head, which --head reads again, and below it what is wrong."""
    good = True
    for chain in chains:
        name = names.get(chain.head.unit or 0, "无单位")
        if chain.head.position:
            late = f"，其中 {chain.late} 环延迟入链" if chain.late else ""
            yield f"{chain.head} {name}，{chain.head.position} 环{late}"
        if chain.broken is not None:
            good = False
            words = FAULTS[chain.broken.fault].format(**chain.broken._asdict())
            yield f"断链：{name}，{words}；其后的记录无法校验。"
    for row in unsealed:
        good = False
        name = names.get(row.unit or 0, "无单位")
        yield (
            f"未入链：{name}，{row.entries} 条，从操作记录编号 {row.first} 起；"
            "请检查后台任务 seal_log 是否在运行。"
        )
    yield (
        "操作记录完整，未发现改动。请把以上校验点保存到本系统之外，供以后用 --head 核对。"
        if good
        else "操作记录有问题，请保留现场并核查。"
    )
