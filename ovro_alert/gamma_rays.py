"""What a gamma-ray or X-ray telescope says of a burst: the part of an alert that only such a burst has."""

from __future__ import annotations

from typing import Literal

from ovro_alert.nouns import Noun


class GammaRays(Noun):
    """One statement on a high-energy burst, as its telescope makes it; what it does not say is None.

    Attributes
    ----------
    instrument
        As people call it: `Fermi GBM`, `Swift BAT`, `SVOM ECLAIRs`, `Einstein Probe WXT` …
    notice_type
        In the stream's own words: `FLT_POS`, `BAT_GRB_POS_ACK`, `eclairs-wakeup` …
    timescale_s
        The time over which it triggered, seconds; not the burst's duration.
    duration_s
        The burst's duration as measured, seconds.
    likely
        What the telescope takes it for (`GRB`, `TGF`, `solar flare` …), with `likely_probability`, 0 to 1.
    length
        The telescope's own word on a finished analysis.
    trigger
        Whether the count rate or an image triggered.
    identified, catalogued, star_tracker_lost, not_a_grb
        The telescope's flags: a burst was identified; it is a known source; its pointing is not trusted; it says itself
        that this is no burst.
    """

    instrument: str
    notice_type: str
    timescale_s: float | None = None
    duration_s: float | None = None
    likely: str | None = None
    likely_probability: float | None = None
    length: Literal["short", "long"] | None = None
    trigger: Literal["rate", "image"] | None = None
    identified: bool | None = None
    catalogued: bool | None = None
    star_tracker_lost: bool | None = None
    not_a_grb: bool | None = None
