"""Alerts in the journal: one row for each statement, whichever paths it came by."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, update

from ovro_alert.alerts import BURSTS, Alert, KeptAlert, Role, source_key
from ovro_alert.errors import NotFoundError
from ovro_alert.relay.journal.tables import alerts, among
from ovro_alert.relay.journal.writer import Txn
from ovro_alert.times import EXACT

FIELDS = set(Alert.model_fields)
BY_STATEMENT = select(alerts).where(alerts.c.statement == bindparam("this"))
OF_EVENT = select(alerts).where(alerts.c.event == bindparam("this")).order_by(alerts.c.id)
RETRACTION = (
    select(alerts.c.id)
    .where(
        alerts.c.kind == "retraction",
        or_(alerts.c.event == bindparam("this"), alerts.c.cites == bindparam("ivorn")),
        or_(alerts.c.role == "real", bindparam("role") != "real"),
    )
    .limit(1)
)
ADD = insert(alerts).returning(alerts.c.id, alerts.c.made)


def put(txn: Txn, alert: Alert, alert_id: int | None, *, retracted: bool) -> KeptAlert:
    """Write a new alert, or what is now known of one that was kept before."""
    seq = txn.next_seq()
    values = {
        "seq": seq,
        "stream": alert.stream,
        "event": alert.event,
        "statement": alert.statement,
        "kind": alert.kind,
        "role": alert.role,
        "time": alert.time,
        "ra_deg": alert.ra_deg,
        "dec_deg": alert.dec_deg,
        "dm_pc_cm3": alert.dm_pc_cm3,
        "source_key": None if alert.source is None else source_key(alert.source),
        "ivorn": alert.ivorn,
        "cites": alert.cites,
        "retracted": retracted,
        "body": alert.model_dump(mode="json", context=EXACT, exclude_none=True, include=FIELDS),
    }
    if alert_id is None:
        row = txn.connection.execute(ADD, values | {"made": txn.now}).one()
    else:
        changing = update(alerts).where(alerts.c.id == alert_id).values(**values)
        row = txn.connection.execute(changing.returning(alerts.c.id, alerts.c.made)).one()
    made = KeptAlert.model_construct(
        **dict(alert) | {"id": row.id, "made": row.made, "seq": seq, "retracted": retracted}
    )
    txn.changed("alert", made, seq)
    return made


def retract(txn: Txn, event: str, role: Role) -> list[KeptAlert]:
    """Mark the alerts of an event as retracted; return those that were not before. A test takes back no real one."""
    theirs = (alerts.c.event == event) & ~alerts.c.retracted
    if role != "real":
        theirs &= alerts.c.role != "real"
    ids = list(txn.connection.scalars(select(alerts.c.id).where(theirs)))
    marked = []
    for alert_id in ids:
        seq = txn.next_seq()
        txn.connection.execute(update(alerts).where(alerts.c.id == alert_id).values(retracted=True, seq=seq))
        marked.append(find(txn.connection, alert_id))
        txn.changed("alert", marked[-1], seq)
    return marked


def adopt(txn: Txn, ivorn: str, event: str) -> None:
    """Give a retraction that came before its event the name of that event."""
    orphans = (alerts.c.cites == ivorn) & (alerts.c.event != event)
    for row in txn.connection.execute(select(alerts).where(orphans)).all():
        alert = kept(row).model_copy(update={"event": event})
        put(txn, alert, row.id, retracted=True)


def find(connection: Connection, alert_id: int) -> KeptAlert:
    """Return one alert."""
    row = connection.execute(select(alerts).where(alerts.c.id == alert_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"no alert has the id {alert_id}")
    return kept(row)


def by_statement(connection: Connection, statement: str) -> KeptAlert | None:
    """Return the alert that already says this, if one does."""
    row = connection.execute(BY_STATEMENT, {"this": statement}).one_or_none()
    return None if row is None else kept(row)


def newest(connection: Connection, most: int) -> tuple[KeptAlert, ...]:
    """Return the alerts that were kept last, newest first."""
    return tuple(kept(row) for row in connection.execute(select(alerts).order_by(alerts.c.id.desc()).limit(most)))


def of_event(connection: Connection, event: str) -> tuple[KeptAlert, ...]:
    """Return every alert of an event, oldest first."""
    return tuple(kept(row) for row in connection.execute(OF_EVENT, {"this": event}))


def event_of_ivorn(connection: Connection, ivorn: str) -> str | None:
    """Return which event the VOEvent of that name spoke of, if we have it."""
    return connection.scalar(select(alerts.c.event).where(alerts.c.ivorn == ivorn).order_by(alerts.c.id).limit(1))


def is_retracted(connection: Connection, alert: Alert) -> bool:
    """Whether a retraction of its event is known, by the event's name or by the VOEvent that it cites."""
    # nothing cites the empty name
    asked = {"this": alert.event, "ivorn": alert.ivorn or "", "role": alert.role}
    return connection.scalar(RETRACTION, asked) is not None


def retracted_of(connection: Connection, events: set[str]) -> frozenset[str]:
    """Return those of some events that were taken back by their discoverer."""
    return frozenset(connection.scalars(select(alerts.c.event).where(alerts.c.event.in_(events), alerts.c.retracted)))


class Burst(NamedTuple):
    """One burst of a source: its event, and when it was first seen."""

    event: str
    time: datetime | None


OF_SOURCE = (
    select(
        alerts.c.event,
        func.min(alerts.c.time, type_=alerts.c.time.type).label("time"),
        func.count().over().label("in_all"),
    )
    .where(
        alerts.c.source_key == bindparam("source_key"),
        alerts.c.event != bindparam("not_event"),
        alerts.c.role == "real",
        ~alerts.c.retracted,
        among(alerts.c.kind, BURSTS),
    )
    .group_by(alerts.c.event)
    .order_by(func.max(alerts.c.id).desc())
    .limit(bindparam("most"))
)


def of_source(connection: Connection, source: str, not_event: str, most: int) -> tuple[list[Burst], int]:
    """Return the newest real bursts of a known source that stand, and how many there were in all."""
    asked = {"source_key": source_key(source), "not_event": not_event, "most": most}
    rows = connection.execute(OF_SOURCE, asked).all()
    return [Burst(row.event, row.time) for row in rows], rows[0].in_all if rows else 0


def kept(row: Row[tuple[object, ...]]) -> KeptAlert:
    """Return the alert that a row holds."""
    body = {**row.body, "event": row.event}
    return KeptAlert(**body, id=row.id, seq=row.seq, made=row.made, retracted=row.retracted)
