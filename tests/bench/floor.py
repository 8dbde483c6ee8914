"""What this machine can do at all: a synced write, an HTTP round trip, a bare POST route with a notice's body."""

from __future__ import annotations

import asyncio
import socket
import statistics
import time
from pathlib import Path
from typing import NamedTuple

from tests.bench.load import flood, request
from tests.bench.processes import free_port, process, synced_writes_s, until_answering, uvicorn

BODY = b"x" * 6000
FLOOD = 20_000
IN_FLIGHT = 64
PAUSE_S = 0.1
"""Notices come alone: a machine that has just been idle is slower, and the floor is measured on the same one."""


class Floor(NamedTuple):
    """Medians of this run."""

    sync_s: float
    round_trip_s: float
    bare_per_s: float

    @property
    def five_s(self) -> float:
        """Five times a sync and two round trips."""
        return 5 * (self.sync_s + 2 * self.round_trip_s)


def measure(folder: Path) -> Floor:
    port = free_port()
    with process(*uvicorn("tests.bench.bare:app", port), log=folder / "bare.log"):
        until_answering(f"http://127.0.0.1:{port}/docs")
        one = request("POST", "/bare", "none", BODY)
        asyncio.run(flood(port, [one] * 2000, IN_FLIGHT))
        trips = [round_trip_s(port, one) for _ in range(100)]
        per_s = statistics.median(asyncio.run(flood(port, [one] * FLOOD, IN_FLIGHT))[0] for _ in range(3))
    syncs = synced_writes_s(folder, 100, PAUSE_S)
    return Floor(statistics.median(syncs), statistics.median(trips), per_s)


class Line:
    """One kept-alive connection on which a blocking caller asks."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, one: bytes) -> tuple[int, bytes]:
        self.socket.sendall(one)
        buffer = b""
        while b"\r\n\r\n" not in buffer:
            buffer += self._more()
        head, _, body = buffer.partition(b"\r\n\r\n")
        lines = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
        while len(body) < int(lines[b"content-length"]):
            body += self._more()
        return int(head[9:12]), body

    def _more(self) -> bytes:
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server hung up")
        return piece


LINES: dict[int, Line] = {}


def round_trip_s(port: int, one: bytes) -> float:
    line = LINES[port] if port in LINES else LINES.setdefault(port, Line(port))
    time.sleep(PAUSE_S)
    began = time.perf_counter()
    line.ask(one)
    return time.perf_counter() - began
