"""What the words of a message are made from, as the journal knows it when it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from ovro_alert.alerts import KeptAlert
from ovro_alert.messages import Message
from ovro_alert.notices import Notice
from ovro_alert.relay.journal import alerts, commands, history, notices, statuses, verdicts
from ovro_alert.tellers import Told
from ovro_alert.verdicts import Verdict


def told(connection: Connection, of: Iterable[Message], now: datetime) -> tuple[Told, ...]:
    """Gather everything around some messages, in one picture."""
    status = statuses.telescopes(connection)
    moves = {name: one.moves for name, one in status.items() if one.moves is not None}
    return tuple(_told(connection, message, now)._replace(moves=moves) for message in of)


def _told(connection: Connection, message: Message, now: datetime) -> Told:
    alert = _alert(connection, message)
    command = commands.find(connection, message.command) if message.command is not None else None
    event = message.event or (command.event if command is not None else None)
    return Told(
        message=message,
        now=now,
        alert=alert,
        notice=_notice(connection, message),
        verdict=_verdict(connection, message),
        commands=commands.of_event(connection, event) if event is not None else (),
        command=command,
        history=history.of(connection, command.id) if command is not None else (),
    )


def _alert(connection: Connection, message: Message) -> KeptAlert | None:
    if message.alert is None:
        return None
    alert = alerts.find(connection, message.alert)
    if alert.source is not None:
        return alert
    # a retraction names no source: people know the event by the one that it was told with
    known = [other.source for other in alerts.of_event(connection, alert.event) if other.source is not None]
    return alert.model_copy(update={"source": known[-1]}) if known else alert


def _notice(connection: Connection, message: Message) -> Notice | None:
    if message.notice is not None:
        return notices.find(connection, message.notice)
    if message.alert is None:
        return None
    return next(iter(notices.of_alert(connection, message.alert)), None)


def _verdict(connection: Connection, message: Message) -> Verdict | None:
    """Return the verdict that was made with this message, else the newest of its scenario."""
    if message.alert is None or message.scenario is None:
        return None
    mine = [one for one in verdicts.of_alert(connection, message.alert) if one.scenario == message.scenario]
    same = [one for one in mine if one.notice == message.notice]
    return next(reversed(same or mine), None)
