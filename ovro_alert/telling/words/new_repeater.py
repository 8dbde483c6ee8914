"""What people read of a new repeater: what is known of it, when DSA-110 could see it, and what that costs."""

from __future__ import annotations

from datetime import datetime, timedelta

from ovro_alert.tellers import Told
from ovro_alert.telling.words.detection import dispersion, when_and_how
from ovro_alert.telling.words.figures import clock, joined, moment, number, quantity
from ovro_alert.telling.words.heading import concerned
from ovro_alert.telling.words.plain import plain
from ovro_alert.verdicts import Figure, Verdict

BY_WHOM = "There and back the search is armed anew by DSA-110's own people, and what their operator allows stays theirs"
MINUTE_S = 60.0


def new_repeater(told: Told, verdict: Verdict) -> list[str | None]:
    """Return the lines: the burst; the transit; the cost, if people are asked; how active the source is."""
    figures = verdict.figures
    asks = bool(concerned(told))
    return [
        _burst(told, figures),
        _transit(figures),
        _cost(figures) if asks else None,
        BY_WHOM if asks else None,
        _activity(figures),
    ]


def _burst(told: Told, figures: dict[str, Figure]) -> str | None:
    alert = told.alert
    if alert is None:
        return None
    ra, dec = quantity(figures.get("ra_deg"), ".2f"), quantity(figures.get("dec_deg"), "+.2f")
    place = joined(
        dispersion(alert),
        f"RA {ra} Dec {dec}" if ra and dec else None,
        quantity(figures.get("r95_deg"), ".2f", "°") and f"r95 {quantity(figures.get('r95_deg'), '.2f', '°')}",
    )
    return joined(place, _association(told, figures), _count(figures), when_and_how(told, alert), by="; ")


def _association(told: Told, figures: dict[str, Figure]) -> str | None:
    by = figures.get("associated_by")
    given = told.alert.association_probability if told.alert is not None else None
    probability = quantity(given, ".4g") if by == "CHIME" else None
    return f"association by {plain(by)}{f' p = {probability}' if probability else ''}" if by else None


def _count(figures: dict[str, Figure]) -> str | None:
    bursts = number(figures.get("bursts"))
    return None if bursts is None else f"bursts here: {bursts:.0f}{' (first seen now)' if bursts == 1 else ''}"


def _transit(figures: dict[str, Figure]) -> str | None:
    transit, start, until = (moment(figures.get(name)) for name in ("transit", "start", "until"))
    in_beam_s = number(figures.get("in_beam_s"))
    if transit is None or start is None or until is None or in_beam_s is None:
        return None
    now = quantity(figures.get("elevation_now_deg"), ".2f") or "not known"
    return (
        f"Next transit of DSA-110 {transit + timedelta(milliseconds=500):%Y-%m-%d %H:%M:%S}, in the beam "
        f"{_minute(start)}–{_minute(until)} ({in_beam_s / MINUTE_S:.1f} min); "
        f"elevation {quantity(figures.get('elevation_deg'), '.2f')} (now {now})"
    )


def _cost(figures: dict[str, Figure]) -> str | None:
    slew_s, arm_s = number(figures.get("slew_s")), number(figures.get("arm_s"))
    off_s, away_s = number(figures.get("search_off_s")), number(figures.get("away_s"))
    again = moment(figures.get("searching_at"))
    if slew_s is None or arm_s is None or off_s is None or away_s is None or again is None:
        return None
    dec_now = quantity(figures.get("dec_now_deg"), "+.1f")
    slew = f"slew {slew_s:.0f} s" if dec_now else f"slew {slew_s:.0f} s at most (from where is not known)"
    at = f" at dec {dec_now}" if dec_now else ""
    return (
        f"Costs: {slew} + arming {arm_s / MINUTE_S:.0f} min, twice: {off_s / MINUTE_S:.0f} min without search; "
        f"searching again{at} by {_minute(again)}, after {away_s / MINUTE_S:.0f} min away"
    )


def _activity(figures: dict[str, Figure]) -> str | None:
    lately, days = (quantity(figures.get(name), "g") for name in ("bursts_lately", "lately_days"))
    if not lately or not days:
        return None
    return (
        f"Bursts of this source seen here in {days} days: {lately}; how many to expect in one transit is not known yet"
    )


def _minute(when: datetime) -> str:
    """Return the time of day to the nearest minute."""
    return clock(when + timedelta(seconds=29.5))[:5]
