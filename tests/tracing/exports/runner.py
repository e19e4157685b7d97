"""A process that makes an export and stops in the middle of its file, to be killed there.

    python -m tests.tracing.exports.runner DATABASE FOLDER EXPORT

It says "writing" on standard output when it has written some rows.
"""

import os
import sys
import time
import uuid
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import django


def main(database: str, folder: str, export_id: str) -> None:
    """Write rows of which there is no end."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.conf import settings
    from django.db import connection

    from tracing.exports import build
    from tracing.exports.columns import columns_of
    from tracing.exports.reading import Counted, Row

    def endless(*_: object, devices: bool) -> Iterator[Row]:
        yield from repeat(["x"] * len(columns_of(devices=devices)), 5_000)
        print("writing", flush=True)  # noqa: T201
        time.sleep(600)

    connection.settings_dict["NAME"] = database
    settings.PORTAL_FILES = Path(folder)
    build.rows = endless  # type: ignore[attr-defined,assignment]
    build.count = lambda *_: Counted(1_000, 6_000)  # type: ignore[attr-defined]
    build.run(uuid.UUID(export_id))


if __name__ == "__main__":
    main(*sys.argv[1:])
