"""The link to Hopskotch: how it is reached, and when people must hear of it.

That it opens well says little: what we may not read, or as whom, shows itself only in reading. So after a failure it is
believed to be well again once it has given a message, or has been read without a word for some seconds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from confluent_kafka import KafkaError

from ovro_alert.streams.kafka_link import LOGIN_REFUSED
from ovro_alert.streams.reach import Reach
from ovro_alert.times import Clock

log = logging.getLogger(__name__)

STEADY_S = 5.0

AWAY = frozenset({KafkaError._ALL_BROKERS_DOWN, KafkaError._TRANSPORT, KafkaError._RESOLVE})
ENDING = LOGIN_REFUSED | {KafkaError._ALL_BROKERS_DOWN}
"""Errors from within a reader after which a new one shows how things are; of the others it helps itself."""


class HopLink:
    """Fed by the thread that reads; `look` may be called from another.

    Attributes
    ----------
    state
        `connecting`, `connected`, `disconnected` or `refused`.
    proven
        Whether the last that was opened has been of use, so that the next may be opened soon.
    """

    def __init__(self, stream: str, tell: Callable[[str], None], clock: Clock, changed: Callable[[], None]) -> None:
        self.state = "connecting"
        self.proven = True
        self._reads_since: float | None = None
        self._why = ""
        self._reach = Reach(f"{stream} receiver: SCiMMA Hopskotch", tell, clock)
        self._clock = clock
        self._changed = changed

    def opened(self) -> None:
        """Say that it has been opened."""
        self._reads_since = self._clock.monotonic()
        if self.proven:
            self.well()

    def well(self) -> None:
        """Say that it has given something."""
        self.proven = True
        self._reach.reached()
        self._say("connected")

    def look(self) -> str:
        """Return the state; see meanwhile whether it has lasted long enough for people to hear of it."""
        since = self._reads_since
        if since is not None and self._clock.monotonic() - since > STEADY_S:
            self.well()
        elif not self.proven:
            self._reach.missed(self._why)
        return self.state

    def failed(self, state: str, why: str) -> None:
        """Say that it could not be opened, or that reading has ended."""
        self._reads_since = None
        self._why = why
        self.proven = False
        log.info("Hopskotch: %s", why)
        self._reach.missed(why)
        self._say(state)

    def _say(self, state: str) -> None:
        if state != self.state:
            log.info("Hopskotch: %s", state)
            self.state = state
            self._changed()
