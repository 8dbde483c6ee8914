"""The telescopes' clients as they should be: what waits is begun in time, what acts ends well, nobody is ever away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from ovro_alert.actions import BeamArgs, DumpArgs
from ovro_alert.commands import Claim, Command, Report
from ovro_alert.relay.commanding import claiming, expiring, reporting
from ovro_alert.relay.journal import commands
from ovro_alert.relay.journal.scratch import Scratch
from ovro_alert.relay.journal.writer import Changed, Txn
from ovro_alert.times import seconds

NAME = "what-if"


class PerfectClient:
    """Lives the lives of all commands of a scratch journal, by the relay's own rules, as its time passes.

    Parameters
    ----------
    scratch
        Where they are.
    lead_s
        From telling the telescope to a beam that is on, seconds.
    ring_s
        How much of the past a dump begins with, seconds.
    """

    def __init__(self, scratch: Scratch, lead_s: float, ring_s: float) -> None:
        self.scratch = scratch
        self.lead_s = lead_s
        self.ring_s = ring_s
        self.open: dict[int, Command] = {}

    def heard(self, changes: Iterable[Changed]) -> None:
        """Note what has become of commands."""
        for change in changes:
            if isinstance(change.thing, Command):
                if change.thing.final:
                    self.open.pop(change.thing.id, None)
                else:
                    self.open[change.thing.id] = change.thing

    def live(self, until: datetime) -> None:
        """Do all that is due until then, each at its moment; a later one hears of an earlier one."""
        while self.open:
            moment, command = min(((self._due(one), one) for one in self.open.values()), key=lambda due: due[0])
            if moment > until:
                return
            _, changes = self.scratch.do(moment, partial(self._step, command=command))
            self.heard(changes)

    def _due(self, command: Command) -> datetime:
        if command.state == "acting":
            stop = command.stop if command.action == "dump" else None  # no beam is cut short
            return stop.when if stop is not None else command.until or command.made
        begin = self._begin(command)
        return begin if command.state == "pending" and begin < command.deadline else command.deadline

    def _begin(self, command: Command) -> datetime:
        start = BeamArgs.model_validate(command.args).start if command.action == "beam" else None
        visible = command.visible or command.made
        return visible if start is None else max(visible, start - seconds(self.lead_s))

    def _step(self, txn: Txn, command: Command) -> None:
        if command.state == "acting":
            end = Report(fence=commands.hold(txn.connection, command.id).fence, state="done")
            if command.stop is not None and command.action == "dump":
                end = end.model_copy(update={"state": "cancelled"})
            reporting.report(txn, command.id, end)
        elif command.state == "pending" and txn.now < command.deadline:
            claimed = claiming.claim(txn, command.id, Claim(client=NAME), "production")
            acting = Report(fence=claimed.fence, state="acting", until=self._until(command, txn.now))
            reporting.report(txn, command.id, acting)
        else:
            expiring.fall(txn, command.id)

    def _until(self, command: Command, begun: datetime) -> datetime:
        """Return when it will be over."""
        if command.action == "beam":
            beam = BeamArgs.model_validate(command.args)
            return beam.stop or (beam.start or begun + seconds(self.lead_s)) + seconds(beam.duration_s)
        if command.action == "dump":
            dump = DumpArgs.model_validate(command.args)
            return max(dump.stop or begun + seconds(dump.duration_s - self.ring_s), begun)
        return begun
