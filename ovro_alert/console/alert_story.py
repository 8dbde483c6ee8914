"""One alert with all that came of it; who else saw the same burst, what is known best of it, what happened when."""

from __future__ import annotations

from datetime import datetime

import click

from ovro_alert.alerts import KeptAlert
from ovro_alert.commands import Command
from ovro_alert.console.desk import Desk, at_desk
from ovro_alert.console.figures import figures
from ovro_alert.console.tables import age, args_in_words, cell, line, sheet, table, utc
from ovro_alert.messages import Message
from ovro_alert.notices import Notice, PathLateness
from ovro_alert.stories import Best, Companion, Happening
from ovro_alert.verdicts import Verdict

SIDES = ("event", "alert", "kind", "time (UTC)", "RA (deg)", "Dec (deg)", "r95 (deg)", "DM (pc/cm³)", "error", "S/N")


class LateNotice(Notice):
    """A notice with the path by which it first came, and how late."""

    path: str | None = None
    latency_s: float | None = None


class AlertStory(KeptAlert):
    """An alert with its notices and verdicts, the commands and messages of its event, and the bigger picture."""

    paths: tuple[PathLateness, ...] = ()
    notices: tuple[LateNotice, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    commands: tuple[Command, ...] = ()
    messages: tuple[Message, ...] = ()
    companions: tuple[Companion, ...] = ()
    best: Best = Best()
    history: tuple[Happening, ...] = ()
    history_cut: bool = False

    @property
    def own(self) -> KeptAlert:
        """The alert alone."""
        return KeptAlert(**{name: getattr(self, name) for name in KeptAlert.model_fields})


@click.command()
@click.argument("number", metavar="ID", type=int)
@at_desk
def alert(desk: Desk, number: int) -> None:
    """Show one alert: its figures, how it came, every verdict gate by gate, commands and messages of its event.

    And the bigger picture: who else saw the same burst, the best position and DM with where they come from, and what
    happened to it when, on all sides.

    \b
    Example:
      ovro-alert alert 12
    """  # noqa: D301 - click's own sign for "leave these lines as they are"
    desk.show(desk.get(f"/alerts/{number}"), AlertStory, lambda story: _tell(story, desk.now()))


def _tell(story: AlertStory, now: datetime) -> None:
    retracted = ", RETRACTED" if story.retracted else ""
    line(f"alert {story.id}: {story.event}, {age(story.time or story.made, now)} old{retracted}")
    sheet(figures(story.own))
    _both_sides(story)
    _how_it_came(story)
    for verdict in story.verdicts:
        line(f"{verdict.scenario} at {utc(verdict.made)} UTC: {verdict.answer}: {verdict.summary}")
        gates = [(gate.gate, gate.result, gate.value, gate.limit, gate.unit, gate.says) for gate in verdict.gates]
        table(("gate", "result", "value", "limit", "unit", "says"), gates, nothing="  (no gates)")
    commands = [(one.id, one.telescope, one.action, one.state, args_in_words(one.args)) for one in story.commands]
    table(("command", "telescope", "action", "state", "what"), commands, nothing="no command of this event")
    messages = [(one.id, one.state, one.level, one.subject, one.made, one.sent) for one in story.messages]
    table(("message", "state", "level", "subject", "made (UTC)", "sent (UTC)"), messages, nothing="nobody was told")
    _happened(story)


def _both_sides(story: AlertStory) -> None:
    """Print what is known best, and, where another telescope saw it, every statement of either side."""
    place, dm = story.best.position, story.best.dm
    if place is not None:
        error = "error not given" if place.r95_deg is None else f"r95 {place.r95_deg:.3g}°"
        line(f"best position: RA {place.ra_deg:.4f}° Dec {place.dec_deg:+.4f}°, {error}: {place.from_}")
    if dm is not None:
        error = "" if dm.error is None else f" ± {dm.error:.3g}"
        line(f"best DM: {dm.dm_pc_cm3:.5g}{error} pc/cm³: {dm.from_}")
    for other in story.companions:
        line(_seen_by(other))
    if story.companions:
        every = (story.own, *(one for other in story.companions for one in other.alerts))
        table(SIDES, [_side(one) for one in every])


def _seen_by(other: Companion) -> str:
    apart = "" if other.separation_deg is None else f", {other.separation_deg:.2f}° apart"
    sigma = "" if other.dt_error_s is None else f" ± {1000 * other.dt_error_s:.0f}"
    later = "" if other.dt_s is None else f", CHIME's time less DSA-110's {1000 * other.dt_s:+.0f}{sigma} ms"
    return f"same burst, {other.result}: {other.event}{later}{apart}" + (
        f"; {other.diagnosis}" if other.diagnosis else ""
    )


def _side(one: KeptAlert) -> tuple[object, ...]:
    kind = f"{one.kind}{'' if one.role == 'real' else f' ({one.role})'}{' RETRACTED' if one.retracted else ''}"
    place = (one.ra_deg, one.dec_deg, one.r95_deg)
    return (one.event, one.id, kind, one.time, *place, one.dm_pc_cm3, one.dm_error_pc_cm3, one.snr)


def _how_it_came(story: AlertStory) -> None:
    paths = [(one.path, one.received, one.age_s, one.behind_s, one.notice) for one in story.paths]
    headings = ("path", "first received (UTC)", "after the event (s)", "behind the first (s)", "notice")
    table(headings, paths, nothing="came by no path")
    table(
        ("notice", "stream", "path", "latency (s)", "arrivals", "state", "why"),
        [(one.id, one.stream, one.path, one.latency_s, len(one.arrivals), one.state, one.why) for one in story.notices],
        nothing="no notice",
    )


def _happened(story: AlertStory) -> None:
    if story.history_cut:
        line(f"the newest {len(story.history)} lines of its history; there are more")
    alone = {one.event for one in story.history} <= {story.event}
    rows = [(f"{one.at:%Y-%m-%d %H:%M:%S.%f}"[:-3], one.event, one.what, cell(one.says)) for one in story.history]
    if alone:
        table(("at (UTC)", "what", "says"), [(at, what, says) for at, _, what, says in rows], nothing="no history")
    else:
        table(("at (UTC)", "event", "what", "says"), rows)
