"""The heartbeat: every ten seconds the relay hears how a stream is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from ovro_alert.errors import AlertError, RelayAwayError
from ovro_alert.statuses import StreamStatus
from ovro_alert.streams.reach import Reach
from ovro_alert.times import Clock

log = logging.getLogger(__name__)

EVERY_S = 10.0
AGAIN_S = 1.0


class Listener(Protocol):
    """Whoever hears it: the relay's client."""

    def tell_stream(self, stream: str, status: StreamStatus) -> None:
        """Hear how a stream is."""


class Heartbeat:
    """Tells one stream's status, best effort; that the relay is away is noticed here even when no notice comes."""

    def __init__(
        self, stream: str, describe: Callable[[], StreamStatus], relay: Listener, reach: Reach, clock: Clock
    ) -> None:
        self._stream = stream
        self._describe = describe
        self._relay = relay
        self._reach = reach
        self._clock = clock
        self._soon = threading.Event()
        self._stopping = False

    def run(self) -> None:
        """Beat until `stop`: the work of a thread, which nothing may end."""
        while not self._stopping:
            self._soon.clear()
            heard = False
            try:
                heard = self.beat()
            except Exception:
                log.exception("the status of %s", self._stream)
            self._clock.wait(self._soon, EVERY_S if heard else AGAIN_S)

    def beat(self) -> bool:
        """Tell the status once; say whether the relay answered."""
        try:
            self._relay.tell_stream(self._stream, self._describe())
        except RelayAwayError as error:
            self._reach.missed(str(error), by="status")
            return False
        except AlertError as error:
            log.warning("the relay refuses the status of %s: %s", self._stream, error)
        self._reach.reached(by="status")
        return True

    def soon(self) -> None:
        """Beat at once: something has changed."""
        self._soon.set()

    def stop(self) -> None:
        """End `run` soon."""
        self._stopping = True
        self._soon.set()
