"""Names and numbers in paths: what nobody knows is 404, whatever it looks like."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from ovro_alert.actions import TELESCOPES
from ovro_alert.errors import NotFoundError
from ovro_alert.notices import STREAMS

LAST_ID = 2**63 - 1
"""The journal counts no further."""


def known_id(word: object) -> int:
    """Return an id as a number; what cannot be one is the id of nothing."""
    text = str(word)
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and 0 < int(text) <= LAST_ID):
        message = f"nothing has the id {text!r:.40}"
        raise NotFoundError(message)
    return int(text)


def known_telescope(name: str) -> str:
    """Return the name of a telescope that there is."""
    if name not in TELESCOPES:
        message = f"no telescope is called {name!r:.40}; there are {', '.join(TELESCOPES)}"
        raise NotFoundError(message)
    return name


def known_stream(name: str) -> str:
    """Return the name of a stream that there is."""
    if name not in STREAMS:
        message = f"no stream is called {name!r:.40}; there are {', '.join(STREAMS)}"
        raise NotFoundError(message)
    return name


Id = Annotated[int, BeforeValidator(known_id)]
