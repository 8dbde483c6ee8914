"""A gamma-ray burst: when and where it was, how high that is; what a beam would see of it, or a dump."""

from __future__ import annotations

from ovro_alert.commands import Command
from ovro_alert.tellers import Told
from ovro_alert.telling.words.detection import when_and_how
from ovro_alert.telling.words.dump import dump, latest
from ovro_alert.telling.words.figures import fraction, joined, length, number, quantity
from ovro_alert.telling.words.heading import concerned
from ovro_alert.telling.words.plain import plain
from ovro_alert.verdicts import Figure, Verdict


def gamma_rays(told: Told, verdict: Verdict) -> list[str | None]:
    """Return the lines of a burst; none for any other event."""
    alert = told.alert
    if alert is None or alert.gamma_rays is None:
        return []
    commands = {one.action: one for one in concerned(told)}
    beam = _beam(verdict.figures, commands.get("beam"))
    # where a beam will do, nobody thinks of 27 TB
    written = None if beam and "dump" not in commands else dump(verdict.figures, commands.get("dump"))
    where = _where(verdict.figures) or f"No position{_why(alert.position_note)}"
    return [joined(when_and_how(told, alert), where, by=". "), beam, written]


def _where(figures: dict[str, Figure]) -> str | None:
    ra, dec = quantity(figures.get("ra_deg"), ".2f"), quantity(figures.get("dec_deg"), "+.2f")
    if ra is None or dec is None:
        return None
    r95_deg = number(figures.get("r95_deg"))
    error = "error not given" if r95_deg is None else f"r95 {r95_deg:.3f}°" if r95_deg < 1 else f"r95 {r95_deg:.1f}°"
    elevation = quantity(figures.get("elevation_deg"), ".1f", "°")
    share = None if figures.get("point", True) else fraction(figures.get("visible"))
    up = elevation and joined(f"elevation {elevation}", share and f"up with {share}")
    return joined(f"RA {ra} Dec {dec}, {error}", up, by="; ")


def _why(note: str | None) -> str:
    return f" ({plain(note)})" if note else ""


def _beam(figures: dict[str, Figure], command: Command | None) -> str | None:
    after = length(figures.get("on_after_s"))
    if after is None:
        return None
    seconds, size = quantity(figures.get("beam_s"), ".0f", " s"), quantity(figures.get("beam_gb"), ".0f", " GB")
    what = f"Beam of {joined(seconds, size)}, on" if command is not None else "A beam would be on"
    whole = quantity(figures.get("whole_from_dm"), ".0f")
    inside = fraction(figures.get("half_power_82_8"))
    return joined(
        f"{what} {after} after the burst" + (f": whole for DM ≥ {whole}" if whole else ""),
        inside and f"half power holds {inside}",
        latest(command),
        by="; ",
    )
