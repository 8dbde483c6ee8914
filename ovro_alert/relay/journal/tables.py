"""The journal's tables as queries see them. The schema itself comes from the migrations alone; a test compares."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    literal_column,
    text,
)

from ovro_alert.times import iso_us


class Moment(TypeDecorator[datetime]):
    """UTC as text with microseconds and Z: sorts as it reads."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write a moment."""
        return None if value is None else iso_us(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read a moment."""
        return None if value is None else datetime.fromisoformat(value)


def among(column: ColumnElement[Any], words: Iterable[str]) -> ColumnElement[bool]:
    """Ask for one of some words of ours, written into the statement: bound, they would be put in anew each time."""
    return column.in_([literal_column(f"'{word}'") for word in sorted(words)])


metadata = MetaData()

DUMP_STANDS = (
    "scenario = 'lvk_dump' AND action = 'dump' AND event IS NOT NULL"
    " AND NOT (state IN ('failed', 'refused', 'expired') AND NOT begun)"
)
"""A superevent is dumped once, ever; only what ended before the telescope was told may be tried again."""

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer, nullable=False, index=True),
    Column("stream", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("why", Text),
    Column("history", Boolean, nullable=False),
    Column("backlog", Boolean, nullable=False, server_default=text("0")),
    Column("alert_id", Integer, ForeignKey("alerts.id"), index=True),
    Column("path", Text),
    Column("received", Moment, nullable=False),
    Column("kept", Moment, nullable=False),
    Column("doubles", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("stream", "sha256"),
    Index("notices_waiting", "id", sqlite_where=text("state = 'kept'")),
)

arrivals = Table(
    "arrivals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("notice_id", Integer, ForeignKey("notices.id"), nullable=False, index=True),
    Column("path", Text),
    Column("received", Moment, nullable=False),
    Column("kept", Moment, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer, nullable=False, index=True),
    Column("stream", Text, nullable=False),
    Column("event", Text, nullable=False, index=True),
    Column("statement", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("time", Moment, index=True),
    Column("ra_deg", Float),
    Column("dec_deg", Float, index=True),
    Column("dm_pc_cm3", Float),
    Column("source_key", Text, index=True),
    Column("ivorn", Text, index=True),
    Column("cites", Text, index=True),
    Column("retracted", Boolean, nullable=False),
    Column("made", Moment, nullable=False),
    Column("body", JSON, nullable=False),
    Index(
        "alerts_placed",
        *("dec_deg", "dm_pc_cm3", "ra_deg", "event", "kind", "retracted", "stream", "role"),
        sqlite_where=text("stream = 'chime' AND role = 'real'"),
    ),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer, nullable=False, index=True),
    Column("alert_id", Integer, ForeignKey("alerts.id"), nullable=False, index=True),
    Column("notice_id", Integer, ForeignKey("notices.id"), nullable=False),
    Column("scenario", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("gates", JSON, nullable=False),
    Column("commands", JSON, nullable=False),
    Column("figures", JSON, nullable=False),
    Column("made", Moment, nullable=False),
)

commands = Table(
    "commands",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer, nullable=False, index=True),
    Column("telescope", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("args", JSON, nullable=False),
    Column("role", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("begun", Boolean, nullable=False, server_default=text("0")),
    Column("priority", Integer, nullable=False),
    Column("deadline", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("event", Text, index=True),
    Column("alert_id", Integer, ForeignKey("alerts.id"), index=True),
    Column("scenario", Text),
    Column("turn", Integer, nullable=False),
    Column("made", Moment, nullable=False),
    Column("visible", Moment),
    Column("by", Text, nullable=False),
    Column("client", Text),
    Column("moves", Text),
    Column("fence", Integer, nullable=False),
    Column("lease_until", Moment),
    Column("until", Moment),
    Column("stop", JSON(none_as_null=True)),
    Column("overdue", Boolean, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("decided_by", Text),
    UniqueConstraint("scenario", "event", "telescope", "action", "turn"),
    Index("commands_followed", "telescope", "seq"),
    Index("commands_made", "telescope", "made"),
    Index("commands_lately", "action", "made"),
    Index("commands_dumps", "telescope", sqlite_where=text("action = 'dump'")),
    Index("commands_one_dump", "event", unique=True, sqlite_where=text(DUMP_STANDS)),
    Index("commands_newest", "telescope", "visible"),
    Index(
        "commands_open",
        "telescope",
        "state",
        sqlite_where=text("state IN ('proposed', 'pending', 'claimed', 'acting')"),
    ),
)

history = Table(
    "history",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("command_id", Integer, ForeignKey("commands.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("detail", JSON, nullable=False),
)

requests = Table(
    "requests",
    metadata,
    Column("key_name", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("idempotency_key", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("command_id", Integer, ForeignKey("commands.id"), nullable=False),
    Column("at", Moment, nullable=False),
)

discoveries = Table(
    "discoveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("telescope", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("args", JSON, nullable=False),
    Column("visible", Moment, nullable=False),
    Column("notice_id", Integer, ForeignKey("notices.id"), nullable=False),
    Index("discoveries_newest", "telescope", "visible"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer, nullable=False, index=True),
    Column("subject", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("event", Text, index=True),
    Column("alert_id", Integer, ForeignKey("alerts.id")),
    Column("scenario", Text),
    Column("command_id", Integer, ForeignKey("commands.id")),
    Column("notice_id", Integer, ForeignKey("notices.id")),
    Column("broadcast", Boolean, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("state", Text, nullable=False),
    Column("made", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try", Moment),
    Column("why", Text),
    Column("sent", Moment),
    Column("channel", Text),
    Column("ts", Text),
    Column("thread_ts", Text),
    Index("messages_waiting", "id", sqlite_where=text("state = 'waiting'")),
    Index("messages_digests", "id", sqlite_where=text("subject = 'digest'")),
)

keys = Table(
    "keys",
    metadata,
    Column("name", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("made", Moment, nullable=False),
    Column("revoked", Moment),
)

switches = Table(
    "switches",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seq", Integer, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
)

statuses = Table(
    "statuses",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("seq", Integer, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("body", JSON, nullable=False),
)

offloads = Table(
    "offloads",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer, nullable=False, index=True),
    Column("telescope", Text, nullable=False),
    Column("role", Text),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("note", Text, nullable=False),
)

second_looks = Table(
    "second_looks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("alert_id", Integer, ForeignKey("alerts.id"), nullable=False, index=True),
    Column("notice_id", Integer, ForeignKey("notices.id"), nullable=False),
    Column("scenario", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("made", Moment, nullable=False),
    Column("done", Moment),
    Index("second_looks_due", "at", sqlite_where=text("done IS NULL")),
)
