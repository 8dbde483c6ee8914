"""What JSON notices of high-energy bursts share: the statistics of GCN's core schema, and how they become an alert."""

from __future__ import annotations

import math
from typing import Any, Literal, NamedTuple

from ovro_alert.alerts import Alert, Kind, Role, statement_of
from ovro_alert.gamma_rays import GammaRays
from ovro_alert.reading.burst_figures import significance_of
from ovro_alert.reading.core_schema import CONTAINMENT, Notice, place_of, time_of
from ovro_alert.reading.event_names import digest
from ovro_alert.reading.fermi_classes import likely_by_word
from ovro_alert.reading.figures import Asked, Figures, number

TRIGGERS: dict[str, Literal["rate", "image"]] = {"rate": "rate", "image": "image"}


class Told(NamedTuple):
    """What a mission's reader has found out about a notice before its figures are read."""

    stream: str
    event: str
    kind: Kind
    role: Role
    which: str | None = None


def alert_of(
    told: Told,
    notice: Notice,
    figures: Figures,
    gamma: GammaRays | None,
    *,
    snr: float | None = None,
    source: str | None = None,
    words: str | None = None,
    containment: float = CONTAINMENT,
) -> Alert:
    """Put together the alert; `containment` is what the errors of the position hold where the notice does not say."""
    time, time_note = time_of(notice)
    return Alert(
        stream=told.stream,
        event=f"{told.stream}:{told.event}",
        kind=told.kind,
        role=told.role,
        statement=statement_of(f"{told.stream}:{told.event}", told.kind, told.role, told.which),
        time=time,
        time_note=time_note,
        **place_of(notice, figures, containment)._asdict(),
        snr=snr,
        source=source,
        words=words,
        issued=figures.moment("alert_datetime"),
        gamma_rays=gamma,
        remarks=figures.remark,
    )


def snr_of(figures: Figures) -> float | None:
    """Return the significance by rate, else by image."""
    return significance_of(figures, "rate_snr", "image_snr")


def likely_of(notice: Notice) -> dict[str, Any]:
    """Return the likeliest class and its probability; nothing where none of them can be."""
    given = notice.get("classification")
    best, most = None, -math.inf
    for word, value in given.items() if isinstance(given, dict) else ():
        try:
            probability = number(value, 0, 1)
        except ValueError:
            continue
        if probability is not None and probability > most:
            best, most = str(word), probability
    if best is None:
        return {}
    return {"likely": likely_by_word(Figures({"it": best}).words("it", 60) or "unnamed"), "likely_probability": most}


def trigger_of(figures: Figures) -> Literal["rate", "image"] | None:
    """Return what triggered, by its word."""
    return TRIGGERS.get((figures.words("trigger_type") or "").lower())


def which_of(figures: Figures, name: str, body: bytes) -> str:
    """Tell this notice from others of its kind on the same event: by its record's number, else by all of it."""
    record = figures.number(Asked("record_number", 0, 1e6))
    return f"{name}-{digest(body)}" if record is None else f"{name}-{record:g}"
