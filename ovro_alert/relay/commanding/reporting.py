"""Reporting: what the client that holds the fence says comes of its command."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from ovro_alert.commands import Command, Report
from ovro_alert.errors import ConflictError, TooLateError, UnprocessableError
from ovro_alert.relay.commanding.steps import state_at, step
from ovro_alert.relay.journal import commands
from ovro_alert.relay.journal.commands import Held
from ovro_alert.relay.journal.history import Line
from ovro_alert.relay.journal.writer import Txn

WORDS = 500
"""So much of a client's sentence is in the line of history; all of it is in the detail."""
DETAIL_BYTES = 256 * 1024
"""All that a client may say of one command in all its reports."""


def report(txn: Txn, command_id: int, said: Report) -> Command:
    """Take a report; only the newest fence may give one, and only as the table of states allows."""
    held = commands.hold(txn.connection, command_id)
    command = held.command
    if said.fence != held.fence or held.fence == 0:
        raise ConflictError(f"fence {said.fence} is not the one that holds command {command_id}: do nothing")
    state = state_at(command, txn.now)
    if state == "pending":
        raise ConflictError(f"the lease on command {command_id} has run out: claim it again, or do nothing")
    if command.final and said.state == state:
        return _more(txn, held, said)
    if command.final or state == "expired":
        error = TooLateError if said.state == "acting" else ConflictError
        raise error(f"command {command_id} has ended: {state}; it cannot become {said.state}")
    return _taken(txn, held, said)


def _taken(txn: Txn, held: Held, said: Report) -> Command:
    command = held.command
    values: dict[str, Any] = {"detail": _merged(command, said), "overdue": False}
    if said.state == "acting":
        values["until"] = _until(command, said, txn.now)
    elif said.until is not None:
        values["until"] = said.until
    return step(txn, held, said.state, _line(command, said), **values).command


def _more(txn: Txn, held: Held, said: Report) -> Command:
    """Take the same end again; only what it says beyond the first time is written."""
    merged = _merged(held.command, said)
    if merged == held.command.detail:
        return held.command
    return step(txn, held, said.state, _line(held.command, said), detail=merged).command


def _line(command: Command, said: Report) -> Line:
    words = said.detail.get("says") or said.detail.get("why")
    return Line(command.client or "", words[:WORDS] if isinstance(words, str) else "", said.detail)


LONGEST_SILENCE = timedelta(days=7)
"""A client that says `until` a later day than this by mistake must not keep people from closing its command."""


def _until(command: Command, said: Report, now: datetime) -> datetime:
    """Return when it should be over; a client that does not say is expected to speak again soon."""
    if said.until is not None:
        return min(said.until, now + LONGEST_SILENCE)
    return now if command.until is None else max(command.until, now)


def _merged(command: Command, said: Report) -> dict[str, Any]:
    merged = {**command.detail, **said.detail}
    if len(json.dumps(merged)) > DETAIL_BYTES:
        raise UnprocessableError(f"detail: all reports of command {command.id} together exceed {DETAIL_BYTES} bytes")
    return merged
