"""Disks that a person emptied: of the telescopes, OVRO-LWA alone writes dumps."""

from __future__ import annotations

from fastapi import APIRouter, Request

from ovro_alert.actions import TELESCOPES
from ovro_alert.commands import Note
from ovro_alert.errors import NotFoundError
from ovro_alert.relay.commanding.making import CommandRole
from ovro_alert.relay.journal import offloads
from ovro_alert.relay.routes.doors import opened
from ovro_alert.relay.routes.paths import known_telescope
from ovro_alert.relay.routes.sent import sent, takes
from ovro_alert.relay.running import Relay
from ovro_alert.statuses import Offload

router = APIRouter(tags=["telescopes"])


@router.post("/{telescope}/offloaded", openapi_extra=takes(Note))
async def offloaded(telescope: str, request: Request) -> Offload:
    """Take a person's word that the dumps are off the telescope's disks; `tb` is what was counted until now."""
    by = await opened(request, "admin")
    if "dump" not in TELESCOPES[known_telescope(telescope)].actions:
        message = f"{telescope} writes no dumps: there is nothing to take away from its disks"
        raise NotFoundError(message)
    relay: Relay = request.app.state.relay
    said = await sent(request, Note) if await request.body() else Note()
    role: CommandRole = "observation" if relay.settings.mode == "production" else "test"
    return await relay.journal.write(lambda txn: offloads.record(txn, telescope, role, by, said.note))
