"""What the journal knows around one alert, as the scenarios may see it: one picture of one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Subquery, bindparam, func, select

from ovro_alert.alerts import Alert, KeptAlert
from ovro_alert.catalogue.repeaters import Repeater
from ovro_alert.circumstances import Circumstances, PastBurst, Used
from ovro_alert.commands import Command
from ovro_alert.notices import NoticeState
from ovro_alert.relay.journal import alerts, budgets, commands, messages, statuses, switches, tables, verdicts
from ovro_alert.relay.journal.alerts import Burst
from ovro_alert.relay.journal.neighbours import OTHER_SIDE, neighbours
from ovro_alert.relay.journal.proposals import proposals
from ovro_alert.verdicts import Figure

if TYPE_CHECKING:  # see circumstances.py
    from ovro_alert.sky_maps import SkyMap

table = tables.commands
BUDGET_DAY = timedelta(days=1)
LEADS, LATELY = 20, 200
JUST_ENDED = timedelta(seconds=20)
"""The array's recorder ends some seconds after its session; a beam that was done longer ago has let go of it."""
BURSTS_SHOWN = 10
PAIRING, DSA_BEAM = "codetection", "dsa_beam"
PROPOSALS_KEPT = timedelta(days=14)
PROPOSING = frozenset({"chime", "optical"})
"""Streams of which proposals come that are not made twice."""


@dataclass(frozen=True)
class Occasion:
    """One notice's moment: when it is judged, how it came, the table in force, the role of what would be made.

    And what is in no journal yet: its sky map (an alert keeps a summary), and, where another event's alert is judged
    again for what a notice adds to it, that notice's own alert (`beside`), the commands that it makes (`just_made`) and
    those that it takes back (`just_ended`).
    `second_look` are the facts that a first look left for this one.
    """

    now: datetime
    path: str | None
    received: datetime
    repeaters: tuple[Repeater, ...]
    role: str
    sky_map: SkyMap | None = None
    beside: KeptAlert | None = None
    just_made: tuple[Command, ...] = ()
    just_ended: frozenset[int] = frozenset()
    second_look: dict[str, Figure] | None = None


def circumstances(connection: Connection, alert: Alert, occasion: Occasion, own_id: int | None) -> Circumstances:
    """Gather everything that a scenario may know beside this alert."""
    now = occasion.now
    earlier = tuple(other for other in alerts.of_event(connection, alert.event) if other.id != own_id)
    around = neighbours(connection, alert, earlier)
    bursts, in_all = alerts.of_source(connection, alert.source, alert.event, BURSTS_SHOWN) if alert.source else ([], 0)
    return Circumstances(
        now=now,
        path=occasion.path,
        received=occasion.received,
        earlier=earlier,
        retracted=alerts.is_retracted(connection, alert),
        commands=commands.of_event(connection, alert.event),
        running=_running(connection, occasion),
        last_bursts=_past(connection, bursts),
        bursts=in_all,
        last_beam_of_one_off=connection.scalar(ONE_OFF) if alert.stream == "chime" else None,
        statuses=statuses.telescopes(connection),
        switches=switches.in_force(connection, now),
        used=_used(connection, alert, occasion),
        last_drills=dict(connection.execute(DRILLS).tuples().all()),
        beam_leads_s=tuple(connection.scalars(LEAD)),
        repeaters=occasion.repeaters,
        sky_map=occasion.sky_map,
        told=messages.told_of(connection, alert.event),
        # on an event that is new, and that nobody else has seen, there is no verdict
        paired=verdicts.newest_figures(connection, alert.event, PAIRING)
        if alert.stream in OTHER_SIDE and (earlier or around.companions)
        else None,
        companions=_with(occasion.beside, around.companions),
        alike=around.alike,
        chime_bursts=around.chime_bursts,
        proposals=proposals(connection, now - PROPOSALS_KEPT) if alert.stream in PROPOSING else (),
        beam_before=verdicts.newest_figures(connection, alert.event, DSA_BEAM)
        if earlier and alert.stream == "dsa"
        else None,
        second_look=occasion.second_look,
    )


def _running(connection: Connection, occasion: Occasion) -> tuple[Command, ...]:
    kept = commands.running(connection, occasion.now - JUST_ENDED)
    return (*(one for one in kept if one.id not in occasion.just_ended), *occasion.just_made)


def _used(connection: Connection, alert: Alert, occasion: Occasion) -> dict[str, Used]:
    telescopes = ("lwa", "swift") if alert.stream == "dsa" else ("lwa",)
    since = occasion.now - BUDGET_DAY
    return {name: budgets.used(connection, name, since, occasion.role) for name in telescopes}


def _with(beside: KeptAlert | None, companions: tuple[KeptAlert, ...]) -> tuple[KeptAlert, ...]:
    """Return the companions with the alert that is being judged, in the place of what was kept of it before."""
    if beside is None:
        return companions
    return (*(one for one in companions if one.id != beside.id), beside)


def _past(connection: Connection, bursts: list[Burst]) -> tuple[PastBurst, ...]:
    last = commands.last_of_events(connection, [burst.event for burst in bursts])
    return tuple(PastBurst(burst.time, burst.event, last.get(burst.event, "no command")) for burst in bursts)


def lately(action: str, *columns: ColumnElement[Any]) -> Subquery:
    """Return a question for what was last made of an action: from the index, however long the journal is."""
    made = select(table.c.made, table.c.scenario, table.c.state, table.c.alert_id, *columns)
    return made.where(table.c.action == action).order_by(table.c.made.desc()).limit(LATELY).subquery()


BEAMS = lately("beam", table.c.moves, table.c.detail["lead_s"].as_float().label("lead_s"))
ONE_OFF = (
    select(BEAMS.c.made)
    .join(tables.alerts, tables.alerts.c.id == BEAMS.c.alert_id)
    .where(
        BEAMS.c.scenario == "chime_repeater",
        tables.alerts.c.source_key.is_(None),
        tables.among(BEAMS.c.state, ("pending", "claimed", "acting", "done")),
    )
    .limit(1)
)
TESTS = lately("test")
DRILLS = (
    select(TESTS.c.scenario, func.max(TESTS.c.made)).where(TESTS.c.scenario.is_not(None)).group_by(TESTS.c.scenario)
)
# the simulator's lead proves nothing of the array's
LEAD = select(BEAMS.c.lead_s).where(BEAMS.c.moves == "telescope", BEAMS.c.lead_s.is_not(None)).limit(LEADS)


NEWEST = tuple(select(func.max(one.c.seq)).scalar_subquery() for one in (tables.commands, tables.switches))
GROUND = select(*NEWEST)
STANDING = select(tables.notices.c.state, tables.notices.c.history, *NEWEST).where(
    tables.notices.c.id == bindparam("this")
)


def newest_ground(connection: Connection) -> int:
    """Return the journal number of the newest command or switch: what a decision stands on."""
    return max(number or 0 for number in connection.execute(GROUND).one())


def standing(connection: Connection, notice_id: int) -> tuple[NoticeState, bool, int]:
    """Return a notice's state, whether it is history, and what a decision on it stands on now."""
    state, history, *newest = connection.execute(STANDING, {"this": notice_id}).one()
    return state, history, max(number or 0 for number in newest)
