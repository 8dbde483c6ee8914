"""From two journals, of what was and of what would have been, to the one outcome that people read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, get_args

from ovro_alert.errors import NotFoundError
from ovro_alert.messages import Level
from ovro_alert.relay.commanding.expiring import NEVER
from ovro_alert.relay.journal import past
from ovro_alert.relay.journal.looking import Picture
from ovro_alert.relay.journal.past import Deed
from ovro_alert.relay.judging_again.again import Again
from ovro_alert.relay.judging_again.comparing import Event, by_event, in_words, lines
from ovro_alert.relay.judging_again.outcome import Difference, Outcome, SideBySide, Told
from ovro_alert.times import iso

T = TypeVar("T")


def sum_up(again: Again, scenario: str | None = None, events: Sequence[str] = ()) -> Outcome:
    """Return what came of a what-if that has run; of one scenario, if named, and with the gates of those events."""
    return Sum(again, scenario).outcome(events)


class Sum:
    """One what-if beside what was done, by the same questions to both journals."""

    def __init__(self, again: Again, scenario: str | None) -> None:
        self.again = again
        self.scenario = scenario
        self.counted = {came.id: came for came in again.came if again.window.holds(came.received)}
        self.then = self._wanted(self._was(lambda picture: past.deeds(picture, again.window)))
        would = past.deeds(again.scratch.connection, again.window)
        self.now = self._wanted([deed._replace(notice=again.real_ids[deed.notice]) for deed in would])
        self.events = by_event(self.then, self.now)

    def outcome(self, events: Sequence[str]) -> Outcome:
        """Put it all together."""
        window = self.again.window
        return Outcome(
            since=window.since,
            until=window.until,
            notices=len(self.counted),
            history=sum(came.history for came in self.counted.values()),
            before=len(self.again.came) - len(self.counted),
            states=past.states(self.again.scratch.connection, window),
            lines=lines(self.then, self.now),
            messages=self._told(),
            differences=tuple(sorted(self._differences(), key=lambda one: one.received)),
            events=tuple(pair for event in events for pair in self._side_by_side(event)),
        )

    def _was(self, query: Callable[[Picture], T]) -> T:
        return self.again.journal.look(query)

    def _wanted(self, deeds: list[Deed]) -> list[Deed]:
        return [deed for deed in deeds if self.scenario in (None, deed.scenario)]

    def _told(self) -> tuple[Told, ...]:
        window, scenario = self.again.window, self.scenario
        # what is told of a command's end is told after the window
        now = past.told(self.again.scratch.connection, window._replace(until=NEVER), scenario)
        then = self._was(lambda picture: past.told(picture, window, scenario))
        known = not window.streams  # a message does not know by which stream it came about
        return tuple(
            Told(level=level, then=then.get(level, 0) if known else None, now=now.get(level, 0))
            for level in get_args(Level)
        )

    def _differences(self) -> list[Difference]:
        return [self._difference(event) for event in self.events if event.how is not None]

    def _difference(self, event: Event) -> Difference:
        came = self.counted[event.notice]
        pair = self._pair(event.event, event.scenario, event.notice)
        new = came.history and not event.then
        return Difference(
            event=event.event,
            scenario=event.scenario,
            how="new" if new else event.how or "other",
            notice=event.notice,
            received=came.received,
            then=tuple(map(in_words, event.then)),
            now=tuple(map(in_words, event.now)),
            then_says=pair.then.summary if pair.then else self._was(lambda one: past.fate(one, event.notice)),
            now_says=pair.now.summary if pair.now else self._would_fate(event.notice),
        )

    def _would_fate(self, notice: int) -> str:
        return past.fate(self.again.scratch.connection, self.again.ids[notice])

    def _pair(self, event: str, scenario: str, notice: int | None) -> SideBySide:
        """Return what was and what would have been said of an event over a notice; over the last, if it is None."""
        then = self._was(lambda picture: past.said(picture, event, scenario, notice))
        if notice is None and then is not None:
            notice = then.notice
        ours = None if notice is None else self.again.ids.get(notice)
        now = past.said(self.again.scratch.connection, event, scenario, ours)
        if now is not None:
            now = now.model_copy(update={"notice": self.again.real_ids[now.notice]})
        return SideBySide(event=event, scenario=scenario, then=then, now=now)

    def _side_by_side(self, event: str) -> list[SideBySide]:
        scenarios = set(past.scenarios_on(self.again.scratch.connection, event))
        scenarios |= set(self._was(lambda picture: past.scenarios_on(picture, event)))
        if not scenarios:
            window = self.again.window
            raise NotFoundError(f"no notice from {iso(window.since)} to {iso(window.until)} gave {event} a verdict")
        acted = {(one.scenario, one.event): one for one in self.events}
        return [self._pair(event, one, self._over(acted.get((one, event)))) for one in sorted(scenarios)]

    def _over(self, event: Event | None) -> int | None:
        if event is None:
            return None
        return event.notice if event.how is not None else event.now[0].notice
