"""Each stream in a window of time: what it brought, how late that was, and whether it fell silent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from statistics import quantiles
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, union_all

from ovro_alert.digests import StreamDay
from ovro_alert.notices import STREAMS
from ovro_alert.relay.journal import statuses
from ovro_alert.relay.journal.tables import alerts, arrivals, notices
from ovro_alert.relay.journal.windows import Window, Written, written_in
from ovro_alert.statuses import SILENT_AFTER_S, KeptStreamStatus
from ovro_alert.times import age_s, iso

CONNECTED = "connected"
MEDIAN, P95 = 9, 18
"""Among the nineteen cuts between twenty parts."""
ANEW = ~notices.c.history
UNREAD = notices.c.state.in_(("unreadable", "failed"))
KEPT = select(
    notices.c.stream,
    func.count().filter(ANEW).label("notices"),
    func.count().filter(ANEW, UNREAD).label("unread"),
    func.count().filter(notices.c.history).label("imported"),
    func.max(notices.c.received, type_=notices.c.received.type).filter(ANEW).label("last_seen"),
).group_by(notices.c.stream)
# by the index of (stream, sha256), which has the ids too: no notice is read for it but the one
OF_STREAM = select(func.max(notices.c.id)).where(
    notices.c.stream == bindparam("stream"), notices.c.id < bindparam("end")
)
LAST = select(notices.c.received).where(notices.c.id == OF_STREAM.scalar_subquery(), ANEW)


@dataclass
class Came:
    """What one stream told of: statements, those of them that were not real, and how late each was, seconds."""

    alerts: int = 0
    mocks: int = 0
    late_s: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Return them as a `StreamDay` has them."""
        return {
            "alerts": self.alerts,
            "mocks": self.mocks,
            "late_p50_s": self._cut(MEDIAN),
            "late_p95_s": self._cut(P95),
        }

    def _cut(self, cut: int) -> float | None:
        if len(self.late_s) < 2:
            return round(self.late_s[0], 3) if self.late_s else None
        return round(quantiles(self.late_s, n=20, method="inclusive")[cut], 3)


def stream_days(connection: Connection, window: Window, now: datetime) -> tuple[StreamDay, ...]:
    """Return every stream, heard of or not."""
    inside = written_in(connection, notices.c.id, notices.c.kept, window)
    kept = {row.stream: dict(row._mapping) for row in connection.execute(KEPT.where(inside.these))}
    came = _came(connection, inside, window)
    said = statuses.streams(connection)
    days = []
    for name in STREAMS:
        day = StreamDay(**kept.get(name, {"stream": name}), **came.get(name, Came()).figures())
        seen = day.last_seen or connection.scalar(LAST, {"stream": name, "end": inside.end})
        day = day.model_copy(update={"last_seen": seen})
        days.append(day.model_copy(update={"silent": _silent(day, said.get(name), window, now)}))
    return tuple(days)


def _came(connection: Connection, inside: Written, window: Window) -> dict[str, Came]:
    """Return by stream the statements that are new in the window, by their first arrival there."""
    new = written_in(connection, alerts.c.id, alerts.c.made, window).these
    again = written_in(connection, arrivals.c.id, arrivals.c.kept, window).these
    which = notices.c.stream, notices.c.alert_id
    every = union_all(
        select(*which, notices.c.received).where(inside.these, ANEW),
        select(*which, arrivals.c.received).join(arrivals, arrivals.c.notice_id == notices.c.id).where(again, ANEW),
    ).subquery()
    first = (
        select(every.c.stream, every.c.alert_id, func.min(every.c.received).label("received"))
        .group_by(every.c.stream, every.c.alert_id)
        .subquery()
    )
    late_s = (func.julianday(first.c.received) - func.julianday(alerts.c.time)) * 86400
    told = select(first.c.stream, alerts.c.role != "real", late_s).join(alerts, alerts.c.id == first.c.alert_id)
    found: dict[str, Came] = {}
    for stream, is_mock, one_s in connection.execute(told.where(new)):
        came = found.setdefault(stream, Came())
        came.alerts += 1
        came.mocks += is_mock
        if one_s is not None:
            came.late_s.append(one_s)
    return found


def _silent(day: StreamDay, known: KeptStreamStatus | None, window: Window, now: datetime) -> str:
    """Return why a stream is silent; whether it is connected is known as of now alone."""
    if known is not None and age_s(window.until, now) <= SILENT_AFTER_S:
        if age_s(known.at, now) > SILENT_AFTER_S:
            return f"no word from its receiver since {iso(known.at)}"
        if known.state != CONNECTED:
            return known.state
    words = (known.at, known.last_heartbeat, known.last_notice) if known is not None else ()
    heard = _latest(day.last_seen, *words)
    if day.notices or heard is None or heard >= window.since:
        return ""
    return f"neither notice nor heartbeat since {iso(heard)}"


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
