"""What an operator wants to see first, in one picture of the journal."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from ovro_alert.alerts import KeptAlert
from ovro_alert.commands import Command
from ovro_alert.messages import Message
from ovro_alert.notices import PathLateness
from ovro_alert.relay.journal import alerts, lateness, searching, switches, verdicts
from ovro_alert.statuses import Switch
from ovro_alert.verdicts import Verdict

ALERTS = 50
COMMANDS = 30
MESSAGES = 20


class Judged(NamedTuple):
    """An alert, how it came, and what was thought of it."""

    alert: KeptAlert
    paths: tuple[PathLateness, ...]
    verdicts: tuple[Verdict, ...]


class Overview(NamedTuple):
    """What came in lately, what came of it, what is held back and what nobody has been told.

    `retracted`: events of these commands that were taken back.
    """

    now: datetime
    commands: list[Command]
    retracted: frozenset[str]
    alerts: list[Judged]
    held_back: list[Switch]
    untold: list[Message]


def overview(connection: Connection, now: datetime) -> Overview:
    """Look everything up."""
    found = searching.find_alerts(connection, searching.Wanted(limit=ALERTS))
    paths = lateness.of_alerts(connection, found)
    untold = [
        message
        for state in ("waiting", "unsent")
        for message in searching.find_messages(connection, state, None, None, MESSAGES)
    ]
    newest = searching.newest_commands(connection, COMMANDS)
    return Overview(
        now=now,
        commands=[command.seen_at(now) for command in newest],
        retracted=alerts.retracted_of(connection, {one.event for one in newest if one.event}),
        alerts=[Judged(one, paths.get(one.id, ()), verdicts.of_alert(connection, one.id)) for one in found],
        held_back=[switch for switch in switches.all_switches(connection, now) if switch.state != "on"],
        untold=untold,
    )
