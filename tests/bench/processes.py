"""Real processes on free ports: started, waited for, measured, ended."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def process(*command: str, log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command from the project's folder; end it by its id."""
    with log.open("ab") as out:
        running = subprocess.Popen(
            command, cwd=ROOT, stdout=out, stderr=out, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}
        )
        try:
            yield running
        finally:
            running.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(10)
            if running.poll() is None:
                running.kill()
                running.wait()


def uvicorn(app: str, port: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "uvicorn",
        app,
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--log-level",
        "warning",
        "--no-access-log",
    ]


def until_answering(url: str, patience_s: float = 30, **headers: str) -> float:
    """Return how many seconds it took until that address answered 200."""
    session = requests.Session()
    session.trust_env = False
    began = time.perf_counter()
    while time.perf_counter() - began < patience_s:
        with contextlib.suppress(requests.RequestException):
            if session.get(url, timeout=1, headers=headers).status_code < 500:
                return time.perf_counter() - began
        time.sleep(0.02)
    raise TimeoutError(f"{url} did not answer in {patience_s:g} s")


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process, MB of 10^6 bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) * 1024 / 1e6 if found else float("nan")


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def synced_writes_s(folder: Path, times: int, pause_s: float, size: int = 6000) -> list[float]:
    """Return how long it takes to append a notice's bytes to a file and have them on disk, after a pause each."""
    took = []
    with (folder / "floor.bin").open("wb", buffering=0) as file:
        for _ in range(times):
            body = os.urandom(size)
            time.sleep(pause_s)
            began = time.perf_counter()
            file.write(body)
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return took
