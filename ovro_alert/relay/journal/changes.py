"""All that changed after a journal number, as it is now, in the order of the numbers, one page at a time."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Table, select

from ovro_alert.nouns import Noun
from ovro_alert.relay.journal import alerts, commands, messages, notices, statuses, switches, tables, verdicts
from ovro_alert.relay.journal.journal import last_seq
from ovro_alert.relay.journal.writer import Changed

PAGE = 200


class Kind(NamedTuple):
    """One kind of thing that changes: its table, and the thing that a row holds."""

    name: str
    table: Table
    read: Callable[[Connection, Row[Any]], Noun]


KINDS = (
    Kind("notice", tables.notices, lambda connection, row: notices.find(connection, row.id)),
    Kind("alert", tables.alerts, lambda _, row: alerts.kept(row)),
    Kind("verdict", tables.verdicts, lambda _, row: verdicts.kept(row)),
    Kind("command", tables.commands, lambda connection, row: commands.find(connection, row.id)),
    Kind("message", tables.messages, lambda _, row: messages.message_of(row)),
    Kind("status", tables.statuses, lambda _, row: statuses.kept(row)),
    Kind("switch", tables.switches, lambda _, row: switches.kept(row)),
)


class Page(NamedTuple):
    """Some changes; `complete` up to that journal number, and whether there are `more`."""

    changes: list[Changed]
    complete: int
    more: bool


def since(connection: Connection, seq: int, limit: int = PAGE) -> Page:
    """Return what changed after that number. A thing that changed twice is there once, where it changed last."""
    changes = list(heapq.merge(*(_of(connection, kind, seq, limit) for kind in KINDS), key=lambda change: change.seq))
    more = len(changes) > limit
    changes = changes[:limit]
    return Page(changes, changes[-1].seq if more else last_seq(connection), more)


def _of(connection: Connection, kind: Kind, seq: int, limit: int) -> Iterator[Changed]:
    columns = [column for column in kind.table.c if column.name != "body" or kind.name != "notice"]
    chosen = select(*columns).where(kind.table.c.seq > seq).order_by(kind.table.c.seq).limit(limit + 1)
    for row in connection.execute(chosen).all():
        yield Changed(row.seq, kind.name, kind.read(connection, row))
