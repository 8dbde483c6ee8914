"""Messages on their way out: which wait, where their events were first told, and what came of each try."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select, update

from ovro_alert.messages import Message
from ovro_alert.relay.journal.messages import message_of
from ovro_alert.relay.journal.tables import messages, notices
from ovro_alert.relay.journal.writer import Txn
from ovro_alert.tellers import Posted

LOOKED_THROUGH = 2000
"""The newest messages, among which the last hour's are looked for: no table is searched from end to end."""


class WaitingMessage(NamedTuple):
    """A message that shall be sent, not before `next_try`; `stream` is that of its event, else of its notice."""

    message: Message
    next_try: datetime | None
    stream: str | None


class Desk(NamedTuple):
    """All that a plan is made from, of one moment.

    Attributes
    ----------
    waiting
        In the order in which they were made.
    threads
        Where each of their events was first told.
    recent
        When a normal message was put into the channel, by stream: each post once, oldest first.
    """

    waiting: tuple[WaitingMessage, ...]
    threads: dict[str, Posted]
    recent: dict[str, tuple[datetime, ...]]


def desk(connection: Connection, since: datetime) -> Desk:
    """Look at everything that waits, and at what was sent since that moment."""
    rows = connection.execute(WITH_STREAM.where(messages.c.state == "waiting").order_by(messages.c.id)).all()
    waiting = tuple(WaitingMessage(message_of(row), row.next_try, _stream(row.event, row.stream)) for row in rows)
    events = {one.message.event for one in waiting if one.message.event is not None}
    return Desk(waiting, _threads(connection, events), _recent(connection, since) if waiting else {})


WITH_STREAM = select(messages, notices.c.stream).outerjoin(notices, notices.c.id == messages.c.notice_id)


def _stream(event: str | None, stream: str | None) -> str | None:
    return event.partition(":")[0] if event is not None else stream


def _threads(connection: Connection, events: Iterable[str]) -> dict[str, Posted]:
    opening = messages.c.state == "sent", messages.c.ts.is_not(None), messages.c.thread_ts.is_(None)
    # the last one: a thread that was gone at the listener has been opened anew
    last = select(messages.c.channel, messages.c.ts).where(*opening).order_by(messages.c.id.desc()).limit(1)
    found: dict[str, Posted] = {}
    for event in events:
        row = connection.execute(last.where(messages.c.event == event)).first()
        if row is not None:
            found[event] = Posted(row.channel, row.ts)
    return found


def _recent(connection: Connection, since: datetime) -> dict[str, tuple[datetime, ...]]:
    near = select(func.max(messages.c.id) - LOOKED_THROUGH).scalar_subquery()
    in_channel = messages.c.state == "sent", messages.c.level == "normal", messages.c.thread_ts.is_(None)
    query = WITH_STREAM.where(messages.c.id > near, *in_channel, messages.c.sent > since).order_by(messages.c.sent)
    posts: dict[str, dict[object, datetime]] = {}
    for row in connection.execute(query):
        stream = _stream(row.event, row.stream)
        if stream is not None:
            # several messages collected into one post have its one name
            posts.setdefault(stream, {}).setdefault(row.ts or row.sent, row.sent)
    return {stream: tuple(times.values()) for stream, times in posts.items()}


# ── what came of a try ──


def begin(txn: Txn, ids: Iterable[int]) -> None:
    """Count a try before it is made: whoever finds it after a crash knows that the message may have been told."""
    for message_id in ids:
        _change(txn, message_id, tries=messages.c.tries + 1)


def sent(txn: Txn, ids: Iterable[int], posted: Posted) -> None:
    """Note that they were told, and where."""
    for message_id in ids:
        _change(
            txn,
            message_id,
            state="sent",
            sent=txn.now,
            channel=posted.channel,
            ts=posted.ts,
            thread_ts=posted.thread_ts,
            next_try=None,
            why=None,
        )


def put_off(txn: Txn, ids: Iterable[int], why: str, wait: timedelta) -> None:
    """Note that they could not be told now, and when to try again."""
    for message_id in ids:
        _change(txn, message_id, why=why, next_try=txn.now + wait)


def give_up(txn: Txn, ids: Iterable[int], why: str) -> None:
    """Note that nobody will be told, and why."""
    for message_id in ids:
        _change(txn, message_id, state="unsent", why=why, next_try=None)


def take_up_again(txn: Txn, since: datetime) -> None:
    """After a start, when settings may have changed: try at once what failed, if it is not older than that."""
    failed = messages.c.state == "unsent", messages.c.made > since
    for message_id in txn.connection.scalars(select(messages.c.id).where(*failed).order_by(messages.c.id)).all():
        _change(txn, message_id, state="waiting", next_try=None)
    tried = messages.c.state == "waiting", messages.c.tries > 0
    txn.connection.execute(update(messages).where(*tried).values(next_try=None))


def _change(txn: Txn, message_id: int, **values: Any) -> None:  # noqa: ANN401 - columns
    seq = txn.next_seq()
    changed = update(messages).where(messages.c.id == message_id).values(seq=seq, **values).returning(messages)
    txn.changed("message", message_of(txn.connection.execute(changed).one()), seq)


def count(connection: Connection) -> Counter[str]:
    """Return how many messages are in each state."""
    rows = connection.execute(select(messages.c.state, func.count()).group_by(messages.c.state))
    return Counter({row.state: row[1] for row in rows})
