"""Alerts: what was received, how it came, and why it ended in a command or did not."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_args

import click

from ovro_alert.alerts import BURSTS, KeptAlert, Role
from ovro_alert.console.alert_story import AlertStory
from ovro_alert.console.desk import Desk, at_desk, read
from ovro_alert.console.moments import MOMENT
from ovro_alert.console.tables import age, cell, line, table
from ovro_alert.errors import NotFoundError
from ovro_alert.in_short import in_short
from ovro_alert.notices import STREAMS
from ovro_alert.times import iso_us
from ovro_alert.verdicts import Gate, Verdict

HEADINGS = (
    "id",
    "event",
    "kind",
    "role",
    "time (UTC)",
    "age",
    "RA (deg)",
    "Dec (deg)",
    "r95 (deg)",
    "DM (pc/cm³)",
    "S/N",
    "what",
)


@click.command()
@click.option("--stream", type=click.Choice(list(STREAMS)), help="Whose events.")
@click.option("--event", metavar="NAME", help="Of this event, as chime:217097677.")
@click.option("--role", type=click.Choice(get_args(Role)), help="Real ones, or tests of one kind.")
@click.option("--since", type=MOMENT, help="Not earlier than this.")
@click.option("--until", type=MOMENT, help="Not later than this.")
@click.option("--cone", type=float, nargs=3, metavar="RA DEC RADIUS", help="Within RADIUS of a place, ICRS degrees.")
@click.option("--text", metavar="WORDS", help="With these words in event, source, IVORN, type or words.")
@click.option("--before", type=click.IntRange(1), metavar="ID", help="With a smaller number: the next page.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most so many.")
@at_desk
def alerts(desk: Desk, /, **wanted: Any) -> None:  # noqa: ANN401 - as click gives them
    """List what was received, newest first.

    \b
    Examples:
      ovro-alert alerts
      ovro-alert alerts --stream chime --since 2026-11-19T00:00Z
      ovro-alert alerts --cone 29.5 65.7 1 --json
    """  # noqa: D301 - click's own sign for "leave these lines as they are"
    cone = wanted.pop("cone")
    if cone:
        wanted |= dict(zip(("ra", "dec", "radius"), cone, strict=True))
    words = {name: iso_us(value) if isinstance(value, datetime) else value for name, value in wanted.items()}
    desk.show(desk.get("/alerts", **words), tuple[KeptAlert, ...], lambda every: _draw(every, desk.now()))


@click.command()
@click.argument("event")
@at_desk
def whynot(desk: Desk, event: str) -> None:
    """Say of each scenario why it commanded nothing for this event: its first gate that failed; or what it commanded.

    \b
    Example:
      ovro-alert whynot chime:217097677
    """  # noqa: D301
    found = read(tuple[KeptAlert, ...], desk.get("/alerts", event=event))
    if not found:
        message = f"no alert of an event {event} is known; `ovro-alert alerts` names those that are, as chime:217097677"
        raise NotFoundError(message)
    answers = [desk.get(f"/alerts/{one.id}") for one in found]
    desk.show(answers, tuple[AlertStory, ...], _why)


def _why(stories: tuple[AlertStory, ...]) -> None:
    newest: dict[str, Verdict] = {}
    # later words on an event, or its retraction, are judged as well, and say nothing of why there was no command
    of_the_burst = [story for story in stories if _is_the_event(story)]
    for verdict in sorted((one for story in of_the_burst or stories for one in story.verdicts), key=lambda one: one.id):
        newest[verdict.scenario] = verdict
    since = "; retracted" if of_the_burst and any(story.retracted for story in stories) else ""
    for verdict in newest.values():
        line(f"{verdict.scenario}: {_reason(verdict)}{since}")
    if not newest:
        line("no scenario concerns this kind of event, or it has not been judged yet")


def _is_the_event(story: AlertStory) -> bool:
    measured = story.merger is not None or story.gamma_rays is not None
    return story.kind in BURSTS or (measured and story.kind != "retraction")


def _reason(verdict: Verdict) -> str:
    if verdict.commands:
        return f"{verdict.answer} {', '.join(str(number) for number in verdict.commands)}: {verdict.summary}"
    failed = next((gate for gate in verdict.gates if gate.failed), None)
    return f"{verdict.answer}: {_figures(failed)}: {failed.says}" if failed else f"{verdict.answer}: {verdict.summary}"


def _figures(gate: Gate) -> str:
    """Write what was measured, against what."""
    if gate.limit is None:
        return f"{gate.gate} {cell(gate.value)} {gate.unit}".strip()
    return f"{gate.gate} {cell(gate.value)} against {cell(gate.limit)} {gate.unit}".strip()


def _draw(every: tuple[KeptAlert, ...], now: datetime) -> None:
    rows = [
        (
            one.id,
            one.event + (" RETRACTED" if one.retracted else ""),
            one.kind,
            one.role,
            one.time,
            age(one.time or one.made, now),
            *(one.ra_deg, one.dec_deg, one.r95_deg, one.dm_pc_cm3, one.snr),
            in_short(one),
        )
        for one in every
    ]
    table(HEADINGS, rows, nothing="no such alert")
