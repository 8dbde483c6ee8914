"""What the journal knows around one alert, as the scenarios may see it: one picture of one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from ovro_alert.alerts import Alert
from ovro_alert.catalogue.repeaters import Repeater
from ovro_alert.circumstances import Circumstances, PastBurst, Used
from ovro_alert.commands import Command
from ovro_alert.relay.journal import alerts, commands, statuses, switches, tables
from ovro_alert.relay.journal.alerts import Burst

BUDGET_DAY = timedelta(days=1)
LEADS, LEADS_AMONG = 20, 200
STILL_RECENT = timedelta(hours=2)
"""A beam that ended longer ago than this covers nothing that still arrives."""
BURSTS_SHOWN = 10


@dataclass(frozen=True)
class Occasion:
    """One notice's moment: when it is judged, how it came, and the table that is in force."""

    now: datetime
    path: str | None
    received: datetime
    repeaters: tuple[Repeater, ...]


def circumstances(connection: Connection, alert: Alert, occasion: Occasion, own_id: int | None) -> Circumstances:
    """Gather everything that a scenario may know beside this alert."""
    now = occasion.now
    bursts, in_all = alerts.of_source(connection, alert.source, alert.event, BURSTS_SHOWN) if alert.source else ([], 0)
    return Circumstances(
        now=now,
        path=occasion.path,
        received=occasion.received,
        earlier=tuple(other for other in alerts.of_event(connection, alert.event) if other.id != own_id),
        retracted=alerts.is_retracted(connection, alert.event, alert.ivorn),
        commands=commands.of_event(connection, alert.event),
        running=commands.running(connection, now - STILL_RECENT),
        last_bursts=_past(connection, bursts),
        bursts=in_all,
        last_beam_of_one_off=_last_beam_of_one_off(connection),
        statuses=statuses.telescopes(connection),
        switches=switches.in_force(connection, now),
        used={"lwa": used(connection, "lwa", now - BUDGET_DAY)},
        last_drill=_last_drill(connection),
        beam_leads_s=_beam_leads_s(connection),
        repeaters=occasion.repeaters,
    )


def _past(connection: Connection, bursts: list[Burst]) -> tuple[PastBurst, ...]:
    last: dict[str | None, Command] = {}
    for command in commands.of_events(connection, [burst.event for burst in bursts]):
        last[command.event] = command
    return tuple(PastBurst(burst.time, burst.event, _outcome(last.get(burst.event))) for burst in bursts)


def _outcome(last: Command | None) -> str:
    return "no command" if last is None else f"{last.action} {last.state}"


def used(connection: Connection, telescope: str, since: datetime) -> Used:
    """Return what beams took of the telescope's budget; refused, declined and expired ones took nothing."""
    return Used(*commands.used(connection, telescope, since))


def _last_beam_of_one_off(connection: Connection) -> datetime | None:
    """Return when a beam was last made for a burst of no known source."""
    made = (
        select(func.max(tables.commands.c.made))
        .join(tables.alerts, tables.alerts.c.id == tables.commands.c.alert_id)
        .where(
            tables.commands.c.scenario == "chime_repeater",
            tables.commands.c.action == "beam",
            tables.alerts.c.source_key.is_(None),
            tables.commands.c.state.in_(("pending", "claimed", "acting", "done")),
        )
    )
    return _moment(connection.scalar(made))


def _last_drill(connection: Connection) -> datetime | None:
    made = select(func.max(tables.commands.c.made)).where(
        tables.commands.c.action == "test", tables.commands.c.scenario.is_not(None)
    )
    return _moment(connection.scalar(made))


def _beam_leads_s(connection: Connection) -> tuple[float, ...]:
    """Return how long the last beams of the real array took to come on; the simulator's lead proves nothing."""
    table = tables.commands
    lately = select(table.c.moves, table.c.action, table.c.detail).where(table.c.telescope == "lwa")
    rows = connection.execute(lately.order_by(table.c.id.desc()).limit(LEADS_AMONG))
    leads = [row.detail.get("lead_s") for row in rows if (row.moves, row.action) == ("telescope", "beam")]
    return tuple(float(lead_s) for lead_s in leads if isinstance(lead_s, int | float))[:LEADS]


GROUND = select(*(select(func.max(table.c.seq)).scalar_subquery() for table in (tables.commands, tables.switches)))


def newest_ground(connection: Connection) -> int:
    """Return the journal number of the newest command or switch: what a decision stands on."""
    return max(number or 0 for number in connection.execute(GROUND).one())


def _moment(value: datetime | str | None) -> datetime | None:
    """Read what max() gives: it keeps the column's type in some versions of the library, and not in others."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value
