"""What happened to some events, line by line: what came, what was decided, what became of commands, who was told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, select

from ovro_alert.alerts import KeptAlert
from ovro_alert.commands import State
from ovro_alert.relay.journal import lateness, tables
from ovro_alert.stories import Happened, Happening
from ovro_alert.verdicts import Verdict

MOST = 200
"""More lines than anybody reads at once; the newest are shown."""
RANKS: tuple[Happened, ...] = ("received", "decided", "proposed", "commanded")
"""What was written at one moment, in the order in which one followed from the other."""
REACHED = {"quiet": "on the page alone", "waiting": "not sent yet", "unsent": "could not be sent"}
"""How far a message has come."""

COMMANDS, HISTORY, MESSAGES = tables.commands.c, tables.history.c, tables.messages.c


def happenings(
    connection: Connection, alerts: Mapping[int, KeptAlert], verdicts: tuple[Verdict, ...]
) -> tuple[Happening, ...]:
    """Return all lines in the order of time; somewhat more than MOST of them, where there are more."""
    events = {alert.event for alert in alerts.values()}
    lines = [
        *_received(connection, alerts),
        *_decided(alerts, verdicts),
        *_became(connection, events),
        *_told(connection, events),
    ]
    return tuple(sorted(lines, key=_place_in_line))


def _place_in_line(line: Happening) -> tuple[object, int]:
    last = len(RANKS) + 1 if line.what == "told" else len(RANKS)
    return line.at, RANKS.index(line.what) if line.what in RANKS else last


def _received(connection: Connection, alerts: Mapping[int, KeptAlert]) -> Iterator[Happening]:
    newest = sorted(alerts.values(), key=lambda alert: alert.id)[-MOST:]
    for number, paths in lateness.of_alerts(connection, newest).items():
        alert = alerts[number]
        for late in paths:
            age = "" if late.age_s is None else f", {late.age_s:.1f} s after the event"
            role = "" if alert.role == "real" else f" ({alert.role})"
            yield Happening(
                at=late.received,
                event=alert.event,
                what="received",
                says=f"{alert.kind}{role} by {late.path or 'an unnamed path'}{age}",
                alert=number,
                notice=late.notice,
            )


def _decided(alerts: Mapping[int, KeptAlert], verdicts: tuple[Verdict, ...]) -> Iterator[Happening]:
    for verdict in verdicts:
        yield Happening(
            at=verdict.made,
            event=alerts[verdict.alert].event,
            what="decided",
            says=f"{verdict.scenario}: {verdict.answer}: {verdict.summary}",
            alert=verdict.alert,
            notice=verdict.notice,
            verdict=verdict.id,
        )


def _became(connection: Connection, events: set[str]) -> Iterator[Happening]:
    asked = (
        select(tables.history, COMMANDS.event, COMMANDS.telescope, COMMANDS.action)
        .join(tables.commands, COMMANDS.id == HISTORY.command_id)
        .where(COMMANDS.event.in_(events))
        .order_by(HISTORY.seq.desc())
        .limit(MOST + 1)
    )
    before: dict[int, State] = {}
    for row in reversed(connection.execute(asked).all()):
        what = _what(before.get(row.command_id), row.state, stop=bool(row.detail.get("stop")))
        before[row.command_id] = row.state
        why = f": {row.why}" if row.why else ""
        yield Happening(
            at=row.at,
            event=row.event,
            what=what,
            says=f"{row.telescope} {row.action} {row.command_id} by {row.by}{why}",
            command=row.command_id,
        )


def _what(before: State | None, state: State, *, stop: bool) -> Happened:
    if state == "pending":
        return "commanded" if before is None else "approved" if before == "proposed" else "given back"
    return "stop asked for" if state == "acting" and stop else state


def _told(connection: Connection, events: set[str]) -> Iterator[Happening]:
    asked = select(tables.messages).where(MESSAGES.event.in_(events)).order_by(MESSAGES.id.desc()).limit(MOST + 1)
    for row in reversed(connection.execute(asked).all()):
        whose = f" of {row.scenario}" if row.scenario else ""
        yield Happening(
            at=row.sent or row.made,
            event=row.event,
            what="told",
            says=f"{row.level}, {row.subject}{whose}: {REACHED.get(row.state, row.state)}",
            alert=row.alert_id,
            notice=row.notice_id,
            command=row.command_id,
            message=row.id,
        )
