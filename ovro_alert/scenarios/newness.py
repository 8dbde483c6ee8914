"""N2: whether this is a repeater that was not known before, or one that has become a storm.

CHIME gives a source that it has not published a bare integer, and later a name. A name may therefore be new to the
table and all the same belong to a source that came here before, under its number.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from ovro_alert.alerts import KeptAlert, source_key
from ovro_alert.circumstances import Circumstances
from ovro_alert.scenarios.association import Association, associate
from ovro_alert.scenarios.burst import Burst, known_burst
from ovro_alert.scenarios.earlier_bursts import Likeness, like, nearest
from ovro_alert.scenarios.gates import checked
from ovro_alert.scenarios.limits import Limits
from ovro_alert.times import seconds
from ovro_alert.verdicts import Gate

How = Literal["integer", "name", "storm", "known", "match", "one-off"]
DAY_S = 86400.0


class Newness(NamedTuple):
    """How a burst is new, or not; `match` is an earlier burst like it, of a source that nobody has named.

    Attributes
    ----------
    keys, events
        What else the source is called, and its earlier bursts here: by event, their times.
    older
        How many more there were before those, where there are too many to look back at.
    lately
        Its bursts in the days of a storm, this one counted.
    """

    how: How
    says: str
    keys: frozenset[str] = frozenset()
    events: dict[str, datetime | None] = {}
    older: int = 0
    lately: int = 1
    storm: bool = False
    match: Likeness | None = None

    @property
    def new(self) -> bool:
        """Whether people may be asked to follow it."""
        return self.how in ("integer", "name", "storm")


def newness(burst: Burst, association: Association, circumstances: Circumstances, limits: Limits) -> Newness:
    """Find out what the source of a burst is to us."""
    if association.how == "one-off":
        return _like_an_earlier(burst, association, circumstances, limits)
    if not association.known or association.name is None:
        return Newness("known" if association.known else "one-off", association.says)
    keys, events = _source(burst, association, circumstances, limits)
    lately = 1 + lately_before(events, burst.time, limits.dsa.storm_days)
    older = max(circumstances.bursts - len(circumstances.last_bursts), 0)
    found = Newness("known", "", keys, events, older, lately, storm=lately >= limits.dsa.storm_bursts)
    how, says = _how(association, found, limits)
    return found._replace(how=how, says=says)


def newness_gate(newness: Newness, limits: Limits) -> Gate:
    """N2, with how many bursts there were lately."""
    gate = checked("N2 new", newness.new, newness.says, newness.lately, limits.dsa.storm_bursts)
    return gate.model_copy(update={"unit": "bursts"})


def lately_before(events: dict[str, datetime | None], moment: datetime | None, days: float) -> int:
    """Return how many of these bursts came within so many days before a moment."""
    if moment is None:
        return 0
    since = moment - seconds(days * DAY_S)
    return sum(time is not None and since <= time <= moment for time in events.values())


def _how(association: Association, found: Newness, limits: Limits) -> tuple[How, str]:
    name = association.name or ""
    count = f"{found.lately} bursts of {name} in {limits.dsa.storm_days:g} d"
    storm: tuple[How, str] = ("storm", f"storm: {count}")
    if association.repeater is not None:
        where = f"{name} is in the repeater table"
    elif unpublished(name):
        return "integer", f"CHIME calls its source {name}: a repeater that is not published"
    elif (other := _by_number(found)) is not None:
        where = f"{name} came before, as {other}"
    elif found.events:
        where = f"{name} came before"
    else:
        return "name", f"{name} is in no table and never came before"
    return storm if found.storm else ("known", f"{where}; {count}, a storm is {limits.dsa.storm_bursts}")


def unpublished(name: str) -> bool:
    """Say whether a source's name is one of CHIME's bare integers."""
    return source_key(name).isdecimal()


def _by_number(found: Newness) -> str | None:
    return next((key for key in sorted(found.keys) if unpublished(key)), None)


def _source(
    burst: Burst, association: Association, circumstances: Circumstances, limits: Limits
) -> tuple[frozenset[str], dict[str, datetime | None]]:
    """Return everything that the source is called, and its earlier bursts that are kept here."""
    row = association.repeater
    names = (association.name, burst.source, *((row.name, *row.aliases) if row else ()))
    keys = {source_key(name) for name in names if name}
    events = {past.event: past.time for past in circumstances.last_bursts}
    for other in circumstances.alike:
        key = source_key(other.source or "")
        if key in keys or (key == "" and row is not None and _of_row(burst, other, row.name, circumstances, limits)):
            events[other.event] = other.time
        elif unpublished(key) and not unpublished(association.name or "") and like(burst, other, limits) is not None:
            keys.add(key)
            events[other.event] = other.time
    before = {event: time for event, time in events.items() if _before(time, burst.time)}
    return frozenset(keys), before


def _of_row(burst: Burst, other: KeptAlert, name: str, circumstances: Circumstances, limits: Limits) -> bool:
    """Say whether a burst without a name, as lately as may count, is one of that source of the table: by own match."""
    days = limits.dsa.storm_days + limits.dsa.proposal_days
    if not lately_before({other.event: other.time}, burst.time, days):
        return False
    nameless = known_burst(other, (), circumstances.now)
    own = associate(nameless, circumstances.repeaters, limits.lwa.dm_error_pc_cm3, limits.chime)
    return own.known and own.name == name


def _before(time: datetime | None, moment: datetime | None) -> bool:
    return time is None or moment is None or time <= moment


def _like_an_earlier(burst: Burst, association: Association, circumstances: Circumstances, limits: Limits) -> Newness:
    """Compare a burst of no known repeater with every earlier one that is kept here."""
    found = nearest(burst, circumstances, limits)
    if found is None:
        return Newness("one-off", association.says)
    says = f"place and DM match {found.says}"
    if found.chance > limits.chime.max_chance:
        return Newness("one-off", f"{says}: too likely by chance")
    return Newness("match", f"{says}: perhaps a repeater that CHIME has not named", match=found)
