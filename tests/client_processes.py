"""Telescope clients as processes: started, ended, killed; and what became of a command."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.relay import KEY, RunningRelay, wait_for

ROOT = Path(__file__).parents[1]
ENDS_WITHIN_S = 5.0


class Process:
    """One run of a script; what stands on its standard input is a file."""

    def __init__(self, script: str, home: Path, url: str, *options: str, given: Path | None, **setting: str) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.log = home / f"log-{time.monotonic_ns()}"
        with self.log.open("wb") as log, (given or Path(os.devnull)).open("rb") as stdin:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / script), *options],
                env={**kept, "RELAY_URL": url, "RELAY_KEY": KEY, "OVRO_ALERT_HOME": str(home), **setting},
                stdin=stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        return self.log.read_text()

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(ENDS_WITHIN_S)


@contextlib.contextmanager
def starting(script: str, home: Path) -> Iterator[Callable[..., Process]]:
    """Give what starts that script; all that still run are killed at the end."""
    processes: list[Process] = []

    def begin(url: str, *options: str, given: Path | None = None, **setting: str) -> Process:
        processes.append(Process(script, home, url, *options, given=given, **setting))
        return processes[-1]

    yield begin
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            process.process.kill()
        process.process.wait()


def reached(relay: RunningRelay, number: int, state: str) -> dict[str, Any]:
    """Return a command once it is in that state."""

    def look() -> dict[str, Any] | None:
        command = relay.http.get(f"/commands/{number}").json()
        return command if command["state"] == state else None

    return wait_for(look, f"command {number} to be {state}")
