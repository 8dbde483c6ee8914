"""Notices in the journal: kept before anyone reads them, each arrival of the same bytes noted."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from ovro_alert.errors import NotFoundError
from ovro_alert.notices import Arrival, Notice, NoticeState, RawNotice
from ovro_alert.relay.journal.tables import arrivals, notices
from ovro_alert.relay.journal.writer import Txn

HEAD = [column for column in notices.c if column.name != "body"]

# made once: putting a statement together takes longer than SQLite takes to carry it out; `OR IGNORE` and not
# `ON CONFLICT`, which the library compiles anew each time
KEEP = insert(notices).prefix_with("OR IGNORE")
ARRIVE = insert(arrivals)
SETTLE = update(notices).where(notices.c.id == bindparam("this")).returning(*HEAD)
STANDING = select(notices.c.state, notices.c.history).where(notices.c.id == bindparam("this"))


class Arrived(NamedTuple):
    """What a receiver hands in."""

    stream: str
    body: bytes
    content_type: str
    received: datetime | None = None
    path: str | None = None
    history: bool = False


class Kept(NamedTuple):
    """What became of it."""

    id: int
    seq: int
    state: NoticeState
    duplicate: bool


class WaitingNotice(NamedTuple):
    """A kept notice with its bytes, as the judge takes it."""

    id: int
    raw: RawNotice
    received: datetime
    kept: datetime
    history: bool


def keep(txn: Txn, arrived: Arrived) -> Kept:
    """Keep a notice; the same bytes on the same stream are the same notice with one more arrival."""
    sha256 = hashlib.sha256(arrived.body).hexdigest()
    received = arrived.received or txn.now
    seq = txn.next_seq()
    made = txn.connection.execute(
        KEEP,
        {
            "seq": seq,
            "stream": arrived.stream,
            "sha256": sha256,
            "content_type": arrived.content_type,
            "size_bytes": len(arrived.body),
            "state": "kept",
            "history": arrived.history,
            "received": received,
            "kept": txn.now,
            "body": arrived.body,
        },
    )
    duplicate = made.rowcount == 0
    notice_id = _touch(txn, arrived.stream, sha256, seq) if duplicate else int(made.lastrowid)
    txn.connection.execute(
        ARRIVE, {"notice_id": notice_id, "path": arrived.path, "received": received, "kept": txn.now}
    )
    if duplicate:
        notice = find(txn.connection, notice_id)
        txn.changed("notice", notice, seq)
        return Kept(notice_id, seq, notice.state, duplicate=True)
    notice = Notice.model_construct(
        id=notice_id,
        seq=seq,
        stream=arrived.stream,
        state="kept",
        content_type=arrived.content_type,
        size_bytes=len(arrived.body),
        sha256=sha256,
        history=arrived.history,
        arrivals=(Arrival.model_construct(path=arrived.path, received=received, kept=txn.now),),
    )
    txn.changed("notice", notice, seq)
    return Kept(notice_id, seq, "kept", duplicate=False)


def _touch(txn: Txn, stream: str, sha256: str, seq: int) -> int:
    same = (notices.c.stream == stream) & (notices.c.sha256 == sha256)
    txn.connection.execute(update(notices).where(same).values(seq=seq))
    return int(txn.connection.execute(select(notices.c.id).where(same)).scalar_one())


def standing(connection: Connection, notice_id: int) -> tuple[NoticeState, bool]:
    """Return a notice's state, and whether it is history."""
    row = connection.execute(STANDING, {"this": notice_id}).one()
    return row.state, row.history


def settle(txn: Txn, notice_id: int, state: NoticeState, why: str | None, alert_id: int | None) -> Notice:
    """Note what the judge made of a notice."""
    seq = txn.next_seq()
    judged = {"seq": seq, "state": state, "why": why, "alert_id": alert_id}
    row = txn.connection.execute(SETTLE, judged | {"this": notice_id}).one()
    notice = _notice(row, arrivals_of(txn.connection, notice_id))
    txn.changed("notice", notice, seq)
    return notice


def find(connection: Connection, notice_id: int) -> Notice:
    """Return one notice with its arrivals."""
    row = connection.execute(select(*HEAD).where(notices.c.id == notice_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"no notice has the id {notice_id}")
    return _notice(row, arrivals_of(connection, notice_id))


def body(connection: Connection, notice_id: int) -> tuple[str, bytes]:
    """Return the content type and the bytes as received."""
    row = connection.execute(
        select(notices.c.content_type, notices.c.body).where(notices.c.id == notice_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError(f"no notice has the id {notice_id}")
    return row.content_type, row.body


def of_alert(connection: Connection, alert_id: int) -> list[Notice]:
    """Return every notice of an alert, in the order in which they were kept."""
    rows = connection.execute(select(*HEAD).where(notices.c.alert_id == alert_id).order_by(notices.c.id)).all()
    return [_notice(row, arrivals_of(connection, row.id)) for row in rows]


def arrivals_of(connection: Connection, notice_id: int) -> tuple[Arrival, ...]:
    """Return the arrivals of one notice, first to last."""
    rows = connection.execute(select(arrivals).where(arrivals.c.notice_id == notice_id).order_by(arrivals.c.id))
    return tuple(Arrival(path=row.path, received=row.received, kept=row.kept) for row in rows)


def all_waiting(connection: Connection) -> list[tuple[int, datetime | None]]:
    """Return every notice that nobody has judged, in order: its id and, if it is history, as of when to judge it."""
    waits = select(notices.c.id, notices.c.history, notices.c.received).where(notices.c.state == "kept")
    rows = connection.execute(waits.order_by(notices.c.id))
    return [(row.id, row.received if row.history else None) for row in rows]


def waiting(connection: Connection, notice_id: int) -> WaitingNotice | None:
    """Return a notice with its bytes, if it still waits to be judged."""
    row = connection.execute(select(notices).where(notices.c.id == notice_id, notices.c.state == "kept")).one_or_none()
    if row is None:
        return None
    path = connection.scalar(
        select(arrivals.c.path).where(arrivals.c.notice_id == notice_id).order_by(arrivals.c.id).limit(1)
    )
    raw = RawNotice.model_construct(stream=row.stream, body=row.body, content_type=row.content_type, path=path)
    return WaitingNotice(notice_id, raw, row.received, row.kept, row.history)


def _notice(row: Row[tuple[object, ...]], came: tuple[Arrival, ...]) -> Notice:
    return Notice.model_construct(
        id=row.id,
        seq=row.seq,
        stream=row.stream,
        state=row.state,
        why=row.why,
        content_type=row.content_type,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        history=row.history,
        alert=row.alert_id,
        arrivals=came,
    )
