"""Receiving: all that a stream's receiver does with a notice once it has its bytes, whatever it came by."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from ovro_alert.keeping.envelope import Envelope
from ovro_alert.keeping.spool import Spool
from ovro_alert.statuses import StreamStatus
from ovro_alert.streams.heartbeat import Heartbeat, Listener
from ovro_alert.streams.pushing import Pusher, Taker
from ovro_alert.streams.reach import Reach
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
        reach = Reach(f"{stream} receiver: the relay at {relay.url}", tell, clock)
        self.pusher = Pusher(stream, spool, relay, reach, tell, clock)
        self.heartbeat = Heartbeat(stream, self.status, relay, reach, clock)
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

    def say(self, state: str) -> None:
        """Set the state; the relay hears of a change at once."""
        if state != self.state:
            self.state = state
            self.heartbeat.soon()

    def start(self) -> None:
        """Begin to push and to tell."""
        for thread in self._threads:
            thread.start()

    def stop(self, within_s: float = 2.0) -> None:
        """End both; what is not pushed by then stays in the spool for the next start."""
        self.heartbeat.stop()
        self.pusher.stop()
        for thread in self._threads:
            thread.join(within_s / len(self._threads))

    def status(self) -> StreamStatus:
        """Describe the stream, and tidy the spool on the way."""
        self._spool.tidy()
        waiting = self._spool.waiting()
        held = {"spooled": len(waiting), "refused": self._spool.refused_count()}
        return StreamStatus(
            state=self.state,
            last_notice=self._last_notice,
            last_heartbeat=self.last_heartbeat,
            lag=self.lag_s if self.lag_s is not None else self._waits_s(waiting),
            detail=held | self.detail,
        )

    def _waits_s(self, waiting: list[str]) -> float:
        """Seconds for which the oldest notice has waited to be pushed."""
        try:
            return max(0.0, age_s(self._spool.read(waiting[0]).received, self._clock.now()))
        except (IndexError, OSError, ValueError):
            return 0.0
