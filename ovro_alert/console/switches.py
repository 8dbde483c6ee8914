"""Switches: what a person holds back, why, and until when."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

import click

from ovro_alert.actions import TELESCOPES
from ovro_alert.console.desk import Desk, at_desk
from ovro_alert.console.moments import MOMENT
from ovro_alert.console.tables import line, table, utc
from ovro_alert.statuses import Switch, SwitchState
from ovro_alert.times import iso_us
from ovro_alert.verdicts import SCENARIO_TITLES


@click.command()
@click.argument("name", type=click.Choice([*TELESCOPES, *SCENARIO_TITLES]), required=False, metavar="[NAME]")
@click.argument("state", type=click.Choice(get_args(SwitchState)), required=False)
@click.option("--why", default="", help="Why; needed unless it is switched on.")
@click.option("--until", type=MOMENT, help="When it is on again by itself.")
@at_desk
def switch(desk: Desk, name: str | None, state: SwitchState | None, why: str, until: datetime | None) -> None:
    """Hold a telescope or a scenario back, or let it go on; without NAME, show all switches.

    message-only: people are told what would have been commanded. off: nothing at all.

    \b
    Examples:
      ovro-alert switch
      ovro-alert switch lwa off --why "maintenance" --until 2026-11-20T18:00Z
      ovro-alert switch chime_repeater message-only --why "too many"
      ovro-alert switch lwa on
    """  # noqa: D301 - click's own sign for "leave these lines as they are"
    if name is None:
        desk.show(desk.get("/switches"), tuple[Switch, ...], _draw)
        return
    if state is None:
        message = f"say how: ovro-alert switch {name} on | message-only | off"
        raise click.UsageError(message)
    if state != "on" and not why.strip():
        message = f"say why it is held back: ovro-alert switch {name} {state} --why WORDS"
        raise click.UsageError(message)
    body = {"state": state, "why": why, "until": until and iso_us(until)}
    desk.show(desk.send("PUT", f"/switches/{name}", body), Switch, _say)


def _say(one: Switch) -> None:
    end = f" until {utc(one.until)} UTC" if one.until else ""
    line(f"{one.name} is {one.state}{end}")


def _draw(switches: tuple[Switch, ...]) -> None:
    titles = SCENARIO_TITLES | {name: telescope.title for name, telescope in TELESCOPES.items()}
    rows = [(one.name, one.state, one.since, one.until, one.by, one.why, titles.get(one.name)) for one in switches]
    table(("name", "state", "since (UTC)", "until (UTC)", "by", "why", "what"), rows, nothing="no switch")
