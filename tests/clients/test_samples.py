"""The samples are accepted as they stand, compiled and run where their tool is on the machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.keys.models import InterfaceKey
from tests.accounts.keys.keys import key_of
from tests.people import Side
from tests.tracing.uploads.rows import CODES, code_rows
from tracing.stores.models_codes import TraceCode

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

CLIENTS = Path(__file__).parents[2] / "docs" / "clients"
Command = list[str]


def java(folder: Path) -> Command:
    source = CLIENTS / "java" / "Upload.java"
    run(["javac", "-Xlint:all", "-Werror", "-d", str(folder), str(source)], folder)
    return ["java", "-cp", str(folder), "Upload"]


def csharp(folder: Path) -> Command:
    for source in (CLIENTS / "csharp").iterdir():
        shutil.copy(source, folder)
    run(["dotnet", "build", "-warnaserror", "-o", str(folder / "built")], folder)
    return ["dotnet", str(folder / "built" / "Upload.dll")]


def go(folder: Path) -> Command:
    source = CLIENTS / "go" / "upload.go"
    run(["go", "vet", str(source)], folder)
    run(["go", "build", "-o", str(folder / "upload"), str(source)], folder)
    return [str(folder / "upload")]


def python(folder: Path) -> Command:
    return ["python3", str(CLIENTS / "python" / "upload.py")]


def curl(folder: Path) -> Command:
    return [str(CLIENTS / "bash" / "upload.sh")]


# What must be there, in one of which the sample is run.
SAMPLES: Mapping[str, tuple[Callable[[Path], Command], tuple[str, ...]]] = {
    "java": (java, ("javac", "java")),
    "csharp": (csharp, ("dotnet",)),
    "go": (go, ("go",)),
    "python": (python, ("python3",)),
    "curl": (curl, ("bash", "curl", "openssl")),
}
# The guide's own sample is Java; Go and .NET are too large to fetch for one sample each.
IN_CI = frozenset({"java", "python", "curl"})
samples = pytest.mark.parametrize("language", SAMPLES)


def run(
    command: Command, folder: Path, key: InterfaceKey | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program with the key in its environment; what it says of proxies is left out."""
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    env = {
        **kept,
        "HOME": str(folder),
        **({"PORTAL_AK": key.ak, "PORTAL_SK": key.sk} if key else {}),
    }
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, check=key is None
    )


def built(language: str, folder: Path) -> Command:
    build, tools = SAMPLES[language]
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        why = f"there is no {missing[0]} on this machine"
        if language in IN_CI and os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    return build(folder)


def test_the_sample_by_hmac_is_accepted(
    maker: Side, live_server: LiveServer, tmp_path: Path
) -> None:
    built("curl", tmp_path)
    param = tmp_path / "param.json"
    param.write_text(json.dumps({"delFlag": False, "data": code_rows(2)}, indent=1))
    command = [str(CLIENTS / "bash" / "upload_hmac.sh"), live_server.url, f"/api/v1/upload/{CODES}"]
    ran = run([*command, str(param)], tmp_path, key_of(maker))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert json.loads(ran.stdout)["data"]["created"] == 2


@samples
def test_a_sample_is_accepted(
    language: str, maker: Side, live_server: LiveServer, tmp_path: Path
) -> None:
    command = built(language, tmp_path)
    key = key_of(maker)
    param = tmp_path / "param.json"
    # Blanks, ends of lines and Chinese: what a server that writes JSON anew would sign otherwise.
    param.write_text(
        json.dumps({"delFlag": False, "data": code_rows(2)}, indent=1, ensure_ascii=False) + "\n"
    )
    address = f"{live_server.url}/api/v1/upload/{CODES}"

    ran = run([*command, address, str(param)], tmp_path, key)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert json.loads(ran.stdout)["data"]["created"] == 2
    assert TraceCode.objects.of(maker.unit).count() == 2

    other = key_of(maker)
    other.sk = "0" * len(other.sk)
    ran = run([*command, address, str(param)], tmp_path, other)
    assert ran.returncode != 0
    assert json.loads(ran.stdout)["code"] == "signature_wrong"
