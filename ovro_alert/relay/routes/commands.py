"""Commands on the wire: followed and listed, shown, asked for; claimed and reported by their telescope's client."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import Field

from ovro_alert.commands import Claim, ClaimedCommand, Command, NewCommand, Report, State, WholeCommand
from ovro_alert.errors import TooLateError, UnprocessableError
from ovro_alert.nouns import Form
from ovro_alert.relay.commanding import claiming, making, reporting
from ovro_alert.relay.commanding.following import Following
from ovro_alert.relay.commanding.making import CommandRole
from ovro_alert.relay.journal import commands, history, requests
from ovro_alert.relay.journal.commands import Wanted
from ovro_alert.relay.journal.writer import Txn
from ovro_alert.relay.keyring import Holder
from ovro_alert.relay.routes.doors import demanded, held, opened
from ovro_alert.relay.routes.paths import LAST_ID, Id, known_telescope
from ovro_alert.relay.routes.sent import sent, takes
from ovro_alert.relay.running import Relay

router = APIRouter(tags=["commands"])
LONGEST_WAIT_S = 50.0
LONGEST_LIST = 1000


class Look(Form):
    """The query of GET /{telescope}/commands: `since` or `state=open` to follow, the rest to list."""

    since: int | None = Field(default=None, ge=0, le=LAST_ID, description="a journal number: what changed after it")
    after: int | None = Field(default=None, ge=0, le=LAST_ID, description="an id: what was made after it")
    state: State | Literal["open"] | None = None
    limit: int | None = Field(default=None, ge=1, le=LONGEST_LIST)
    wait: float = Field(default=0.0, ge=0, le=LONGEST_WAIT_S, description="how long to wait for something, seconds")


async def _looks(telescope: str, request: Request) -> str:
    known_telescope(telescope)
    return await opened(request, f"follow:{telescope}", "read")


async def command_at_door(command_id: Id, request: Request) -> Command:
    """Return the command that a path names, to whoever has a good key; what the key opens is asked next."""
    held(request)
    relay: Relay = request.app.state.relay
    return await relay.journal.read(lambda con: commands.find(con, command_id))


AtDoor = Annotated[Command, Depends(command_at_door)]


def shown(command: Command, request: Request, status: int = 200) -> Response:
    """Write a command as it is at this moment."""
    relay: Relay = request.app.state.relay
    body = command.seen_at(relay.clock.now()).model_dump_json()
    return Response(body, status, media_type="application/json")


@router.get("/{telescope}/commands", response_model=list[Command], dependencies=[Depends(_looks)])
async def look(telescope: str, request: Request, query: Annotated[Look, Query()]) -> Response:
    """Follow (`since`, `wait`; begin with `state=open`), or list in the order of ids (`after`, `state`, `limit`)."""
    relay: Relay = request.app.state.relay
    following = Following(relay.journal, relay.waiting, relay.clock, telescope)
    if query.since is not None:
        if query.after is not None or query.state is not None:
            raise UnprocessableError("since: what changed after it has any state and id; after and state are for lists")
        woken = await following.since(query.since, query.wait)
    elif query.state == "open" and query.after is None and query.limit is None:
        woken = await following.opening(query.wait)
    else:
        wanted = Wanted(query.after or 0, query.state, query.limit or LONGEST_LIST)
        woken = await following.listed(wanted, query.wait)
    return Response(woken.body, media_type="application/json", headers={"Journal-Seq": str(woken.seq)})


@router.get("/commands/{command_id}", response_model=WholeCommand)
async def show(command: AtDoor, request: Request) -> Response:
    """One command with its history."""
    await opened(request, f"follow:{command.telescope}", "read")
    relay: Relay = request.app.state.relay
    command, lines = await relay.journal.read(
        lambda con: (commands.find(con, command.id), history.of(con, command.id)),
    )
    return shown(WholeCommand.model_construct(**dict(command), history=lines), request)


@router.post("/{telescope}/commands", status_code=201, response_model=Command, openapi_extra=takes(NewCommand))
async def ask(
    telescope: str,
    request: Request,
    idempotency_key: Annotated[str, Header(max_length=200)] = "",
) -> Response:
    """Ask for a command; with the Idempotency-Key of an earlier request this is the same command (200)."""
    known_telescope(telescope)
    by = await opened(request, f"commands:{telescope}")
    relay: Relay = request.app.state.relay
    new = await sent(request, NewCommand)
    asked = requests.Request(by, request.url.path, idempotency_key, digest(await request.body()))
    role: CommandRole = "observation" if relay.settings.mode == "production" else "test"
    command, made = await relay.journal.write(lambda txn: making.ask(txn, telescope, new, role, asked))
    return shown(command, request, 201 if made else 200)


def followed(request: Request, holder: Holder, txn: Txn, command_id: int) -> None:
    """Let on only whoever follows the command's telescope; looked up where it changes, not once before."""
    telescope = commands.find(txn.connection, command_id).telescope
    demanded(request, holder, f"follow:{telescope}")


@router.post("/commands/{command_id}/claim", response_model=ClaimedCommand, openapi_extra=takes(Claim))
async def claim(command_id: Id, request: Request) -> Response:
    """Claim a command: its fence is in the answer, and holds until `lease_until`."""
    holder = held(request)
    relay: Relay = request.app.state.relay
    body = await request.body()

    def claimed_by(txn: Txn) -> ClaimedCommand:
        followed(request, holder, txn, command_id)
        return claiming.claim(txn, command_id, Claim.model_validate_json(body), relay.settings.mode)

    claimed = await relay.journal.write(claimed_by)
    if claimed.seen_at(relay.clock.now()).final:
        raise TooLateError(f"the deadline of command {command_id} passed while it was claimed; it must not be begun")
    return shown(claimed, request)


@router.post("/commands/{command_id}/report", response_model=Command, openapi_extra=takes(Report))
async def report(command_id: Id, request: Request) -> Response:
    """Report what comes of a command; only after the 200 to `acting` may its telescope be told."""
    holder = held(request)
    relay: Relay = request.app.state.relay
    body = await request.body()

    def reported(txn: Txn) -> Command:
        followed(request, holder, txn, command_id)
        return reporting.report(txn, command_id, Report.model_validate_json(body))

    return shown(await relay.journal.write(reported), request)


def digest(body: bytes) -> str:
    """Return what makes two bodies the same: their JSON, however it is spaced and ordered."""
    canonical = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
