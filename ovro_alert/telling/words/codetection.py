"""One burst as CHIME and DSA-110 saw it, in the same words whichever told first; or what DSA-110 did not see."""

from __future__ import annotations

from datetime import datetime

from ovro_alert.tellers import Told
from ovro_alert.telling.words.detection import detection
from ovro_alert.telling.words.figures import joined, length, moment, number, quantity
from ovro_alert.telling.words.plain import plain
from ovro_alert.verdicts import Figure, Verdict

SCENARIO = "codetection"
SIDES = (("chime", "CHIME"), ("dsa", "DSA-110"))
MS_PER_S = 1000.0
ARCMIN_PER_DEG = 60.0


def pair_name(told: Told) -> str | None:
    """Return how people call a pair: `Co-detection CHIME 427325191 × DSA-110 240918aaaa`; None if it is not one."""
    verdict = told.verdict
    if verdict is None or verdict.scenario != SCENARIO:
        return None
    events = [verdict.figures.get(f"{side}_event") for side, _ in SIDES]
    if not all(events):
        return None
    names = (plain(str(event).partition(":")[2]) for event in events)
    return "Co-detection " + " × ".join(f"{title} {name}" for (_, title), name in zip(SIDES, names, strict=True))


def is_injected(told: Told) -> bool:
    """Say whether one side of a pair is an injection: then no word on it is real."""
    return told.verdict is not None and told.verdict.figures.get("result") == "injection"


def pointed_by(told: Told) -> list[str]:
    """Return what pointed to where a burst was not seen, if the message says so: the telescope, or a simulator."""
    moves = told.verdict.figures.get("pointing_moves") if told.verdict is not None else None
    return [moves] if isinstance(moves, str) else []


def codetection(told: Told, verdict: Verdict) -> list[str | None]:
    """Return the lines of a pair, or of a burst that DSA-110 should have seen."""
    figures = verdict.figures
    if figures.get("unseen"):
        return [detection(told), _pointed(figures)]
    return [
        joined(_times(figures), _difference(figures), by="; "),
        joined(joined(*(_dm(figures, *side) for side in SIDES)), _apart(figures), by="; "),
        joined(joined(*(_place(figures, *side) for side in SIDES), by="; "), _best(figures), by=". "),
        _chance(figures),
    ]


def _times(figures: dict[str, Figure]) -> str | None:
    said = joined(*(_time(figures, *side) for side in SIDES))
    return said and f"At infinite frequency {said}"


def _time(figures: dict[str, Figure], side: str, title: str) -> str | None:
    when = moment(figures.get(f"{side}_time_inf"))
    error = _ms(figures.get(f"{side}_time_inf_error_s"))
    return None if when is None else joined(f"{title} {_to_a_millisecond(when)}", error, by=" ± ")


def _to_a_millisecond(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S}.{when.microsecond // 1000:03d} UTC"


def _difference(figures: dict[str, Figure]) -> str | None:
    dt = number(figures.get("dt_s"))
    if dt is None:
        return None
    apart = joined(f"Δt {round(dt * MS_PER_S):+d}", _ms(figures.get("dt_error_s")), by=" ± ")
    way = number(figures.get("geometry_s"))
    corrected = "way between the sites not known" if way is None else f"g {way * MS_PER_S:+.1f} ms taken off"
    return f"{apart} ({corrected})"


def _ms(value: object) -> str | None:
    known = number(value)
    return None if known is None else f"{known * MS_PER_S:.0f} ms"


def _dm(figures: dict[str, Figure], side: str, title: str) -> str | None:
    value = quantity(figures.get(f"{side}_dm_pc_cm3"), ".1f")
    error = quantity(figures.get(f"{side}_dm_error_pc_cm3"), ".1f")
    return value and joined(f"DM by {title} {value}", error, by=" ± ")


def _apart(figures: dict[str, Figure]) -> str | None:
    apart = quantity(figures.get("separation_deg"), ".2f", "°")
    return apart and f"positions {apart} apart"


def _place(figures: dict[str, Figure], side: str, title: str) -> str | None:
    ra, dec = quantity(figures.get(f"{side}_ra_deg"), ".4f"), quantity(figures.get(f"{side}_dec_deg"), "+.4f")
    if ra is None or dec is None:
        return f"{title}: no position"
    r95 = quantity(figures.get(f"{side}_r95_deg"), ".3f", "°")
    return f"{title} RA {ra} Dec {dec}" + (f" (r95 {r95})" if r95 else "")


def _best(figures: dict[str, Figure]) -> str | None:
    r95 = number(figures.get("dsa_r95_deg"))
    if figures.get("best_position") != "dsa" or r95 is None:
        return None
    size = r95 * ARCMIN_PER_DEG
    good = f"{size:.0f}′" if size < ARCMIN_PER_DEG else f"{r95:.1f}°"
    return f"DSA-110's position is good to {good}: best position of this burst"


def _chance(figures: dict[str, Figure]) -> str | None:
    known = quantity(figures.get("chance_per_year"), ".1e")
    return known and f"By chance {known} such pairs a year"


def _pointed(figures: dict[str, Figure]) -> str | None:
    after = number(figures.get("pointing_after_s"))
    dec = quantity(figures.get("pointing_dec_deg"), "+.2f", "°")
    offsets = joined(
        _towards(figures.get("offset_dec_deg"), "north", "south"),
        _towards(figures.get("offset_ra_deg"), "west", "east"),
    )
    r95 = quantity(figures.get("chime_r95_deg"), ".2f", "°")
    waited = quantity(figures.get("waited_s"), ".0f", " s")
    return joined(
        dec and f"DSA-110 pointed to dec {dec} of date" + (f" (said {_after(after)})" if after is not None else ""),
        offsets and f"the burst was {offsets} of that" + (f", good to r95 {r95}" if r95 else ""),
        waited and f"nothing of it came in {waited}: an upper limit",
        by="; ",
    )


def _towards(angle_deg: object, ahead: str, behind: str) -> str | None:
    known = number(angle_deg)
    return None if known is None else f"{abs(known):.2f}° {ahead if known >= 0 else behind}"


def _after(seconds: float) -> str:
    return f"{length(abs(seconds))} {'after' if seconds >= 0 else 'before'} the burst"
