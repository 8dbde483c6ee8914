"""Streams: what may come in, and what their receivers say of themselves."""

from __future__ import annotations

from fastapi import APIRouter, Request

from ovro_alert.notices import STREAMS
from ovro_alert.relay.journal import statuses
from ovro_alert.relay.routes.doors import opened
from ovro_alert.relay.routes.paths import known_stream
from ovro_alert.relay.routes.sent import sent, takes
from ovro_alert.relay.running import Relay
from ovro_alert.statuses import KeptStreamStatus, StreamStatus
from ovro_alert.times import Utc

router = APIRouter(tags=["streams"])
UNHEARD = StreamStatus(state="unknown")


class Stream(StreamStatus):
    """One stream: what it carries and its receiver's last word; `at` is null if it has never said one."""

    stream: str
    carries: str
    seq: int = 0
    at: Utc | None = None


@router.get("/streams")
async def show_streams(request: Request) -> list[Stream]:
    """Every stream, heard of or not."""
    await opened(request, "read")
    relay: Relay = request.app.state.relay
    heard = await relay.journal.read(statuses.streams)
    return [
        Stream(**{**dict(heard.get(name, UNHEARD)), "stream": name, "carries": carries})
        for name, carries in STREAMS.items()
    ]


@router.put("/streams/{stream}/status", openapi_extra=takes(StreamStatus))
async def put_stream_status(stream: str, request: Request) -> KeptStreamStatus:
    """Take a receiver's word on its stream: heartbeats are not notices."""
    await opened(request, f"notices:{stream}")
    known_stream(stream)
    relay: Relay = request.app.state.relay
    status = await sent(request, StreamStatus)
    return await relay.journal.write(lambda txn: statuses.put_stream(txn, stream, status))
