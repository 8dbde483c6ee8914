"""The outbox: tells people what the journal says they shall be told, behind everything else and in nobody's way.

Each try is counted in the journal before it is made, and what came of it after. Between the two a crash leaves a
message that may have been told: it is looked for where the listener lets us look, and told again where it is not
found. So at least once; twice only if the listener hides our own messages from us.
"""

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
from ovro_alert.relay.errands import AN_HOUR, HELD, Errand, Plan, plan
from ovro_alert.relay.journal import posting
from ovro_alert.relay.journal.journal import Journal
from ovro_alert.relay.journal.told import told
from ovro_alert.relay.journal.writer import Changed
from ovro_alert.tellers import Posted, Teller, Told
from ovro_alert.times import Clock, iso

log = logging.getLogger(__name__)
T = TypeVar("T")

GIVE_UP_AFTER = timedelta(hours=24)
LONGEST_WAIT_S = 300.0
LONGEST_PAUSE_S = 60.0
JOURNAL_AGAIN_S = 1.0
LOOK_S = 60.0
AT_STOP_S = 2.0
"""How long a post that is under way may take to end when the relay stops, seconds."""


class Outbox:
    """One task, one listener, one post at a time."""

    def __init__(
        self, journal: Journal, teller: Teller, clock: Clock, give_up_after: timedelta = GIVE_UP_AFTER
    ) -> None:
        self.journal = journal
        self.teller = teller
        self.clock = clock
        self.give_up_after = give_up_after
        self.trouble: str | None = None
        self._surely_untold: set[int] = set()
        self._failures = 0
        self._pause_until = clock.monotonic()
        self._woken = asyncio.Event()
        self._ending = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up what waits, and what could not be told before this start; begin."""
        since = self.clock.now() - self.give_up_after
        await self.journal.write(lambda txn: posting.take_up_again(txn, since))
        self._task = asyncio.create_task(self._run(), name="outbox")

    async def stop(self) -> None:
        """End soon, whatever the listener does; what is not told waits in the journal."""
        self._ending = True
        self.wake()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=AT_STOP_S)
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def wake(self) -> None:
        """Look at once."""
        self._woken.set()

    def heard(self, changes: list[Changed]) -> None:
        """Look at once when a commit has made a message that waits."""
        if any(isinstance(changed.thing, Message) and changed.thing.state == "waiting" for changed in changes):
            self.wake()

    # ── the loop ──

    async def _run(self) -> None:
        while not self._ending:
            self._woken.clear()
            try:
                pause_s = await self._round()
            except AlertError as error:
                log.warning("the outbox waits for the journal: %s", error)
                pause_s = JOURNAL_AGAIN_S
            except Exception:
                # a fault here must not end the telling of everything that comes after
                log.exception("the outbox broke, and goes on")
                pause_s = JOURNAL_AGAIN_S
            if pause_s > 0:
                await self._rest(pause_s)

    async def _round(self) -> float:
        """Do one errand; return how long there is nothing to do, seconds."""
        paused_s = self._pause_until - self.clock.monotonic()
        if paused_s > 0:
            return paused_s
        now = self.clock.now()
        desk = await self.journal.read(lambda connection: posting.desk(connection, now - AN_HOUR))
        todo = plan(desk, now)
        await self._hold(todo)
        if todo.errand is not None:
            await self._go(todo.errand)
            return 0.0
        if todo.next_look is None:
            return LOOK_S
        return min(max((todo.next_look - now).total_seconds(), 0.05), LOOK_S)

    async def _rest(self, seconds: float) -> None:
        """Sleep by the relay's clock, or until woken; a teller that asked us to wait is waited for."""
        waits = {asyncio.ensure_future(self.clock.sleep(seconds)), asyncio.ensure_future(self._woken.wait())}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()

    async def _hold(self, todo: Plan) -> None:
        now = self.clock.now()
        for message_id, until in todo.hold:
            why = f"{HELD}its stream has said enough for this hour; told with others at {iso(until)}"
            await self.journal.write(partial(posting.put_off, ids=[message_id], why=why, wait=until - now))

    # ── one errand ──

    async def _go(self, errand: Errand) -> None:
        of = [one.message for one in errand.messages]
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
