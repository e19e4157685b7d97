"""Databases that exist only while something is measured."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import psycopg
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

NAME = "portal_benchmark"
EMPTY = "template0"


@contextmanager
def template() -> Iterator[str]:
    """An empty database on the server in use; yields its name. Clones of it are made by `clone`."""
    name = f"{NAME}_{os.getpid()}"
    with _server() as server:
        _drop_leftovers(server)
        _run(server, "CREATE DATABASE {} TEMPLATE {}", name, EMPTY)
    with _dropped(name):
        yield name


@contextmanager
def clone(of: str) -> Iterator[str]:
    """A copy of a database that nobody is connected to; yields its name.

    Copying by file takes a checkpoint before and after, so that every measurement begins with
    nothing left to write.
    """
    name = f"{of}_clone"
    with _server() as server:
        _run(server, "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, of)
    with _dropped(name):
        yield name


@contextmanager
def _dropped(name: str) -> Iterator[None]:
    try:
        yield
    finally:
        with _server() as server:
            _run(server, "DROP DATABASE {} WITH (FORCE)", name)


@contextmanager
def _server() -> Iterator[psycopg.Connection]:
    """A connection without transactions: databases are made and dropped outside of one."""
    parameters = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    known: dict[str, Any] = {name: parameters.get(name) for name in names}
    address = make_conninfo(**known)
    with psycopg.connect(address, autocommit=True) as server:
        yield server


def _run(server: psycopg.Connection, statement: str, *names: str) -> None:
    server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _drop_leftovers(server: psycopg.Connection) -> None:
    """Drop what measurements of this machine left behind when they were killed."""
    found = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{NAME}%"])
    for (name,) in found.fetchall():
        pid = name.removeprefix(f"{NAME}_").split("_")[0]
        if not (pid.isdecimal() and psutil.pid_exists(int(pid))):
            _run(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
