"""Messages on their way out: which wait, where their events were first told, and what came of each try."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, literal_column, select, update

from ovro_alert.messages import Level, Message
from ovro_alert.relay.journal.messages import message_of
from ovro_alert.relay.journal.tables import messages, notices
from ovro_alert.relay.journal.writer import Txn
from ovro_alert.tellers import Posted

LOOKED_THROUGH = 2000
"""The newest messages, among which the last hour's are looked for: no table is searched from end to end."""


class WaitingMessage(NamedTuple):
    """What a plan needs of a message that waits; `stream` is that of its event, else of its notice."""

    id: int
    event: str | None
    level: Level
    broadcast: bool
    tries: int
    why: str | None
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
    rows = connection.execute(select(*LIGHT).outerjoin(*TO_NOTICES).where(IS_WAITING).order_by(messages.c.id)).all()
    waiting = tuple(WaitingMessage(*row)._replace(stream=_stream(row.event, row.stream)) for row in rows)
    return Desk(waiting, _threads(connection), _recent(connection, since)) if waiting else Desk((), {}, {})


IS_WAITING = messages.c.state == literal_column("'waiting'")
"""Word for word the condition of its index: with a bound value SQLite would not use it."""

TO_NOTICES = notices, notices.c.id == messages.c.notice_id
LIGHT = [messages.c[name] for name in WaitingMessage._fields if name != "stream"] + [notices.c.stream]


def _stream(event: str | None, stream: str | None) -> str | None:
    return event.partition(":")[0] if event is not None else stream


def _threads(connection: Connection) -> dict[str, Posted]:
    waiting = select(messages.c.event).where(IS_WAITING, messages.c.event.is_not(None))
    opening = messages.c.state == "sent", messages.c.ts.is_not(None), messages.c.thread_ts.is_(None)
    told = select(messages.c.event, messages.c.channel, messages.c.ts).where(messages.c.event.in_(waiting), *opening)
    # the last one: a thread that was gone at the listener has been opened anew
    return {row.event: Posted(row.channel, row.ts) for row in connection.execute(told.order_by(messages.c.id))}


def _recent(connection: Connection, since: datetime) -> dict[str, tuple[datetime, ...]]:
    near = select(func.max(messages.c.id) - LOOKED_THROUGH).scalar_subquery()
    in_channel = messages.c.state == "sent", messages.c.level == "normal", messages.c.thread_ts.is_(None)
    sent = select(messages.c.event, notices.c.stream, messages.c.sent, messages.c.ts).outerjoin(*TO_NOTICES)
    posts: dict[str, dict[object, datetime]] = {}
    for row in connection.execute(
        sent.where(messages.c.id > near, *in_channel, messages.c.sent > since).order_by(messages.c.sent)
    ):
        stream = _stream(row.event, row.stream)
        if stream is not None:
            # several messages collected into one post have its one name
            posts.setdefault(stream, {}).setdefault(row.ts or row.sent, row.sent)
    return {stream: tuple(times.values()) for stream, times in posts.items()}


def find(connection: Connection, ids: Sequence[int]) -> list[Message]:
    """Return some messages, in order."""
    rows = connection.execute(select(messages).where(messages.c.id.in_(ids)).order_by(messages.c.id))
    return [message_of(row) for row in rows]


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
    txn.connection.execute(update(messages).where(IS_WAITING, messages.c.tries > 0).values(next_try=None))


def _change(txn: Txn, message_id: int, **values: Any) -> None:  # noqa: ANN401 - columns
    seq = txn.next_seq()
    changed = update(messages).where(messages.c.id == message_id).values(seq=seq, **values).returning(messages)
    txn.changed("message", message_of(txn.connection.execute(changed).one()), seq)
