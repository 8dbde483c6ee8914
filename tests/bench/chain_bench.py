"""The whole chain: a VOEvent sent to a real Comet broker, until the simulated array has been told to point."""

from __future__ import annotations

import time
from pathlib import Path

from ovro_alert.times import SystemClock
from ovro_alert.vtp import send
from tests.bench.relay_bench import burst
from tests.chain import chain

BURSTS = 30


def measure(folder: Path) -> list[float]:
    """Return seconds from sending each burst to the line in the simulator's own record."""
    (folder / "chain").mkdir()
    with chain(folder / "chain") as running:
        return [sent_to_told(running.receive, running.record, one + 1) for one in range(BURSTS)]


def sent_to_told(receive: int, record: Path, nth: int) -> float:
    """Send one burst; wait until the array's record has the nth order, then until that beam is over."""
    body = burst()
    began = time.perf_counter()
    reply = send("127.0.0.1", receive, body, SystemClock())
    assert reply.taken, reply
    told = until_step(record, "told", nth)
    until_step(record, "off", nth)
    time.sleep(1.2)  # the client asks the array once a second, and reports
    return told - began


def until_step(record: Path, step: str, nth: int) -> float:
    """Return when the record had so many lines of that step; looked for every millisecond."""
    end = time.perf_counter() + 20
    while time.perf_counter() < end:
        lines = record.read_bytes().splitlines() if record.exists() else []
        if sum(b'"step": "%s"' % step.encode() in line for line in lines) >= nth:
            return time.perf_counter()
        time.sleep(0.001)
    raise TimeoutError(f"the array's record has no {step!r} for the {nth}th time")
