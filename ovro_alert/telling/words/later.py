"""What comes after a detection: a retraction, which everybody hears who heard of the event, or further words."""

from __future__ import annotations

from collections.abc import Callable

from ovro_alert.commands import Command
from ovro_alert.tellers import Told
from ovro_alert.telling.words.codetection import pair_name
from ovro_alert.telling.words.detection import came, detection
from ovro_alert.telling.words.figures import date, joined
from ovro_alert.telling.words.guano import taken_back
from ovro_alert.telling.words.heading import asked, event_name, heading, in_words_alone
from ovro_alert.telling.words.merger import later_merger
from ovro_alert.telling.words.plain import LINE_LIMIT, plain
from ovro_alert.telling.words.proposal import stop_question, turned

FATES: dict[str, Callable[[Command], str | None]] = {"guano": taken_back, "repoint": turned}
"""What becomes of it, by actions that end in words of their own."""


def retraction(told: Told) -> list[str | None]:
    """Return the lines: that it is none; what its discoverer says; what becomes of each command."""
    # one source has many bursts: which of them is on the first line
    burst = plain((told.message.event or "").partition(":")[2])
    which = f"burst {burst} " if burst and (pair_name(told) or not event_name(told).endswith(burst)) else ""
    asks = joined(*map(stop_question, told.commands)) if told.message.level == "loud" else None
    outcome = f"{which}retracted by its discoverer{f': {asks}' if asks else ''}"
    return [heading(told, outcome), _said(told), *[_fate(one) for one in told.commands]]


def update(told: Told) -> list[str | None]:
    """Return the lines of what came later: the discoverer's words, or what a better notice changes here."""
    if told.verdict is not None and told.alert is not None and told.alert.merger is not None:
        return [heading(told, later_merger(told.verdict, told.alert.merger))]
    if told.verdict is None or in_words_alone(told):
        return [heading(told, "later words on this event"), _said(told)]
    return [heading(told, plain(told.verdict.summary, LINE_LIMIT)), detection(told)]


def _said(told: Told) -> str | None:
    words = plain(told.alert.words, LINE_LIMIT) if told.alert is not None and told.alert.words else None
    arrival = told.notice.arrivals[0] if told.notice is not None and told.notice.arrivals else None
    # the time that a retraction gives is a placeholder: only when it came is worth saying
    here = came(None, arrival.received) if arrival is not None else None
    return "; ".join(part for part in (words and f"They say: {words}", here) if part) or None


def _fate(command: Command) -> str:
    if command.action in FATES and (said := FATES[command.action](command)):
        return said
    name = f"{asked(command)} {command.id}"
    if command.state == "done":
        return f"{name} is done: what it recorded is marked retracted and kept"
    if command.state == "acting":
        if command.stop is not None:
            return f"{name} is asked to stop: the files that are full are kept, and marked retracted"
        until = f" until {date(command.until)}" if command.until is not None else ""
        return f"{name} runs on{until}; what it records is marked retracted"
    if command.final:
        return f"{name}: {command.state}"
    return f"{name} still waits ({command.state}): cancel it if it is not wanted"
