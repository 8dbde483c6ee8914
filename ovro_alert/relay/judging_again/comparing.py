"""What was done beside what would have been: by scenario, telescope and action, and event by event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import NamedTuple

from ovro_alert.commands import Command
from ovro_alert.observatory import DUMP_FILE_BYTES, DUMP_PIPELINES, VOLTAGE_BYTES_PER_S
from ovro_alert.relay.journal.past import Deed
from ovro_alert.relay.judging_again.outcome import Count, Line, Other
from ovro_alert.scenarios.dump import files

TOOK = frozenset({"acting", "done", "failed"})
SAME_DEG = 0.01
SAME_S, SAME_SHARE = 30.0, 0.05
"""The relay decides some seconds later than a notice was received: so much shorter or longer is the same command."""


class Event(NamedTuple):
    """One scenario's commands for one event, then and now."""

    scenario: str
    event: str
    then: tuple[Deed, ...]
    now: tuple[Deed, ...]

    @property
    def how(self) -> Other | None:
        """How they differ; None: not worth a word."""
        if len(self.then) != len(self.now):
            return "more" if len(self.now) > len(self.then) else "fewer"
        return None if all(map(_alike, self.then, self.now)) else "other"

    @property
    def notice(self) -> int:
        """Return over which notice they first differ."""
        pairs = zip_longest(self.then, self.now)
        first = next(pair for pair in pairs if pair[0] is None or pair[1] is None or not _alike(*pair))
        then, now = first
        deed = now or then
        assert deed is not None  # noqa: S101 - for the type checker; a pair has at least one
        return deed.notice


def by_event(then: Iterable[Deed], now: Iterable[Deed]) -> list[Event]:
    """Return every event for which anything was or would have been commanded, in the order in which that was."""
    both: dict[tuple[str, str], tuple[list[Deed], list[Deed]]] = defaultdict(lambda: ([], []))
    for which, deeds in enumerate((now, then)):
        for deed in deeds:
            both[deed.scenario, deed.event][which].append(deed)
    return [Event(*key, tuple(then), tuple(now)) for key, (now, then) in both.items()]


def lines(then: Sequence[Deed], now: Sequence[Deed]) -> tuple[Line, ...]:
    """Count commands, hours and TB by scenario, telescope and action."""
    counts = [_counted(deeds) for deeds in (then, now)]
    keys = sorted({key for count in counts for key in count})
    none = Count()
    return tuple(
        Line(
            scenario=scenario,
            telescope=telescope,
            action=action,
            then=counts[0].get((scenario, telescope, action), none),
            now=counts[1].get((scenario, telescope, action), none),
        )
        for scenario, telescope, action in keys
    )


def in_words(deed: Deed) -> str:
    """Say what was commanded."""
    command = deed.command
    length_s = command.args.get("duration_s")
    length = "" if length_s is None else f" of {length_s:.0f} s"
    word = "proposed " if deed.answer == "proposal" else ""
    return f"{word}{command.telescope} {command.action}{length}, {command.state}"


def _counted(deeds: Sequence[Deed]) -> dict[tuple[str, str, str], Count]:
    counts: dict[tuple[str, str, str], Count] = defaultdict(Count)
    for deed in deeds:
        key = deed.scenario, deed.command.telescope, deed.command.action
        before, (hours, tb) = counts[key], _takes(deed.command)
        counts[key] = Count(
            commands=before.commands + 1,
            proposals=before.proposals + (deed.answer == "proposal"),
            hours=before.hours + hours,
            tb=before.tb + tb,
        )
    return counts


def _takes(command: Command) -> tuple[float, float]:
    """Return hours of beam and TB at most; what never began takes nothing."""
    if command.state not in TOOK and not (command.state == "cancelled" and command.stop is not None):
        return 0.0, 0.0
    length_s = float(command.args.get("duration_s") or 0.0)
    if command.action == "dump":
        return 0.0, files(length_s) * DUMP_PIPELINES * DUMP_FILE_BYTES / 1e12
    if command.action != "beam":
        return 0.0, 0.0
    voltage = command.args.get("mode", "voltage") == "voltage"
    return length_s / 3600, length_s * VOLTAGE_BYTES_PER_S / 1e12 if voltage else 0.0


def _alike(one: Deed, other: Deed) -> bool:
    if (one.command.telescope, one.command.action, one.answer) != (
        other.command.telescope,
        other.command.action,
        other.answer,
    ):
        return False
    args, others = one.command.args, other.command.args
    near = all(abs(args.get(name, 0.0) - others.get(name, 0.0)) <= SAME_DEG for name in ("ra_deg", "dec_deg"))
    length_s, other_s = args.get("duration_s") or 0.0, others.get("duration_s") or 0.0
    return near and abs(length_s - other_s) <= max(SAME_S, SAME_SHARE * length_s)
