"""Clients of the signed interface, each with one connection to a website on this machine."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from http.client import HTTPConnection
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from accounts.keys.signing import guide_signature
from tracing.benchmarks.website import HOST

ANSWER_SECONDS = 120


class CallFailed(Exception):
    """A call was not answered as a good one is; the text is what came."""


class Target(NamedTuple):
    """What is called, by which key. `address` stands below the port of a website on loopback."""

    port: int
    address: str
    ak: str
    sk: str


def signed(target: Target, param: str, timestamp: str) -> bytes:
    """The guide's message."""
    sign = guide_signature(target.ak, timestamp, target.sk, param)
    message = {"ak": target.ak, "timestamp": timestamp, "sign": sign, "param": param}
    return json.dumps(message, ensure_ascii=False).encode()


def call_all(target: Target, params: Sequence[str], clients: int) -> list[dict[str, Any]]:
    """Make the calls, shared among so many clients; returns the `data` of the answers.

    Raises what the first client met that did not come to its end.
    """
    left: SimpleQueue[str] = SimpleQueue()
    for param in params:
        left.put(param)
    answers: list[dict[str, Any]] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            _call_until_empty(target, left, answers)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return answers


def _call_until_empty(
    target: Target, left: SimpleQueue[str], answers: list[dict[str, Any]]
) -> None:
    connection = HTTPConnection(HOST, target.port, timeout=ANSWER_SECONDS)
    try:
        while True:
            param = left.get_nowait()
            body = signed(target, param, str(time.time_ns() // 1_000_000))
            connection.request("POST", target.address, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = json.loads(response.read())
            if response.status != 200:
                raise CallFailed(f"{response.status}: {answer}")
            answers.append(answer["data"])
    except Empty:
        return
    finally:
        connection.close()
