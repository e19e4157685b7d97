"""The process that does the work that is measured: `python -m tracing.benchmarks.child`.

It reads one JSON object from standard input: the function to call as module:name, the database to
use, the folder for files, and the arguments. It prints what the function returns, as JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import django


def main() -> None:
    """Call the function in a configured Django."""
    order: dict[str, Any] = json.load(sys.stdin)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection

    connection.settings_dict["NAME"] = order["database"]
    # Rows of a benchmark are made by the million in one statement; what is measured has limits of
    # its own where the product has.
    connection.settings_dict["OPTIONS"].pop("options", None)
    settings.PORTAL_FILES = Path(order["files"])
    module, name = order["function"].split(":")
    result = getattr(importlib.import_module(module), name)(**order["arguments"])
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
