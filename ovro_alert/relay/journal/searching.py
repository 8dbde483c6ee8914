"""Looking for things in the journal: alerts by what, when and where; messages by state; one alert with its story."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, or_, select

from ovro_alert.alerts import KeptAlert
from ovro_alert.commands import Command
from ovro_alert.messages import Message, MessageState
from ovro_alert.notices import Notice, PathLateness
from ovro_alert.relay.journal import alerts as alert_rows
from ovro_alert.relay.journal import commands, joined, lateness, messages, notices, tables, verdicts
from ovro_alert.stories import BiggerPicture
from ovro_alert.verdicts import Verdict

ALERTS = tables.alerts.c
MESSAGES = tables.messages.c
TEXTS = (
    ALERTS.event,
    ALERTS.statement,
    ALERTS.ivorn,
    *(ALERTS.body[name].as_string() for name in ("source", "event_type", "words")),
    ALERTS.body["merger", "pipeline"].as_string(),
    *(ALERTS.body["gamma_rays", name].as_string() for name in ("instrument", "notice_type", "likely")),
)
"""Where words are looked for."""

ROUNDING_DEG = 1e-9
"""Two ways of computing one angle differ by less; a cone of radius 0 still finds its own centre."""


class Cone(NamedTuple):
    """A circle on the sky, ICRS degrees."""

    ra_deg: float
    dec_deg: float
    radius_deg: float

    def holds(self, ra_deg: float, dec_deg: float) -> bool:
        """Whether a position lies in it."""
        away_deg = separation_deg(self.ra_deg, self.dec_deg, ra_deg, dec_deg)
        return away_deg <= self.radius_deg + ROUNDING_DEG


class Wanted(NamedTuple):
    """What alerts are looked for; `since` and `until` bound the event's time, or its arrival's if it has none."""

    stream: str | None = None
    event: str | None = None
    role: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    cone: Cone | None = None
    text: str | None = None
    before: int | None = None
    limit: int = 100


class Story(NamedTuple):
    """One alert with all that came of it."""

    alert: KeptAlert
    paths: tuple[PathLateness, ...]
    notices: list[Notice]
    verdicts: tuple[Verdict, ...]
    commands: tuple[Command, ...]
    messages: list[Message]
    picture: BiggerPicture


def find_alerts(connection: Connection, wanted: Wanted) -> list[KeptAlert]:
    """Return the newest alerts that are wanted, newest first."""
    chosen = select(tables.alerts).where(*_conditions(wanted)).order_by(ALERTS.id.desc())
    if wanted.cone is None:
        return [alert_rows.kept(row) for row in connection.execute(chosen.limit(wanted.limit))]
    ids = _ids_in(connection, wanted, wanted.cone)
    return [alert_rows.kept(row) for row in connection.execute(chosen.where(ALERTS.id.in_(ids)))]


def find_messages(
    connection: Connection, state: MessageState | None, event: str | None, before: int | None, limit: int
) -> list[Message]:
    """Return the newest messages, newest first."""
    chosen = select(tables.messages).order_by(MESSAGES.id.desc()).limit(limit)
    if state is not None:
        chosen = chosen.where(MESSAGES.state == state)
    if event is not None:
        chosen = chosen.where(MESSAGES.event == event)
    if before is not None:
        chosen = chosen.where(MESSAGES.id < before)
    return [messages.message_of(row) for row in connection.execute(chosen)]


def newest_commands(connection: Connection, limit: int) -> list[Command]:
    """Return all that is not final and the newest of what is, newest first."""
    newest = connection.scalars(select(tables.commands.c.id).order_by(tables.commands.c.id.desc()).limit(limit))
    ids = {command.id for command in commands.open(connection)}.union(newest)
    return [commands.find(connection, command_id) for command_id in sorted(ids, reverse=True)]


def tell_story(connection: Connection, alert_id: int) -> Story:
    """Return one alert, its notices and verdicts, the commands and messages of its event, and the bigger picture."""
    alert = alert_rows.find(connection, alert_id)
    of_it = or_(MESSAGES.event == alert.event, MESSAGES.alert_id == alert_id)
    told = connection.execute(select(tables.messages).where(of_it).order_by(MESSAGES.id))
    return Story(
        alert,
        lateness.of_alerts(connection, [alert]).get(alert.id, ()),
        notices.of_alert(connection, alert_id),
        verdicts.of_alert(connection, alert_id),
        commands.of_event(connection, alert.event),
        [messages.message_of(row) for row in told],
        joined.bigger_picture(connection, alert),
    )


def separation_deg(ra_1_deg: float, dec_1_deg: float, ra_2_deg: float, dec_2_deg: float) -> float:
    """Angle between two directions, degrees; exact from 0 to 180, at the poles and across RA 0 (Vincenty's form)."""
    d_ra = math.radians(ra_2_deg - ra_1_deg)
    dec_1, dec_2 = math.radians(dec_1_deg), math.radians(dec_2_deg)
    across = math.hypot(
        math.cos(dec_2) * math.sin(d_ra),
        math.cos(dec_1) * math.sin(dec_2) - math.sin(dec_1) * math.cos(dec_2) * math.cos(d_ra),
    )
    along = math.sin(dec_1) * math.sin(dec_2) + math.cos(dec_1) * math.cos(dec_2) * math.cos(d_ra)
    return math.degrees(math.atan2(across, along))


def _ids_in(connection: Connection, wanted: Wanted, cone: Cone) -> list[int]:
    """Return the ids of the newest alerts in a circle; the band of declination comes from an index."""
    reach_deg = cone.radius_deg + ROUNDING_DEG
    band = ALERTS.dec_deg.between(cone.dec_deg - reach_deg, cone.dec_deg + reach_deg)
    placed = select(ALERTS.id, ALERTS.ra_deg, ALERTS.dec_deg).where(
        *_conditions(wanted), band, ALERTS.ra_deg.is_not(None)
    )
    ids: list[int] = []
    for row in connection.execution_options(yield_per=1000).execute(placed.order_by(ALERTS.id.desc())):
        if cone.holds(row.ra_deg, row.dec_deg):
            ids.append(row.id)
            if len(ids) == wanted.limit:
                break
    return ids


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    for column, value in ((ALERTS.stream, wanted.stream), (ALERTS.event, wanted.event), (ALERTS.role, wanted.role)):
        if value is not None:
            yield column == value
    if wanted.since is not None:
        yield _moment() >= wanted.since
    if wanted.until is not None:
        yield _moment() <= wanted.until
    if wanted.before is not None:
        yield ALERTS.id < wanted.before
    if wanted.text is not None:
        yield or_(*(column.icontains(wanted.text, autoescape=True) for column in TEXTS))


def _moment() -> ColumnElement[datetime]:
    return func.coalesce(ALERTS.time, ALERTS.made)
