"""One event as all sides tell it: co-detected companions, what is known best, and what happened, in one list."""

from __future__ import annotations

from sqlalchemy import Connection, select

from ovro_alert.alerts import KeptAlert
from ovro_alert.relay.journal import alerts as alert_rows
from ovro_alert.relay.journal import verdicts as verdict_rows
from ovro_alert.relay.journal.gathering import PAIRING
from ovro_alert.relay.journal.happenings import MOST, happenings
from ovro_alert.relay.journal.known_best import JOINED, known_best
from ovro_alert.relay.journal.neighbours import OTHER_SIDE, neighbours
from ovro_alert.relay.journal.tables import alerts, verdicts
from ovro_alert.stories import BiggerPicture, Companion
from ovro_alert.verdicts import Figure, Verdict

PAIRS = JOINED | {"possible", "injection"}
"""What `codetection` calls a pair; from one that is not joined nothing is taken over."""


def bigger_picture(connection: Connection, alert: KeptAlert) -> BiggerPicture:
    """Return what is known of an alert's event beside the alert itself."""
    own = alert_rows.of_event(connection, alert.event)
    companions = _companions(connection, alert, own)
    every = {one.id: one for one in (*own, *(one for other in companions for one in other.alerts))}
    said = _verdicts(connection, {one.event for one in every.values()})
    joined = {alert.event} | {other.event for other in companions if other.result in JOINED}
    same = {one.id: one for one in every.values() if one.event in joined and one.role == alert.role}
    lines = happenings(connection, every, said)
    return BiggerPicture(
        companions=companions,
        best=known_best(alert.event, same, tuple(one for one in said if one.alert in same)),
        history=lines[-MOST:],
        history_cut=len(lines) > MOST,
    )


def _companions(connection: Connection, alert: KeptAlert, own: tuple[KeptAlert, ...]) -> tuple[Companion, ...]:
    """Return who saw the same burst: as its own side says, or, where that has no say, as another says of it."""
    if alert.stream not in OTHER_SIDE:
        return ()
    said = verdict_rows.newest_figures(connection, alert.event, PAIRING)
    if said is not None:
        named = {str(said.get("with_event")): said}
    else:
        others = dict.fromkeys(one.event for one in neighbours(connection, alert, own).companions)
        theirs = {event: verdict_rows.newest_figures(connection, event, PAIRING) or {} for event in others}
        named = {event: figures for event, figures in theirs.items() if figures.get("with_event") == alert.event}
    pairs = {event: figures for event, figures in named.items() if figures.get("result") in PAIRS}
    return tuple(_companion(connection, event, figures) for event, figures in pairs.items())


def _companion(connection: Connection, event: str, figures: dict[str, Figure]) -> Companion:
    said = {name: value for name, value in figures.items() if name in Companion.model_fields}
    return Companion.model_validate(said | {"event": event, "alerts": alert_rows.of_event(connection, event)[-MOST:]})


def _verdicts(connection: Connection, events: set[str]) -> tuple[Verdict, ...]:
    """Return the newest verdicts on some events, oldest first."""
    of_them = select(verdicts).join(alerts, alerts.c.id == verdicts.c.alert_id).where(alerts.c.event.in_(events))
    newest = connection.execute(of_them.order_by(verdicts.c.id.desc()).limit(MOST + 1)).all()
    return tuple(verdict_rows.kept(row) for row in reversed(newest))
