"""GET /digest: what people are told each morning, of any window, whenever they ask."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request

from ovro_alert.digests import Digest
from ovro_alert.errors import UnprocessableError
from ovro_alert.relay.journal.windows import Window
from ovro_alert.relay.routes.doors import Reader
from ovro_alert.relay.running import Relay
from ovro_alert.times import MJD_EPOCH, Utc

router = APIRouter(tags=["watching"])
A_DAY = timedelta(days=1)
LONGEST = timedelta(days=31)


@router.get("/digest")
async def show_digest(
    request: Request,
    _: Reader,
    since: Annotated[Utc | None, Query(description="its beginning [a day before its end]")] = None,
    until: Annotated[Utc | None, Query(description="its end [now]")] = None,
) -> Digest:
    """Tell what came in, what was asked of telescopes, what came of it, and why not; of 31 days at most."""
    relay: Relay = request.app.state.relay
    until = until or relay.clock.now()
    # a calendar has no day before its first
    since = since or max(until, MJD_EPOCH) - A_DAY
    if not timedelta() < until - since <= LONGEST:
        message = f"a digest is of a window of {LONGEST.days} days at most, with `since` before `until`"
        raise UnprocessableError(message)
    return await relay.digesting.look(Window(since, until))
