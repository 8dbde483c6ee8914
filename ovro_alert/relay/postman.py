"""The postman: carries one errand to the listener, and notes in the journal what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import TypeVar

from ovro_alert.errors import AlertError, NeverToldError, TellLaterError, UnavailableError
from ovro_alert.messages import Message
from ovro_alert.relay.errands import Errand
from ovro_alert.relay.journal import posting
from ovro_alert.relay.journal.journal import Journal
from ovro_alert.relay.journal.told import told
from ovro_alert.tellers import Posted, Teller, Told
from ovro_alert.times import Clock

log = logging.getLogger(__name__)
T = TypeVar("T")

LONGEST_WAIT_S = 300.0
LONGEST_PAUSE_S = 60.0


class Postman:
    """One listener, one post at a time.

    `trouble` is why the last errand failed, None if it did not; `unsent` counts what was given up since the start.
    """

    def __init__(self, journal: Journal, teller: Teller, clock: Clock, give_up_after: timedelta) -> None:
        self.journal = journal
        self.teller = teller
        self.clock = clock
        self.give_up_after = give_up_after
        self.trouble: str | None = None
        self.unsent = 0
        self._surely_untold: set[int] = set()
        self._failures = 0
        self._pause_until = clock.monotonic()

    @property
    def rests_s(self) -> float:
        """How long nothing is tried, because the listener said so or could not be reached."""
        return self._pause_until - self.clock.monotonic()

    async def go(self, errand: Errand) -> None:
        """Tell what the errand says; what could not be told waits, or is unsent with the reason."""
        of = await self.journal.read(lambda connection: posting.find(connection, errand.ids))
        tolds = await self._gathered(of)
        try:
            rest = await self._not_found(tolds, errand.thread)
            if rest:
                await self._tell(rest, errand.thread)
        except TellLaterError as error:
            await self._later(of, error)
        except NeverToldError as error:
            await self._never(of, str(error))
        except AlertError:
            raise
        except Exception as error:
            # one message that breaks its teller must not hold up the others
            log.exception("telling messages %s broke", [one.id for one in of])
            await self._never(of, f"telling it broke: {type(error).__name__}: {error}"[:500])
        else:
            self._failures = 0
            self._say(None)

    async def _gathered(self, of: Sequence[Message]) -> Sequence[Told]:
        now = self.clock.now()
        try:
            return await self.journal.read(lambda connection: told(connection, of, now))
        except UnavailableError:
            raise
        except Exception:
            log.exception("what messages %s are about cannot be read: told without it", [one.id for one in of])
            return [Told(one, now) for one in of]

    async def _not_found(self, tolds: Sequence[Told], thread: Posted | None) -> list[Told]:
        """Return those that must be told; what an earlier try has told after all is noted."""
        maybe = [one for one in tolds if one.message.tries > 0 and one.message.id not in self._surely_untold]
        found = await in_thread(lambda: self.teller.find(maybe, thread)) if maybe else {}
        for message_id, posted in found.items():
            await self._sent([message_id], posted)
        return [one for one in tolds if one.message.id not in found]

    async def _tell(self, tolds: Sequence[Told], thread: Posted | None) -> None:
        ids = [one.message.id for one in tolds]
        self._surely_untold.difference_update(ids)
        await self.journal.write(lambda txn: posting.begin(txn, ids))
        try:
            posted = await in_thread(lambda: self.teller.tell(tolds, thread))
        except TellLaterError as error:
            if not error.unclear:
                self._surely_untold.update(ids)
            raise
        await self._sent(ids, posted)

    async def _sent(self, ids: Sequence[int], posted: Posted) -> None:
        await self.journal.write(lambda txn: posting.sent(txn, ids, posted))
        self._surely_untold.difference_update(ids)

    async def _later(self, of: Sequence[Message], error: TellLaterError) -> None:
        self._failures += 1
        pause_s = error.after_s or min(2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE_S)
        self._pause_until = self.clock.monotonic() + pause_s
        self._say(str(error))
        old = [one for one in of if self.clock.now() - one.made > self.give_up_after]
        if old:
            await self._never(old, f"given up after {self.give_up_after}: {error}")
        for one in of:
            if one not in old:
                wait_s = max(min(2.0 ** min(one.tries + 1, 10), LONGEST_WAIT_S), error.after_s or 0)
                put_off = partial(posting.put_off, ids=[one.id], why=str(error), wait=timedelta(seconds=wait_s))
                await self.journal.write(put_off)

    async def _never(self, of: Sequence[Message], why: str) -> None:
        log.error("not told: messages %s: %s", [one.id for one in of], why)
        self._say(why)
        self.unsent += len(of)
        await self.journal.write(lambda txn: posting.give_up(txn, [one.id for one in of], why))

    def _say(self, trouble: str | None) -> None:
        if trouble is not None and trouble != self.trouble:
            log.warning("%s: %s", self.teller.name, trouble)
        self.trouble = trouble


async def in_thread(work: Callable[[], T]) -> T:
    """Do what may block in a thread that the end of the process does not wait for."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, failure = None, None
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is awaited
            failure = error
        with contextlib.suppress(RuntimeError):  # the loop has closed: nobody waits for it any more
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, name="outbox-post", daemon=True).start()
    return await future
