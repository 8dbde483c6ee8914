"""Notices in the journal: kept before anyone reads them, each arrival of the same bytes noted."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from ovro_alert.errors import NotFoundError
from ovro_alert.notices import Arrival, Notice, NoticeState, RawNotice, carries_tests
from ovro_alert.relay.journal.tables import arrivals, notices
from ovro_alert.relay.journal.writer import Txn

HEAD = [column for column in notices.c if column.name != "body"]
CAME = ("path", "received", "kept")

# made once: putting a statement together takes longer than SQLite takes to carry it out; `OR IGNORE` and not
# `ON CONFLICT`, which the library compiles anew each time
KEEP = insert(notices).prefix_with("OR IGNORE")
SETTLE = update(notices).where(notices.c.id == bindparam("this")).returning(*HEAD)
WAITING = select(notices).where(notices.c.id == bindparam("this"), notices.c.state == "kept")
OF_NOW = select(notices.c.id).where(notices.c.alert_id == bindparam("this"), ~notices.c.history).limit(1)
ARRIVALS_SHOWN = 100
"""All arrivals are kept; so many are shown: a sender that repeats itself for ever must not hold the writer up."""
ARRIVED = (
    select(arrivals).where(arrivals.c.notice_id == bindparam("this")).order_by(arrivals.c.id).limit(ARRIVALS_SHOWN - 1)
)


class Arrived(NamedTuple):
    """What a receiver hands in."""

    stream: str
    body: bytes
    content_type: str
    received: datetime | None = None
    path: str | None = None
    history: bool = False
    backlog: bool = False


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
    values = {
        "seq": seq,
        "stream": arrived.stream,
        "sha256": sha256,
        "content_type": arrived.content_type,
        "size_bytes": len(arrived.body),
        "state": "kept",
        "history": arrived.history,
        "backlog": arrived.backlog,
        "path": arrived.path,
        "received": received,
        "kept": txn.now,
        "doubles": 0,
        "body": arrived.body,
    }
    made = txn.connection.execute(KEEP, values)
    if made.rowcount == 0:
        return _double(txn, values)
    came = Arrival.model_construct(path=arrived.path, received=received, kept=txn.now)
    notice = Notice.model_construct(
        id=int(made.lastrowid),
        seq=seq,
        stream=arrived.stream,
        state="kept",
        content_type=arrived.content_type,
        size_bytes=len(arrived.body),
        sha256=sha256,
        history=arrived.history,
        backlog=arrived.backlog,
        arrivals=(came,),
    )
    txn.changed("notice", notice, seq, waits=True)
    return Kept(notice.id, seq, "kept", duplicate=False)


def _double(txn: Txn, values: dict[str, Any]) -> Kept:
    """Note one more arrival of bytes that are here already.

    What was history, or came as a test, is judged anew when it comes for real; what waits in the backlog waits no
    longer when it comes by itself.
    """
    same = (notices.c.stream == values["stream"]) & (notices.c.sha256 == values["sha256"])
    before = txn.connection.execute(select(*HEAD).where(same)).one()
    more = {"seq": values["seq"], "doubles": before.doubles + 1}
    came = {name: values[name] for name in CAME}
    was_test = carries_tests(before.path) and not carries_tests(values["path"])
    comes = (before.history or was_test) and not values["history"]
    sooner = before.state == "kept" and before.backlog and not (values["backlog"] or values["history"])
    if sooner or comes:
        more["backlog"] = values["backlog"]
    if comes:
        # the row has the arrival that is acted on; without its alert it is no word that anybody has acted on yet
        more |= came | {"history": False, "state": "kept", "why": None, "alert_id": None}
        came = {name: getattr(before, name) for name in CAME}
    txn.connection.execute(update(notices).where(notices.c.id == before.id).values(more))
    txn.connection.execute(insert(arrivals).values(notice_id=before.id, **came))
    notice = find(txn.connection, before.id)
    txn.changed("notice", notice, notice.seq, waits=comes or sooner)
    return Kept(notice.id, notice.seq, notice.state, duplicate=True)


def settle(txn: Txn, notice_id: int, state: NoticeState, why: str | None, alert_id: int | None) -> Notice:
    """Note what the judge made of a notice."""
    seq = txn.next_seq()
    judged = {"seq": seq, "state": state, "why": why, "alert_id": alert_id}
    row = txn.connection.execute(SETTLE, judged | {"this": notice_id}).one()
    notice = _notice(txn.connection, row)
    txn.changed("notice", notice, seq)
    return notice


def find(connection: Connection, notice_id: int) -> Notice:
    """Return one notice with its arrivals."""
    row = connection.execute(select(*HEAD).where(notices.c.id == notice_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"no notice has the id {notice_id}")
    return _notice(connection, row)


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
    return [_notice(connection, row) for row in rows]


def only_history(connection: Connection, alert_id: int) -> bool:
    """Whether all that told of an alert was handed in as history, so that nobody has acted on it."""
    return connection.scalar(OF_NOW, {"this": alert_id}) is None


def waiting(connection: Connection, notice_id: int) -> WaitingNotice | None:
    """Return a notice with its bytes, if it still waits to be judged."""
    row = connection.execute(WAITING, {"this": notice_id}).one_or_none()
    if row is None:
        return None
    raw = RawNotice.model_construct(stream=row.stream, body=row.body, content_type=row.content_type, path=row.path)
    return WaitingNotice(notice_id, raw, row.received, row.kept, row.history)


def _notice(connection: Connection, row: Row[tuple[object, ...]]) -> Notice:
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
        backlog=row.backlog,
        alert=row.alert_id,
        arrivals=_arrivals(connection, row),
    )


def _arrivals(connection: Connection, row: Row[tuple[object, ...]]) -> tuple[Arrival, ...]:
    """Return the first arrivals in their order; the first is in the notice's own row: the one acted on, if any."""
    later = connection.execute(ARRIVED, {"this": row.id}).all() if row.doubles else []
    return tuple(Arrival.model_construct(path=one.path, received=one.received, kept=one.kept) for one in (row, *later))
