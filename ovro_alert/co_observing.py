"""What somebody wishes us to observe with them: the part of an alert that only such a request has."""

from __future__ import annotations

from typing import Literal

from ovro_alert.nouns import Noun
from ovro_alert.times import Utc


class BeamRequest(Noun):
    """One request for a beam of OVRO-LWA in the future; the newest of its id counts.

    Attributes
    ----------
    start
        UTC at which the recording shall begin; None if what was written cannot be a moment.
    duration_s
        Length, seconds.
    integration_ms
        Of a power beam, milliseconds.
    cancel
        It is no longer wanted.
    """

    target: str
    start: Utc | None = None
    duration_s: float | None = None
    mode: Literal["power", "voltage"] = "power"
    integration_ms: float | None = None
    requested_by: str | None = None
    cancel: bool = False
