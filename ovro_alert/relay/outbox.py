"""The outbox: tells people what the journal says they shall be told, behind everything else and in nobody's way.

Each try is counted in the journal before it is made, and what came of it after. Between the two a crash leaves a
message that may have been told: it is looked for where the listener lets us look, and told again where it is not
found. So at least once; twice only if the listener hides our own messages from us.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from functools import partial

from ovro_alert.errors import AlertError
from ovro_alert.messages import Message
from ovro_alert.relay.errands import AN_HOUR, HELD, Plan, plan
from ovro_alert.relay.journal import posting
from ovro_alert.relay.journal.journal import Journal
from ovro_alert.relay.journal.writer import Changed, Txn
from ovro_alert.relay.postman import Postman
from ovro_alert.relay.resting import ended
from ovro_alert.tellers import Teller
from ovro_alert.times import Clock, iso

log = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(hours=24)
JOURNAL_AGAIN_S = 1.0
LOOK_S = 60.0
GIVE_WAY_S = 0.1
"""A command that was made with a message reaches its telescope before anybody is told, seconds."""
AT_STOP_S = 2.0
"""How long a post that is under way may take to end when the relay stops, seconds."""


class Outbox:
    """One task, one listener, one post at a time."""

    def __init__(
        self, journal: Journal, teller: Teller, clock: Clock, give_up_after: timedelta = GIVE_UP_AFTER
    ) -> None:
        self.journal = journal
        self.clock = clock
        self.give_up_after = give_up_after
        self.postman = Postman(journal, teller, clock, give_up_after)
        self.task: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()
        self._ending = False
        self._why_held_up: str | None = None

    @property
    def trouble(self) -> str | None:
        """Why people could not be told just now."""
        return self._why_held_up or self.postman.trouble

    @property
    def unsent(self) -> int:
        """How many messages were given up since the start."""
        return self.postman.unsent

    async def start(self) -> None:
        """Take up what waits, and what could not be told before this start; begin."""
        since = self.clock.now() - self.give_up_after
        await self.journal.write(lambda txn: posting.take_up_again(txn, since))
        self.task = asyncio.create_task(self._run(), name="outbox")

    async def stop(self) -> None:
        """End soon, whatever the listener does; what is not told waits in the journal."""
        self._ending = True
        self.wake()
        if self.task is not None:
            await asyncio.wait({self.task}, timeout=AT_STOP_S)
        await ended(self.task)

    def wake(self) -> None:
        """Look at once."""
        self._woken.set()

    def heard(self, changes: list[Changed]) -> None:
        """Look soon when a commit has made a message that waits."""
        if any(isinstance(changed.thing, Message) and changed.thing.state == "waiting" for changed in changes):
            asyncio.get_running_loop().call_later(GIVE_WAY_S, self.wake)

    # ── the loop ──

    async def _run(self) -> None:
        while not self._ending:
            self._woken.clear()
            try:
                pause_s = await self._round()
                self._held_up(None)
            except AlertError as error:
                self._held_up(f"the outbox waits for the journal: {error}")
                pause_s = JOURNAL_AGAIN_S
            except Exception:
                # a fault here must not end the telling of everything that comes after
                log.exception("the outbox broke, and goes on")
                pause_s = JOURNAL_AGAIN_S
            if pause_s > 0:
                await self._rest(pause_s)

    def _held_up(self, why: str | None) -> None:
        if why is not None and why != self._why_held_up:
            log.warning("%s", why)
        self._why_held_up = why

    async def _round(self) -> float:
        """Do one errand; return how long there is nothing to do, seconds."""
        if self.postman.rests_s > 0:
            return self.postman.rests_s
        now = self.clock.now()
        desk = await self.journal.read(lambda connection: posting.desk(connection, now - AN_HOUR))
        todo = plan(desk, now)
        await self._hold(todo)
        if todo.errand is not None:
            await self.postman.go(todo.errand)
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
        if todo.hold:
            await self.journal.write(partial(hold, todo=todo))


def hold(txn: Txn, todo: Plan) -> None:
    """Put off what its stream has no room for now."""
    for message_id, until in todo.hold:
        why = f"{HELD}its stream has said enough for this hour; told with others at {iso(until)}"
        posting.put_off(txn, [message_id], why, until - txn.now)
