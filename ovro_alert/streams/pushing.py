"""The pusher: gives the relay what the spool holds, in order, for ever, one process at a time."""

from __future__ import annotations

import logging
import math
import threading

from ovro_alert.keeping.spool import Spool
from ovro_alert.streams.delivering import Delivering, Taker
from ovro_alert.streams.reach import Reach
from ovro_alert.streams.restraint import Restraint
from ovro_alert.times import Clock

log = logging.getLogger(__name__)

POLL_S = 1.0
"""How often to look for what other processes put."""

TROUBLE_WAIT_S = 10.0
TURN_WAIT_S = 0.1


class Pusher:
    """Empties one spool. What the relay refuses for good is set aside and told; everything else is tried again."""

    def __init__(self, stream: str, spool: Spool, relay: Taker, reach: Reach, tell: Restraint, clock: Clock) -> None:
        self._stream = stream
        self._spool = spool
        self._tell = tell
        self._delivering = Delivering(stream, relay, reach, tell, clock, by="notices")
        self._clock = clock
        self._stopping = threading.Event()

    def run(self) -> None:
        """Push until `stop`: the work of a thread, which nothing may end."""
        while not self._stopping.is_set():
            self._spool.arrived.clear()
            try:
                self.empty()
            except Exception as error:
                log.exception("the spool %s", self._spool.folder)
                self._tell(f"{self._stream}: trouble with the spool {self._spool.folder}, tried again: {error}")
                self._clock.wait(self._stopping, TROUBLE_WAIT_S)
            self._clock.wait(self._spool.arrived, POLL_S)

    def stop(self) -> None:
        """End `run` and `empty` soon."""
        self._stopping.set()
        self._spool.arrived.set()

    def empty_within(self, within_s: float) -> bool:
        """Push, or wait for the process that does, until nothing waits (True) or the time is over (False)."""
        until = self._clock.monotonic() + within_s
        try:
            while not self.empty(until):
                if self._clock.monotonic() >= until or self._clock.wait(self._stopping, TURN_WAIT_S):
                    return False
        except OSError:
            log.exception("the spool %s", self._spool.folder)
            return False
        return True

    def empty(self, until: float = math.inf) -> bool:
        """Push until nothing waits (True), or another process pushes, or that monotonic moment comes (False)."""
        with self._spool.emptying() as mine:
            while mine and (names := self._spool.waiting()):
                if not self._pass_all(names, until):
                    return False
        return not self._spool.waiting()

    def _pass_all(self, names: list[str], until: float) -> bool:
        """Push these; one that the disk makes trouble with does not hold up the others."""
        trouble: OSError | None = None
        for name in names:
            try:
                if not self._pass_on(name, until):
                    return False
            except OSError as error:
                trouble = error
        if trouble is not None:
            raise trouble
        return True

    def _pass_on(self, name: str, until: float) -> bool:
        """Push one; whether that is settled, one way or the other."""
        if self._stopping.is_set():
            return False
        try:
            notice = self._spool.read(name)
        except FileNotFoundError:
            return True
        except ValueError as error:
            aside = self._spool.set_aside(name, str(error))
            self._tell(f"{self._stream}: a notice was refused and set aside in {aside}: {error}")
            return True
        outcome = self._delivering.deliver(
            notice,
            aside=lambda why: self._spool.set_aside(name, why),
            wait=lambda seconds: self._clock.wait(self._stopping, seconds),
            until=until,
        )
        if outcome == "kept":
            self._spool.drop(name)
        return outcome != "given up"
