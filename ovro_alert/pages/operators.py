"""GET /: one page without scripts and without anything from elsewhere; it loads itself again every half minute."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from pathlib import Path
from string import Template

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ovro_alert.pages.markup import Markup, cell, word
from ovro_alert.pages.sections import sections
from ovro_alert.relay.health import look
from ovro_alert.relay.journal.overview import overview
from ovro_alert.relay.routes.doors import Reader
from ovro_alert.relay.running import Relay

HERE = Path(__file__).parent
STYLE = (HERE / "operators.css").read_text()
SKELETON = Template((HERE / "operators.html").read_text())
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

router = APIRouter()


@router.get("/", response_class=HTMLResponse, include_in_schema=False)
async def operators(request: Request, _: Reader) -> HTMLResponse:
    """Show what came in, what came of it, and how everything is."""
    relay: Relay = request.app.state.relay
    seen = await look(relay)
    now = relay.clock.now()
    view = await relay.journal.search(lambda connection: overview(connection, now))
    return HTMLResponse(page(relay.settings.mode, now, sections(view, seen.health)), headers=HEADERS)


def page(mode: str, now: datetime, inside: Markup) -> str:
    """Put the page together."""
    return SKELETON.substitute(style=STYLE, mode=word(mode), now=cell(now), sections=inside)
