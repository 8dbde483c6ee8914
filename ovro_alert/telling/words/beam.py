"""The figures of a beam: why there, when the burst comes, how much of it is caught. What is not known is left out."""

from __future__ import annotations

from datetime import timedelta

from ovro_alert.tellers import Told
from ovro_alert.telling.words.figures import clock, fraction, joined, length, moment, number, quantity
from ovro_alert.telling.words.heading import concerned
from ovro_alert.telling.words.plain import LINE_LIMIT, plain
from ovro_alert.verdicts import Figure, Verdict

EDGES = ((82.8, "top"), (43.2, "bottom"))
"""Top and bottom of the voltage beam's band in MHz, and how the figures call them."""


def beam(told: Told, verdict: Verdict) -> list[str | None]:
    """Return the lines of a beam scenario; empty ones for any other."""
    return [
        joined(_association(told, verdict.figures), _position(verdict.figures), by=". "),
        joined(_sweep(verdict), _catch(verdict.figures, acts=bool(concerned(told))), by="; "),
        joined(_recording(told, verdict.figures), _sun(verdict.figures), _half_power(verdict.figures), by=". "),
        _last_bursts(verdict.figures),
    ]


def _association(told: Told, figures: dict[str, Figure]) -> str | None:
    by = figures.get("associated_by")
    if not by:
        return None
    given = told.alert.association_probability if told.alert is not None else None
    return joined(
        f"Association by {plain(by)}",
        quantity(given, ".4f") and f"p = {given:.4f}",
        quantity(figures.get("chi2"), ".1f") and f"χ² {quantity(figures.get('chi2'), '.1f')}",
        quantity(figures.get("chance"), ".1g") and f"by chance {quantity(figures.get('chance'), '.1g')}",
    )


def _position(figures: dict[str, Figure]) -> str | None:
    r95 = quantity(figures.get("r95_deg"), ".3f", "°")
    where = figures.get("position_from")
    if where is None or r95 is None:
        return None
    offset = quantity(figures.get("offset_deg"), ".2f", "°")
    notice = quantity(figures.get("notice_r95_deg"), ".2f", "°")
    beside = offset and f"{offset} from the notice" + (f" (r95 {notice})" if notice else "")
    return joined(f"Position from {plain(where)} (r95 {r95})", beside)


def _sweep(verdict: Verdict) -> str | None:
    reached: list[str] = []
    reaches: list[str] = []
    for mhz, edge in EDGES:
        in_s = number(verdict.figures.get(f"{edge}_in_s"))
        if in_s is None:
            continue
        at = moment(verdict.figures.get(f"{edge}_at")) or verdict.made + timedelta(seconds=in_s)
        when = f"in {length(round(in_s))}" if in_s >= 0 else f"{length(round(-in_s))} ago"
        (reaches if in_s >= 0 else reached).append(f"{mhz:g} MHz {when} ({clock(at)})")
    said = joined(
        f"reached {', '.join(reached)}" if reached else None,
        f"reaches {', '.join(reaches)}" if reaches else None,
    )
    return said and said[0].upper() + said[1:]


def _catch(figures: dict[str, Figure], *, acts: bool) -> str | None:
    on_in_s = number(figures.get("on_in_s"))
    on = length(round(on_in_s)) if on_in_s is not None else None
    caught = fraction(figures.get("caught"))
    start = quantity(figures.get("elevation_on_deg"), ".1f", "°")
    stop = quantity(figures.get("elevation_off_deg"), ".1f", "°")
    return joined(
        on and f"{'on' if acts else 'could be on'} in {on}",
        caught and f"{'catches' if acts else 'would catch'} {caught} of 43.2–82.8 MHz",
        start and f"elevation {joined(start, stop, by='→')}",
        by="; ",
    )


def _recording(told: Told, figures: dict[str, Figure]) -> str | None:
    beam_s = quantity(figures.get("beam_s"), ".0f", " s")
    command = next((one for one in concerned(told) if one.action == "beam"), None)
    return beam_s and joined(
        f"{'Beam' if command is not None else 'A beam would take'} {beam_s}",
        quantity(figures.get("beam_gb"), ".0f", " GB"),
        f"latest start {command.deadline:%H:%M:%S}" if command is not None else None,
        quantity(figures.get("cut_mhz"), ".1f") and f"cut short: down to {quantity(figures.get('cut_mhz'), '.1f')} MHz",
    )


def _sun(figures: dict[str, Figure]) -> str | None:
    away = quantity(figures.get("sun_deg"), ".0f", "°")
    return away and f"Sun {away} away"


def _half_power(figures: dict[str, Figure]) -> str | None:
    inside = joined(
        fraction(figures.get("half_power_53")) and f"{fraction(figures.get('half_power_53'))} at 53 MHz",
        fraction(figures.get("half_power_82_8")) and f"{fraction(figures.get('half_power_82_8'))} at 82.8 MHz",
    )
    return inside and f"In half power: {inside}"


def _last_bursts(figures: dict[str, Figure]) -> str | None:
    last = figures.get("last_bursts")
    if not last:
        return None
    count = joined(
        quantity(figures.get("bursts"), ".0f") and f"In all {quantity(figures.get('bursts'), '.0f')}",
        quantity(figures.get("beams"), ".0f") and f"beams {quantity(figures.get('beams'), '.0f')}",
    )
    return joined(f"Last bursts of this source here: {plain(last, LINE_LIMIT)}", count, by=". ")
