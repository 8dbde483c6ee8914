"""Receiving: all that a stream's receiver does with a notice once it has its bytes, whatever it came by."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from ovro_alert.keeping.envelope import Envelope
from ovro_alert.keeping.spool import Spool
from ovro_alert.statuses import StreamStatus
from ovro_alert.streams.delivering import Delivering, Taker
from ovro_alert.streams.heartbeat import Heartbeat, Listener
from ovro_alert.streams.paths import Health, Paths, StreamPath, together
from ovro_alert.streams.pushing import Pusher
from ovro_alert.streams.reach import Reach
from ovro_alert.streams.restraint import Restraint
from ovro_alert.times import Clock, age_s


class Relay(Taker, Listener, Protocol):
    """What a receiver needs of the relay's client."""

    @property
    def url(self) -> str:
        """Where it is."""


def spool_of(home: Path, stream: str) -> Spool:
    """Open the spool of a stream, where all its receivers look for it."""
    return Spool(home / "spool" / stream)


class Receiving:
    """One stream's way in: `keep` puts bytes on the disk, a thread pushes them on, another tells how the stream is.

    What comes by a path of its own (`add`) is kept by its source until the relay has it, and does not touch the disk.

    Attributes
    ----------
    state, last_heartbeat, lag_s, detail
        What the door knows of its stream; joined to what is known here and told to the relay. `say` sets `state`.
    """

    def __init__(self, stream: str, spool: Spool, relay: Relay, tell: Callable[[str], None], clock: Clock) -> None:
        self.stream = stream
        self.state = "starting"
        self.last_heartbeat: datetime | None = None
        self.lag_s: float | None = None
        self.detail: dict[str, Any] = {}
        self._last_notice: datetime | None = None
        self._spool = spool
        self._clock = clock
        self._relay = relay
        self._refusals = Restraint(tell, clock)
        self._reach = Reach(f"{stream} receiver: the relay at {relay.url}", tell, clock)
        self._paths = Paths(stream, tell, clock)
        self.pusher = Pusher(stream, spool, relay, self._reach, self._refusals, clock)
        self.heartbeat = Heartbeat(stream, self.status, relay, self._reach, clock)
        self._threads = [
            threading.Thread(target=part.run, name=f"{stream}-{name}", daemon=True)
            for name, part in (("pusher", self.pusher), ("heartbeat", self.heartbeat))
        ]

    def keep(self, body: bytes, content_type: str, path: str) -> str:
        """Put a notice on the disk; CannotKeepError if that fails, and then nobody may be told that we have it."""
        now = self._clock.now()
        name = self._spool.put(Envelope(body, content_type, now, path))
        self._last_notice = now
        return name

    def add(self, path: StreamPath) -> None:
        """Take in a path that begins with `start`; from now on the paths say how the stream is."""
        self._paths.add(path)

    def leave_out(self, path: str, why: str) -> None:
        """Go on without a path; the stream's status says so, and why."""
        self._paths.leave_out(path, why)

    def delivering(self, by: str) -> Delivering:
        """Return a way to the relay for one thread of a path."""
        return Delivering(self.stream, self._relay, self._reach, self._refusals, self._clock, by)

    def refuse(self, notice: Envelope, why: str) -> Path:
        """Set a notice aside that the relay will never take; return where it is."""
        return self._spool.refuse(notice, why)

    def set_aside(self, notice: Envelope, why: str) -> None:
        """Refuse a notice ourselves, and tell people."""
        self._refusals(f"{self.stream}: a notice was refused and set aside in {self.refuse(notice, why)}: {why}")

    def say(self, state: str) -> None:
        """Set the state; the relay hears of a change at once."""
        if state != self.state:
            self.state = state
            self.heartbeat.soon()

    def start(self) -> None:
        """Begin to push and to tell."""
        for thread in self._threads:
            thread.start()
        self._paths.start()

    def run(self) -> None:
        """Begin, and return with all of it stopped when the process is told to end (SIGTERM, SIGINT).

        Raises CannotStartError if every path is left out.
        """
        self._paths.demand_one()
        ending = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ending.set())
        self.start()
        ending.wait()
        self.stop()

    def stop(self, within_s: float = 2.0) -> None:
        """End all; what is not pushed by then stays in the spool, or at its source, for the next start."""
        self.heartbeat.stop()
        self.pusher.stop()
        self._paths.stop(within_s / 2)
        for thread in self._threads:
            thread.join(within_s / 2 / len(self._threads))

    def status(self) -> StreamStatus:
        """Describe the stream, and tidy the spool and what people have not been told on the way."""
        self._spool.tidy()
        self._refusals.remind()
        waiting = self._spool.waiting()
        held = {"spooled": len(waiting), "refused": self._spool.refused_count()}
        waits_s = self._waits_s(waiting) if self.lag_s is None else self.lag_s
        here = Health(self.state, self._last_notice, self.last_heartbeat, waits_s, self.detail)
        status = together(self._paths.health(), here)
        return StreamStatus(
            state=status.state,
            last_notice=status.last_notice,
            last_heartbeat=status.last_heartbeat,
            lag=status.lag_s,
            detail=held | dict(status.detail),
        )

    def _waits_s(self, waiting: list[str]) -> float:
        """Seconds for which the oldest notice has waited to be pushed."""
        try:
            return max(0.0, age_s(self._spool.read(waiting[0]).received, self._clock.now()))
        except (IndexError, OSError, ValueError):
            return 0.0
