"""Pages for people: what came in and what came of it; every route."""

from fastapi import APIRouter

from ovro_alert.pages import operators, reference

router = APIRouter(routes=[*operators.router.routes, *reference.router.routes])

__all__ = ["router"]
