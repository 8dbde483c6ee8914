"""What people read of a request for a beam: what is recorded where, when, by which beam, and for whom."""

from __future__ import annotations

from ovro_alert.tellers import Told
from ovro_alert.telling.words.figures import clock, date, joined, length, moment, number, quantity
from ovro_alert.telling.words.heading import concerned
from ovro_alert.telling.words.plain import plain
from ovro_alert.verdicts import Figure, Verdict


def co_observing(told: Told, verdict: Verdict) -> list[str | None]:
    """`AD Leo at RA 154.901° Dec +19.870°. Power beam 5, on 2026-12-03 09:00:00.0 UTC, off 11:00:00, 7200 s`."""
    figures = verdict.figures
    target, by = figures.get("target"), figures.get("requested_by")
    return [
        joined(
            joined(plain(target) if target else None, _where(figures), by=" "),
            _when(figures, "" if concerned(told) else "Wished for: "),
            f"Asked for by {plain(by)}" if by else None,
            by=". ",
        )
    ]


def _where(figures: dict[str, Figure]) -> str | None:
    ra, dec = quantity(figures.get("ra_deg"), ".3f", "°"), quantity(figures.get("dec_deg"), "+.3f", "°")
    return f"at RA {ra} Dec {dec}" if ra and dec else None


def _when(figures: dict[str, Figure], before: str) -> str | None:
    on, off = moment(figures.get("on_at")), moment(figures.get("off_at"))
    beam = quantity(figures.get("beam"), ".0f")
    if on is None or off is None or beam is None:
        return None
    late_s = number(figures.get("late_s")) or 0.0
    return joined(
        f"{before}{plain(figures.get('mode'))} beam {beam}".capitalize(),
        f"on {date(on)}" + (f" ({length(late_s)} late)" if late_s > 0 else ""),
        f"off {clock(off)}",
        quantity(figures.get("beam_s"), ".0f", " s"),
    )
