"""GET /events: everything that changes, as it changes; whoever was away is told what they missed first.

The watcher begins to listen before the journal is read, and what the journal has already told is passed over when it
comes again: nothing is missing and nothing comes twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from ovro_alert.commands import Command
from ovro_alert.relay.journal import changes
from ovro_alert.relay.journal.changes import Page
from ovro_alert.relay.journal.journal import last_seq
from ovro_alert.relay.journal.writer import Changed
from ovro_alert.relay.routes.doors import Reader
from ovro_alert.relay.routes.paths import LAST_ID
from ovro_alert.relay.running import Relay
from ovro_alert.relay.waiting import Watcher

log = logging.getLogger(__name__)
router = APIRouter(tags=["watching"])
BATCH = 200

KEEP_ALIVE_S = 15.0
"""A comment is sent when nothing else was for so long: proxies cut what is silent."""

SEND_S = 30.0
"""A watcher that does not read for so long is cut; it comes back with Last-Event-ID."""


class EventStream(StreamingResponse):
    """A stream whose reader must keep up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send, each piece within its time; whatever ends it, the watcher is let go."""

        async def in_time(message: Message) -> None:
            async with asyncio.timeout(SEND_S):
                await send(message)

        try:
            await super().__call__(scope, receive, in_time)
        except TimeoutError:
            log.warning("an event stream was cut: its reader took nothing for %g s", SEND_S)
        finally:
            if isinstance(self.body_iterator, AsyncGenerator):
                await self.body_iterator.aclose()


@router.get("/events", response_class=EventStream)
async def watch(
    request: Request,
    _: Reader,
    last_event_id: Annotated[int | None, Header(ge=0, le=LAST_ID)] = None,
) -> EventStream:
    """Server-sent events: `id` the journal number, `event` the kind, `data` the object. Resumes by Last-Event-ID."""
    relay: Relay = request.app.state.relay
    return EventStream(
        told(relay, last_event_id),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def told(relay: Relay, since: int | None) -> AsyncGenerator[bytes, None]:
    """Tell what was missed, then what happens, until the relay ends or the watcher falls behind."""
    watcher = relay.waiting.watch()
    try:
        seq = await relay.journal.read(last_seq)
        yield f": the journal is at {seq}\n\n".encode()
        if since is not None and since < seq:  # a number beyond it is another journal's: begin now
            async for page in missed(relay, watcher, since):
                seq = page.complete
                yield written(page.changes, relay)
        async for batch in heard(relay, watcher):
            yield written([change for change in batch if change.seq > seq], relay) or b": alive\n\n"
    finally:
        relay.waiting.unwatch(watcher)


async def missed(relay: Relay, watcher: Watcher, since: int) -> AsyncIterator[Page]:
    """Read page after page from the journal, up to now."""
    more = True
    while more and not (relay.waiting.ending or watcher.behind):
        page = await relay.journal.search(partial(changes.since, seq=since))
        since, more = page.complete, page.more
        yield page


async def heard(relay: Relay, watcher: Watcher) -> AsyncIterator[list[Changed]]:
    """Wait for what happens; an empty list when nothing did for a while."""
    while not (relay.waiting.ending or watcher.behind):
        batch = await next_of(watcher, relay)
        if None in batch:
            return
        yield [change for change in batch if change is not None]


async def next_of(watcher: Watcher, relay: Relay) -> list[Changed | None]:
    """Return what is in the queue, as soon as there is anything; nothing, when it is time for a sign of life."""
    getting = asyncio.ensure_future(watcher.queue.get())
    napping = asyncio.ensure_future(relay.clock.sleep(KEEP_ALIVE_S))
    try:
        await asyncio.wait({getting, napping}, return_when=asyncio.FIRST_COMPLETED)
        if not getting.done():
            return []
        batch = [getting.result()]
    finally:
        getting.cancel()
        napping.cancel()
    while len(batch) < BATCH and not watcher.queue.empty():
        batch.append(watcher.queue.get_nowait())
    return batch


def written(batch: list[Changed], relay: Relay) -> bytes:
    """Write changes as server-sent events."""
    now = relay.clock.now()
    lines = []
    for change in batch:
        thing = change.thing.seen_at(now) if isinstance(change.thing, Command) else change.thing
        lines.append(f"id: {change.seq}\nevent: {change.kind}\ndata: {thing.model_dump_json()}\n\n")
    return "".join(lines).encode()
