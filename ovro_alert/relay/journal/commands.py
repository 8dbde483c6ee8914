"""Commands in the journal: one row each, as it is now. What they went through is in `history`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, func, insert, or_, select, text, update

from ovro_alert.commands import WAITING, Command, State, Stop
from ovro_alert.errors import NotFoundError
from ovro_alert.relay.journal import tables
from ovro_alert.relay.journal.journal import last_seq
from ovro_alert.relay.journal.tables import commands
from ovro_alert.relay.journal.writer import Txn

PAGE = 1000
"""At most so many commands in one answer to a follower that was away for very long."""
LATELY = 200
"""Among so many that changed last are those that still occupy a beam."""
IS_OPEN = text("state IN ('proposed', 'pending', 'claimed', 'acting')")
"""Word for word the condition of the index `commands_open`: with bound values SQLite would not use it."""


class Held(NamedTuple):
    """A command with what only the relay knows of it: its fence, and whose key approved or declined it."""

    command: Command
    fence: int
    decided_by: str | None


class Wanted(NamedTuple):
    """Which commands a list shall hold: by the state that they have when it is written; `open` is all but final."""

    after: int
    state: State | Literal["open"] | None
    limit: int | None


# `OR IGNORE` and not `ON CONFLICT`, which the library compiles anew each time
ADD = insert(commands).prefix_with("OR IGNORE").returning(commands)


def add(txn: Txn, **values: Any) -> Held | None:  # noqa: ANN401 - columns
    """Write a new command; None when this scenario has made it for this event before.

    Of the dumps of a superevent only one stands, whatever its turn: the journal's own index refuses a second.
    """
    values |= {"seq": txn.next_seq(), "made": txn.now, "begun": False, "fence": 0, "overdue": False, "detail": {}}
    row = txn.connection.execute(ADD, values).one_or_none()
    return None if row is None else _held(row)


def change(txn: Txn, command_id: int, **values: Any) -> Held:  # noqa: ANN401 - columns
    """Write what is new of a command, with a new journal number."""
    changed = update(commands).where(commands.c.id == command_id).values(seq=txn.next_seq(), **values)
    return _held(txn.connection.execute(changed.returning(commands)).one())


BY_ID = select(commands).where(commands.c.id == bindparam("this"))
OF_EVENT = select(commands).where(commands.c.event == bindparam("this")).order_by(commands.c.id)


def hold(connection: Connection, command_id: int) -> Held:
    """Return a command with what only the relay knows of it."""
    row = connection.execute(BY_ID, {"this": command_id}).one_or_none()
    if row is None:
        raise NotFoundError(f"no command has the id {command_id}")
    return _held(row)


def find(connection: Connection, command_id: int) -> Command:
    """Return one command."""
    return hold(connection, command_id).command


def of_event(connection: Connection, event: str) -> tuple[Command, ...]:
    """Return every command of an event, oldest first."""
    return tuple(_held(row).command for row in connection.execute(OF_EVENT, {"this": event}))


LAST_OF_EVENTS = (
    select(commands.c.event, commands.c.action, commands.c.state)
    .where(commands.c.event.in_(bindparam("events", expanding=True)))
    .order_by(commands.c.id)
)


def last_of_events(connection: Connection, events: list[str]) -> dict[str, str]:
    """Return in two words, by event, what became of the last command of each that has one."""
    rows = connection.execute(LAST_OF_EVENTS, {"events": events}) if events else ()
    return {row.event: f"{row.action} {row.state}" for row in rows}


def of_alert(connection: Connection, alert_id: int) -> tuple[Command, ...]:
    """Return every command that came of an alert, oldest first."""
    return _all(connection, commands.c.alert_id == alert_id)


def open(connection: Connection, telescope: str | None = None) -> tuple[Command, ...]:
    """Return all that is not final, of one telescope or of all."""
    return _all(connection, IS_OPEN, *([commands.c.telescope == telescope] if telescope else []))


# by the time of what happened, from its index: those older than the moment that is asked for are not looked at
DONE_SINCE = (
    select(tables.history.c.command_id)
    .where(tables.history.c.at >= bindparam("after"), tables.history.c.state == "done")
    .order_by(tables.history.c.at.desc())
    .limit(LATELY)
    .subquery()
)
# by their ids: with `OR` SQLite would read the whole table
OCCUPYING = select(commands.c.id).where(IS_OPEN).union_all(select(DONE_SINCE))
RUNNING = select(commands).where(commands.c.id.in_(OCCUPYING))


def running(connection: Connection, after: datetime) -> tuple[Command, ...]:
    """Return what waits or acts, and what was done since that moment, of every telescope."""
    return in_order(connection.execute(RUNNING, {"after": after}))


def changed_since(connection: Connection, telescope: str, since: int) -> tuple[tuple[Command, ...], int]:
    """Return what changed after a journal number, and up to which number that is complete."""
    query = select(commands).where(commands.c.telescope == telescope, commands.c.seq > since)
    rows = connection.execute(query.order_by(commands.c.seq).limit(PAGE)).all()
    complete = rows[-1].seq if len(rows) == PAGE else last_seq(connection)
    return tuple(_held(row).command for row in rows), complete


def listed(connection: Connection, telescope: str, wanted: Wanted, now: datetime) -> tuple[tuple[Command, ...], int]:
    """Return commands in the order of their ids, and up to which journal number that is complete."""
    if wanted.state == "open":
        unended = (one for one in open(connection, telescope) if one.id > wanted.after and not one.seen_at(now).final)
        return tuple(islice(unended, wanted.limit)), last_seq(connection)
    query = select(commands).where(commands.c.telescope == telescope, commands.c.id > wanted.after)
    if wanted.state is not None:
        query = query.where(_has(wanted.state, now))
    rows = connection.execute(query.order_by(commands.c.id).limit(wanted.limit))
    return tuple(_held(row).command for row in rows), last_seq(connection)


NEWEST_VISIBLE = select(
    *(
        select(func.max(table.c.visible, type_=table.c.visible.type))
        .where(table.c.telescope == bindparam("telescope"))
        .scalar_subquery()
        for table in (commands, tables.discoveries)
    )
)


def newest_visible(connection: Connection, telescope: str) -> datetime | None:
    """Return when a command or a discovery of this telescope last became visible."""
    moments = connection.execute(NEWEST_VISIBLE, {"telescope": telescope}).one()
    return max((moment for moment in moments if moment is not None), default=None)


def newest_shown(connection: Connection, telescope: str) -> Command | None:
    """Return the newest command that became visible to old clients; drills of the relay's own are not for them."""
    own_drill = and_(commands.c.action == "test", commands.c.by == "relay")
    query = select(commands).where(commands.c.telescope == telescope, commands.c.visible.is_not(None), ~own_drill)
    row = connection.execute(query.order_by(commands.c.visible.desc()).limit(1)).one_or_none()
    return None if row is None else _held(row).command


def _has(state: State, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a command has this state then, whether the timer came by or not."""
    late = and_(commands.c.state.in_(sorted(WAITING)), commands.c.deadline <= now)
    if state == "expired":
        return or_(commands.c.state == state, late)
    return and_(commands.c.state == state, ~late)


def _all(connection: Connection, *conditions: Any) -> tuple[Command, ...]:  # noqa: ANN401 - SQL expressions
    # ordered by us: asked for the order of ids, SQLite would rather read the whole table than the index of what is open
    return in_order(connection.execute(select(commands).where(*conditions)))


def in_order(rows: Iterable[Row[Any]]) -> tuple[Command, ...]:
    """Return the commands that rows hold, oldest first."""
    return tuple(sorted((_held(row).command for row in rows), key=lambda command: command.id))


def _held(row: Row[Any]) -> Held:
    values = dict(row._mapping)
    fence, decided_by = values.pop("fence"), values.pop("decided_by")
    stop, alert = values.pop("stop"), values.pop("alert_id")
    command = Command.model_construct(**values, alert=alert, stop=None if stop is None else Stop.model_validate(stop))
    return Held(command, fence, decided_by)
