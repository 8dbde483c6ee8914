"""The rules of commands, one transaction after the other, on a journal of their own, with a clock turned by hand."""

from __future__ import annotations

import contextlib
import functools
import itertools
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from ovro_alert.commands import Change, Claim, ClaimedCommand, Command, CommandDraft, Report
from ovro_alert.messages import Message
from ovro_alert.relay.commanding import claiming, making, reporting
from ovro_alert.relay.journal import commands, history
from ovro_alert.relay.journal.opening import migrate, writing_engine
from ovro_alert.relay.journal.writer import Changed, Txn
from ovro_alert.relay.judging import Judging
from tests.clocks import HandClock
from tests.relay import RunningRelay, relay_on

T = TypeVar("T")
BEAM = {"ra_deg": 83.6, "dec_deg": 22.0, "duration_s": 600.0}
EVENT = "chime:217097677"
SCENARIO = "chime_repeater"


@functools.cache
def empty_journal() -> bytes:
    """A journal with its tables and nothing in them; the schema is made once for all tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite"
        engine = writing_engine(path)
        migrate(engine, path)
        engine.dispose()
        return path.read_bytes()


class Rules:
    """Runs each rule in a transaction of its own, as the journal's writer does; what it raises undoes it."""

    def __init__(self, folder: Path) -> None:
        path = folder / "journal.sqlite"
        path.write_bytes(empty_journal())
        self.engine = writing_engine(path)
        self.connection = self.engine.connect()
        self.connection.connection.driver_connection.execute("PRAGMA synchronous = OFF")  # rules, not disks
        self.clock = HandClock()
        self.seq = 0
        self.turns = itertools.count(1)
        self.published: list[Changed] = []

    def do(self, rule: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        with self.connection.begin():
            txn = Txn(self.connection, self.clock.now(), self.seq)
            try:
                result = rule(txn, *args, **kwargs)
            finally:
                self.seq = txn.last_seq
        self.published += txn.changes
        return result

    def make(self, *, by: str = "relay", left_s: float = 60, proposal: bool = False, **values: Any) -> Command:
        defaults = {"telescope": "lwa", "action": "beam", "args": BEAM, "reason": "a test", "event": EVENT}
        draft = CommandDraft(
            **(defaults | {"scenario": SCENARIO, "turn": next(self.turns), "deadline": self.after(left_s)} | values)
        )
        made = self.do(making.make, draft, by=by, role="observation", alert_id=None, proposal=proposal)
        assert made is not None
        return made

    def claim(self, command: Command, client: str = "lwa@one", mode: str = "production") -> ClaimedCommand:
        return self.do(claiming.claim, command.id, Claim(client=client), mode)

    def report(self, claimed: ClaimedCommand, state: str, **values: Any) -> Command:
        return self.do(reporting.report, claimed.id, Report(fence=claimed.fence, state=state, **values))

    def acting(self, **values: Any) -> ClaimedCommand:
        claimed = self.claim(self.make(**values))
        self.report(claimed, "acting", until=self.after(600))
        return claimed

    def now_is(self, command: Command) -> Command:
        with self.connection.begin():
            return commands.find(self.connection, command.id)

    def lines(self, command: Command) -> list[Change]:
        with self.connection.begin():
            return list(history.of(self.connection, command.id))

    def messages(self) -> list[Message]:
        return [changed.thing for changed in self.published if isinstance(changed.thing, Message)]

    def after(self, seconds: float):
        return self.clock.now() + timedelta(seconds=seconds)

    def close(self) -> None:
        self.connection.close()
        self.engine.dispose()


@contextlib.contextmanager
def relay_without_judge(home: Path, **settings: Any) -> Iterator[RunningRelay]:
    """A relay that keeps notices and judges none: it starts much faster, and commands need no judge."""

    async def rest(_: Judging) -> None:
        return

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Judging, "start", rest)
        with relay_on(home, judging=False, **settings) as running:
            yield running
