"""What the outbox does next: pure, from what waits and what was sent.

One thread per event, in the order of the messages. Loud ones first. A message that keeps failing holds its own event
up for a few tries only, and no other event at all. Of one stream at most six normal messages an hour are put into the
channel one by one; the rest wait until the hour is over and become one. Answers in a thread are not counted: they
disturb nobody who does not follow it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from ovro_alert.relay.journal.posting import Desk, WaitingMessage
from ovro_alert.tellers import Posted

AN_HOUR = timedelta(hours=1)
NORMAL_IN_AN_HOUR = 6
COLLECTED_AT_MOST = 100
PATIENCE_TRIES = 5
"""After so many tries a message no longer holds up what follows it in its thread."""

HELD = "held back: "
"""How the `why` of a message begins that is to be collected with others."""


class Errand(NamedTuple):
    """One post: a message, or several collected into one."""

    ids: tuple[int, ...]
    thread: Posted | None = None


class Plan(NamedTuple):
    """What to do now, what to hold back until when, and when to look again (None: when something new comes)."""

    errand: Errand | None = None
    hold: tuple[tuple[int, datetime], ...] = ()
    next_look: datetime | None = None


def plan(desk: Desk, now: datetime) -> Plan:
    """Return what to do next."""
    ready: list[WaitingMessage] = []
    hold: list[tuple[int, datetime]] = []
    looks: list[datetime] = []
    blocked: set[str | None] = set()
    for one in desk.waiting:
        event = one.event
        if event is not None and event in blocked:
            continue
        free_at = _free_at(one, desk, now)
        if free_at is not None:
            if not _held(one):
                hold.append((one.id, free_at))
            looks.append(free_at)
        elif not _due(one, desk, now):
            looks.append(one.next_try or now)
            if one.tries < PATIENCE_TRIES:
                blocked.add(event)
        else:
            ready.append(one)
            blocked.add(event)
    errand = _errand(ready, desk) if ready else None
    return Plan(errand, tuple(hold), min(looks, default=None))


def _errand(ready: Sequence[WaitingMessage], desk: Desk) -> Errand:
    first = min(ready, key=lambda one: (one.level != "loud", one.id))
    thread = desk.threads.get(first.event or "")
    if not (_held(first) and _countable(first, desk)):
        return Errand((first.id,), thread)
    together = [one.id for one in desk.waiting if _held(one) and _countable(one, desk) and one.stream == first.stream]
    return Errand(tuple(together[:COLLECTED_AT_MOST]), None)


def _free_at(one: WaitingMessage, desk: Desk, now: datetime) -> datetime | None:
    """Return until when this message is held back, because its stream has said enough; None if it is not."""
    if not _countable(one, desk):
        return None
    sent = [when for when in desk.recent.get(one.stream or "", ()) if when > now - AN_HOUR]
    return sent[-NORMAL_IN_AN_HOUR] + AN_HOUR if len(sent) >= NORMAL_IN_AN_HOUR else None


def _countable(one: WaitingMessage, desk: Desk) -> bool:
    answers = one.event is not None and one.event in desk.threads
    return one.level == "normal" and one.stream is not None and not answers and not one.broadcast


def _held(one: WaitingMessage) -> bool:
    return (one.why or "").startswith(HELD)


def _due(one: WaitingMessage, desk: Desk, now: datetime) -> bool:
    if one.next_try is None or one.next_try <= now or (_held(one) and not _countable(one, desk)):
        return True
    # further ahead than we ever wait: the clock was set back
    return one.next_try > now + AN_HOUR
