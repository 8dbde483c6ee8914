"""The whole chain as real processes on free ports: relay, Comet broker, CHIME receiver, client of a fast simulator."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from tests.bench.processes import free_port, process, until_answering, uvicorn

KEY = "key-of-the-chain"
WITHOUT_LIMIT = {
    "OVRO_ALERT_LWA__BEAMS_PER_DAY": "10000",
    "OVRO_ALERT_LWA__HOURS_PER_DAY": "24",
    "OVRO_ALERT_LWA__TB_PER_DAY": "1000",
    "OVRO_ALERT_LWA__BEAM_GUARD_S": "0",
    "OVRO_ALERT_DRILLS__FROM_TESTS_EVERY_S": "0",
    "OVRO_ALERT_DSA__PROPOSALS_OPEN": "1000",
    "OVRO_ALERT_DSA__PROPOSALS_IN_DAYS": "1000",
}


class Chain(NamedTuple):
    """Where it is: the environment that its processes share, the relay's address, the broker's port for authors."""

    environment: dict[str, str]
    url: str
    receive: int

    @property
    def record(self) -> Path:
        return Path(self.environment["OVRO_ALERT_HOME"]) / "simulated" / "lwa" / "record.jsonl"

    def get(self, path: str) -> Any:
        return httpx.get(self.url + path, headers={"Authorization": f"Bearer {KEY}"}, trust_env=False).json()

    def until_ready(self, parts: tuple[str, ...]) -> None:
        """Wait until the relay is well, and receiver and client (those that there are) have said how they are."""
        until_answering(f"{self.url}/health", Authorization=f"Bearer {KEY}")
        end = time.monotonic() + 60
        while time.monotonic() < end:
            chime = {one["stream"]: one["state"] for one in self.get("/streams")}.get("chime")
            if "chime" not in parts or chime == "connected":
                said = {name: self.get(f"/{name}/status").get("state") for name in ("lwa", "dsa") if name in parts}
                if said.get("lwa", "idle") == "idle" and all(said.values()):
                    return
            time.sleep(0.1)
        raise TimeoutError("receiver and client did not report")


@contextlib.contextmanager
def chain(
    folder: Path, parts: tuple[str, ...] = ("comet", "chime", "lwa", "dsa"), speed: str = "2000"
) -> Iterator[Chain]:
    """Run the relay and those parts until the end of the block."""
    port, receive, broadcast = free_port(), free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {"OVRO_ALERT_HOME": str(folder / "home"), "RELAY_KEY": KEY, "RELAY_URL": url, **WITHOUT_LIMIT}
    broker = [
        str(Path(sys.executable).with_name("twistd")), "--nodaemon", "--pidfile=", "comet",
        "--local-ivo=ivo://alert.ovro.invalid/broker", "--receive", f"--receive-port={receive}", "--broadcast",
        f"--broadcast-port={broadcast}", "--broadcast-test-interval=0", "--author-whitelist=127.0.0.0/8",
        "--subscriber-whitelist=127.0.0.0/8", f"--eventdb={folder}",
    ]  # fmt: skip
    commands = {
        "comet": broker,
        "chime": [sys.executable, "chime_alert.py", "--remote", f"127.0.0.1:{broadcast}"],
        "lwa": [sys.executable, "lwa_alert.py", "--speed", speed],
        "dsa": [sys.executable, "dsa_alert.py", "--speed", speed, "--watch", str(folder / "home" / "dsa")],
    }
    with contextlib.ExitStack() as stack:
        stack.enter_context(process(*uvicorn("relay_api:app", port), log=folder / "relay.log", **environment))
        for name in parts:
            stack.enter_context(process(*commands[name], log=folder / f"{name}.log", **environment))
        running = Chain(environment, url, receive)
        running.until_ready(parts)
        yield running
