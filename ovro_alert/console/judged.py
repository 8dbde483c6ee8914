"""What judging again gave, for people: counts then and now, the events that differ, their gates side by side."""

from __future__ import annotations

from collections.abc import Sequence

from ovro_alert.console.tables import cell, line, table, utc
from ovro_alert.relay.judging_again.outcome import Count, Difference, Line, Outcome, SideBySide
from ovro_alert.times import iso
from ovro_alert.verdicts import Gate, Verdict

ASSUMED = (
    "as if telescopes had said nothing of themselves, clients had always been there, every switch had been on, and "
    "nobody else had commanded anything since; disks as full as they were, and emptied when they were"
)
COUNTED = (
    "scenario",
    "telescope",
    "action",
    "commands then",
    "now",
    "hours of beam then",
    "now",
    "TB then",
    "now",
)
DIFFERENT = ("event", "scenario", "how", "received (UTC)", "notice", "then", "now")


def draw(outcome: Outcome, tried: Sequence[tuple[str, object, object]]) -> None:
    """Print it."""
    line(_what_was_judged(outcome))
    for name, was, now in tried:
        line(f"with {name} = {cell(now)} instead of {cell(was)}")
    if not tried:
        line("with the limits in force")
    line(ASSUMED)
    line("")
    table(COUNTED, [_counted(one) for one in outcome.lines], nothing="nothing commanded, then or now")
    told = ", ".join(f"{one.level} {cell(one.then)} → {one.now}" for one in outcome.messages)
    line(f"messages then → now: {told}")
    line("")
    table(DIFFERENT, [_different(one) for one in outcome.differences], nothing="no event would have gone otherwise")
    for pair in outcome.events:
        _side_by_side(pair)


def _what_was_judged(outcome: Outcome) -> str:
    states = ", ".join(f"{number} {state}" for state, number in outcome.states.items())
    history = f"; {outcome.history} of them came as history" if outcome.history else ""
    before = f" (and {outcome.before} of the day before, to begin with)" if outcome.before else ""
    when = f"received from {iso(outcome.since)} to {iso(outcome.until)}"
    return f"{outcome.notices} notices {when}{before}: {states or 'none'}{history}"


def _counted(one: Line) -> tuple[object, ...]:
    pairs = (
        (_commands(one.then), _commands(one.now)),
        (f"{one.then.hours:.1f}", f"{one.now.hours:.1f}"),
        (f"{one.then.tb:.1f}", f"{one.now.tb:.1f}"),
    )
    return one.scenario, one.telescope, one.action, *(value for pair in pairs for value in pair)


def _commands(count: Count) -> str:
    return f"{count.commands} ({count.proposals} proposed)" if count.proposals else str(count.commands)


def _different(one: Difference) -> tuple[object, ...]:
    then = f"{'; '.join(one.then) or 'nothing'}: {one.then_says}"
    now = f"{'; '.join(one.now) or 'nothing'}: {one.now_says}"
    return one.event, one.scenario, one.how, utc(one.received), one.notice, then, now


def _side_by_side(pair: SideBySide) -> None:
    line("")
    line(f"{pair.event} by {pair.scenario}")
    line(f"then: {_answer(pair.then)}")
    line(f"now: {_answer(pair.now)}")
    thens, nows = (
        {gate.gate: gate for gate in verdict.gates} if verdict is not None else {} for verdict in (pair.then, pair.now)
    )
    rows = [(name, *_gate(thens.get(name)), *_gate(nows.get(name))) for name in dict.fromkeys([*nows, *thens])]
    table(("gate", "then", "limit", "", "now", "limit", ""), rows, nothing="no gates")


def _answer(verdict: Verdict | None) -> str:
    return "-" if verdict is None else f"{verdict.answer} over notice {verdict.notice}: {verdict.summary}"


def _gate(gate: Gate | None) -> tuple[object, ...]:
    if gate is None:
        return None, None, None
    limit = None if gate.limit is None else f"{cell(gate.limit)} {gate.unit}".strip()
    return gate.result, limit, gate.says
