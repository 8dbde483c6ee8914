"""What people decide on commands: approved, declined, cancelled, closed."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from ovro_alert.commands import Command, Note
from ovro_alert.errors import WrongScopeError
from ovro_alert.relay.commanding import approving, ending
from ovro_alert.relay.journal.writer import Txn
from ovro_alert.relay.routes.commands import AtDoor, shown
from ovro_alert.relay.routes.doors import opened
from ovro_alert.relay.routes.sent import sent, takes
from ovro_alert.relay.running import Relay

router = APIRouter(tags=["commands"])
Rule = Callable[[Txn, int, str, str], Command]


async def _decided(rule: Rule, command: Command, by: str, request: Request) -> Response:
    relay: Relay = request.app.state.relay
    said = await sent(request, Note) if await request.body() else Note()
    return shown(await relay.journal.write(lambda txn: rule(txn, command.id, by, said.note)), request)


@router.post("/commands/{command_id}/approve", response_model=Command, openapi_extra=takes(Note))
async def approve(command: AtDoor, request: Request) -> Response:
    """Let a proposal go to its telescope."""
    by = await opened(request, f"approve:{command.telescope}")
    return await _decided(approving.approve, command, by, request)


@router.post("/commands/{command_id}/decline", response_model=Command, openapi_extra=takes(Note))
async def decline(command: AtDoor, request: Request) -> Response:
    """Refuse a proposal for good."""
    by = await opened(request, f"approve:{command.telescope}")
    return await _decided(approving.decline, command, by, request)


@router.post("/commands/{command_id}/cancel", response_model=Command, openapi_extra=takes(Note))
async def cancel(command: AtDoor, request: Request) -> Response:
    """Cancel what waits; of what acts it is a wish. Whoever may command may cancel what they sent."""
    by = await opened(request, f"approve:{command.telescope}", f"commands:{command.telescope}")
    if by != command.by:
        await _may_cancel_any(command, request)
    return await _decided(ending.cancel, command, by, request)


@router.post("/commands/{command_id}/close", response_model=Command, openapi_extra=takes(Note))
async def close(command: AtDoor, request: Request) -> Response:
    """End what is overdue: what came of it is not known, and no machine tries it again."""
    by = await opened(request, "admin")
    return await _decided(ending.close, command, by, request)


async def _may_cancel_any(command: Command, request: Request) -> None:
    try:
        await opened(request, f"approve:{command.telescope}")
    except WrongScopeError as error:
        raise WrongScopeError(f"command {command.id} was sent by {command.by}: {error}") from None
