"""Keys are made, listed and withdrawn by whoever holds one that opens everything."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from ovro_alert.relay.routes.doors import opened
from ovro_alert.relay.routes.sent import sent, takes
from ovro_alert.relay.running import Relay
from ovro_alert.relay.scopes import Key, MadeKey, NewKey

router = APIRouter(tags=["keys"])


@router.get("/keys")
async def show_keys(request: Request) -> list[Key]:
    """Every key that opens something, without its secret."""
    await opened(request, "admin")
    relay: Relay = request.app.state.relay
    return relay.keyring.list_keys()


@router.post("/keys", status_code=201, openapi_extra=takes(NewKey))
async def make_key(request: Request, response: Response) -> MadeKey:
    """Make a key. The secret is in this answer and can never be seen again."""
    await opened(request, "admin")
    relay: Relay = request.app.state.relay
    made = await relay.keyring.make(await sent(request, NewKey))
    response.headers["Cache-Control"] = "no-store"
    return made


@router.delete("/keys/{name}", status_code=204)
async def withdraw_key(name: str, request: Request) -> None:
    """Withdraw a key: it opens nothing from now on."""
    await opened(request, "admin")
    relay: Relay = request.app.state.relay
    await relay.keyring.revoke(name)
