"""Statuses in the journal: the last word of each telescope's client and of each stream's receiver."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.sqlite import insert

from ovro_alert.relay.journal.tables import statuses
from ovro_alert.relay.journal.writer import Txn
from ovro_alert.statuses import KeptStreamStatus, KeptTelescopeStatus, StreamStatus, TelescopeStatus
from ovro_alert.times import EXACT

Of = Literal["telescope", "stream"]


def put_telescope(txn: Txn, telescope: str, status: TelescopeStatus) -> KeptTelescopeStatus:
    """Write what a telescope's client says."""
    seq = _put(txn, "telescope", telescope, status)
    kept = KeptTelescopeStatus(**dict(status), telescope=telescope, seq=seq, at=txn.now)
    txn.changed("status", kept, seq)
    return kept


def put_stream(txn: Txn, stream: str, status: StreamStatus) -> KeptStreamStatus:
    """Write what a stream's receiver says."""
    seq = _put(txn, "stream", stream, status)
    kept = KeptStreamStatus(**dict(status), stream=stream, seq=seq, at=txn.now)
    txn.changed("status", kept, seq)
    return kept


def _put(txn: Txn, of: Of, name: str, status: TelescopeStatus | StreamStatus) -> int:
    seq = txn.next_seq()
    values = {"seq": seq, "at": txn.now, "body": status.model_dump(mode="json", context=EXACT)}
    txn.connection.execute(
        insert(statuses)
        .values(kind=of, name=name, **values)
        .on_conflict_do_update(index_elements=[statuses.c.kind, statuses.c.name], set_=values)
    )
    return seq


OF_TELESCOPES = select(statuses).where(statuses.c.kind == "telescope")


def telescopes(connection: Connection) -> dict[str, KeptTelescopeStatus]:
    """Return the last word of every telescope that has said one."""
    return {row.name: of_telescope(row) for row in connection.execute(OF_TELESCOPES)}


def streams(connection: Connection) -> dict[str, KeptStreamStatus]:
    """Return the last word of every stream that has said one."""
    rows = connection.execute(select(statuses).where(statuses.c.kind == "stream"))
    return {row.name: of_stream(row) for row in rows}


def kept(row: Row[tuple[object, ...]]) -> KeptTelescopeStatus | KeptStreamStatus:
    """Return the status that a row holds."""
    return of_telescope(row) if row.kind == "telescope" else of_stream(row)


def of_telescope(row: Row[tuple[object, ...]]) -> KeptTelescopeStatus:
    """Return the telescope's status that a row holds."""
    return KeptTelescopeStatus(**row.body, telescope=row.name, seq=row.seq, at=row.at)


def of_stream(row: Row[tuple[object, ...]]) -> KeptStreamStatus:
    """Return the stream's status that a row holds."""
    return KeptStreamStatus(**row.body, stream=row.name, seq=row.seq, at=row.at)
