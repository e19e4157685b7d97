"""`respell`: stored codes in the form in which codes are stored today."""

from __future__ import annotations

from typing import Any

from portal.management.reporting import ReportingCommand
from tracing.stores.respelling import respell

MOST_LISTED = 20


class Command(ReportingCommand):
    """Bring stored codes to the form in which codes are stored today, with their boxes and
    events, and count anew. To be run once after an upgrade that changed it (docs/adr/0005);
    uploads wait meanwhile.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Respell and list what is left."""
        done = respell()
        left = {"taken": done.taken, "damaged": done.damaged}
        self.report(
            options["json"],
            {"changed": done.changed, **left},
            [
                f"已改写 {done.changed} 个追溯码。",
                *_listed("新写法已被另一行占用，未改写，请单位核对后删除其中一行", done.taken),
                *_listed("已损坏，无法改写，请单位删除后重新上传", done.damaged),
            ],
        )


def _listed(why: str, codes: list[str]) -> list[str]:
    if not codes:
        return []
    more = f" 等 {len(codes)} 个" if len(codes) > MOST_LISTED else ""
    return [f"{why}：{'、'.join(codes[:MOST_LISTED])}{more}"]
