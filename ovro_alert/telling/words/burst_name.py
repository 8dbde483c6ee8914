"""What people call a high-energy burst, and in brackets how its telescope saw it."""

from __future__ import annotations

from ovro_alert.tellers import Told
from ovro_alert.telling.words.figures import joined, quantity
from ovro_alert.telling.words.plain import plain

KINDS = {"candidate": "short GRB candidate", "confirmed": "short GRB", "withdrawn": "GRB", "no": "trigger"}
TRANSIENTS = {"ep": "X-ray transient", "maxi": "X-ray transient"}


def kind_of_burst(told: Told) -> str:
    """Return what it is taken for: `short GRB candidate`; empty for what is no such burst, or is not known."""
    if told.alert is None or told.alert.gamma_rays is None or told.verdict is None:
        return ""
    length = str(told.verdict.figures.get("length") or "")
    return TRANSIENTS.get(told.alert.stream) or KINDS.get(length, "")


def seen_as(told: Told) -> str | None:
    """Return how it was seen: `rate trigger, 0.128 s, 256 σ`; None for what is no such burst."""
    said = told.alert.gamma_rays if told.alert is not None else None
    if told.alert is None or said is None:
        return None
    likely = said.likely and joined(plain(said.likely, 40), quantity(_percent(said.likely_probability), ".0f", " %"))
    return joined(
        said.trigger and f"{said.trigger} trigger",
        quantity(said.timescale_s if said.duration_s is None else said.duration_s, ".4g", " s"),
        quantity(told.alert.snr, ".3g", " σ"),
        likely and likely.replace(", ", " "),
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100
