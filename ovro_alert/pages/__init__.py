"""The operators' page: what came in, what came of it, and how everything is."""

from ovro_alert.pages.operators import router

__all__ = ["router"]
