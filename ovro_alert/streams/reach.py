"""Whether something is reached; people are told once when it is not for too long, and once when it is again."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ovro_alert.times import Clock

RELAY_AFTER_S = 60.0
"""How long the relay may be out of reach before its receivers tell people themselves."""


class Reach:
    """The reach of one thing, tried by one or more threads; each says how its own tries go.

    Parameters
    ----------
    what
        Begins the sentences: `chime_alert: the relay at http://…`.
    tell
        Tells people; does not block and does not raise.
    """

    def __init__(self, what: str, tell: Callable[[str], None], clock: Clock, after_s: float = RELAY_AFTER_S) -> None:
        self._what = what
        self._tell = tell
        self._clock = clock
        self._after_s = after_s
        self._lock = threading.Lock()
        self._since: dict[str, float] = {}
        self._told_since: float | None = None

    def missed(self, why: str, by: str = "") -> None:
        """Say that a try failed."""
        with self._lock:
            now = self._clock.monotonic()
            self._since.setdefault(by, now)
            since = min(self._since.values())
            if self._told_since is not None or now - since < self._after_s:
                return
            self._told_since = since
        self._tell(f"{self._what} has not been reached for {now - since:.0f} s and is tried on: {why}")

    def forget(self, by: str) -> None:
        """Leave out one who tries no more; the others go on."""
        with self._lock:
            self._since.pop(by, None)

    def reached(self, by: str = "") -> None:
        """Say that a try went well."""
        with self._lock:
            self._since.pop(by, None)
            if self._told_since is None or self._since:
                return
            away_s = self._clock.monotonic() - self._told_since
            self._told_since = None
        self._tell(f"{self._what} is reached again, after {away_s:.0f} s")
