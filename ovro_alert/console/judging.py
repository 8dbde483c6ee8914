"""A rule tried on the past: what the relay would have done with what it was told, under other limits."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from datetime import datetime

import click

from ovro_alert.catalogue.repeaters import load_repeaters
from ovro_alert.console.judged import draw
from ovro_alert.console.moments import MOMENT
from ovro_alert.notices import STREAMS
from ovro_alert.relay.deciding import CommandRole
from ovro_alert.relay.journal.opening import JOURNAL
from ovro_alert.relay.journal.past import Window
from ovro_alert.relay.judging_again.again import Again, journal_beside
from ovro_alert.relay.judging_again.summing_up import sum_up
from ovro_alert.scenarios.limits import Limits
from ovro_alert.settings import Settings, entries, load_settings
from ovro_alert.times import SystemClock
from ovro_alert.verdicts import SCENARIO_TITLES


@click.command()
@click.option("--since", type=MOMENT, required=True, help="Notices received from then on.")
@click.option("--until", type=MOMENT, help="And before then [now].")
@click.option("--stream", "streams", type=click.Choice(list(STREAMS)), multiple=True, help="Of this stream alone.")
@click.option("--scenario", type=click.Choice(list(SCENARIO_TITLES)), help="Show what came of this scenario alone.")
@click.option("--set", "given", metavar="NAME=VALUE", multiple=True, help="A limit to try, by its name.")
@click.option("--event", "events", metavar="NAME", multiple=True, help="Show the gates of this event, then and now.")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def judge(
    since: datetime,
    until: datetime | None,
    streams: tuple[str, ...],
    scenario: str | None,
    given: tuple[str, ...],
    events: tuple[str, ...],
    as_json: bool,
) -> None:
    """Judge the kept notices again, with other limits: what would have been commanded, and where that is not what was.

    By the relay's own judge, each notice as of when it was received, in a journal that is thrown away. Nothing is sent,
    and the relay's journal is only read: it may run meanwhile. Without --set the limits are those in force.
    `ovro-alert settings` lists the limits.

    \b
    Examples:
      ovro-alert judge --since 2026-10-01T00:00Z
      ovro-alert judge --since 2026-10-01T00:00Z --scenario lvk_dump --set lvk.max_far_hz=1e-7
      ovro-alert judge --since 2026-11-19T00:00Z --set chime.one_offs=all --event chime:217097677
    """  # noqa: D301 - click's own sign for "leave these lines as they are"
    in_force, tried = load_settings(), load_settings(**_limits(given))
    window = Window(since, until or SystemClock().now(), streams)
    if window.since >= window.until:
        message = f"--since {window.since} is not before --until {window.until}."
        raise click.UsageError(message)
    with journal_beside(in_force.home / JOURNAL) as journal:
        role: CommandRole = "observation" if in_force.mode == "production" else "test"
        again = Again(journal, window, tried.limits, load_repeaters(tried.repeaters_file), role)
        with contextlib.closing(again):
            _run(again)
            outcome = sum_up(again, scenario, events)
    if as_json:
        click.echo(outcome.model_dump_json(indent=2))
    else:
        draw(outcome, list(_changed(in_force, tried)))


def _limits(given: tuple[str, ...]) -> dict[str, object]:
    """Return what --set said, by name; a setting that is no limit decides nothing."""
    limits: dict[str, object] = {}
    known = {name for name, _ in entries(Limits)}
    for words in given:
        name, sign, value = words.partition("=")
        if not sign or not name:
            message = f"--set {words}: write it as NAME=VALUE, for instance lvk.max_far_hz=1e-7"
            raise click.UsageError(message)
        if name not in known and name in dict(entries()):
            message = f"--set {name}: a setting, but no limit: it decides nothing. `ovro-alert settings lvk` lists some"
            raise click.UsageError(message)
        limits[name] = value
    return limits


def _changed(in_force: Settings, tried: Settings) -> Iterator[tuple[str, object, object]]:
    """Name every limit that is another one than that in force."""
    for name, _ in entries(Limits):
        room, word = name.split(".")
        was, now = (getattr(getattr(settings, room), word) for settings in (in_force, tried))
        if was != now:
            yield name, was, now


def _run(again: Again) -> None:
    """Judge them all; how far it is, is shown on standard error."""
    label = f"judging {len(again.came)} notices again"
    with click.progressbar(length=len(again.came), label=label, file=sys.stderr) as bar:
        for _ in again.run():
            bar.update(1)
