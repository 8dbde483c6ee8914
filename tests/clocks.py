"""A clock that the test turns: nothing passes by itself, and whoever sleeps wakes when the hand has come round."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
GLANCE_S = 0.005
"""How often a blocked thread looks up, in real seconds."""


class Sleeper(NamedTuple):
    """A coroutine that sleeps until `at` (monotonic seconds)."""

    at: float
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[None]


class HandClock:
    """Implements `ovro_alert.times.Clock`; `turn` may be called from any thread."""

    def __init__(self, now: datetime = NOON) -> None:
        self.lock = threading.Lock()
        self.moment = now
        self.seconds = 0.0
        self.sleepers: list[Sleeper] = []

    def now(self) -> datetime:
        with self.lock:
            return self.moment

    def monotonic(self) -> float:
        with self.lock:
            return self.seconds

    def wait(self, event: threading.Event, seconds: float) -> bool:
        end = self.monotonic() + seconds
        while not event.wait(GLANCE_S):
            if self.monotonic() >= end:
                return event.is_set()
        return True

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        loop = asyncio.get_running_loop()
        with self.lock:
            sleeper = Sleeper(self.seconds + seconds, loop, loop.create_future())
            self.sleepers.append(sleeper)
        try:
            await sleeper.future
        finally:
            with self.lock, contextlib.suppress(ValueError):
                self.sleepers.remove(sleeper)

    def turn(self, seconds: float) -> datetime:
        """Let that much time pass; sleepers whose time has come wake."""
        with self.lock:
            self.seconds += seconds
            self.moment += timedelta(seconds=seconds)
            due = [sleeper for sleeper in self.sleepers if sleeper.at <= self.seconds]
            self.sleepers = [sleeper for sleeper in self.sleepers if sleeper.at > self.seconds]
            moment = self.moment
        for sleeper in due:
            with contextlib.suppress(RuntimeError):  # its loop has closed
                sleeper.loop.call_soon_threadsafe(wake, sleeper.future)
        return moment

    def jump(self, seconds: float) -> datetime:
        """Set the wall clock without any time passing, as an operator or NTP does."""
        with self.lock:
            self.moment += timedelta(seconds=seconds)
            return self.moment


def wake(future: asyncio.Future[None]) -> None:
    """End a sleep, if nobody else has."""
    if not future.done():
        future.set_result(None)
