"""What came in between two moments, and what was done about it: the same questions to what was and to what would be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, or_, select, text
from sqlalchemy.exc import DatabaseError

from ovro_alert.commands import Command
from ovro_alert.errors import CannotStartError
from ovro_alert.notices import NoticeState, RawNotice
from ovro_alert.relay.journal import commands as command_rows
from ovro_alert.relay.journal import verdicts as verdict_rows
from ovro_alert.relay.journal.notices import WaitingNotice
from ovro_alert.relay.journal.tables import alerts, messages, notices, offloads, verdicts
from ovro_alert.verdicts import Answer, Verdict

VERSION = text("SELECT version_num FROM alembic_version")


class Window(NamedTuple):
    """From `since` to before `until`; of those streams, where any are named."""

    since: datetime
    until: datetime
    streams: tuple[str, ...] = ()

    def holds(self, moment: datetime) -> bool:
        """Whether a moment lies in it."""
        return self.since <= moment < self.until

    def received(self) -> tuple[ColumnElement[bool], ...]:
        """Return the condition that a notice lies in it."""
        when = (notices.c.received >= self.since, notices.c.received < self.until)
        return (*when, notices.c.stream.in_(self.streams)) if self.streams else when


class Came(NamedTuple):
    """A notice that came: when, and whether it was handed in as history."""

    id: int
    received: datetime
    history: bool


class Emptied(NamedTuple):
    """The dumps were taken away from a telescope's disks."""

    at: datetime
    telescope: str
    by: str
    note: str


class Deed(NamedTuple):
    """A command that a scenario made, the notice over which it did, and what it said."""

    scenario: str
    event: str
    notice: int
    answer: Answer
    says: str
    command: Command


def version(connection: Connection) -> str | None:
    """Return which version of the tables a journal has; a file that is no journal of ours has none."""
    try:
        found: str | None = connection.scalar(VERSION)
    except DatabaseError as error:
        raise CannotStartError(f"this is no journal that can be read: {error.orig}") from error
    return found


def came(connection: Connection, window: Window) -> list[Came]:
    """Return every notice of the window, in the order in which they were received."""
    rows = connection.execute(
        select(notices.c.id, notices.c.received, notices.c.history)
        .where(*window.received())
        .order_by(notices.c.received, notices.c.id)
    )
    return [Came(*row) for row in rows]


def as_they_came(connection: Connection, ids: Sequence[int]) -> list[WaitingNotice]:
    """Return some notices with their bytes, in the order of the ids, each as if it had come by itself."""
    found = {row.id: row for row in connection.execute(select(notices).where(notices.c.id.in_(ids)))}
    return [_live(found[notice_id]) for notice_id in ids]


def _live(row: Any) -> WaitingNotice:  # noqa: ANN401 - a row
    raw = RawNotice.model_construct(stream=row.stream, body=row.body, content_type=row.content_type, path=row.path)
    return WaitingNotice(row.id, raw, row.received, row.received, history=False)


def emptied(connection: Connection, since: datetime, until: datetime) -> list[Emptied]:
    """Return when dumps were taken away, in order."""
    columns = offloads.c.at, offloads.c.telescope, offloads.c.by, offloads.c.note
    rows = connection.execute(select(*columns).where(offloads.c.at >= since, offloads.c.at < until).order_by("at"))
    return [Emptied(*row) for row in rows]


def deeds(connection: Connection, window: Window) -> list[Deed]:
    """Return every command that came of the notices of the window, oldest first."""
    acted = (
        select(verdicts.c.scenario, alerts.c.event, verdicts.c.notice_id, verdicts.c.answer, verdicts.c.summary)
        .add_columns(verdicts.c.commands)
        .join(notices, notices.c.id == verdicts.c.notice_id)
        .join(alerts, alerts.c.id == verdicts.c.alert_id)
        .where(*window.received(), func.json_array_length(verdicts.c.commands) > 0)
        .order_by(verdicts.c.id)
    )
    return [
        Deed(row.scenario, row.event, row.notice_id, row.answer, row.summary, command_rows.find(connection, number))
        for row in connection.execute(acted).all()
        for number in row.commands
    ]


def states(connection: Connection, window: Window) -> dict[NoticeState, int]:
    """Return how many notices of the window ended in which state."""
    counted = select(notices.c.state, func.count().label("number")).where(*window.received()).group_by(notices.c.state)
    return {row.state: row.number for row in connection.execute(counted)}


def told(connection: Connection, window: Window, scenario: str | None) -> dict[str, int]:
    """Return how many messages on alerts and notices were made since the window began, by level."""
    of_one = (messages.c.scenario == scenario,) if scenario else ()
    about = or_(messages.c.alert_id.is_not(None), messages.c.notice_id.is_not(None))
    made = messages.c.made >= window.since, messages.c.made < window.until
    counted = (
        select(messages.c.level, func.count().label("number")).where(*made, about, *of_one).group_by(messages.c.level)
    )
    return {row.level: row.number for row in connection.execute(counted)}


def scenarios_on(connection: Connection, event: str) -> list[str]:
    """Return every scenario that judged an event."""
    named = select(verdicts.c.scenario).join(alerts, alerts.c.id == verdicts.c.alert_id)
    return sorted(set(connection.scalars(named.where(alerts.c.event == event))))


def said(connection: Connection, event: str, scenario: str, notice_id: int | None) -> Verdict | None:
    """Return what a scenario said of an event over that notice; if nothing then, its last word."""
    row = connection.execute(
        select(verdicts)
        .join(alerts, alerts.c.id == verdicts.c.alert_id)
        .where(alerts.c.event == event, verdicts.c.scenario == scenario)
        .order_by((verdicts.c.notice_id == notice_id).desc(), verdicts.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else verdict_rows.kept(row)


def fate(connection: Connection, notice_id: int) -> str:
    """Say in one line what became of a notice that has no verdict."""
    row = connection.execute(
        select(notices.c.state, notices.c.why, notices.c.history).where(notices.c.id == notice_id)
    ).one()
    words = f"{row.state}: {row.why}" if row.why else row.state
    return f"{words}, as history" if row.history else words
