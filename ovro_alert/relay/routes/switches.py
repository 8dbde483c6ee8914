"""Switches: a person holds a scenario or a telescope back, and says why and until when."""

from __future__ import annotations

from fastapi import APIRouter, Request

from ovro_alert.errors import NotFoundError, UnprocessableError
from ovro_alert.relay.journal import switches
from ovro_alert.relay.routes.doors import opened
from ovro_alert.relay.routes.sent import sent, takes
from ovro_alert.relay.running import Relay
from ovro_alert.statuses import NewSwitch, Switch
from ovro_alert.times import iso

router = APIRouter(tags=["switches"])


@router.get("/switches")
async def show_switches(request: Request) -> list[Switch]:
    """Every switch as it stands now; one whose end has passed is on."""
    await opened(request, "read")
    relay: Relay = request.app.state.relay
    return await relay.journal.read(lambda connection: switches.all_switches(connection, relay.clock.now()))


@router.put("/switches/{name}", openapi_extra=takes(NewSwitch))
async def set_switch(name: str, request: Request) -> Switch:
    """Set the switch of a scenario or a telescope."""
    by = await opened(request, "admin")
    if name not in switches.NAMES:
        message = f"nothing called {name!r:.40} has a switch; there are {', '.join(switches.NAMES)}"
        raise NotFoundError(message)
    relay: Relay = request.app.state.relay
    new = await sent(request, NewSwitch)
    now = relay.clock.now()
    if new.until is not None and new.until <= now:
        message = f"until {iso(new.until)} is over: it is {iso(now)} now; leave `until` out, or say a later time"
        raise UnprocessableError(message)
    return await relay.journal.write(lambda txn: switches.put(txn, name, new, by))
