"""What a message of Hopskotch says of itself in its headers: in which form it is, whether it is a test."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ovro_alert.keeping.envelope import Envelope
from ovro_alert.notices import TEST_PATH, content_type_of

NAME = "hop"
NAME_OF_TESTS = f"{NAME}{TEST_PATH}"
"""The path of a message with the header `_test`: what it says may be as real as can be, and it is not."""

FORMATS = {"avro": "application/avro", "json": "application/json", "voevent": "application/xml"}
"""What hop writes into a message's header `_format`, and what that is."""
OUTSIDE = "external"
"""The same for a message whose bytes are kept elsewhere."""


def notice_of(body: bytes, about: Any, now: datetime) -> Envelope:  # noqa: ANN401 - hop has no types
    """Return a message as a notice that was received now."""
    path = NAME_OF_TESTS if "_test" in dict(about.headers or ()) else NAME
    return Envelope(body, FORMATS.get(_form(about)) or content_type_of(body), now, path)


def is_outside(about: Any) -> bool:  # noqa: ANN401 - hop has no types
    """Say whether the message is only a word of where its bytes are kept."""
    return _form(about) == OUTSIDE


def written(about: Any, now: datetime) -> datetime:  # noqa: ANN401 - hop has no types
    """Return when a message was put there; now, if the broker does not say."""
    return datetime.fromtimestamp(about.timestamp / 1000, UTC) if about.timestamp > 0 else now


def _form(about: Any) -> str:  # noqa: ANN401 - hop has no types
    return (dict(about.headers or ()).get("_format") or b"").decode(errors="replace").lower()
