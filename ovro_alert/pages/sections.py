"""The sections of the page: what needs a person first, then commands, alerts, and how everything is."""

from __future__ import annotations

from datetime import datetime

from ovro_alert.alerts import KeptAlert
from ovro_alert.commands import Command
from ovro_alert.in_short import in_short
from ovro_alert.notices import PathLateness
from ovro_alert.pages.markup import Markup, lines, link, table, word
from ovro_alert.relay.health import Health
from ovro_alert.relay.journal.overview import Judged, Overview
from ovro_alert.times import age_s
from ovro_alert.verdicts import Verdict


def sections(view: Overview, health: Health) -> Markup:
    """Return all of them, in order."""
    parts = [_held_back(view), _untold(view), _commands(view), _alerts(view), _health(health)]
    return Markup("".join(parts))


def _held_back(view: Overview) -> Markup:
    if not view.held_back:
        return Markup("")
    rows = [(one.name, word(one.state), one.why, one.by, one.since, one.until) for one in view.held_back]
    return table("Held back", ("what", "state", "why", "by", "since (UTC)", "until (UTC)"), rows)


def _untold(view: Overview) -> Markup:
    if not view.untold:
        return Markup("")
    rows = [(one.id, word(one.state), one.level, one.subject, one.event, one.made, one.why) for one in view.untold]
    return table("Not told yet", ("message", "state", "level", "of", "event", "made (UTC)", "why not"), rows)


def _commands(view: Overview) -> Markup:
    headings = ("command", "made (UTC)", "telescope", "action", "state", "left", "event", "by", "client", "why")
    rows = [
        (
            link(f"/commands/{one.id}", one.id),
            one.made,
            one.telescope,
            one.action,
            _state(one),
            None if one.final or one.state == "acting" else f"{one.left_s:.0f} s",
            lines([one.event, *([word("retracted")] if one.event in view.retracted else [])]),
            one.by,
            _client(one),
            one.reason,
        )
        for one in view.commands
    ]
    return table("Commands", headings, rows)


def _state(command: Command) -> Markup:
    remarks = [word("overdue")] if command.overdue else []
    return lines([word(command.state), *remarks, *(["stop wanted"] if command.stop else [])])


def _client(command: Command) -> str | None:
    return command.client and f"{command.client} ({command.moves})"


def _alerts(view: Overview) -> Markup:
    headings = ("alert", "time (UTC)", "age", "event", "kind", "RA °", "Dec °", "r95 °", "what", "came by", "verdicts")
    return table("Alerts", headings, [_alert(judged, view.now) for judged in view.alerts])


def _alert(judged: Judged, now: datetime) -> tuple[object, ...]:
    alert = judged.alert
    return (
        link(f"/alerts/{alert.id}", alert.id),
        alert.time or alert.made,
        _age(alert.time or alert.made, now),
        _event(alert),
        alert.kind,
        alert.ra_deg,
        alert.dec_deg,
        alert.r95_deg,
        lines(_what(alert)),
        lines(_came(late) for late in judged.paths),
        lines(_verdict(verdict) for verdict in judged.verdicts),
    )


def _what(alert: KeptAlert) -> list[str]:
    """Say what kind of event it is, in its own figures."""
    figures = (("DM", alert.dm_pc_cm3, "pc/cm³"), ("S/N", alert.snr, ""))
    said = [f"{name} {value:.6g} {unit}".rstrip() for name, value, unit in figures if value is not None]
    return [*said, *(phrase for phrase in (in_short(alert) or "").split("; ") if phrase)]


def _came(late: PathLateness) -> str:
    """Say how late it came by a path: the first after the event, the others after the first."""
    path = late.path or "unnamed"
    if late.behind_s > 0 or late.age_s is None:
        return f"{path} +{late.behind_s:.1f} s"
    return f"{path} after {late.age_s:.1f} s"


def _event(alert: KeptAlert) -> Markup:
    remarks = ([] if alert.role == "real" else [alert.role]) + (["retracted"] if alert.retracted else [])
    return lines([alert.event, *map(word, remarks)])


def _verdict(verdict: Verdict) -> Markup:
    return Markup(f"{word(verdict.answer)} {_plain(verdict)}")


def _plain(verdict: Verdict) -> Markup:
    return lines([f"{verdict.scenario}: {verdict.summary}"])


def _age(moment: datetime, now: datetime) -> str:
    gone_s = age_s(moment, now)
    for size_s, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if abs(gone_s) >= 2 * size_s:
            return f"{gone_s / size_s:.0f} {unit}"
    return f"{gone_s:.0f} s"


def _health(health: Health) -> Markup:
    rows = [(part.part, word(part.state), part.says) for part in health.parts]
    return table("Parts", ("part", "state", "says"), rows)
