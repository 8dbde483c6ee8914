"""The pusher: gives the relay what the spool holds, in order, for ever, one process at a time."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from ovro_alert.client import Receipt
from ovro_alert.errors import RelayAwayError, RelayRefusedError
from ovro_alert.keeping.spool import Spool
from ovro_alert.streams.reach import Reach
from ovro_alert.streams.restraint import Restraint
from ovro_alert.times import Clock

log = logging.getLogger(__name__)

FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 10.0
"""Between tries: twice as long each time."""

POLL_S = 1.0
"""How often to look for what other processes put."""

TROUBLE_WAIT_S = 10.0
TURN_WAIT_S = 0.1


class Taker(Protocol):
    """Whoever takes notices: the relay's client."""

    def push(self, stream: str, body: bytes, content_type: str, received: datetime, path: str) -> Receipt:
        """Take one notice, on disk."""


class Pusher:
    """Empties one spool. What the relay refuses for good is set aside and told; everything else is tried again."""

    def __init__(
        self, stream: str, spool: Spool, relay: Taker, reach: Reach, tell: Callable[[str], None], clock: Clock
    ) -> None:
        self._stream = stream
        self._spool = spool
        self._relay = relay
        self._reach = reach
        self._tell = Restraint(tell, clock)
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
        wait_s = FIRST_WAIT_S
        while not self._stopping.is_set():
            try:
                self._push(name)
            except RelayAwayError as error:
                log.info("not pushed yet: %s", error)
                self._reach.missed(str(error), by="notices")
            else:
                return True
            if self._clock.monotonic() + wait_s > until:
                return False
            self._clock.wait(self._stopping, wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)
        return False

    def _push(self, name: str) -> None:
        try:
            notice = self._spool.read(name)
        except FileNotFoundError:
            return
        except ValueError as error:
            self._set_aside(name, str(error))
            return
        try:
            receipt = self._relay.push(self._stream, notice.body, notice.content_type, notice.received, notice.path)
        except RelayRefusedError as error:
            self._set_aside(name, str(error))
        else:
            log.info("notice %s is kept by the relay as %d%s", name, receipt.id, " (again)" * receipt.duplicate)
            self._spool.drop(name)
        self._reach.reached(by="notices")

    def _set_aside(self, name: str, why: str) -> None:
        aside = self._spool.set_aside(name, why)
        self._tell(f"{self._stream}: a notice was refused and set aside in {aside}: {why}")
