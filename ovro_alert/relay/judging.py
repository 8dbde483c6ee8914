"""From kept to decided: notices go to the judge one by one, in the order in which they were kept.

Those of a backlog, and history, come after all that is fresh, in their own order; second looks in between.
A notice leaves the state `kept` only by the commit of its decision. So whatever dies, and wherever, it is judged again
after the restart, and its decision is written once.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from ovro_alert.errors import AlertError, JournalFullError, OvertakenError, UnavailableError
from ovro_alert.messages import MessageDraft
from ovro_alert.notices import Notice
from ovro_alert.relay import deciding
from ovro_alert.relay.deciding import CommandRole
from ovro_alert.relay.journal.journal import Journal
from ovro_alert.relay.journal.unjudged import unjudged
from ovro_alert.relay.journal.writer import Changed
from ovro_alert.relay.judge_orders import Order
from ovro_alert.relay.judge_process import DiedError, JudgeProcess, StuckError
from ovro_alert.relay.matters import Matter, Matters
from ovro_alert.relay.resting import ended
from ovro_alert.times import Clock
from ovro_alert.verdicts import Decision

log = logging.getLogger(__name__)
AGAIN_S = 1.0
"""How long to wait before the next try when the journal or the judge cannot, seconds."""
OVERTAKEN_TRIES = 20
ANY_GROUND = 2**62


@dataclass
class Judging:
    """What is to be judged, and the task that works it off."""

    journal: Journal
    judge: JudgeProcess
    clock: Clock
    role: CommandRole
    trouble: str | None = None
    matters: Matters = field(default_factory=Matters)
    task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up what nobody has judged, and begin."""
        # whatever is kept from now on comes by `heard`; what comes both ways is judged once
        found = await self.journal.read(unjudged)
        self.matters.take_up(found.fresh, found.backlog)
        self.task = asyncio.create_task(self._run(), name="judging")

    async def stop(self) -> None:
        """End; what was not decided is judged after the next start."""
        await ended(self.task)
        await self.judge.kill()

    def heard(self, changes: list[Changed]) -> None:
        """Queue each notice that a commit has kept for the judge; one that it has judged meanwhile costs a look."""
        for changed in changes:
            if changed.waits and isinstance(changed.thing, Notice):
                self.matters.keep(changed.thing.id, may_wait=changed.thing.may_wait)

    async def _run(self) -> None:
        while True:
            await self._warm()
            await self.matters.wait()
            while queue := self.matters.next:
                if await self._tried(queue[0]):
                    queue.popleft()
                await self._warm()

    async def _warm(self) -> None:
        """Have a judge ready before it is needed."""
        while self.judge.process is None:
            try:
                await self.judge.start()
            except (AlertError, OSError) as error:
                self._say(str(error))
                await asyncio.sleep(AGAIN_S)
            else:
                self._say(None)

    async def _tried(self, matter: Matter) -> bool:
        """Judge one matter and write what came of it; False: not now, try the same again."""
        try:
            await self._judged(matter)
        except (UnavailableError, JournalFullError, OSError) as error:
            self._say(f"{matter} waits: {error}")
            await asyncio.sleep(AGAIN_S)
            return False
        except Exception as error:
            log.exception("%s could not be decided", matter)
            return await self._given_up(matter, f"its decision broke: {type(error).__name__}: {error}")
        self._say(None)
        return True

    async def _judged(self, matter: Matter) -> None:
        """Judge until the decision still stands on what is true when it is written."""
        for left in reversed(range(OVERTAKEN_TRIES)):
            decision = await self._decision(matter)
            if decision is None:
                return
            if not left:
                # somebody floods the relay with changes; a late decision would be worse than one a moment old
                decision = decision.model_copy(update={"as_of": ANY_GROUND})
            try:
                await self._write(decision)
            except OvertakenError:
                continue
            return

    async def _write(self, decision: Decision) -> None:
        settle = deciding.settle if decision.look is None else deciding.settle_look
        await self.journal.write(lambda txn: settle(txn, decision, self.role))

    async def _decision(self, matter: Matter) -> Decision | None:
        try:
            try:
                return await self._asked(matter)
            except DiedError:
                # it may have died before it had this notice: only a second death is the notice's own
                await self._warm()
                return await self._asked(matter)
        except StuckError as error:
            log.error("%s: %s", matter, error)  # noqa: TRY400 - the sentence says it all
            return failed(matter, str(error))

    async def _asked(self, matter: Matter) -> Decision | None:
        return await self.judge.decide(Order(**matter._asdict(), now=self.clock.now()))

    async def _given_up(self, matter: Matter, why: str) -> bool:
        """Mark a notice whose decision cannot be written, so that the next one is served."""
        try:
            await self._write(failed(matter, why))
        except (UnavailableError, JournalFullError) as error:
            self._say(f"{matter} waits: {error}")
            await asyncio.sleep(AGAIN_S)
            return False
        return True

    def _say(self, trouble: str | None) -> None:
        if trouble is not None and self.trouble is None:
            log.error("judging is held up: %s", trouble)
        if trouble is None and self.trouble is not None:
            log.warning("judging goes on")
        self.trouble = trouble


def failed(matter: Matter, why: str) -> Decision:
    """Return the decision on what could not be judged: kept, shown, and told loudly."""
    if matter.look:
        draft = MessageDraft(subject="trouble", level="loud", facts={"about": str(matter), "says": why})
        return Decision(notice=0, look=matter.look, state="failed", why=why, messages=(draft,))
    draft = MessageDraft(subject="notice", level="loud", notice=matter.notice, facts={"why": why})
    return Decision(notice=matter.notice, state="failed", why=why, messages=(draft,))
