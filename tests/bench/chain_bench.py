"""The whole chain: a VOEvent sent to a real Comet broker, until the simulated array has been told to point."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path

from ovro_alert.times import SystemClock
from ovro_alert.vtp import send
from tests.bench.processes import free_port, process, uvicorn
from tests.bench.relay_bench import KEY, WITHOUT_LIMIT, Line, ask, burst, until_ready

BURSTS = 12


def measure(folder: Path) -> list[float]:
    """Return seconds from sending each burst to the line in the simulator's own record."""
    home, port, receive, broadcast = folder / "chain", free_port(), free_port(), free_port()
    environment = {
        "OVRO_ALERT_HOME": str(home),
        "RELAY_KEY": KEY,
        "RELAY_URL": f"http://127.0.0.1:{port}",
        "OVRO_ALERT_LWA__BEAM_GUARD_S": "0",
        **WITHOUT_LIMIT,
    }
    broker = [
        "--local-ivo=ivo://alert.ovro.invalid/broker", "--receive", f"--receive-port={receive}", "--broadcast",
        f"--broadcast-port={broadcast}", "--broadcast-test-interval=0", "--author-whitelist=127.0.0.0/8",
        "--subscriber-whitelist=127.0.0.0/8", f"--eventdb={folder}",
    ]  # fmt: skip
    twistd = str(Path(sys.executable).with_name("twistd"))
    commands = {
        "comet": [twistd, "--nodaemon", "--pidfile=", "comet", *broker],
        "relay": uvicorn("relay_api:app", port),
        "chime": [sys.executable, "chime_alert.py", "--remote", f"127.0.0.1:{broadcast}"],
        "lwa": [sys.executable, "lwa_alert.py", "--speed", "2000"],
    }
    with contextlib.ExitStack() as stack:
        for name, command in commands.items():
            stack.enter_context(process(*command, log=folder / f"{name}.log", **environment))
        until_ready(port)
        until_connected(port)
        record = home / "simulated" / "lwa" / "record.jsonl"
        return [sent_to_told(receive, record, one + 1) for one in range(BURSTS)]


def until_connected(port: int) -> None:
    line, end = Line(port), time.monotonic() + 60
    while time.monotonic() < end:
        _, streams = ask(line, "GET", "/streams")
        if any(stream["stream"] == "chime" and stream["state"] == "connected" for stream in streams):
            status, lwa = ask(line, "GET", "/lwa/status")
            if status == 200 and lwa["state"] == "idle":
                return
        time.sleep(0.2)
    raise TimeoutError("receiver and client did not report")


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
