"""By which paths a statement came, and how much later than the first: the first acts, the others are measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select, union_all

from ovro_alert.alerts import KeptAlert
from ovro_alert.notices import PathLateness
from ovro_alert.relay.journal import alerts
from ovro_alert.relay.journal.tables import arrivals, notices
from ovro_alert.times import age_s

LATELY = 200
"""Medians are over so many alerts, the newest."""
WANTED = notices.c.alert_id.in_(bindparam("alerts", expanding=True))
CAME = union_all(
    select(notices.c.alert_id, notices.c.path, notices.c.received, notices.c.id).where(WANTED),
    select(notices.c.alert_id, arrivals.c.path, arrivals.c.received, notices.c.id)
    .join(arrivals, arrivals.c.notice_id == notices.c.id)
    .where(WANTED),
).subquery()
# beside min() SQLite gives the other columns of that very row
FIRST = (
    select(
        CAME.c.alert_id,
        CAME.c.path,
        func.min(CAME.c.received, type_=CAME.c.received.type).label("received"),
        CAME.c.id,
    )
    .group_by(CAME.c.alert_id, CAME.c.path)
    .order_by("received")
)


def of_alerts(connection: Connection, of: Sequence[KeptAlert]) -> dict[int, tuple[PathLateness, ...]]:
    """Return by alert the first arrival of its statement by each path, whatever its form there; the earliest first."""
    times = {alert.id: alert.time for alert in of}
    found: dict[int, list[PathLateness]] = defaultdict(list)
    for row in connection.execute(FIRST, {"alerts": list(times)}) if times else ():
        time, earlier = times[row.alert_id], found[row.alert_id]
        late = PathLateness(
            path=row.path,
            received=row.received,
            age_s=None if time is None else round(age_s(time, row.received), 3),
            behind_s=round(age_s(earlier[0].received, row.received), 3) if earlier else 0.0,
            notice=row.id,
        )
        earlier.append(late)
    return {alert: tuple(paths) for alert, paths in found.items()}


class Usual(NamedTuple):
    """What one path of a stream usually is: medians in seconds, over so many alerts."""

    stream: str
    path: str
    alerts: int
    age_s: float | None
    behind_s: float


def usual(connection: Connection) -> list[Usual]:
    """Return how late each path of each stream was lately."""
    newest = {alert.id: alert for alert in alerts.newest(connection, LATELY)}
    found: dict[tuple[str, str], list[PathLateness]] = defaultdict(list)
    for alert_id, paths in of_alerts(connection, tuple(newest.values())).items():
        for late in paths:
            found[newest[alert_id].stream, late.path or ""].append(late)
    return [_usual(stream, path, every) for (stream, path), every in sorted(found.items())]


def _usual(stream: str, path: str, every: list[PathLateness]) -> Usual:
    ages_s = [late.age_s for late in every if late.age_s is not None]
    behind_s = median(late.behind_s for late in every)
    return Usual(stream, path, len(every), median(ages_s) if ages_s else None, behind_s)
