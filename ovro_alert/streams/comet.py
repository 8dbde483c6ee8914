"""Comet as our door to VOEvents: what it hands over, and what it only says in its log. For Comet 3.1.

Comet acknowledges a VOEvent when its handlers have returned, swallows their errors and never sends again. So the bytes
are on the disk before `take` returns, and if they cannot be, the process ends: a supervisor sees that, Comet does not.
"""

from __future__ import annotations

import contextlib
import logging
import os
from typing import Any, NoReturn, Protocol

from comet.protocol.subscriber import VOEventSubscriberFactory
from twisted.internet import reactor
from twisted.python import log as twisted_log

from ovro_alert.streams.reach import Reach
from ovro_alert.streams.receiving import Receiving
from ovro_alert.streams.restraint import Restraint
from ovro_alert.times import Clock

log = logging.getLogger(__name__)

LONGEST_RECONNECT_S = 10.0
"""Twisted's own limit is an hour, and what is broadcast in between is lost."""

BROKER_AWAY_S = 300.0
LAST_WORDS_S = 3.0

ALIVE = ("IAmAlive received", "Authenticate received", "VOEvent ")
AWAY = "Connection to "
DROPPED = (
    "Unparsable message received",
    "Incomprehensible data received",
    "Length limit exceeded",
    "Unparseable IVOID",
    "Event handlers failed",
)
"""Words of Comet's log that mean: something came, and no handler was or will be given it."""

EVENT_DB_BROKEN = "Event DB lookup failed!"
"""From here on Comet would acknowledge and drop everything."""


class Tells(Protocol):
    """Tells people a sentence, in the background; `close` gives what waits that many seconds."""

    def __call__(self, text: str) -> None:
        """Tell it."""

    def close(self, wait_s: float) -> None:
        """Give what waits a last chance."""


class CometDoor:
    """What the plugin calls."""

    def __init__(self, receiving: Receiving, tell: Tells, clock: Clock) -> None:
        self._receiving = receiving
        self._clock = clock
        self._tell = tell
        self._broker = Reach("chime receiver: the VOEvent broker", tell, clock, BROKER_AWAY_S)
        self._dropped = Restraint(tell, clock)

    def open(self) -> None:
        """Begin; called once, when Comet's reactor runs."""
        VOEventSubscriberFactory.maxDelay = LONGEST_RECONNECT_S
        self._receiving.say("connecting")
        self._receiving.start()
        twisted_log.addObserver(self.overhear)
        reactor.addSystemEventTrigger("before", "shutdown", self._receiving.stop)  # type: ignore[arg-type]

    def take(self, raw: bytes) -> None:
        """Keep one VOEvent as it was received."""
        try:
            self._receiving.keep(raw, "application/xml", "comet")
        except BaseException as error:
            log.exception("a VOEvent could not be kept")
            end_process(f"a VOEvent could not be kept, and Comet is not to acknowledge it: {error}", self._tell)

    def overhear(self, event: dict[str, Any]) -> None:
        """Take from one entry of the log how the broker is, and what Comet dropped."""
        text = twisted_log.textFromEventDict(event) or ""
        if text.startswith(ALIVE):
            self._receiving.last_heartbeat = self._clock.now()
            self._receiving.say("connected")
            self._broker.reached()
        elif text.startswith(AWAY):
            self._receiving.say("disconnected")
            self._broker.missed(text)
        elif text.startswith(EVENT_DB_BROKEN):
            end_process("Comet's event database is broken, it would drop all that comes: is the disk full?", self._tell)
        elif "failure" in event or text.startswith(DROPPED):
            last_line = text.strip().rpartition("\n")[2]
            self._dropped(f"chime receiver: Comet could not use something that the broker sent: {last_line[:300]}")
            self._receiving.detail["dropped"] = self._dropped.total


def end_process(why: str, tell: Tells | None = None) -> NoReturn:
    """End with status 1 and one line, at once, so that Comet acknowledges nothing."""
    try:
        with contextlib.suppress(OSError):  # the log may be on the same full disk
            os.write(2, f"chime_alert ends: {why}\n".encode())
        if tell is not None:
            tell(f"chime_alert ends: {why}")
            tell.close(LAST_WORDS_S)
    finally:
        os._exit(1)
