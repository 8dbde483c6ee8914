"""Alerts of other events that may belong to one: near in time on the other telescope, or alike in place and DM."""

from __future__ import annotations

import math
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Row, bindparam, func, select, text

from ovro_alert.alerts import BURSTS, Alert, KeptAlert
from ovro_alert.observatory import CHIME_REFERENCE_MHZ, DSA_REFERENCE_MHZ, K_S_MHZ2
from ovro_alert.relay.journal.alerts import of_event
from ovro_alert.relay.journal.tables import alerts, among
from ovro_alert.times import MJD_EPOCH, age_s, seconds

OTHER_SIDE = {"chime": "dsa", "dsa": "chime"}
"""Who may have seen the same burst as whom."""
TIMED_AT_MHZ = {"chime": CHIME_REFERENCE_MHZ, "dsa": DSA_REFERENCE_MHZ}
EVENTS_AT_MOST = 8
"""Interference can make triggers by the dozen: of more than these the nearest in time are looked at."""
ROWS_AT_MOST = 1000
ALIKE_AT_MOST = 20
"""The newest."""

WRONG_BY_S = 60.0
"""Two clock times of one burst are this near, also where one of them was taken as another time scale (37 s) …"""
WRONG_FREQUENCIES = 2.0
"""… or at another frequency: then by a dispersion delay each way."""
DM_UNKNOWN_PC_CM3 = 5000.0

PLAIN = (str, str | None, float | None)
PLACE_DEG = 5.0
R95_WIDTHS = 3.0
"""Two bursts further apart on the sky than this many 95 % radii and that many degrees are not alike."""
DM_PC_CM3 = 100.0
POLE_DEG, ALL_AROUND_DEG = 90.0, 181.0
EAST_DEG = func.abs(alerts.c.ra_deg - bindparam("ra_deg"))

COMPARED = frozenset(name for name, field in Alert.model_fields.items() if field.annotation in PLAIN)
"""Fields of an alert that are numbers or words, which the journal gives back as they were."""

BLANK = KeptAlert(stream="chime", event="", kind="detection", role="real", statement="", id=0, seq=0, made=MJD_EPOCH)
"""Copied and filled in a tenth of the time that it takes to make one anew."""

BURST = among(alerts.c.kind, BURSTS)
REAL_OF_CHIME = text("stream = 'chime' AND role = 'real'")
"""Word for word the condition of the index `alerts_placed`: with bound values SQLite would not use it."""
NEAR = (
    select(alerts.c.event, alerts.c.time, alerts.c.role)
    .where(
        alerts.c.time.between(bindparam("since"), bindparam("until")),
        alerts.c.stream == bindparam("stream"),
        BURST,
    )
    .order_by(alerts.c.id.desc())
    .limit(ROWS_AT_MOST)
)
NUMBERS = (
    select(alerts.c.id)
    .where(
        REAL_OF_CHIME,
        alerts.c.dec_deg.between(bindparam("south"), bindparam("north")),
        alerts.c.dm_pc_cm3.between(bindparam("dm_least"), bindparam("dm_most")),
        ~EAST_DEG.between(bindparam("east_deg"), 360 - bindparam("east_deg")),
        alerts.c.event != bindparam("not_event"),
        BURST,
        ~alerts.c.retracted,
    )
    .order_by(alerts.c.id.desc())
    .limit(ALIKE_AT_MOST)
)
"""Answered by an index alone: only of those that are taken the whole row is read."""
ALIKE = select(alerts).where(alerts.c.id.in_(NUMBERS)).order_by(alerts.c.id.desc())
CHIME_BURSTS = select(func.count()).where(REAL_OF_CHIME, BURST)


class Neighbours(NamedTuple):
    """What lies around an alert; see `Circumstances` for what each is."""

    companions: tuple[KeptAlert, ...] = ()
    alike: tuple[KeptAlert, ...] = ()
    chime_bursts: int = 0


def neighbours(connection: Connection, alert: Alert, earlier: tuple[KeptAlert, ...]) -> Neighbours:
    """Look around an alert; only bursts of CHIME's and DSA-110's have neighbours."""
    if alert.stream not in OTHER_SIDE:
        return Neighbours()
    companions = _companions(connection, (alert, *earlier))
    if alert.stream != "chime" or alert.kind not in BURSTS:
        return Neighbours(companions)
    alike = _alike(connection, alert)
    # the number of all is only asked for where one of them looks alike
    return Neighbours(companions, alike, (connection.scalar(CHIME_BURSTS) or 0) if alike else 0)


def _companions(connection: Connection, tellers: tuple[Alert, ...]) -> tuple[KeptAlert, ...]:
    bursts = [one for one in tellers if one.kind in BURSTS and one.time is not None]
    if not bursts:
        return ()
    times: list[datetime] = [one.time for one in bursts if one.time is not None]
    dm = max((one.dm_pc_cm3 for one in bursts if one.dm_pc_cm3), default=DM_UNKNOWN_PC_CM3)
    apart = seconds(WRONG_BY_S + WRONG_FREQUENCIES * K_S_MHZ2 * dm / CHIME_REFERENCE_MHZ**2)
    asked = {"since": min(times) - apart, "until": max(times) + apart, "stream": OTHER_SIDE[bursts[0].stream]}
    expected = [_expected(one) for one in bursts]

    def place_in_line(row: Row[tuple[str, datetime, str]]) -> tuple[bool, float]:
        return row.role != "real", min(abs(age_s(row.time, moment)) for moment in expected)

    near = sorted(connection.execute(NEAR, asked).all(), key=place_in_line)
    events = list(dict.fromkeys(row.event for row in near))[:EVENTS_AT_MOST]
    return tuple(alert for event in events for alert in of_event(connection, event))


def _expected(burst: Alert) -> datetime:
    """Return when the other telescope should have timed the same burst: by its DM, at that one's frequency."""
    assert burst.time is not None  # noqa: S101 - for the type checker; the caller has looked
    here_mhz, there_mhz = burst.time_ref_mhz, TIMED_AT_MHZ[OTHER_SIDE[burst.stream]]
    turns = 1 / there_mhz**2 - (1 / here_mhz**2 if here_mhz else 0.0)
    return burst.time + seconds(K_S_MHZ2 * (burst.dm_pc_cm3 or 0.0) * turns)


def _alike(connection: Connection, alert: Alert) -> tuple[KeptAlert, ...]:
    if alert.ra_deg is None or alert.dec_deg is None or not alert.dm_pc_cm3:
        return ()
    apart_deg = PLACE_DEG + R95_WIDTHS * (alert.r95_deg or 0.0)
    asked = {
        "south": alert.dec_deg - apart_deg,
        "north": alert.dec_deg + apart_deg,
        "ra_deg": alert.ra_deg,
        "east_deg": _reach_deg(alert.dec_deg, apart_deg),
        "not_event": alert.event,
        "dm_least": alert.dm_pc_cm3 - DM_PC_CM3,
        "dm_most": alert.dm_pc_cm3 + DM_PC_CM3,
    }
    return tuple(_plainly(row) for row in connection.execute(ALIKE, asked))


def _plainly(row: Row[tuple[object, ...]]) -> KeptAlert:
    """Return what a comparison needs of a burst: it was checked when it was kept, and there may be many of them."""
    said = {name: value for name, value in row.body.items() if name in COMPARED}
    named = {name: getattr(row, name) for name in ("id", "seq", "stream", "event", "statement", "kind", "role", "time")}
    return BLANK.model_copy(update=said | named | {"made": row.made, "retracted": row.retracted})


def _reach_deg(dec_deg: float, apart_deg: float) -> float:
    """Return how far in right ascension a circle of that radius reaches around that declination."""
    if abs(dec_deg) + apart_deg >= POLE_DEG:
        return ALL_AROUND_DEG
    return math.degrees(math.asin(math.sin(math.radians(apart_deg)) / math.cos(math.radians(dec_deg))))
