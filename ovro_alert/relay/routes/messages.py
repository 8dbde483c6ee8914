"""Messages: what people were told, and what could not be told to them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from ovro_alert.messages import Message, MessageState
from ovro_alert.relay.journal import searching
from ovro_alert.relay.routes.doors import Reader
from ovro_alert.relay.routes.paths import LAST_ID
from ovro_alert.relay.running import Relay

router = APIRouter(tags=["messages"])


@router.get("/messages")
async def show_messages(
    request: Request,
    _: Reader,
    state: MessageState | None = None,
    event: Annotated[str | None, Query(max_length=200)] = None,
    before: Annotated[int | None, Query(ge=1, le=LAST_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[Message]:
    """Messages, newest first; `before` is the id from which to look further back."""
    relay: Relay = request.app.state.relay
    return await relay.journal.search(
        lambda connection: searching.find_messages(connection, state, event, before, limit)
    )
