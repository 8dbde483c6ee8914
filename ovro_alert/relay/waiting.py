"""Who waits for what: followers and watchers are woken with the thing itself, not with a reason to ask again."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from ovro_alert.commands import Command
from ovro_alert.relay.journal.writer import Changed
from ovro_alert.times import Clock

WATCHER_QUEUE = 10_000
"""A watcher further behind than this is let go; it comes back with Last-Event-ID."""

Listener = Callable[[list[Changed]], None]


class Woken(NamedTuple):
    """An answer to a follower: complete up to that journal number, already written as JSON."""

    seq: int
    body: bytes


class Watcher:
    """One open event stream: its queue, and whether it fell behind."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Changed | None] = asyncio.Queue(WATCHER_QUEUE)
        self.behind = False

    def offer(self, changed: Changed | None) -> None:
        """Queue a change; a full queue ends the stream."""
        try:
            self.queue.put_nowait(changed)
        except asyncio.QueueFull:
            self.behind = True


class Waiting:
    """All that wait in this process; everything but `publish` runs in the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, clock: Clock) -> None:
        self.loop = loop
        self.clock = clock
        self.ending = False
        self._followers: dict[str, set[asyncio.Future[Woken | None]]] = defaultdict(set)
        self._watchers: set[Watcher] = set()
        self._listeners: list[Listener] = []

    def publish(self, changes: list[Changed]) -> None:
        """Wake everybody whom a commit concerns; called by the journal's writer after the commit."""
        try:
            self.loop.call_soon_threadsafe(self._wake, changes)
        except RuntimeError:
            return  # the loop has closed: nobody waits any more

    def listen(self, listener: Listener) -> None:
        """Have a part of the relay called with each commit's changes."""
        self._listeners.append(listener)

    def following(self, telescope: str) -> asyncio.Future[Woken | None]:
        """Return what the next commit with a command of this telescope will resolve; None means: the relay ends."""
        future: asyncio.Future[Woken | None] = self.loop.create_future()
        if self.ending:
            future.set_result(None)
            return future
        waiters = self._followers[telescope]
        waiters.add(future)
        future.add_done_callback(waiters.discard)
        return future

    def watch(self) -> Watcher:
        """Begin to watch everything."""
        watcher = Watcher()
        if self.ending:
            watcher.offer(None)
        self._watchers.add(watcher)
        return watcher

    def unwatch(self, watcher: Watcher) -> None:
        """End watching."""
        self._watchers.discard(watcher)

    def end(self) -> None:
        """Send everybody home: the relay ends."""
        self.ending = True
        for waiters in self._followers.values():
            for future in list(waiters):
                if not future.done():
                    future.set_result(None)
        for watcher in self._watchers:
            watcher.offer(None)

    def _wake(self, changes: list[Changed]) -> None:
        for listener in self._listeners:
            listener(changes)
        self._wake_followers(changes)
        # whoever resumes after a number must have had all before it
        in_order = sorted(changes, key=lambda changed: changed.seq)
        for watcher in self._watchers:
            for changed in in_order:
                watcher.offer(changed)

    def _wake_followers(self, changes: list[Changed]) -> None:
        mine: dict[str, dict[int, Command]] = defaultdict(dict)
        for changed in changes:
            if isinstance(changed.thing, Command):
                mine[changed.thing.telescope][changed.thing.id] = changed.thing
        for telescope, commands in mine.items():
            waiters = self._followers[telescope]
            if not waiters:
                continue
            woken = Woken(changes[-1].seq, as_body(list(commands.values()), self.clock))
            for future in list(waiters):
                if not future.done():
                    future.set_result(woken)


def as_body(commands: Iterable[Command], clock: Clock) -> bytes:
    """Write commands as a follower receives them: higher priority first, then in order."""
    return as_json(sorted(commands, key=lambda command: (-command.priority, command.id)), clock.now())


def as_json(commands: Iterable[Command], now: datetime) -> bytes:
    """Write commands as they are at that moment."""
    return b"[" + b",".join(command.seen_at(now).model_dump_json().encode() for command in commands) + b"]"
