"""GET /openapi.json: every route and every form, for programs."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI, Request

from ovro_alert.relay.routes.doors import Reader

router = APIRouter(tags=["watching"])


@router.get("/openapi.json")
async def show_openapi(request: Request, _: Reader) -> dict[str, Any]:
    """Show what can be asked of the relay, as OpenAPI."""
    return document(request)


def document(request: Request) -> dict[str, Any]:
    """Return the OpenAPI document of the application that was asked."""
    app: FastAPI = request.app
    return app.openapi()
