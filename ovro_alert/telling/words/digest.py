"""The digest of a day, the most important first: what is wrong, what waits, what was done, what came in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ovro_alert.commands import State
from ovro_alert.digests import CommandDay, Digest, Line, StreamDay, Use
from ovro_alert.tellers import Told
from ovro_alert.telling.words.figures import date, joined, length
from ovro_alert.telling.words.heading import STREAMS, asked, heading, telescope_name
from ovro_alert.telling.words.plain import LINE_LIMIT, plain

NAMED = 5
"""So many are named in one line; the rest is a number."""
COMMANDS_SHOWN, UNDONE_SHOWN = 4, 3


def digest(told: Told) -> list[str | None]:
    """Return the lines, 22 at most; of a day on which nothing happened, one."""
    day = Digest.model_validate(told.message.facts["digest"])
    window = f"from {day.since:%Y-%m-%d %H:%M} to {day.until:%Y-%m-%d %H:%M} UTC"
    body = _body(day)
    if not any(body):
        return [heading(told, f"Digest {window}: nothing came in, nothing was asked, all is quiet")]
    return [heading(told, f"Digest {window}: {_in_short(day)}"), *body]


def _body(day: Digest) -> list[str | None]:
    return [
        _about("Overdue, somebody must look", [_named(one) for one in day.overdue]),
        f"Could not be told: {_many(day.unsent, 'message')} (ovro-alert messages --state unsent)"
        if day.unsent
        else None,
        _about("Silent", [f"{_title(one)} ({plain(one.silent)})" for one in day.silent]),
        _about("Waiting for a person", [f"{_named(one)} until {date(one.deadline)}" for one in day.proposals]),
        *[_asked(one) for one in day.asked[:COMMANDS_SHOWN]],
        *[f"{_named(one)} {one.state}: {plain(one.why)}" for one in day.undone[:UNDONE_SHOWN]],
        *[_use(one, day.dumps_at_most_tb) for one in day.use],
        *[_came(one) for one in day.streams],
        _about("Why not", [f"{plain(one.scenario)} {plain(one.gate)} × {one.times}" for one in day.why_not]),
        _about("Drills", [_asked(one) for one in day.drills]),
        _about(f"Taken back: {_many(day.retractions, 'event')}", [plain(event) for event in day.retracted]),
        _about("Quiet", [f"{plain(about)} × {times}" for about, times in day.quiet.items()]),
    ]


def _in_short(day: Digest) -> str:
    made = sum(one.made for one in day.asked)
    came = sum(one.notices for one in day.streams)
    mocks = f" ({day.mocks} of them tests)" if day.mocks else ""
    alerts = sum(one.alerts for one in day.streams)
    return f"{_many(made, 'command')}, {_many(came, 'notice')}, {_many(alerts, 'alert')}{mocks}"


def _asked(one: CommandDay) -> str:
    return f"{asked(one)}: {one.made} made{_each(one.ended, before='; ')}"


def _each(numbers: Mapping[State, int], before: str) -> str:
    return "".join([before, ", ".join(f"{times} {word}" for word, times in numbers.items())]) if numbers else ""


def _use(one: Use, at_most_tb: float | None) -> str | None:
    """Return what was used, if anything was: `OVRO-LWA: 3 beams, 0.6 h, 0.1 TB; …`."""
    beams = f"{_many(one.beams, 'beam')}, {one.beam_hours:.1f} h, {one.beam_tb:.2f} TB" if one.beams else None
    dumps = f"{_many(one.dumps, 'dump')}, {one.dump_tb:.1f} TB" if one.dumps else None
    left = f" of {at_most_tb:g}, {max(at_most_tb - one.on_disks_tb, 0):.1f} left" if at_most_tb is not None else ""
    disks = f"on its disks {one.on_disks_tb:.1f} TB{left} until somebody takes them away" if one.on_disks_tb else None
    said = joined(beams, dumps, disks, by="; ")
    return said and f"Used of {telescope_name(one.telescope)}: {said}"


def _came(one: StreamDay) -> str | None:
    if not (one.notices or one.imported):
        return None
    late = one.late_p50_s is not None and f"late by {length(one.late_p50_s)} (95 %: {length(one.late_p95_s)})"
    return f"{_title(one)}: " + (
        joined(
            _many(one.notices, "notice"),
            f"{one.unread} could not be read" if one.unread else None,
            f"{one.imported} imported" if one.imported else None,
            _many(one.alerts, "alert") + (f" ({one.mocks} of them tests)" if one.mocks else ""),
            late or None,
            f"last {date(one.last_seen)}" if one.last_seen is not None else None,
        )
        or ""
    )


def _title(one: StreamDay) -> str:
    return STREAMS.get(one.stream, plain(one.stream, 40))


def _named(one: Line) -> str:
    return f"{asked(one)} {one.command}" + (f" of {plain(one.event)}" if one.event else "")


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _about(subject: str, said: Iterable[str]) -> str | None:
    """Return one line of all of them, or None where there are none; of many the first few."""
    every = list(said)
    more = [f"and {len(every) - NAMED} more"] if len(every) > NAMED else []
    return plain(f"{subject}: {', '.join([*every[:NAMED], *more])}", LINE_LIMIT) if every else None
