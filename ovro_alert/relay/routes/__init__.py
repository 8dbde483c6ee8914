"""The relay's doors on the wire, one file per noun."""

from fastapi import APIRouter

from ovro_alert.relay.routes import (
    alerts,
    commands,
    decisions,
    digest,
    events,
    health,
    keys,
    messages,
    notices,
    offloads,
    openapi,
    seed,
    streams,
    switches,
    telescopes,
)

ROUTERS: tuple[APIRouter, ...] = (
    notices.router,
    alerts.router,
    messages.router,
    streams.router,
    switches.router,
    keys.router,
    digest.router,
    events.router,
    health.router,
    openapi.router,
    # these begin with the name of a telescope: what is called otherwise comes first
    offloads.router,
    commands.router,
    decisions.router,
    telescopes.router,
    seed.router,
)
