"""What DSA-110's own triggers say: the part of an alert that only such a trigger has."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ovro_alert.nouns import Noun
from ovro_alert.observatory import DSA_SAMPLE_MS

EAST_WEST_BEAMS = 256
"""Search beams below this number lie along the east-west arm, those from it up along the north-south arm."""


class SearchBeam(NamedTuple):
    """One of DSA-110's 512 search beams, and the S/N of the burst in it."""

    number: int
    snr: float


class Trigger(Noun):
    """One statement on a trigger of DSA-110, as T2 or T3 makes it; what it does not say is None.

    Attributes
    ----------
    ibox
        Width of the boxcar that found it, in samples of 0.262144 ms.
    ibeam
        Number of the search beam with the largest S/N, 0 to 511.
    beams
        Search beams in which it was seen, as the trigger orders them.
    cntb, cntc
        How many beams, how many candidates are in its cluster.
    probability
        That it is astrophysical, as T3 classifies it, 0 to 1; T2 writes 0.0 or nothing, and means neither.
    label
        What T3, or a person, takes it for: astrophysical, injection, instrumental, unsure/noise, rfi.
    real
        Somebody's word on whether it is.
    direction_cosines
        l and m of the real-time system of 2026, which gives no RA and Dec; their sign is to be confirmed on site.
    """

    ibox: int | None = None
    ibeam: int | None = None
    beams: tuple[SearchBeam, ...] = ()
    cntb: int | None = None
    cntc: int | None = None
    probability: float | None = None
    label: str | None = None
    injected: bool | None = None
    real: bool | None = None
    direction_cosines: tuple[float, float] | None = None

    @property
    def stage(self) -> Literal["T2", "T3"]:
        """T3 has classified it; of T2's the probability is 0.0 or missing, without a label and a word on `real`."""
        return "T3" if self.probability or self.label or self.real is not None else "T2"

    @property
    def width_ms(self) -> float | None:
        """Width of the boxcar, milliseconds."""
        return None if self.ibox is None else self.ibox * DSA_SAMPLE_MS

    @property
    def both_arms(self) -> bool | None:
        """Whether both arms saw it, by the first five of its search beams; None where it names none."""
        seen = {beam.number < EAST_WEST_BEAMS for beam in self.beams[:5]}
        return len(seen) == 2 if seen else None

    def filled_with(self, later: Trigger) -> Trigger:
        """Return this with what the same statement gives beside it later; the newest word on what it is counts."""
        empty: tuple[object, ...] = (None, ())
        news = {name: value for name, value in later if value not in empty and getattr(self, name) in empty}
        news |= {name: value for name in ("label", "real") if (value := getattr(later, name)) is not None}
        return self.model_copy(update=news) if news else self
