"""Requests that may be sent again, in the journal: what came of each the first time."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from ovro_alert.relay.journal.tables import requests
from ovro_alert.relay.journal.writer import Txn


class Request(NamedTuple):
    """Who asked where, and the word by which they would know it again; `sha256` is that of what they asked."""

    key_name: str
    path: str
    word: str
    sha256: str


class Answered(NamedTuple):
    """What came of a request."""

    sha256: str
    command_id: int


def recall(connection: Connection, request: Request) -> Answered | None:
    """Return what came of it, if it was made before."""
    row = connection.execute(
        select(requests.c.sha256, requests.c.command_id).where(
            requests.c.key_name == request.key_name,
            requests.c.path == request.path,
            requests.c.idempotency_key == request.word,
        )
    ).one_or_none()
    return None if row is None else Answered(row.sha256, row.command_id)


def remember(txn: Txn, request: Request, command_id: int) -> None:
    """Note what came of it, in the transaction in which it did."""
    txn.connection.execute(
        insert(requests).values(
            key_name=request.key_name,
            path=request.path,
            idempotency_key=request.word,
            sha256=request.sha256,
            command_id=command_id,
            at=txn.now,
        )
    )
