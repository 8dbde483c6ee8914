"""The client of one telescope: its parts, each in its own thread, and an end within a few seconds."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from collections.abc import Callable
from typing import NamedTuple

from ovro_alert.client import RelayClient
from ovro_alert.doors import Door
from ovro_alert.following.attending import Attending
from ovro_alert.following.beginning import Beginning
from ovro_alert.following.describing import Describing
from ovro_alert.following.hearing import Hearing
from ovro_alert.following.outfit import Outfit
from ovro_alert.following.overhearing import Overhearing
from ovro_alert.following.relay_time import RelayTime
from ovro_alert.following.reports import Reports
from ovro_alert.following.running import Running
from ovro_alert.following.waiting import Waiting
from ovro_alert.keeping.ledger import Ledger
from ovro_alert.times import Clock

log = logging.getLogger(__name__)

BROKEN_S = 5.0
"""Pause of a part after an error that nobody expected."""

FINISH_S = 0.7
"""How long a part may take to finish what it does."""

FAREWELL_S = 2.0
"""How long the last reports may take."""


class Part(NamedTuple):
    """One thread's work: a step that says how long to pause, seconds, and what cuts the pause short."""

    name: str
    step: Callable[[], float]
    news: threading.Event


class Follower:
    """A telescope client, from its start to SIGTERM."""

    def __init__(
        self,
        telescope: str,
        door: Door,
        relay: RelayClient,
        ledger: Ledger,
        clock: Clock,
        tell: Callable[[str], None],
    ) -> None:
        name = f"{telescope}@{socket.gethostname()}:{ledger.name}"
        self._outfit = outfit = Outfit(telescope, name, door, relay, ledger, clock, RelayTime(clock), tell)
        waiting = Waiting(outfit)
        self._reports = Reports(outfit)
        self._running = Running(outfit, self._reports)
        self._beginning = Beginning(outfit, waiting, self._reports, self._running)
        attending = Attending(outfit, waiting, self._reports, self._running)
        listener = Overhearing(outfit, attending) if door.moves == "nothing" else attending
        self._ending = self._beginning.ending
        self._threads: dict[str, threading.Thread] = {}
        self.parts = (
            Part("reports", self._reports.step, self._reports.news),
            Part("hearing", Hearing(outfit, listener).step, threading.Event()),
            Part("beginning", self._beginning.step, waiting.news),
            Part("running", self._running.step, self._running.news),
            Part("status", Describing(outfit).step, self._running.moved),
        )

    def run(self) -> None:
        """Follow until SIGTERM or Ctrl-C."""
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.default_int_handler)
            self.start()
            threading.Event().wait()
        except KeyboardInterrupt:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
        self.end()

    def start(self) -> None:
        """Begin to follow."""
        log.info("%s follows, moves: %s", self._outfit.name, self._outfit.door.moves)
        for part in self.parts:
            thread = threading.Thread(target=self._forever, args=(part,), name=part.name, daemon=True)
            thread.start()
            self._threads[part.name] = thread

    def end(self) -> None:
        """Follow no more; what still acts goes on without us, and the relay is told so."""
        self._ending.set()
        for part in self.parts:
            part.news.set()
        for name in self._threads.keys() & {"beginning", "reports"}:
            self._threads[name].join(FINISH_S)
        self._running.farewell()
        last = threading.Thread(target=self._reports.deliver, name="last reports", daemon=True)
        last.start()
        last.join(FAREWELL_S)
        log.info("%s ends", self._outfit.name)

    def _forever(self, part: Part) -> None:
        broken = False
        while True:
            part.news.clear()
            if self._ending.is_set():
                return
            try:
                pause_s, broken = part.step(), False
            except Exception as error:
                log.exception("%s broke", part.name)
                if not broken:
                    self._outfit.tell(f"{self._outfit.name}, {part.name}: {error!r}; it goes on trying")
                pause_s, broken = BROKEN_S, True
            self._outfit.clock.wait(part.news, pause_s)
