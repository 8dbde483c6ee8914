"""Delivering: one notice to the relay until it has it, or will never have it; tried for ever in between."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from ovro_alert.client import Receipt
from ovro_alert.errors import RelayAwayError, RelayRefusedError
from ovro_alert.keeping.envelope import Envelope
from ovro_alert.notices import NOTICE_LIMIT_BYTES
from ovro_alert.streams.reach import Reach
from ovro_alert.times import Clock

log = logging.getLogger(__name__)

FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 10.0
"""Between tries: twice as long each time."""

Outcome = Literal["kept", "refused", "given up"]


class Taker(Protocol):
    """Whoever takes notices: the relay's client."""

    def push(
        self, stream: str, body: bytes, content_type: str, received: datetime, path: str, *, backlog: bool = False
    ) -> Receipt:
        """Take one notice, on disk."""


class Delivering:
    """One thread's way to the relay; `by` tells it from the other threads that share the reach."""

    def __init__(
        self, stream: str, relay: Taker, reach: Reach, tell: Callable[[str], None], clock: Clock, by: str
    ) -> None:
        self._stream = stream
        self._relay = relay
        self._reach = reach
        self._tell = tell
        self._clock = clock
        self._by = by

    def deliver(
        self,
        notice: Envelope,
        aside: Callable[[str], Path],
        wait: Callable[[float], bool],
        *,
        backlog: bool = False,
        until: float = math.inf,
    ) -> Outcome:
        """Deliver it: `kept` by the relay, or `refused` for good, set aside and told, or `given up`.

        Parameters
        ----------
        aside
            Keeps the notice where people find it, given why; returns where that is.
        wait
            Waits that many seconds between two tries; True gives up, because the process ends.
        backlog
            Whether the relay may judge it after all that is fresh.
        until
            The monotonic moment after which it is not tried again.
        """
        wait_s = FIRST_WAIT_S
        while True:
            try:
                self._push(notice, backlog)
            except RelayRefusedError as error:
                self._reach.reached(self._by)
                self._tell(f"{self._stream}: a notice was refused and set aside in {aside(str(error))}: {error}")
                return "refused"
            except RelayAwayError as error:
                log.info("not pushed yet: %s", error)
                self._reach.missed(str(error), self._by)
            else:
                self._reach.reached(self._by)
                return "kept"
            if self._clock.monotonic() + wait_s > until or wait(wait_s):
                self._reach.forget(self._by)
                return "given up"
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)

    def _push(self, notice: Envelope, backlog: bool) -> None:
        if len(notice.body) > NOTICE_LIMIT_BYTES:
            message = f"{len(notice.body)} bytes, and a notice has {NOTICE_LIMIT_BYTES} at most"
            raise RelayRefusedError(message)
        body, content_type, received, path = notice
        receipt = self._relay.push(self._stream, body, content_type, received, path, backlog=backlog)
        log.info("notice by %s is kept by the relay as %d%s", path, receipt.id, " (again)" * receipt.duplicate)
