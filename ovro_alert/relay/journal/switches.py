"""Switches in the journal: what a person holds back, and until when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, or_, select
from sqlalchemy.dialects.sqlite import insert

from ovro_alert.actions import TELESCOPES
from ovro_alert.relay.journal.tables import switches
from ovro_alert.relay.journal.writer import Txn
from ovro_alert.statuses import NewSwitch, Switch
from ovro_alert.verdicts import SCENARIO_TITLES

NAMES = (*SCENARIO_TITLES, *TELESCOPES)
"""Everything that has a switch."""


def put(txn: Txn, name: str, new: NewSwitch, by: str) -> Switch:
    """Set a switch."""
    switch = Switch(name=name, state=new.state, why=new.why, by=by, since=txn.now, until=new.until, seq=txn.next_seq())
    values = dict(switch)
    txn.connection.execute(
        insert(switches).values(**values).on_conflict_do_update(index_elements=[switches.c.name], set_=values)
    )
    txn.changed("switch", switch, switch.seq)
    return switch


LASTING = select(switches).where(or_(switches.c.until.is_(None), switches.c.until > bindparam("now")))


def in_force(connection: Connection, now: datetime) -> dict[str, Switch]:
    """Return every switch that was set and whose end has not come; what is not here is on."""
    return {row.name: kept(row) for row in connection.execute(LASTING, {"now": now})}


def all_switches(connection: Connection, now: datetime) -> list[Switch]:
    """Return every switch there is, as it stands now."""
    found = in_force(connection, now)
    return [found.get(name) or Switch(name=name, state="on") for name in NAMES]


def kept(row: Row[tuple[object, ...]]) -> Switch:
    """Return the switch that a row holds."""
    return Switch(**row._mapping)
