"""The relay: notices come in, are kept, read and judged; commands go out. Start it with `uvicorn relay_api:app`."""

from __future__ import annotations

import sys

from ovro_alert.errors import CannotStartError
from ovro_alert.pages import router as pages
from ovro_alert.relay import logs
from ovro_alert.relay.application import OneLine, make_app
from ovro_alert.settings import load_settings
from ovro_alert.telling import teller_for


def build() -> OneLine:
    """Return the application; a wrong setting ends the process with one line."""
    logs.configure()
    try:
        settings = load_settings()
        teller = teller_for(settings.slack)
    except CannotStartError as error:
        sys.exit(f"relay_api: cannot start: {error}")
    return make_app(settings, teller, pages=[pages])


app = build()
