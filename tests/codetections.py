"""One burst as CHIME and DSA-110 see it, composed for tests: each side's alert, and what either scenario thinks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ovro_alert import meridian, sky
from ovro_alert.alerts import Alert, KeptAlert, statement_of
from ovro_alert.circumstances import Circumstances
from ovro_alert.observatory import CHIME, DSA_110, DSA_REFERENCE_MHZ
from ovro_alert.scenarios.limits import Limits
from ovro_alert.times import seconds
from ovro_alert.triggers import Trigger
from ovro_alert.verdicts import Judgement
from tests.cases import LIMITS, R3, R3_TIME, around, judged, kept
from tests.cases import detection as chime_burst

CHIME_EVENT, DSA_EVENT = "chime:300000001", "dsa:261201abcd"
AT_INFINITY = sky.time_at_infinity(R3_TIME, R3["dm_pc_cm3"], 400.0)
T2 = Trigger(ibox=4, probability=0.0)
T3 = Trigger(ibox=4, probability=0.98)


def dsa_burst(dt_s: float = 0.0, **changes: Any) -> Alert:
    """Return DSA-110's detection of the same burst, with any field changed.

    CHIME's time is later than its by `dt_s` beside the way; a changed DM changes the time at 1530 MHz with it.
    """
    dm = changes.get("dm_pc_cm3", R3["dm_pc_cm3"])
    dec_deg = changes.get("dec_deg") or R3["dec_deg"] + 0.1
    way_s = meridian.later_s(R3["ra_deg"], dec_deg, AT_INFINITY, CHIME, DSA_110)
    fields: dict[str, Any] = {
        "stream": "dsa",
        "event": DSA_EVENT,
        "kind": "detection",
        "role": "real",
        "time": sky.arrival(AT_INFINITY - seconds(way_s + dt_s), dm, DSA_REFERENCE_MHZ),
        "time_ref_mhz": DSA_REFERENCE_MHZ,
        "dm_pc_cm3": dm,
        "dm_error_pc_cm3": 0.5,
        "ra_deg": R3["ra_deg"],
        "dec_deg": R3["dec_deg"] + 0.1,
        "r95_deg": 0.023,
        "ra_error_deg": 0.023,
        "dec_error_deg": 0.023,
        "trigger": T3,
    }
    fields |= changes
    return Alert(**{"statement": statement_of(fields["event"], fields["kind"], fields["role"]), **fields})


def thought(alert: Alert, *companions: Alert, age_s: float = 60.0, limits: Limits = LIMITS, **known: Any) -> Judgement:
    """Return what `codetection` says of an alert beside these alerts of the other telescope."""
    beside = tuple(one if isinstance(one, KeptAlert) else kept(one, n) for n, one in enumerate(companions, 1))
    return judged(alert, around(age_s, companions=beside, **known), limits, "codetection")


def both(chime: Alert | None = None, dsa: Alert | None = None, **known: Any) -> tuple[Judgement, Judgement]:
    """Return what is said when CHIME's comes last, and when DSA-110's does."""
    chime, dsa = chime or chime_burst(), dsa or dsa_burst()
    return thought(chime, dsa, **known), thought(dsa, chime, **known)


def results(chime: Alert | None = None, dsa: Alert | None = None, **known: Any) -> object:
    """Return the one result that both orders give."""
    first, second = both(chime, dsa, **known)
    assert first.figures["result"] == second.figures["result"]
    return first.figures["result"]


def circumstances(age_s: float = 60.0, **known: Any) -> Circumstances:
    """Return what is known that long after the burst was at CHIME."""
    return around(age_s, **known)


def at_chime(age_s: float) -> datetime:
    """Return the moment that long after the burst was at CHIME's 400 MHz."""
    return R3_TIME + seconds(age_s)
