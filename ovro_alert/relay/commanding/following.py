"""Following: a client asks what changed since a journal number, and waits until something does."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, NamedTuple

from ovro_alert.commands import Command
from ovro_alert.relay.journal import commands
from ovro_alert.relay.journal.commands import Wanted
from ovro_alert.relay.journal.journal import Journal
from ovro_alert.relay.waiting import Waiting, Woken, as_body, as_json
from ovro_alert.times import Clock


class Following(NamedTuple):
    """One question about one telescope's commands, and what it needs for an answer."""

    journal: Journal
    waiting: Waiting
    clock: Clock
    telescope: str

    async def since(self, seq: int, wait_s: float) -> Woken:
        """Return what changed after a journal number, at once or as soon as there is something."""
        look = partial(commands.changed_since, telescope=self.telescope, since=seq)
        end = self.clock.monotonic() + wait_s
        while True:
            # before the journal is asked: what is committed in between wakes us
            change = self.waiting.following(self.telescope)
            try:
                found, complete = await self.journal.read(look)
                left_s = end - self.clock.monotonic()
                # a number that this journal has not reached is another journal's: its owner must hear so
                if found or complete < seq or left_s <= 0:
                    return Woken(complete, as_body(found, self.clock))
                woken = await self._first(change, left_s)
            finally:
                change.cancel()
            if woken is None:
                return Woken(complete, b"[]")
            if woken.seq > seq:
                return woken

    async def opening(self, wait_s: float) -> Woken:
        """Return all that is not final, and from which journal number to follow."""
        found, complete = await self._found(Wanted(0, "open", None), wait_s)
        return Woken(complete, as_body(found, self.clock))

    async def listed(self, wanted: Wanted, wait_s: float) -> Woken:
        """Return commands in the order of their ids."""
        found, complete = await self._found(wanted, wait_s)
        return Woken(complete, as_json(found, self.clock.now()))

    async def _found(self, wanted: Wanted, wait_s: float) -> tuple[tuple[Command, ...], int]:
        """Ask at once, and again at each change, until there is one or the time is over."""
        end = self.clock.monotonic() + wait_s
        while True:
            change = self.waiting.following(self.telescope)
            now = self.clock.now()
            look = partial(commands.listed, telescope=self.telescope, wanted=wanted, now=now)
            try:
                found, complete = await self.journal.read(look)
                left_s = end - self.clock.monotonic()
                if found or left_s <= 0 or await self._first(change, left_s) is None:
                    return found, complete
            finally:
                change.cancel()

    async def _first(self, change: asyncio.Future[Woken | None], left_s: float) -> Woken | None:
        """Return the change, or None when the time is over or the relay ends."""
        nap = asyncio.create_task(self.clock.sleep(left_s))
        either: set[asyncio.Future[Any]] = {change, nap}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            nap.cancel()
        return change.result() if change.done() else None
