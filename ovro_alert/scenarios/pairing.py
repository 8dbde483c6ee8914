"""Which burst of the other telescope's is the same as this one: every one that is near in time is compared with it."""

from __future__ import annotations

import math
from datetime import datetime
from typing import NamedTuple

from ovro_alert import sky
from ovro_alert.alerts import BURSTS, Alert, KeptAlert
from ovro_alert.catalogue.repeaters import R95_PER_SIGMA
from ovro_alert.circumstances import Circumstances
from ovro_alert.observatory import CHIME_REFERENCE_MHZ, DSA_REFERENCE_MHZ
from ovro_alert.scenarios.burst import LONG_AGO_S, Burst, known_burst
from ovro_alert.scenarios.coincidence import Coincidence, Result, Side, coincide
from ovro_alert.scenarios.dsa_class import NOT_REAL, class_of, trigger_of
from ovro_alert.scenarios.dsa_pointing import Looking, looking
from ovro_alert.scenarios.dsa_position import where
from ovro_alert.scenarios.gates import SLACK
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.position import Position, best_position
from ovro_alert.times import age_s
from ovro_alert.verdicts import Figure

SECONDS_A_DAY = 86400.0
BEST_FIRST: tuple[Result, ...] = ("certain", "probable", "possible", "injection", "none")
ORIGIN = "co-detection with DSA-110"


class Event(NamedTuple):
    """One event: the statement that speaks for it, the others, oldest first, and what all of them tell."""

    spoken: Alert
    earlier: tuple[KeptAlert, ...]
    burst: Burst

    @property
    def name(self) -> str:
        """Its source's own name for it."""
        return self.spoken.event


def event_of(alert: Alert, earlier: tuple[KeptAlert, ...], now: datetime) -> Event:
    """Return the event that a statement and the others of it make."""
    return Event(alert, earlier, known_burst(alert, earlier, now))


def best_pair(alert: Alert, circumstances: Circumstances, limits: Limits) -> Coincidence | None:
    """Return the best pair that this alert's event makes with one of its companions; None if there is none to compare.

    What was retracted, and what is older than 30 days by our clock, is no companion; but a pair that was found stays.
    """
    if circumstances.retracted:
        return None
    own = event_of(alert, circumstances.earlier, circumstances.now)
    others = [one for one in _companions(circumstances) if _recent(one, circumstances, limits)]
    pairs = [_pair(own, other, circumstances, limits) for other in others]
    return min(pairs, key=_place_in_line, default=None)


def co_detected(alert: Alert, circumstances: Circumstances, limits: Limits) -> Position | None:
    """Return where DSA-110 has seen this burst of CHIME's, if it has and says where."""
    pair = best_pair(alert, circumstances, limits)
    if pair is None or not pair.joined or pair.dsa.position is None:
        return None
    return pair.dsa.position._replace(origin=ORIGIN)


def chime_side(event: Event, circumstances: Circumstances, limits: Limits) -> Side:
    """Return CHIME's burst: its time at infinite frequency as it says, else by its DM from 400 MHz."""
    burst = event.burst
    dm_error = limits.lwa.dm_error_pc_cm3 if burst.dm_error_pc_cm3 is None else burst.dm_error_pc_cm3
    side = _side(event, dm_error, CHIME_REFERENCE_MHZ)
    for teller in burst.tellers:
        if teller.time_inf is not None and abs(age_s(teller.time_inf, circumstances.now)) <= LONG_AGO_S:
            error_s = side.time_error_s if teller.time_inf_error_s is None else teller.time_inf_error_s
            return side._replace(time_inf=teller.time_inf, time_error_s=error_s)
    return side


def dsa_side(event: Event, circumstances: Circumstances, limits: Limits) -> Side:
    """Return DSA-110's burst; where nobody says its position, the one by which the pair was found, or its beams'."""
    given = event.burst.dm_error_pc_cm3
    side = _side(event, given if given is not None else limits.codetection.dsa_dm_error_pc_cm3, DSA_REFERENCE_MHZ)
    seen = where(event.burst, trigger_of(event.burst.tellers), _looking(event.burst, circumstances, limits), limits.dsa)
    position = seen.position
    if seen.notice is None:
        position = _found_before(event.name, circumstances.paired or {}) or seen.position
    known_class = class_of(event.spoken, event.earlier)
    role = side.role if known_class.label not in NOT_REAL else known_class.label
    return side._replace(
        position=position, role="injection" if known_class.injected else role, classified=known_class.stage == "T3"
    )


def _looking(burst: Burst, circumstances: Circumstances, limits: Limits) -> Looking:
    """Return where DSA-110 looked at a burst: where it looks now, if that was not long ago."""
    age = None if burst.time is None else age_s(burst.time, circumstances.now)
    if age is None or age > limits.codetection.unseen_s:
        return Looking(None, "it may have looked elsewhere then")
    return looking(circumstances, limits.dsa.pointing_fresh_s)


def _side(event: Event, dm_error_pc_cm3: float, reference_mhz: float) -> Side:
    burst, teller = event.burst, event.burst.tellers[0]
    time = None
    if burst.time is not None and burst.dm_pc_cm3 is not None:
        time = sky.time_at_infinity(burst.time, burst.dm_pc_cm3, burst.time_ref_mhz)
    own_s = next((one.time_error_s for one in burst.tellers if one.time_error_s is not None), 0.0)
    error_s = math.hypot(own_s, sky.delay_s(dm_error_pc_cm3, reference_mhz))
    place = best_position(burst.tellers, None, math.inf).position
    return Side(event.name, teller.role, time, error_s, burst.dm_pc_cm3, dm_error_pc_cm3, place)


def _pair(own: Event, other: Event, circumstances: Circumstances, limits: Limits) -> Coincidence:
    chime, dsa = (own, other) if own.name.startswith("chime:") else (other, own)
    return coincide(chime_side(chime, circumstances, limits), dsa_side(dsa, circumstances, limits), limits.codetection)


def _place_in_line(pair: Coincidence) -> tuple[int, float]:
    return BEST_FIRST.index(pair.result), math.inf if pair.dt_s is None else abs(pair.dt_s)


def _companions(circumstances: Circumstances) -> list[Event]:
    """Return the other telescope's events that stand; a real statement speaks before one that is none."""
    events: dict[str, list[KeptAlert]] = {}
    for alert in circumstances.companions:
        events.setdefault(alert.event, []).append(alert)
    found = []
    for statements in events.values():
        bursts = sorted((one for one in statements if one.kind in BURSTS), key=lambda one: one.role == "real")
        taken_back = {one.role for one in statements if one.retracted or one.kind == "retraction"}
        if bursts and bursts[-1].role not in taken_back:
            found.append(event_of(bursts[-1], tuple(bursts[:-1]), circumstances.now))
    return found


def _recent(event: Event, circumstances: Circumstances, limits: Limits) -> bool:
    if event.name == (circumstances.paired or {}).get("with_event"):
        return True
    time = event.burst.time
    oldest_s = limits.codetection.days * SECONDS_A_DAY
    return time is not None and age_s(time, circumstances.now) <= oldest_s + SLACK


def _found_before(event: str, figures: dict[str, Figure]) -> Position | None:
    """Return the position of DSA-110's by which the pair was found: where it pointed then is not known any more."""
    ra, dec, r95 = (figures.get(f"dsa_{name}") for name in ("ra_deg", "dec_deg", "r95_deg"))
    if figures.get("dsa_event") != event or not isinstance(ra, float) or not isinstance(dec, float):
        return None
    r95_deg = r95 if isinstance(r95, float) else None
    sigma_deg = r95_deg and r95_deg / R95_PER_SIGMA
    return Position(ra, dec, sigma_deg, sigma_deg, r95_deg, "notice")
