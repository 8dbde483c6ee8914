"""The digest of any window of time: what people are told each morning, in tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import click

from ovro_alert.console.desk import Desk, at_desk
from ovro_alert.console.moments import MOMENT
from ovro_alert.console.tables import line, table, utc
from ovro_alert.digests import Digest, Line
from ovro_alert.times import iso_us

STREAMS = ("stream", "notices", "unread", "imported", "alerts", "tests", "late p50 (s)", "late p95 (s)")


@click.command()
@click.option("--since", type=MOMENT, help="Its beginning [a day before its end].")
@click.option("--until", type=MOMENT, help="Its end [now].")
@at_desk
def digest(desk: Desk, since: datetime | None, until: datetime | None) -> None:
    """Show what came, what was done and what was not, in a day or in any window of 31 days at most.

    \b
    Examples:
      ovro-alert digest
      ovro-alert digest --since 2026-11-19T17:00Z --until 2026-11-20T17:00Z
    """  # noqa: D301 - click's own sign for "leave these lines as they are"
    window = {name: iso_us(moment) for name, moment in (("since", since), ("until", until)) if moment is not None}
    desk.show(desk.get("/digest", **window), Digest, _draw)


def _draw(day: Digest) -> None:
    line(f"from {utc(day.since)} to {utc(day.until)} UTC")
    table(
        (*STREAMS, "last notice (UTC)", "silent"),
        [
            (
                *(one.stream, one.notices, one.unread, one.imported, one.alerts, one.mocks),
                *(one.late_p50_s, one.late_p95_s, one.last_seen, one.silent or None),
            )
            for one in day.streams
        ],
    )
    table(
        ("telescope", "action", "made", "ended as"),
        [(one.telescope, one.action, one.made, _numbers(one.ended.items())) for one in day.commands],
        nothing="no commands",
    )
    table(
        ("telescope", "beams", "hours", "TB", "dumps", "TB of dumps", "TB on its disks", "of TB"),
        [
            (
                *(one.telescope, one.beams, one.beam_hours, one.beam_tb, one.dumps, one.dump_tb),
                *(one.on_disks_tb, day.dumps_at_most_tb),
            )
            for one in day.use
        ],
    )
    for of, lines in (("ended and not done", day.undone), ("proposed", day.proposals), ("overdue", day.overdue)):
        _commands(of, lines)
    _rest(day)


def _commands(of: str, lines: tuple[Line, ...]) -> None:
    if lines:
        rows = [(one.command, one.telescope, one.action, one.event, one.state, one.deadline, one.why) for one in lines]
        table((of, "telescope", "action", "event", "state", "deadline (UTC)", "why"), rows)


def _rest(day: Digest) -> None:
    """Print what kept scenarios from acting, and what is a number and a name."""
    table(
        ("why not: scenario", "gate", "verdicts"),
        [(one.scenario, one.gate, one.times) for one in day.why_not],
        nothing="no verdict said no",
    )
    line(f"taken back: {day.retractions} {' '.join(day.retracted)}")
    line(f"quiet messages: {_numbers(day.quiet.items()) or 'none'}; unsent: {day.unsent}")


def _numbers(numbers: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{number} {name}" for name, number in numbers)
