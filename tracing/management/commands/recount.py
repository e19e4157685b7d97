"""`recount`: counters and links anew, from the tables."""

from __future__ import annotations

import time
from typing import Any

from portal.management.reporting import ReportingCommand
from tracing.stores.rebuild import rebuild


class Command(ReportingCommand):
    """Count the codes of every list again and link what distributors uploaded to its batches.
    To be run after PORTAL_TRACE_UNCORROBORATED was changed; uploads wait meanwhile.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and say how long it took."""
        start = time.perf_counter()
        rebuild()
        seconds = round(time.perf_counter() - start, 3)
        self.report(options["json"], {"seconds": seconds}, [f"已重新计数，用时 {seconds} 秒。"])
