"""Bursts that stations of GREX have seen: `grex-trigger/1`. The error of a position holds 95 %."""

from __future__ import annotations

from ovro_alert.alerts import Alert, statement_of
from ovro_alert.observatory import GREX_REFERENCE_MHZ
from ovro_alert.reading.figures import Asked, Figures, words
from ovro_alert.reading.forms.envelope import GREX, filled
from ovro_alert.reading.places import place

NUMBERS = {
    "dm_pc_cm3": Asked("dm"),
    "dm_error_pc_cm3": Asked("dm_error"),
    "snr": Asked("snr"),
    "width_ms": Asked("width_ms"),
}


def read(body: bytes) -> Alert:
    """Read one trigger; other numbers under the same id are a newer statement on the same burst."""
    form = filled(body, GREX)
    figures = form.figures
    given = figures.given
    time, reference_mhz = figures.moment("time_utc"), figures.number(Asked("time_ref_mhz"))
    where = place(given.get("ra_deg"), given.get("dec_deg"), (None, None), given.get("error_deg"))
    return Alert(
        stream="grex",
        event=form.event,
        kind="detection",
        role=form.role,
        statement=statement_of(form.event, "detection", form.role, form.content),
        time=time,
        time_ref_mhz=(reference_mhz or GREX_REFERENCE_MHZ) if time else None,
        stations=_stations(figures),
        words=figures.words("note", 500),
        **figures.numbers(NUMBERS),
        remarks=figures.remark,
        **where._asdict(),
    )


def _stations(figures: Figures) -> tuple[str, ...] | None:
    """Return the stations, each once, however it is written."""
    given = figures.given.get("stations")
    if not isinstance(given, list):
        return None
    named: dict[str, str] = {}
    for name in (words(one, 40) for one in given):
        if name is not None:
            named.setdefault(name.upper(), name)
    return tuple(named.values()) or None
