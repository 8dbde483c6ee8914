"""A world in which anything may happen in any order: notices, people, clients, time and crashes; and what must hold.

The journal is a real file, the judge and every rule are the relay's own; only the processes are missing. Between the
judge's look and the relay's commit other things may happen; a restart forgets all that is not in the file.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import func, select

from ovro_alert.actions import TELESCOPES
from ovro_alert.catalogue.repeaters import load_repeaters
from ovro_alert.commands import Claim, Command, Report
from ovro_alert.errors import AlertError, ConflictError, OvertakenError, TooLateError
from ovro_alert.messages import Message
from ovro_alert.relay import deciding
from ovro_alert.relay.commanding import claiming, expiring, reporting
from ovro_alert.relay.journal import commands, history, notices, second_looks, statuses, switches, tables
from ovro_alert.relay.journal.journal import last_seq
from ovro_alert.relay.journal.messages import message_of
from ovro_alert.relay.journal.notices import Arrived
from ovro_alert.relay.journal.opening import writing_engine
from ovro_alert.relay.journal.told import told
from ovro_alert.relay.judge import Judge
from ovro_alert.scenarios.limits import DrillLimits, Limits
from ovro_alert.statuses import NewSwitch, TelescopeStatus
from ovro_alert.telling.words import words
from ovro_alert.times import seconds
from ovro_alert.verdicts import Decision
from tests.commanding import Rules

REPEATERS = load_repeaters()
LIMITS = Limits(drills=DrillLimits(from_tests_every_s=0))
LONG_S = 30 * 86400.0
ABOUT_ITS_END = {"guano": "retraction"}
"""Actions of which one kind is made because of a retraction."""


@functools.cache
def one_place() -> Path:
    """Where each world's file lies in its turn, so that all have one engine, and with it one cache of statements."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


engine_on = functools.cache(writing_engine)


class Begun(NamedTuple):
    """A command that a client began: when, and after which journal number."""

    command: int
    at: datetime
    seq: int


class World:
    """One relay's journal, its judge, and two clients for every telescope."""

    def __init__(self) -> None:
        folder = one_place()
        for file in folder.iterdir():
            file.unlink()
        self.rules = Rules(folder)
        self.rules.connection.close()
        self.rules.engine.dispose()
        self._open(folder / "journal.sqlite")
        self.judge = Judge(LIMITS, REPEATERS, "test")
        self.looked: Decision | None = None
        self.retracted: dict[str, int] = {}
        self.fences: dict[int, int] = {}
        self.begun: list[Begun] = []

    @property
    def now(self) -> datetime:
        return self.rules.clock.now()

    def close(self) -> None:
        self.rules.close()

    # ── the relay ──

    def restart(self) -> None:
        """Lose everything but the file: what the judge had looked at is looked at again."""
        self.rules.connection.close()
        self._open(one_place() / "journal.sqlite")
        self.rules.seq = self.look(last_seq)
        self.judge = Judge(LIMITS, REPEATERS, "test")
        self.looked = None

    def _open(self, path: Path) -> None:
        self.rules.engine = engine_on(path)
        self.rules.connection = self.rules.engine.connect()
        self.rules.connection.connection.driver_connection.execute("PRAGMA synchronous = OFF")

    def look(self, question: Callable[..., Any], *args: Any) -> Any:
        with self.rules.connection.begin():
            return question(self.rules.connection, *args)

    def receive(self, stream: str, body: bytes, path: str) -> None:
        arrived = Arrived(stream, body, "application/octet-stream", self.now, path)
        self.rules.do(partial(notices.keep, arrived=arrived))

    def judge_next(self) -> None:
        """Have the judge look at the oldest notice, or else a second look that is due; one thing at a time."""
        if self.looked is not None:
            return
        if waiting := self.look(_unjudged):
            notice = self.look(notices.waiting, waiting[0])
            self.looked = self.look(self.judge.decide, notice, self.now)
        elif due := self.look(second_looks.due, self.now):
            look = self.look(second_looks.find_open, due[0])
            self.looked = self.look(self.judge.look_again, look, self.now)

    def write_next(self) -> None:
        """Commit the decision; one that was overtaken is looked at again."""
        decision, self.looked = self.looked, None
        if decision is None:
            return
        settle = deciding.settle if decision.look is None else deciding.settle_look
        with contextlib.suppress(OvertakenError):
            self.rules.do(partial(settle, decision=decision, role="test"))
            if decision.alert is not None and decision.alert.kind == "retraction" and decision.alert.role == "real":
                self.retracted.setdefault(decision.alert.event, self.rules.seq)

    def decide_all(self) -> None:
        """Judge and write until nothing waits."""
        while True:
            self.judge_next()
            if self.looked is None:
                return
            self.write_next()

    def ring(self) -> None:
        """Let the alarm do all that is due."""
        for command in self.look(commands.open):
            self.rules.do(expiring.fall, command.id)

    # ── people and clients ──

    def commands(self) -> list[Command]:
        ids = self.look(lambda con: con.scalars(select(tables.commands.c.id)).all())
        return [self.look(commands.find, number) for number in ids]

    def throw(self, name: str, state: str) -> None:
        self.rules.do(switches.put, name, NewSwitch(state=state, why="a person"), "carol")

    def say(self, telescope: str, status: dict[str, Any]) -> None:
        self.rules.do(statuses.put_telescope, telescope, TelescopeStatus(**status))

    def decide(self, decision: Callable[..., Any], command: Command, by: str) -> None:
        with contextlib.suppress(AlertError):
            self.rules.do(decision, command.id, by, "")

    def claim(self, command: Command, client: str) -> None:
        with contextlib.suppress(ConflictError, TooLateError):
            claimed = self.rules.do(claiming.claim, command.id, Claim(client=client, moves="simulator"), "rehearsal")
            self.fences[command.id] = claimed.fence

    def report(self, command: Command, state: str, lasts_s: float = 60.0) -> None:
        said = Report(fence=self.fences.get(command.id, 1), state=state, until=self.now + seconds(lasts_s))
        first = self.look(commands.find, command.id).state != "acting"
        with contextlib.suppress(ConflictError, TooLateError):
            self.rules.do(reporting.report, command.id, said)
            if state == "acting" and first:
                self.begun.append(Begun(command.id, self.now, self.rules.seq))

    # ── what must hold ──

    def check(self) -> None:
        """Every command that was begun was begun once, in time, with leave, and before its event was taken back."""
        for begun in self.begun:
            command = self.look(commands.find, begun.command)
            assert sum(one.command == begun.command for one in self.begun) == 1, f"{command.id} begun twice"
            assert begun.at < command.deadline, f"{command.id} begun after its deadline"
            self._was_allowed(command)
            taken_back = self.retracted.get(command.event or "")
            about_it = command.args.get("kind") == ABOUT_ITS_END.get(command.action, ())
            if taken_back is not None and command.action != "test" and not about_it:
                assert begun.seq < taken_back, f"{command.id} begun after the retraction of {command.event}"
        assert self.look(_twice) == [], "one scenario made one command twice"

    def _was_allowed(self, command: Command) -> None:
        lines = self.look(history.of, command.id)
        if TELESCOPES[command.telescope].actions[command.action].approval or lines[0].state == "proposed":
            people = [line.by for line in lines if line.state == "pending"]
            assert people, f"{command.id} begun without approval"
            assert people[0] in ("carol", "dave"), f"{command.id} approved by {people[0]}"

    def end(self) -> None:
        """Let a month pass, in which clients never come back; then every thread tells how it ended."""
        self.decide_all()
        for _ in range(2):
            self.rules.clock.turn(LONG_S)
            self.ring()
            self.decide_all()
        every = self.commands()
        assert all(command.final or (command.state == "acting" and command.overdue) for command in every)
        told_of = self.messages()
        for command in every:
            self._end_is_told(command, told_of)
        for event in self.retracted:
            self._retraction_is_told(event, told_of)
        for message in told_of:
            self._is_true(message)

    def messages(self) -> list[Message]:
        return [message_of(row) for row in self.look(lambda con: con.execute(select(tables.messages)).all())]

    def _end_is_told(self, command: Command, told_of: list[Message]) -> None:
        mine = [message.facts for message in told_of if message.command == command.id and message.subject == "command"]
        if command.state == "acting":
            assert [facts["overdue"] for facts in mine if facts["overdue"]] == [True], f"{command.id} is silent"
        else:
            ends = [facts["state"] for facts in mine if facts["state"] not in ("pending", "acting", "proposed")]
            assert ends == [command.state], f"command {command.id} ended {command.state}, people heard {ends}"

    def _retraction_is_told(self, event: str, told_of: list[Message]) -> None:
        """Who heard of an event hears that it was none; whoever heard nothing is not disturbed."""
        mine = [message for message in told_of if message.event == event]
        last = max((message.id for message in mine if message.subject == "retraction"), default=0)
        heard = [one for one in mine if one.subject == "verdict" and one.level != "quiet" and one.id < last]
        loud = [one for one in mine if one.subject == "retraction" and one.level != "quiet"]
        assert not heard or loud, f"{event}: told {[one.id for one in heard]}, but not that it was retracted"

    def _is_true(self, message: Message) -> None:
        """What a message says has its words, and nothing that was simulated or a test is called real."""
        (one,) = self.look(partial(_told, message=message), self.now)
        says = words(one)
        assert "Its words could not be made" not in says, f"message {message.id} has no words"
        if one.command is not None or (one.verdict is not None and one.verdict.commands):
            assert not says.startswith("REAL"), f"message {message.id} calls real what moved nothing: {says}"


def _unjudged(connection: Any) -> list[int]:
    query = select(tables.notices.c.id).where(tables.notices.c.state == "kept").order_by(tables.notices.c.id)
    return list(connection.scalars(query))


def _twice(connection: Any) -> list[Any]:
    table = tables.commands.c
    key = (table.scenario, table.event, table.telescope, table.action, table.turn)
    query = select(*key).where(table.scenario.is_not(None)).group_by(*key).having(func.count() > 1)
    return list(connection.execute(query))


def _told(connection: Any, now: datetime, message: Message) -> Any:
    return told(connection, [message], now)
