"""Notices come in: a 201 means on disk, and nobody has read them yet."""

from __future__ import annotations

from typing import Self

from fastapi import APIRouter, Request, Response
from pydantic import Field, model_validator

from ovro_alert.notices import Notice
from ovro_alert.nouns import Form
from ovro_alert.relay.journal import notices
from ovro_alert.relay.journal.notices import Arrived
from ovro_alert.relay.routes.doors import demanded, held, opened
from ovro_alert.relay.routes.paths import Id, known_stream
from ovro_alert.relay.routes.sent import asks
from ovro_alert.relay.running import Relay
from ovro_alert.times import Utc

router = APIRouter(tags=["notices"])
SAFE_TYPES = ("application/json", "application/xml", "text/xml", "text/plain", "application/octet-stream")


class Came(Form):
    """The query of a push: when the receiver had it, by which path, and whether it is history (key `admin`).

    History is judged as of `received`, and must have one. A `backlog` is what a receiver finds waiting when it comes
    back: judged as ever, after all that is fresh.
    """

    received: Utc | None = None
    path: str | None = Field(default=None, max_length=40)
    history: bool = Field(default=False, description="from an archive: judged as of `received`, acts and tells nothing")
    backlog: bool = Field(default=False, description="has waited elsewhere: judged after all that is fresh")

    @model_validator(mode="after")
    def _history_has_a_time(self) -> Self:
        if self.history and self.received is None:
            raise ValueError("history needs its own time: say in `received` when its receiver had it")
        return self


NOTHING_SAID = Came()


@router.post("/notices/{stream}", status_code=201, openapi_extra=asks(Came, "stream"))
async def push(request: Request) -> Response:
    """Keep a notice, byte for byte; the same bytes again are the same notice with one more arrival (200)."""
    # the query is read by hand: the framework takes longer over three parameters than SQLite over the notice
    holder, query = held(request), request.query_params
    came = Came.model_validate(dict(query)) if query else NOTHING_SAID
    stream = request.path_params["stream"]
    demanded(request, holder, "admin" if came.history else f"notices:{stream}")
    known_stream(stream)
    relay: Relay = request.app.state.relay
    content_type = request.headers.get("content-type", "application/octet-stream")[:200]
    arrived = Arrived(stream, await request.body(), content_type, **dict(came))
    kept = await relay.journal.write(lambda txn: notices.keep(txn, arrived))
    duplicate = ',"duplicate":true' if kept.duplicate else ""
    return Response(
        f'{{"id":{kept.id},"seq":{kept.seq},"state":"{kept.state}"{duplicate}}}',
        status_code=200 if kept.duplicate else 201,
        media_type="application/json",
    )


@router.get("/notices/{notice_id}")
async def show(notice_id: Id, request: Request) -> Notice:
    """One notice with its arrivals."""
    await opened(request, "read")
    relay: Relay = request.app.state.relay
    return await relay.journal.read(lambda connection: notices.find(connection, notice_id))


@router.get("/notices/{notice_id}/raw")
async def raw(notice_id: Id, request: Request) -> Response:
    """Give back the bytes, as received; never as something that a browser would run."""
    await opened(request, "read")
    relay: Relay = request.app.state.relay
    content_type, body = await relay.journal.read(lambda connection: notices.body(connection, notice_id))
    bare = content_type.split(";")[0].strip().lower()
    return Response(
        body,
        media_type=bare if bare in SAFE_TYPES else "application/octet-stream",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": f'attachment; filename="notice-{notice_id}"',
            "Content-Security-Policy": "sandbox",
        },
    )
