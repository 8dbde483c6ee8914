"""Clients of OVRO-LWA beside a real relay: stepped by hand, and killed wherever the test wishes."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ovro_alert.client import Followed, RelayClient
from ovro_alert.doors import Door
from ovro_alert.errors import RelayAwayError
from ovro_alert.following import Follower
from ovro_alert.keeping.ledger import Ledger
from ovro_alert.telescopes import lwa
from ovro_alert.telescopes.dry_run import DryRun
from ovro_alert.telescopes.simulated.faults import NO_FAULTS, Faults
from ovro_alert.telescopes.simulated.lwa import SimulatedLwa
from ovro_alert.times import iso
from tests.clocks import HandClock
from tests.lwa_commands import UP
from tests.relay import KEY, RunningRelay, relay_on


class Died(BaseException):
    """The client's process is gone."""


class Life:
    """Ends at the n-th step; whatever the dead process would still do fails as well."""

    def __init__(self, steps: int | None = None) -> None:
        self.left = steps
        self.over = False

    def spend(self) -> None:
        if self.left is not None and not self.over:
            self.over = self.left == 0
            self.left -= 1
        if self.over:
            raise Died


TRACES = frozenset({"claim", "report", "claimed", "beginning", "begin", "progress", "stop", "ended", "closed", "would"})
"""Calls on the relay, the ledger and the telescope that leave a trace outside the process."""


class Mortal:
    """Anything, of which each call that leaves a trace is a step of a life: it may end before that call.

    Where between two traces a process dies makes no difference to the world.
    """

    def __init__(self, inner: Any, life: Life) -> None:
        self._inner = inner
        self._life = life

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        return self._mortal(value) if name in TRACES else value

    def _mortal(self, call: Any) -> Any:
        def mortal(*args: Any, **named: Any) -> Any:
            self._life.spend()
            return call(*args, **named)

        return mortal


class ClientClock:
    """The client's own clock: it may be off, it counts from another zero, and whoever waits on it turns the hand."""

    def __init__(self, hand: HandClock, off_s: float = 0.0) -> None:
        self.hand = hand
        self.off = timedelta(seconds=off_s)

    def now(self) -> datetime:
        return self.hand.now() + self.off

    def monotonic(self) -> float:
        return 1000.0 + self.hand.monotonic()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        if not event.is_set():
            self.hand.turn(seconds)
        return event.is_set()

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError


class Line(RelayClient):
    """A line to the relay that can be cut, and on which nobody waits."""

    cut = False

    def follow(self, telescope: str, since: int, wait_s: float = 0) -> Followed:
        self._look()
        return super().follow(telescope, since, 0)

    def open_commands(self, telescope: str) -> Followed:
        self._look()
        return super().open_commands(telescope)

    def claim(self, *args: Any) -> Any:
        self._look()
        return super().claim(*args)

    def report(self, *args: Any) -> Any:
        self._look()
        return super().report(*args)

    def tell_telescope(self, *args: Any) -> None:
        self._look()
        super().tell_telescope(*args)

    def _look(self) -> None:
        if self.cut:
            raise RelayAwayError("the line is cut")


class Client:
    """One client's process, from its start to its death."""

    def __init__(self, bench: Bench, name: str, door: Any, life: Life, off_s: float, telescope: str = "lwa") -> None:
        clock = ClientClock(bench.hand, off_s)
        self.bench = bench
        self.told: list[str] = []
        self.line = Line(bench.relay.url, lambda: KEY, clock)
        self.door = door
        self.ledger = Ledger(bench.home / name / "ledger.jsonl", clock)
        self.follower = Follower(
            telescope, Mortal(door, life), Mortal(self.line, life), Mortal(self.ledger, life), clock, self.told.append
        )

    def step(self, *names: str) -> None:
        """Let each part, or those named, do its work once."""
        for part in self.follower.parts:
            if not names or part.name in names:
                part.step()

    def live(self, seconds: float, every_s: float = 1.0) -> None:
        """Let it live that long; only at the end it says how the telescope is."""
        end = self.bench.hand.monotonic() + seconds
        while self.bench.hand.monotonic() < end:
            self.step("reports", "hearing", "beginning", "running")
            self.bench.hand.turn(every_s)
        self.step()

    def die(self) -> None:
        """Let go of all that a dead process no longer holds."""
        self.ledger.close()
        if self.door.moves == "simulator":
            self.door.close()


class Bench:
    """A relay, its clock, and a place for clients; each client's name is its home."""

    def __init__(self, relay: RunningRelay, home: Path) -> None:
        self.relay = relay
        self.hand = relay.hand
        self.home = home
        self.clients: list[Client] = []

    def client(
        self,
        name: str = "a",
        life: Life | None = None,
        off_s: float = 0.0,
        speed: float = 1.0,
        faults: Faults = NO_FAULTS,
        door: Door | None = None,
        telescope: str = "lwa",
    ) -> Client:
        door = door or SimulatedLwa(self.home / name / "record.jsonl", speed, faults)
        client = Client(self, name, door, life or Life(), off_s, telescope)
        self.clients.append(client)
        return client

    def dry(self, name: str = "dry") -> Client:
        return self.client(name, door=DryRun(lwa.intention))

    def ask(self, action: str = "beam", within_s: float = 120, priority: int = 50, **args: Any) -> int:
        """Have the relay make a command."""
        if action == "beam":
            args = {**UP, "duration_s": 60.0, **args}
        body = {"action": action, "args": args, "reason": "a test", "priority": priority}
        answer = self.relay.http.post("/lwa/commands", json=body | {"deadline": self.at(within_s)})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def at(self, seconds: float) -> str:
        """Write a moment from now."""
        return iso(self.hand.now() + timedelta(seconds=seconds))

    def cancel(self, number: int) -> None:
        answer = self.relay.http.post(f"/commands/{number}/cancel", json={"note": "not any more"})
        assert answer.status_code == 200, answer.text

    def command(self, number: int) -> dict[str, Any]:
        return self.relay.http.get(f"/commands/{number}").json()

    def state(self, number: int) -> str:
        return str(self.command(number)["state"])

    def record(self, name: str = "a") -> list[dict[str, Any]]:
        return read(self.home / name / "record.jsonl")

    def told(self, number: int, name: str = "a") -> int:
        """How often the telescope was told of a command."""
        return sum(line["command"] == number and line["step"] == "told" for line in self.record(name))

    def close(self) -> None:
        for client in self.clients:
            with contextlib.suppress(OSError):
                client.die()


def read(path: Path) -> list[dict[str, Any]]:
    """Read JSON lines, none if there is no file."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A relay with nothing in its journal and no client yet."""
    with relay_on(tmp_path / "relay", judging=False) as relay:
        bench = Bench(relay, tmp_path)
        yield bench
        bench.close()
