"""What was asked of telescopes in a window of time, how it ended, what it takes, and what waits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any, TypedDict

from sqlalchemy import Connection, Row, bindparam, func, select

from ovro_alert.actions import TELESCOPES
from ovro_alert.commands import FINAL, Command, State
from ovro_alert.digests import LISTED, CommandDay, Line, Use
from ovro_alert.observatory import VOLTAGE_BYTES_PER_S
from ovro_alert.relay.journal import commands as command_rows
from ovro_alert.relay.journal import offloads
from ovro_alert.relay.journal.budgets import LENGTH_S, TOOK, VOLTAGE
from ovro_alert.relay.journal.tables import commands, history
from ovro_alert.relay.journal.windows import Window, written_in

KIND = commands.c.telescope, commands.c.action
ENDS = (
    select(history.c.command_id, history.c.state, history.c.why, func.max(history.c.seq).label("line"))
    .where(
        history.c.at >= bindparam("since"),
        history.c.at < bindparam("until"),
        history.c.state.in_(sorted(FINAL)),
    )
    .group_by(history.c.command_id)
    .subquery()
)
ENDED = (
    select(ENDS.c.command_id.label("command"), ENDS.c.state, ENDS.c.why, *KIND, commands.c.event, commands.c.deadline)
    .join(commands, commands.c.id == ENDS.c.command_id)
    .order_by(ENDS.c.line.desc())
)
"""Commands by how they ended, with the last word of that; newest first."""


class CommandDays(TypedDict):
    """The fields of a digest that are about commands."""

    commands: tuple[CommandDay, ...]
    undone: tuple[Line, ...]
    proposals: tuple[Line, ...]
    overdue: tuple[Line, ...]


def command_days(connection: Connection, window: Window, now: datetime) -> CommandDays:
    """Return what was asked and how it ended; and what is open as of now."""
    ended = connection.execute(ENDED, window._asdict()).all()
    open_ = [command.seen_at(now) for command in command_rows.open(connection)]
    return {
        "commands": _counted(connection, window, ended),
        "undone": tuple(Line(**row._mapping) for row in ended if row.state != "done")[:LISTED],
        "proposals": _lines(command for command in open_ if command.state == "proposed"),
        "overdue": _lines(command for command in open_ if command.overdue),
    }


def uses(connection: Connection, window: Window, role: str) -> tuple[Use, ...]:
    """Return what the window's commands of that role take of each telescope that has beams or dumps."""
    made = written_in(connection, commands.c.id, commands.c.made, window).these
    took = select(*KIND, VOLTAGE.label("is_voltage"), LENGTH_S.label("length_s")).where(
        made, commands.c.role == role, commands.c.action.in_(("beam", "dump")), TOOK
    )
    rows = connection.execute(took).all()
    recording = [name for name, telescope in TELESCOPES.items() if telescope.actions.keys() & {"beam", "dump"}]
    return tuple(_use(connection, name, role, [row for row in rows if row.telescope == name]) for name in recording)


def _use(connection: Connection, telescope: str, role: str, took: list[Row[Any]]) -> Use:
    beams = [row for row in took if row.action == "beam"]
    dumps = [row.length_s for row in took if row.action == "dump"]
    voltage_s = sum(row.length_s for row in beams if row.is_voltage)
    return Use(
        telescope=telescope,
        beams=len(beams),
        beam_hours=round(sum(row.length_s for row in beams) / 3600, 3),
        beam_tb=round(voltage_s * VOLTAGE_BYTES_PER_S / 1e12, 3),
        dumps=len(dumps),
        dump_tb=round(offloads.size_tb(dumps), 3),
        on_disks_tb=round(offloads.taken_tb(connection, telescope, role), 3),
    )


def _counted(connection: Connection, window: Window, ended: Iterable[Row[Any]]) -> tuple[CommandDay, ...]:
    made = written_in(connection, commands.c.id, commands.c.made, window).these
    number: Counter[tuple[str, str]] = Counter()
    for telescope, action, times in connection.execute(select(*KIND, func.count()).where(made).group_by(*KIND)):
        number[telescope, action] = times
    states: dict[tuple[str, str], Counter[State]] = defaultdict(Counter)
    for row in ended:
        states[row.telescope, row.action][row.state] += 1
    return tuple(
        CommandDay(telescope=of[0], action=of[1], made=number[of], ended=dict(states[of]))
        for of in sorted({*number, *states})
    )


def _lines(of: Iterable[Command]) -> tuple[Line, ...]:
    return tuple(
        Line.model_validate({**dict(command), "command": command.id, "why": command.reason})
        for command in islice(of, LISTED)
    )
