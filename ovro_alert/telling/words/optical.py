"""What people read of an optical transient: what it is taken for, how bright, where, and when it is up."""

from __future__ import annotations

from ovro_alert.tellers import Told
from ovro_alert.telling.words.figures import ago, date, fraction, joined, moment, quantity
from ovro_alert.telling.words.plain import plain
from ovro_alert.verdicts import Figure, Verdict


def optical(told: Told, verdict: Verdict) -> list[str | None]:
    """`AT2026abc, TDE (90 %), 17.8 mag in r, z 0.030, by ZTF, first seen … (2.1 d ago). RA … Dec …, up from … to …`."""
    alert, figures = told.alert, verdict.figures
    seen = alert.transient if alert is not None else None
    if alert is None or seen is None:
        return []
    likely = fraction(seen.class_probability)
    magnitude = quantity(seen.mag, ".1f", " mag")
    what = joined(
        alert.source and plain(alert.source),
        plain(seen.classification) + (f" ({likely})" if likely else ""),
        magnitude and magnitude + (f" in {plain(seen.filter, 20)}" if seen.filter else ""),
        quantity(seen.redshift, ".3f") and f"z {seen.redshift:.3f}",
        seen.survey and f"by {plain(seen.survey)}",
        None if alert.time is None else f"first seen {date(alert.time)} ({ago(alert.time, told.now)})",
    )
    return [joined(what, _where(figures), by=". ")]


def _where(figures: dict[str, Figure]) -> str | None:
    ra, dec = quantity(figures.get("ra_deg"), ".4f", "°"), quantity(figures.get("dec_deg"), "+.4f", "°")
    start, stop = moment(figures.get("up_from")), moment(figures.get("up_until"))
    return joined(
        f"RA {ra} Dec {dec}" if ra and dec else None,
        quantity(figures.get("error_arcsec"), ".2g", "″") and f"error {figures.get('error_arcsec'):.2g}″",
        f"up from {date(start)} to {date(stop)}" if start and stop else None,
    )
