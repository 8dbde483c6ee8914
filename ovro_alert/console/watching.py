"""One command's steps, shown as they happen, until it has ended."""

from __future__ import annotations

from datetime import datetime

import click

from ovro_alert.commands import OVERDUE_AFTER_S, Change, Command, WholeCommand
from ovro_alert.console.desk import Desk, read
from ovro_alert.console.plain import plain
from ovro_alert.console.tables import args_in_words
from ovro_alert.times import seconds

ONE_WAIT_S = 20.0
"""How long one question to the relay waits for news."""

GRACE_S = 5.0
"""How much later than promised a command may end before we stop watching."""


def watch(desk: Desk, one: Command) -> WholeCommand:
    """Print each step of the command as it happens, not for programs; return it once it has ended."""
    seen, since = 0, one.seq
    while True:
        whole = read(WholeCommand, desk.get(f"/commands/{one.id}"))
        for change in whole.history:
            if change.seq > seen:
                seen = change.seq
                if not desk.as_json:
                    click.echo(step_in_words(change))
        if whole.final:
            return whole
        left_s = (should_end(whole) - desk.now()).total_seconds()
        if left_s <= 0:
            message = (
                f"command {one.id} is still {whole.state} and should have ended: is the client of {one.telescope} "
                f"running? `ovro-alert status` says; `ovro-alert command {one.id}` shows it later."
            )
            raise click.ClickException(message)
        since = desk.client.follow(one.telescope, since, min(ONE_WAIT_S, left_s)).seq


def should_end(one: Command) -> datetime:
    """When the command should have ended, or have moved on, whatever happens."""
    if one.state == "acting":
        return (one.until or one.deadline) + seconds(OVERDUE_AFTER_S + GRACE_S)
    return one.deadline + seconds(GRACE_S)


def step_in_words(change: Change) -> str:
    """Write one line of a command's history."""
    moment = change.at.strftime("%H:%M:%S.%f")[:-3]
    words = (change.by, change.why, args_in_words(change.detail))
    return "  ".join([f"{moment} UTC", f"{change.state:9}", *(plain(part) for part in words if part)])
