"""The two seed paths of every telescope: existing clients of them work unchanged, with the key in the query."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from ovro_alert.commands import Command
from ovro_alert.relay.commanding import seeding
from ovro_alert.relay.commanding.making import CommandRole
from ovro_alert.relay.commanding.old_names import is_discovery
from ovro_alert.relay.commanding.seeding import Seed, Shown
from ovro_alert.relay.journal import commands, discoveries, requests
from ovro_alert.relay.routes.commands import digest, shown
from ovro_alert.relay.routes.doors import opened
from ovro_alert.relay.routes.paths import known_telescope
from ovro_alert.relay.routes.sent import sent, takes
from ovro_alert.relay.running import Relay

router = APIRouter(tags=["seed paths"])


@router.get("/{telescope}", response_model=Shown)
async def read(telescope: str, request: Request) -> Response:
    """Show the newest command, or discovery that was set here."""
    known_telescope(telescope)
    await opened(request, f"follow:{telescope}", "read", query_key=True)
    relay: Relay = request.app.state.relay
    command, discovery = await relay.journal.read(
        lambda con: (commands.newest_shown(con, telescope), discoveries.newest(con, telescope))
    )
    answer = seeding.newest(command, discovery, relay.clock.now())
    return Response(answer.model_dump_json(), media_type="application/json")


@router.put("/{telescope}", response_model=Command, openapi_extra=takes(Seed))
async def put(telescope: str, request: Request) -> Response:
    """Set a command; what DSA-110 says it found is kept as a notice."""
    known_telescope(telescope)
    doors = [f"commands:{telescope}", *(["notices:dsa"] if telescope == "dsa" else [])]
    by = await opened(request, *doors, query_key=True)
    relay: Relay = request.app.state.relay
    body = await request.body()
    seed = (await sent(request, Seed)).for_telescope(telescope)
    if is_discovery(telescope, seed.command, seed.args):
        kept = await relay.journal.write(lambda txn: seeding.discover(txn, telescope, seed, body))
        return Response(f'{{"notice":{kept.id}}}', media_type="application/json")
    await opened(request, f"commands:{telescope}", query_key=True)
    asked = requests.Request(by, request.url.path, f"{seed.command_mjd!r} {digest(body)}", digest(body))
    role: CommandRole = "observation" if relay.settings.mode == "production" else "test"
    wait_s = relay.settings.seed_deadline_s
    command = await relay.journal.write(lambda txn: seeding.put(txn, telescope, seed, wait_s, role, asked))
    return shown(command, request)
