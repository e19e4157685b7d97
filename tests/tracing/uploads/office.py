"""LibreOffice without a screen: it opens workbooks and saves them in other formats."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

# How a text is written: by comma, quoted by ", in UTF-8, cells as they are shown.
FILTERS = {"csv": "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"}
FORMATS = ("xlsx", "xls", "ods", "csv")
SECONDS = 180


def libreoffice() -> str:
    """Its program. Without one the test is skipped, but fails in CI."""
    found = shutil.which("soffice")
    if found is None:
        why = "there is no LibreOffice (Debian: apt-get install libreoffice-calc-nogui)"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    return found


def saved_again(paths: Sequence[Path], ending: str, folder: Path) -> list[Path]:
    """The workbooks opened and saved in a format, all in one call."""
    target = folder / f"saved-{ending}"
    # It makes its profile when it starts for the first time, which takes as long as its work.
    profile = Path(os.environ["PORTAL_TEST_RUN"]) / f"office-{os.getpid()}"
    subprocess.run(
        [
            libreoffice(),
            "--headless",
            "--norestore",
            f"-env:UserInstallation={profile.as_uri()}",
            *("--convert-to", FILTERS.get(ending, ending)),
            *("--outdir", str(target)),
            *map(str, paths),
        ],
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    return [target / f"{path.stem}.{ending}" for path in paths]
