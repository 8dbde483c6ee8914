"""Second looks in the journal: which scenario wants to judge which alert again, and when."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Row, bindparam, func, insert, select, text, update

from ovro_alert.relay.journal.tables import second_looks
from ovro_alert.relay.journal.writer import Txn
from ovro_alert.verdicts import Figure, SecondLook

IS_OPEN = text("done IS NULL")
"""Word for word the condition of the index `second_looks_due`."""


class KeptLook(NamedTuple):
    """A second look that is to come: of a scenario at an alert, with the notice by which it was made."""

    id: int
    alert_id: int
    notice_id: int
    scenario: str
    at: datetime
    facts: dict[str, Figure]


SETTLE = (
    update(second_looks)
    .where(second_looks.c.alert_id == bindparam("alert"), second_looks.c.scenario == bindparam("whose"), IS_OPEN)
    .values(done=bindparam("now"))
)
DUE = select(second_looks.c.id).where(second_looks.c.at <= bindparam("now"), IS_OPEN).order_by(second_looks.c.at)
NEXT = select(func.min(second_looks.c.at, type_=second_looks.c.at.type)).where(IS_OPEN)


def replace(txn: Txn, alert_id: int, notice_id: int, scenario: str, look: SecondLook | None) -> None:
    """Let what a scenario wants now take the place of what it wanted before."""
    txn.connection.execute(SETTLE, {"alert": alert_id, "whose": scenario, "now": txn.now})
    if look is not None:
        values = {"alert_id": alert_id, "notice_id": notice_id, "scenario": scenario, "at": look.at}
        txn.connection.execute(insert(second_looks), values | {"facts": look.facts, "made": txn.now})


def find_open(connection: Connection, look_id: int) -> KeptLook | None:
    """Return a second look, or None if it was had, or something came before it."""
    row = connection.execute(select(second_looks).where(second_looks.c.id == look_id, IS_OPEN)).one_or_none()
    return None if row is None else _kept(row)


def due(connection: Connection, now: datetime) -> list[int]:
    """Return those whose moment has come."""
    return list(connection.scalars(DUE, {"now": now}))


def next_at(connection: Connection) -> datetime | None:
    """Return the moment of the next one."""
    moment: datetime | None = connection.scalar(NEXT)
    return moment


def _kept(row: Row[tuple[object, ...]]) -> KeptLook:
    return KeptLook(row.id, row.alert_id, row.notice_id, row.scenario, row.at, row.facts)
