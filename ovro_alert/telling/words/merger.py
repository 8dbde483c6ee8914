"""A merger: what it is, what the ring still holds of it, where it may be, its dump; later, what has changed."""

from __future__ import annotations

import re

from ovro_alert.mergers import Coincidence, MapSummary, Merger
from ovro_alert.observatory import DUMP_BAND, DUMP_PIPELINES
from ovro_alert.tellers import Told
from ovro_alert.telling.words.detection import when_and_how
from ovro_alert.telling.words.figures import clock, fraction, joined, moment, quantity, rate
from ovro_alert.telling.words.heading import concerned
from ovro_alert.telling.words.merger_changes import CALLED, changes
from ovro_alert.telling.words.plain import LINE_LIMIT, plain
from ovro_alert.verdicts import Figure, Verdict

SHOWN_DEG = (5, 10, 15, 20, 30)
CLASSES_SHOWN, HARDLY = 6, 0.005
USUAL_SEARCH = "AllSky"
PAGE = re.compile(r"https://gracedb\.ligo\.org/[\w./-]{1,200}")
"""The only address that a notice may have people follow."""
KEPT = "Slow visibilities of this hour are deleted after 1 day: keep them?"
LOOK = "The preliminary comes half a minute after the merger: look at the ring and the disks now"


def merger(told: Told, verdict: Verdict) -> list[str | None]:
    """Return the lines of a superevent; none for any other event."""
    alert = told.alert
    if alert is None or alert.merger is None:
        return []
    loud, changed = told.message.level == "loud", changes(alert.merger, verdict.figures)
    return [
        joined(_classes(alert.merger), _properties(alert.merger), _false_alarms(alert.merger), by="; "),
        _beside(alert.merger.coincidence),
        joined(f"Merger {when_and_how(told, alert)}", _ring(verdict.figures), by="; "),
        _where(verdict, alert.merger.map),
        _dump(told, verdict.figures),
        changed and f"Since the statement before: {changed}",
        LOOK if loud and alert.kind == "early_warning" else None,
        joined(KEPT if loud else None, _page(alert.merger), by=" "),
    ]


def later_merger(verdict: Verdict, now: Merger) -> str:
    """Return the one line of a later statement: what it changes, and what comes of that.

    That there is a dump already says more than that it is too late for another one.
    """
    changed = changes(now, verdict.figures)
    against = [gate for gate in verdict.gates if gate.failed]
    once = next((gate.says for gate in against if gate.gate == "L11 once"), verdict.summary)
    says = once if against and against[0].says == verdict.summary else verdict.summary
    said = plain(says, LINE_LIMIT)
    return said if changed is None else f"{changed or 'nothing that counts has changed'}; {said}"


def _classes(merger: Merger) -> str | None:
    given = [(value, name) for name, value in merger.classification.items() if name != "Terrestrial"]
    likely = [(value, name) for value, name in sorted(given, reverse=True) if value >= HARDLY]
    terrestrial = quantity(merger.classification.get("Terrestrial"), ".3f")
    return joined(
        *(f"{plain(name, 40)} {value:.2f}" for value, name in likely[:CLASSES_SHOWN]),
        terrestrial and f"terrestrial {terrestrial}",
        f"group {plain(merger.group, 40)}" if merger.group and merger.group != "CBC" else None,
    )


def _properties(merger: Merger) -> str | None:
    known = list(merger.properties.items())[:CLASSES_SHOWN]
    return joined(*(f"{CALLED.get(name, plain(name, 40))} {value:.2f}" for name, value in known))


def _false_alarms(merger: Merger) -> str | None:
    far = rate(merger.far_hz)
    search = merger.search if merger.search != USUAL_SEARCH else None
    by = joined(*(plain(one, 40) for one in (merger.pipeline, search, " ".join(merger.instruments)) if one))
    weight = None if merger.significant is None else "significant" if merger.significant else "of low significance"
    return joined(far and joined(f"FAR {far}", by and f"({by})", by=" "), weight)


def _beside(coincidence: Coincidence | None) -> str | None:
    if coincidence is None:
        return None
    who = joined(*(plain(one, 40) for one in (coincidence.observatory, coincidence.search) if one), by=" ")
    after_s = coincidence.time_difference_s
    when = None if after_s is None else f"{abs(after_s):.1f} s {'after' if after_s >= 0 else 'before'} the merger"
    joint = rate(coincidence.time_far_hz if coincidence.sky_far_hz is None else coincidence.sky_far_hz)
    return f"Beside it: {joined(who or 'another event', when, joint and f'such a pair by chance {joint}')}"


def _ring(figures: dict[str, Figure]) -> str | None:
    captured, ring = fraction(figures.get("captured")), quantity(figures.get("ring_s"), ".0f", " s")
    low, high = (quantity(figures.get(f"dm_{end}_pc_cm3"), ".0f") for end in ("min", "max"))
    if captured is None or ring is None:
        return None
    band = f"{DUMP_BAND.bottom_mhz:.0f}–{DUMP_BAND.top_mhz:.0f} MHz"
    return f"ring holds {ring}: DM {low}–{high} captured {captured} of {band}"


def _where(verdict: Verdict, found: MapSummary | None) -> str | None:
    gate = next((gate for gate in verdict.gates if gate.gate == "L12 visible"), None)
    up = [(deg, fraction(verdict.figures.get(f"visible_{deg}"))) for deg in SHOWN_DEG]
    at = moment(verdict.figures.get("visible_at"))
    shares = joined(*(share and f"{share} above {deg}°" for deg, share in up))
    said = joined(
        plain(gate.says).replace("no map", "none", 1) if gate is not None and gate.value is None else None,
        shares and f"{shares} when the signal arrives" + (f" ({clock(at)})" if at else ""),
        _size(found) if found is not None else None,
        by="; ",
    )
    return said and f"Sky map: {said}"


def _size(found: MapSummary) -> str | None:
    area, error = quantity(found.area90_deg2, ".0f", " deg²"), quantity(found.distance_error_mpc, ".0f")
    distance = joined(quantity(found.distance_mpc, ".0f"), error, by=" ± ")
    return joined(area and f"90 % in {area}", distance and f"{distance} Mpc", by="; ")


def _dump(told: Told, figures: dict[str, Figure]) -> str | None:
    dump_s = quantity(figures.get("dump_s"), ".1f", " s")
    commanded = any(one.action == "dump" for one in concerned(told))
    done, latest = (moment(figures.get(name)) for name in ("done_at", "deadline"))
    ends = f"ends {clock(done)}" if done is not None else None
    return dump_s and joined(
        f"{'Dump' if commanded else 'A dump begun then'}: {dump_s} from the oldest sample",
        quantity(figures.get("files"), ".0f", " files"),
        quantity(figures.get("dump_tb"), ".1f", f" TB in {DUMP_PIPELINES} pipelines"),
        joined(ends, f"latest start {clock(latest)}" if latest is not None else None, by="; "),
    )


def _page(merger: Merger) -> str | None:
    return merger.page if merger.page and PAGE.fullmatch(merger.page) else None
