"""Notices come in: a 201 means on disk, and nobody has read them yet."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ovro_alert.errors import NotFoundError
from ovro_alert.notices import STREAMS, Notice
from ovro_alert.relay.journal import notices
from ovro_alert.relay.journal.notices import Arrived
from ovro_alert.relay.routes.doors import opened
from ovro_alert.relay.running import Relay
from ovro_alert.times import Utc

router = APIRouter(tags=["notices"])
SAFE_TYPES = ("application/json", "application/xml", "text/xml", "text/plain", "application/octet-stream")


@router.post("/notices/{stream}", status_code=201)
async def push(
    stream: str,
    request: Request,
    received: Utc | None = None,
    path: Annotated[str | None, Query(max_length=40)] = None,
    history: bool = False,
) -> Response:
    """Keep a notice, byte for byte; the same bytes again are the same notice with one more arrival (200)."""
    await opened(request, f"notices:{stream}" if not history else "admin")
    if stream not in STREAMS:
        raise NotFoundError(f"no stream is called {stream!r}; there are {', '.join(STREAMS)}")
    relay: Relay = request.app.state.relay
    content_type = request.headers.get("content-type", "application/octet-stream")[:200]
    arrived = Arrived(stream, await request.body(), content_type, received, path, history)
    kept = await relay.journal.write(lambda txn: notices.keep(txn, arrived))
    duplicate = ',"duplicate":true' if kept.duplicate else ""
    return Response(
        f'{{"id":{kept.id},"seq":{kept.seq},"state":"{kept.state}"{duplicate}}}',
        status_code=200 if kept.duplicate else 201,
        media_type="application/json",
    )


@router.get("/notices/{notice_id}")
async def show(notice_id: int, request: Request) -> Notice:
    """One notice with its arrivals."""
    await opened(request, "read")
    relay: Relay = request.app.state.relay
    return await relay.journal.read(lambda connection: notices.find(connection, notice_id))


@router.get("/notices/{notice_id}/raw")
async def raw(notice_id: int, request: Request) -> Response:
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
