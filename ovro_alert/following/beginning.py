"""From waiting to acting: claim, write, say so, write again, and only then touch the telescope.

One command at a time, in order of priority, so that the more urgent of two that want the same beam gets it.
"""

from __future__ import annotations

import logging
import threading
from typing import NamedTuple

from pydantic import ValidationError

from ovro_alert.commands import Command, Report
from ovro_alert.errors import AlertError, RelayAwayError, TelescopeRefusedError, WrongMovesError
from ovro_alert.following.outfit import Outfit
from ovro_alert.following.relay_time import left_s
from ovro_alert.following.reports import Reports, brief
from ovro_alert.following.running import Running
from ovro_alert.following.waiting import Waiting
from ovro_alert.times import seconds

log = logging.getLogger(__name__)

NEXT_WORD_S = 60.0
"""The first `acting` promises a further word within this time."""

AGAIN_S = 0.5


class Leave(NamedTuple):
    """The relay's word that the telescope may be told, and when it was asked for."""

    command: Command
    asked_at: float


class Beginning:
    """Takes what is due and carries it to the point from which it is watched."""

    def __init__(self, outfit: Outfit, waiting: Waiting, reports: Reports, running: Running) -> None:
        self._outfit = outfit
        self._waiting = waiting
        self._reports = reports
        self._running = running
        self.ending = threading.Event()

    def step(self) -> float:
        """Begin all that is due; return when to look again, seconds."""
        while not self.ending.is_set() and (command := self._waiting.take()):
            try:
                self._attempt(command)
            except Exception:
                log.exception("command %s: broke on the way to the telescope", command.id)
                self._outfit.tell(f"command {command.id} broke on the way to the telescope: see this client's log")
        return self._waiting.pause_s()

    def _attempt(self, command: Command) -> None:
        if self._running.stopping(command.event):
            # what it replaces still has the telescope
            self._waiting.put_back(command)
            return
        entry = self._outfit.ledger.entry(command.key)
        if command.state == "acting" and entry is not None:
            self._carry_out(command, entry.fence)
            return
        try:
            claimed = self._outfit.relay.claim(command.id, self._outfit.name, self._outfit.door.moves)
        except RelayAwayError as error:
            log.info("command %s cannot be claimed yet: %s", command.id, error)
            self._waiting.put_back(command)
        except WrongMovesError as error:
            self._outfit.tell(f"command {command.id} is not for a client that moves {self._outfit.door.moves}: {error}")
        except AlertError as error:
            log.info("command %s is not for us: %s", command.id, error)
        else:
            self._outfit.time.heard(claimed)
            if claimed.key == command.key:
                self._carry_out(claimed, claimed.fence)
            else:
                log.error("asked for command %s, the relay gave %s: left alone", command.key, claimed.key)

    def _carry_out(self, command: Command, fence: int) -> None:
        entry = self._outfit.ledger.entry(command.key)
        if entry is not None and entry.begun:
            says = "this client's ledger says that it was begun before; it is not begun again"
            self._reports.end(command, fence, "failed", {"says": says, "outcome": "begun before"})
            return
        intention = self._ready(command, fence)
        if intention is None:
            return
        leave = self._ask_leave(command, fence)
        if leave is not None:
            self._touch(command, leave, fence, intention)

    def _ready(self, command: Command, fence: int) -> str | None:
        """Write that we have it and ask the door; return what it would do, or report why not."""
        door, now = self._outfit.door, self._outfit.time.now()
        refused: str | None
        try:
            self._outfit.ledger.claimed(command.key, command.id, fence)
            refused = door.refusal(command, now)
            if refused is None:
                return door.intention(command, now)
        except (TelescopeRefusedError, ValidationError) as error:
            refused = brief(error)
        except Exception as error:
            log.exception("command %s: not begun", command.id)
            self._not_begun(command, fence, brief(error))
            return None
        # after the relay's leave, from a life before this one, there is no `refused` any more
        state = "failed" if command.state == "acting" else "refused"
        self._reports.end(command, fence, state, {"says": refused, "outcome": "not begun"})
        return None

    def _ask_leave(self, command: Command, fence: int) -> Leave | None:
        """Say `acting` until the relay answers; only its 200 gives leave."""
        clock, time = self._outfit.clock, self._outfit.time
        while command.deadline > time.now():
            asked_at = clock.monotonic()
            report = Report(fence=fence, state="acting", until=time.now() + seconds(NEXT_WORD_S))
            try:
                answer = self._outfit.relay.report(command.id, report)
            except RelayAwayError as error:
                log.info("command %s waits for leave to act: %s", command.id, error)
                if clock.wait(self.ending, AGAIN_S):
                    return None
            except AlertError as error:
                log.info("command %s: no leave to act: %s", command.id, error)
                self._outfit.ledger.closed(command.key, command.id, f"not begun: {error}")
                return None
            else:
                time.heard(answer)
                return Leave(answer, asked_at)
        self._not_begun(command, fence, "the deadline came before the relay's leave")
        return None

    def _touch(self, command: Command, leave: Leave, fence: int, intention: str) -> None:
        """Write that it begins, look at the time once more, and begin."""
        try:
            self._outfit.ledger.beginning(command.key, command.id, intention)
        except OSError as error:
            self._not_begun(command, fence, f"the ledger cannot be written: {error}")
            return
        if (leave.command.key, leave.command.state) != (command.key, "acting"):
            self._not_begun(command, fence, "the relay's answer to `acting` spoke of something else")
        elif leave.command.stop is not None:
            says = f"not begun: {leave.command.stop.by} asked that it stops before the telescope was told"
            self._reports.end(command, fence, "cancelled", {"says": says, "outcome": "not begun"})
        elif left_s(leave.command, leave.asked_at, self._outfit.clock) <= 0:
            self._not_begun(command, fence, "its deadline came first")
        else:
            log.info("%s [command %s]", self._reports.true(intention), command.id)
            self._begin(leave.command, fence)

    def _begin(self, command: Command, fence: int) -> None:
        """Tell the telescope. An error other than its own no leaves open what came of it: it is asked."""
        try:
            self._running.take(command, fence, self._outfit.door.begin(command, self._outfit.time.now()))
        except TelescopeRefusedError as error:
            self._reports.end(command, fence, "failed", {"says": str(error), "outcome": "refused"})
        except Exception as error:
            log.exception("command %s: the telescope's door failed", command.id)
            self._running.take_back(command, fence, brief(error))

    def _not_begun(self, command: Command, fence: int, why: str) -> None:
        self._reports.end(command, fence, "failed", {"says": f"not begun: {why}", "outcome": "not begun"})
