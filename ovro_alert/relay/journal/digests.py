"""The digest of a window of time: what came in, what was asked of telescopes, what came of that, and why not."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, case, func, select, text

from ovro_alert.digests import LISTED, Digest, WhyNot
from ovro_alert.relay.journal.command_days import command_days, uses
from ovro_alert.relay.journal.stream_days import stream_days
from ovro_alert.relay.journal.tables import alerts, commands, messages, notices, verdicts
from ovro_alert.relay.journal.windows import Window, written_in
from ovro_alert.times import iso, parse_utc

IS_DIGEST = text("subject = 'digest'")
"""Word for word the condition of its index: with a bound value SQLite would not use it."""
BROKE = "the scenario broke"
NO = ("message", "nothing", "failed")
EACH = func.json_each(verdicts.c.gates).table_valued("key", "value")
FAILED = func.json_extract(EACH.c.value, "$.result").in_(("fail", "unknown"))
FIRST_FAILED = (
    select(func.json_extract(EACH.c.value, "$.gate"))
    .where(FAILED)
    .order_by(EACH.c.key)
    .limit(1)
    .correlate(verdicts)
    .scalar_subquery()
)
GATE = case((verdicts.c.answer == "failed", BROKE), else_=FIRST_FAILED)


class Wanted(NamedTuple):
    """Which digest: its window, as of when, the role of this relay's commands, how many TB of dumps there may be."""

    window: Window
    now: datetime
    role: str
    dumps_at_most_tb: float


def digest(connection: Connection, wanted: Wanted) -> Digest:
    """Look everything up."""
    window = wanted.window
    told = written_in(connection, messages.c.id, messages.c.made, window).these
    new = written_in(connection, alerts.c.id, alerts.c.made, window).these
    judged = written_in(connection, verdicts.c.id, verdicts.c.made, window).these
    retracted = _retracted(connection, new)
    return Digest(
        since=window.since,
        until=window.until,
        made=wanted.now,
        streams=stream_days(connection, window, wanted.now),
        **command_days(connection, window, wanted.now),
        use=uses(connection, window, wanted.role),
        dumps_at_most_tb=wanted.dumps_at_most_tb,
        why_not=_why_not(connection, judged),
        retractions=len(retracted),
        retracted=tuple(retracted[:LISTED]),
        quiet=_quiet(connection, told),
        unsent=connection.scalar(select(func.count()).where(told, messages.c.state == "unsent")) or 0,
    )


class Before(NamedTuple):
    """What is known of earlier days: whether this one was told, where the last one ended, when anything came first."""

    told: bool
    until: datetime | None
    begun: datetime | None


def before(connection: Connection, day: date, until: datetime) -> Before:
    """Return what the digest of a day that ends at that moment has to know of those before it."""
    told = select(messages.c.id).where(IS_DIGEST, messages.c.facts["date"].as_string() == day.isoformat()).limit(1)
    end = messages.c.facts["until"].as_string()
    last = connection.scalar(select(func.max(end)).where(IS_DIGEST, end < iso(until)))
    return Before(connection.scalar(told) is not None, last and parse_utc(last), _begun(connection))


def _begun(connection: Connection) -> datetime | None:
    first = (
        select(at).order_by(table.c.id).limit(1).scalar_subquery()
        for table, at in ((notices, notices.c.kept), (commands, commands.c.made), (messages, messages.c.made))
    )
    moments = connection.execute(select(*first)).one()
    return min((moment for moment in moments if moment is not None), default=None)


def _why_not(connection: Connection, judged: ColumnElement[bool]) -> tuple[WhyNot, ...]:
    of = select(verdicts.c.scenario, GATE.label("gate")).join(notices, notices.c.id == verdicts.c.notice_id)
    no = of.where(judged, verdicts.c.answer.in_(NO), ~notices.c.history).cte("no").prefix_with("MATERIALIZED")
    query = (
        select(no.c.scenario, no.c.gate, func.count().label("times"))
        .where(no.c.gate.is_not(None))
        .group_by(no.c.scenario, no.c.gate)
        .order_by(func.count().desc(), no.c.scenario, no.c.gate)
        .limit(LISTED)
    )
    return tuple(WhyNot(**row._mapping) for row in connection.execute(query))


def _retracted(connection: Connection, new: ColumnElement[bool]) -> list[str]:
    """Return the real events that were taken back, in the order in which that was heard."""
    taken_back = new, alerts.c.kind == "retraction", alerts.c.role == "real"
    events = connection.scalars(select(alerts.c.event).where(*taken_back).order_by(alerts.c.id))
    return list(dict.fromkeys(events))


def _quiet(connection: Connection, told: ColumnElement[bool]) -> dict[str, int]:
    about = func.coalesce(messages.c.scenario, messages.c.subject)
    query = select(about, func.count()).where(told, messages.c.state == "quiet").group_by(about)
    return dict(connection.execute(query.order_by(func.count().desc(), about)).tuples().all())
