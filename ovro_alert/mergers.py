"""What LIGO/Virgo/KAGRA say of a compact-object merger: the part of an alert that only a superevent has."""

from __future__ import annotations

from typing import Literal

from ovro_alert.nouns import Noun

AlertType = Literal["EARLYWARNING", "PRELIMINARY", "INITIAL", "UPDATE", "RETRACTION"]


class Coincidence(Noun):
    """A burst that others saw near the merger in time, and how often such a pair comes by chance.

    Attributes
    ----------
    time_difference_s
        External event relative to the merger, seconds.
    time_far_hz, sky_far_hz
        Joint false-alarm rate by time alone, and by time and position.
    """

    observatory: str | None = None
    search: str | None = None
    time_difference_s: float | None = None
    time_far_hz: float | None = None
    sky_far_hz: float | None = None
    ivorn: str | None = None


class MapSummary(Noun):
    """A sky map in a few numbers; `total` is the sum of its probability, which should be 1."""

    pixels: int
    total: float
    area90_deg2: float | None = None
    distance_mpc: float | None = None
    distance_error_mpc: float | None = None


class Merger(Noun):
    """One statement on a superevent; what the notice does not give is None or not in its table, never 0.

    Attributes
    ----------
    far_hz
        False-alarm rate of the pipeline that gave the preferred event, Hz.
    classification, properties
        Probabilities by name, 0 to 1: BNS, NSBH, BBH, Terrestrial; HasNS, HasRemnant, HasMassGap …
    map
        The sky map of this notice; `map_note` says why there is none, or what is wrong with it.
    """

    alert_type: AlertType
    far_hz: float | None = None
    significant: bool | None = None
    group: str | None = None
    pipeline: str | None = None
    search: str | None = None
    instruments: tuple[str, ...] = ()
    classification: dict[str, float] = {}
    properties: dict[str, float] = {}
    coincidence: Coincidence | None = None
    map: MapSummary | None = None
    map_note: str | None = None
    page: str | None = None

    def filled_with(self, later: Merger) -> Merger:
        """Return this with what the same statement, by another path, gives beside it."""
        empty: tuple[object, ...] = (None, (), {})
        news = {name: value for name, value in later if value not in empty and getattr(self, name) in empty}
        if self.map is None and later.map is not None:
            news["map_note"] = later.map_note
        elif self.map_note is None:
            news.pop("map_note", None)
        return self.model_copy(update=news) if news else self
