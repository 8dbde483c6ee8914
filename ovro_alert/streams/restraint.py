"""Restraint: of many complaints of one kind people are told the first, and later how many there were since."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from ovro_alert.times import Clock

log = logging.getLogger(__name__)


class Restraint:
    """Passes a sentence on at most once in `every_s`; the others are logged, counted and mentioned with the next."""

    def __init__(self, tell: Callable[[str], None], clock: Clock, every_s: float = 600.0) -> None:
        self._tell = tell
        self._clock = clock
        self._every_s = every_s
        self._lock = threading.Lock()
        self._last: float | None = None
        self._held_back = 0
        self._last_held_back = ""
        self.total = 0

    def __call__(self, text: str) -> None:
        """Tell people, or only the log."""
        with self._lock:
            now = self._clock.monotonic()
            self.total += 1
            quiet = self._last is not None and now - self._last < self._every_s
            others = self._held_back
            self._held_back = others + 1 if quiet else 0
            self._last_held_back = text
            self._last = self._last if quiet else now
        if quiet:
            log.warning("%s", text)
        else:
            self._tell(f"{text} (and {others} more of the kind before it: see the log)" if others else text)

    def remind(self) -> None:
        """Tell of what was held back, if that time is over and nothing came since; to be asked now and then."""
        with self._lock:
            now = self._clock.monotonic()
            if not self._held_back or self._last is None or now - self._last < self._every_s:
                return
            others, self._held_back, self._last = self._held_back, 0, now
        self._tell(f"{self._last_held_back} (the last of {others} more of the kind: see the log)")
