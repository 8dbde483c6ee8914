"""What telescopes say of themselves, and whether one is free. These paths begin with a name: they are tried last."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request

from ovro_alert.errors import NotFoundError
from ovro_alert.relay.journal import statuses
from ovro_alert.relay.routes.doors import Reader, opened
from ovro_alert.relay.routes.paths import known_telescope
from ovro_alert.relay.routes.sent import sent, takes
from ovro_alert.relay.running import Relay
from ovro_alert.statuses import SILENT_AFTER_S, KeptTelescopeStatus, Session, TelescopeStatus
from ovro_alert.times import age_s

router = APIRouter(tags=["telescopes"])

Obstime = Annotated[float, Query(ge=0, le=3.2e8, allow_inf_nan=False, description="how far to look, seconds from now")]


@router.put("/{telescope}/status", openapi_extra=takes(TelescopeStatus))
async def put_telescope_status(telescope: str, request: Request) -> KeptTelescopeStatus:
    """Take a client's word on its telescope."""
    await opened(request, f"follow:{telescope}")
    known_telescope(telescope)
    relay: Relay = request.app.state.relay
    status = await sent(request, TelescopeStatus)
    return await relay.journal.write(lambda txn: statuses.put_telescope(txn, telescope, status))


@router.get("/{telescope}/status")
async def show_telescope_status(telescope: str, request: Request, _: Reader) -> KeptTelescopeStatus:
    """Show the last word of a telescope's client."""
    status = await _last_word(telescope, request)
    if status is None:
        message = f"no client of {telescope} has said anything yet; it does so when it starts"
        raise NotFoundError(message)
    return status


@router.get("/{telescope}/busy")
async def show_busy(telescope: str, request: Request, _: Reader, obstime: Obstime = 1800) -> bool:
    """Whether the telescope cannot be counted on for that long: taken, unavailable, or nobody answers for it."""
    status = await _last_word(telescope, request)
    relay: Relay = request.app.state.relay
    now = relay.clock.now()
    # a silent client: nobody is there to take a command
    if status is None or status.state == "unavailable" or age_s(status.at, now) > SILENT_AFTER_S:
        return True
    observes = status.state == "observing" and (status.until is None or status.until > now)
    return observes or bool(_sessions(status, now, obstime))


@router.get("/{telescope}/obslist")
async def show_obslist(telescope: str, request: Request, _: Reader, obstime: Obstime = 1800) -> list[Session]:
    """Show what is scheduled from now until then, in order."""
    status = await _last_word(telescope, request)
    relay: Relay = request.app.state.relay
    return [] if status is None else _sessions(status, relay.clock.now(), obstime)


async def _last_word(telescope: str, request: Request) -> KeptTelescopeStatus | None:
    known_telescope(telescope)
    relay: Relay = request.app.state.relay
    return (await relay.journal.read(statuses.telescopes)).get(telescope)


def _sessions(status: KeptTelescopeStatus, now: datetime, obstime_s: float) -> list[Session]:
    until = now + timedelta(seconds=obstime_s)
    met = [session for session in status.schedule if session.start <= until and session.stop > now]
    return sorted(met, key=lambda session: session.start)
