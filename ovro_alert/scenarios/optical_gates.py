"""O2 to O7: whether a transient is worth proposing to SPRITE, in numbers."""

from __future__ import annotations

from datetime import datetime

from ovro_alert.alerts import Alert, source_key
from ovro_alert.circumstances import Circumstances
from ovro_alert.scenarios.gates import at_least, at_most, checked, known, missing
from ovro_alert.scenarios.limits import OpticalLimits
from ovro_alert.scenarios.position import Position
from ovro_alert.scenarios.windows import Window, windows
from ovro_alert.times import age_s, iso, seconds
from ovro_alert.transients import Transient
from ovro_alert.verdicts import Gate

TELESCOPE = "sprite"
SECONDS_A_DAY = 86400.0


def class_gate(transient: Transient, limits: OpticalLimits) -> Gate:
    """O2: its class is one of those that are wanted."""
    wanted = source_key(transient.classification) in named(limits.classes)
    says = f"class {transient.classification}" + ("" if wanted else f" is none of {limits.classes}")
    return checked("O2 class", passes=wanted, says=says, value=transient.classification, limit=limits.classes)


def named(classes: str) -> frozenset[str]:
    """Return the classes of a setting as they are compared: without blanks, upper case."""
    return frozenset(source_key(one) for one in classes.split(",") if one.strip())


def probability_gate(transient: Transient, limits: OpticalLimits) -> Gate:
    """O3: its survey is sure enough of the class; one that does not say how sure it is passes."""
    given = known(transient.class_probability, 0, 1)
    if given is None:
        return checked("O3 probability", passes=True, says="how sure the class is, is not given")
    return at_least("O3 probability", given, limits.min_probability, "", "probability of the class")


def age_gate(time: datetime | None, transient: Transient, now: datetime, limits: OpticalLimits) -> Gate:
    """O4: it is young enough for its class."""
    fast = source_key(transient.classification) in named(limits.fast_classes)
    limit_days = limits.max_fast_age_days if fast else limits.max_age_days
    age_days = None if time is None else age_s(time, now) / SECONDS_A_DAY
    return at_most("O4 age", age_days, limit_days, "d", "since first detection")


def place_gates(
    alert: Alert, transient: Transient, position: Position | None, limits: OpticalLimits
) -> tuple[Gate, Gate]:
    """O5: its position is good enough, and not too far south."""
    error = known(transient.error_arcsec, 0)
    if position is None:
        why = alert.position_note or "no position"
        return missing("O5 position", why, limits.max_error_arcsec, "arcsec"), missing("O5 declination", why)
    return (
        at_most("O5 position", error, limits.max_error_arcsec, "arcsec", "position error"),
        at_least("O5 declination", position.dec_deg, limits.min_dec_deg, "deg", "declination"),
    )


def next_window(position: Position | None, now: datetime, limits: OpticalLimits) -> Window | None:
    """Return the first window that is long enough in the next day, whole, at most a day long; else the longest."""
    if position is None:
        return None
    day = now + seconds(SECONDS_A_DAY)
    found = windows(position.ra_deg, position.dec_deg, now, day + (day - now), limits.min_elevation_deg)
    found = tuple(one for one in found if one.start < day)
    fits = next((one for one in found if _within(one, day).length_s >= limits.min_up_s), None)
    if fits is None:
        return max((_within(one, day) for one in found), key=lambda one: one.length_s, default=None)
    return _within(fits, fits.start + (day - now))


def _within(window: Window, end: datetime) -> Window:
    return Window(window.start, min(window.stop, end))


def visible_gate(window: Window | None, position: Position | None, limits: OpticalLimits) -> Gate:
    """O6: it is up for long enough in the next day."""
    if position is None:
        return missing("O6 visible", "no position", limits.min_up_s, "s")
    what = f"above {limits.min_elevation_deg:g}° in the next 24 h for"
    if window is None:
        return at_least("O6 visible", 0.0, limits.min_up_s, "s", what)
    return at_least("O6 visible", window.length_s, limits.min_up_s, "s", f"{what} (from {iso(window.start)})")


def once_gate(name: str, event: str, circumstances: Circumstances, limits: OpticalLimits) -> Gate:
    """O7: it was not proposed in the last days, under this name or by this event."""
    key = source_key(name)
    for one in reversed(circumstances.proposals):
        same = one.event == event or source_key(str(one.args.get("target") or "")) == key
        age_days = age_s(one.made, circumstances.now) / SECONDS_A_DAY
        if (one.telescope, one.action) == (TELESCOPE, "observe") and same and age_days <= limits.once_in_days:
            state = one.seen_at(circumstances.now).state
            says = f"proposed {age_days:.1f} d ago already: {one.action} {one.id} ({state})"
            return checked("O7 once", passes=False, says=says, value=one.id, limit=limits.once_in_days)
    return checked("O7 once", passes=True, says=f"not proposed in the last {limits.once_in_days:g} d")
