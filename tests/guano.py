"""A burst of DSA-110 that Swift is asked about: its statements, and Swift's client as it describes itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ovro_alert.alerts import Alert
from ovro_alert.circumstances import Circumstances
from ovro_alert.reading import dsa
from ovro_alert.statuses import KeptTelescopeStatus
from ovro_alert.times import seconds
from tests.cases import R3_TIME, around
from tests.dsa_notices import NAME, beams, flat, t2_event, t3_event

EVENT = f"dsa:{NAME}"
OFF_CENTRE = beams(127, 380)
"""Both arms; in beams of the same number Swift would take it for an injection."""
PLACE = {"ra": 29.50313, "dec": 65.71675}
HOST = "guano.example"


def t3(**keys: Any) -> Alert:
    """Return T3's statement, placed and seen in both arms unless changed."""
    return _read(t3_event(time=R3_TIME, **({"probability": 0.98} | OFF_CENTRE | PLACE | keys)))


def t2(**keys: Any) -> Alert:
    """Return T2's statement on the same burst, with a position for once."""
    return _read(t2_event(time=R3_TIME, **(OFF_CENTRE | PLACE | keys)))


def one_arm(**keys: Any) -> Alert:
    """Return T3's statement on a burst seen in the east-west arm alone."""
    return t3(**(beams(127, 128) | keys))


def _read(event: dict[str, Any]) -> Alert:
    found = dsa.read(flat(event))
    assert isinstance(found, Alert), found
    return found


def swift(now: datetime, host: str | None = HOST, **changes: Any) -> dict[str, KeptTelescopeStatus]:
    """Return what Swift's client said of itself at that moment."""
    detail = {} if host is None else {"host": host}
    fields = {"telescope": "swift", "state": "idle", "seq": 1, "at": now, "detail": detail}
    return {"swift": KeptTelescopeStatus(**(fields | changes))}


def ready(age_s: float = 370.0, **changes: Any) -> Circumstances:
    """Return what is known `age_s` after the burst, with Swift's client there and a host configured."""
    now = R3_TIME + seconds(age_s)
    return around(age_s, **({"statuses": swift(now)} | changes))
