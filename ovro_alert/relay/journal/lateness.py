"""By which paths a statement came, and how much later than the first: the first acts, the others are measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, select, union_all

from ovro_alert.alerts import KeptAlert
from ovro_alert.notices import PathLateness
from ovro_alert.relay.journal.tables import arrivals, notices
from ovro_alert.times import age_s

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
