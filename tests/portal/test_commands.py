"""manage.py: which commands start the servers, and what it says when it cannot run one."""

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.core.management import get_commands

from portal import LEAST_PYTHON
from portal.lib.sealing import new_key
from portal.servers.commands import WITHOUT_MIGRATING, WITHOUT_SERVERS, needs_servers
from portal.servers.holding import remove
from portal.servers.homes import BASE_DIR, Homes
from tests.seeded import seed


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env={**os.environ, "PORTAL_TEST_CAPTCHA": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "line",
    ["", "--help", "help migrate", "--version", "check", "migrate --help", "template --out x"],
)
def test_these_start_no_server(line: str) -> None:
    assert not needs_servers(["manage.py", *line.split()])


@pytest.mark.parametrize(
    "line", ["migrate", "shell", "seed_demo", "check --database default", "a_command_of_a_package"]
)
def test_these_start_the_servers(line: str) -> None:
    assert needs_servers(["manage.py", *line.split()])


def test_every_command_listed_exists() -> None:
    known = {*get_commands(), "help", "version"}
    assert known >= WITHOUT_SERVERS | WITHOUT_MIGRATING


@pytest.mark.slow
def test_a_command_without_servers_leaves_no_data(tmp_path: Path) -> None:
    ended = manage("check", PORTAL_DATA=str(tmp_path))
    assert ended.returncode == 0, ended.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data-key", "secret-key"]


@pytest.mark.slow
def test_a_wrong_setting_is_one_sentence_and_the_code_of_wrong_usage(tmp_path: Path) -> None:
    ended = manage("migrate", PORTAL_DATA=str(tmp_path), PORTAL_POSTGRES="12")
    assert ended.returncode == 2
    assert ended.stderr.startswith("PORTAL_POSTGRES='12' is not usable: expected one of 18, 16.")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    "start",
    ["import runpy; runpy.run_path('manage.py', run_name='__main__')", "import tests.settings"],
)
def test_a_python_that_is_too_old_is_told_what_to_do(start: str) -> None:
    pretend = "import sys; sys.version_info = (3, 10, 13); sys.version = '3.10.13 (main)';"
    ended = subprocess.run(
        [sys.executable, "-c", f"{pretend} {start}"],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == (
        f"This is Python 3.10.13, {sys.executable}. The portal needs Python 3.11 or newer: delete "
        "the folder .venv, and begin README.md's command with the name of a newer one.\n"
    )


@pytest.mark.parametrize("file", ["manage.py", "portal/__init__.py", "tests/settings.py"])
def test_an_older_python_can_read_up_to_there(file: str) -> None:
    ast.parse((BASE_DIR / file).read_text(), feature_version=(3, 6))


def test_the_oldest_python_is_the_same_everywhere() -> None:
    named = "{}.{}".format(*LEAST_PYTHON)
    settings = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())
    assert settings["project"]["requires-python"] == f">={named}"
    assert settings["tool"]["mypy"]["python_version"] == named
    assert settings["tool"]["ruff"]["target-version"] == f"py{named.replace('.', '')}"
    assert f"Python {named} or newer" in (BASE_DIR / "README.md").read_text()


@pytest.mark.slow
def test_the_test_picture_code_is_refused_on_servers_of_others(tmp_path: Path) -> None:
    ended = manage(
        "check",
        PORTAL_DATA=str(tmp_path),
        PORTAL_TEST_CAPTCHA="open",
        PORTAL_SECRET_KEY="x" * 50,
        PORTAL_DATA_KEYS=new_key(),
        PORTAL_SMS="console",
        DATABASE_URL="postgresql://portal@db.example/portal",
    )
    assert ended.returncode == 2
    assert "PORTAL_TEST_CAPTCHA is set together with DATABASE_URL" in ended.stderr
    assert "open the sign-in" in ended.stderr


@pytest.mark.slow
def test_servers_that_cannot_start_are_one_message(tmp_path: Path) -> None:
    (tmp_path / "servers").write_text("not a folder")
    ended = manage("migrate", PORTAL_DATA=str(tmp_path))
    shutil.rmtree(Homes(tmp_path).run)
    assert ended.returncode == 1
    assert "The embedded servers cannot be set up here" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_two_commands_at_once_on_new_data_migrate_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The data that other tests begin with is made by two commands at once."""
    data = tmp_path / "data"
    seed(data)
    shown = manage("showmigrations", "--plan", PORTAL_DATA=str(data))
    assert "[X]" in shown.stdout
    assert "[ ]" not in shown.stdout
    monkeypatch.setenv("PORTAL_DATA", str(data))
    remove()


@pytest.mark.slow
@pytest.mark.parametrize("address", ["", "sms.example/send", "file:///etc/passwd"])
def test_sms_by_http_need_the_address_of_a_provider(tmp_path: Path, address: str) -> None:
    ended = manage("check", PORTAL_DATA=str(tmp_path), PORTAL_SMS="http", PORTAL_SMS_URL=address)
    assert ended.returncode == 2
    assert ended.stderr.startswith("PORTAL_SMS_URL is not set to an address")
    assert "Set PORTAL_SMS_URL, or PORTAL_SMS to file or console." in ended.stderr
