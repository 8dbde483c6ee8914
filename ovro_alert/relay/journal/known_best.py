"""What is known best of an event: not reckoned anew, but what its verdicts rested on; without any, what was stated."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from ovro_alert.alerts import KeptAlert
from ovro_alert.relay.journal.gathering import PAIRING
from ovro_alert.stories import Best, KnownDm, KnownPosition
from ovro_alert.verdicts import Figure, Verdict

JOINED = frozenset({"certain", "probable"})
"""What `codetection` calls a pair of which either side's figures are the other's."""
SIDES = {"chime": "CHIME", "dsa": "DSA-110"}


def known_best(event: str, alerts: Mapping[int, KeptAlert], verdicts: tuple[Verdict, ...]) -> Best:
    """Return the position with the smallest radius and the DM with the smallest error; the newest of equal ones.

    Parameters
    ----------
    event
        Whose picture it is; what comes from a companion is named with its event.
    alerts
        Its statements and those of its companions, by id.
    verdicts
        On those, oldest first; of each scenario on each event the newest that has a position, or a DM, has its say.
    """
    last = tuple(reversed(verdicts))
    positions = (*_placed(event, alerts, last), *_stated_positions(event, alerts))
    dms = (*_compared(alerts, last), *_dispersed(event, alerts, last), *_stated_dms(event, alerts))
    decided = [one for one in positions if one.verdict is not None]
    dm_decided = [one for one in dms if one.verdict is not None]
    return Best(
        position=min(decided or positions, key=lambda one: _size(one.r95_deg), default=None),
        dm=min(dm_decided or dms, key=lambda one: _size(one.error), default=None),
    )


def _newest(alerts: Mapping[int, KeptAlert], last: Iterable[Verdict], *names: str) -> Iterator[Verdict]:
    """Yield of each scenario on each event the newest verdict with these figures."""
    seen = set()
    for verdict in last:
        key = alerts[verdict.alert].event, verdict.scenario
        if key not in seen and all(_number(verdict.figures.get(name)) is not None for name in names):
            seen.add(key)
            yield verdict


def _placed(event: str, alerts: Mapping[int, KeptAlert], last: Iterable[Verdict]) -> Iterator[KnownPosition]:
    for verdict in _newest(alerts, last, "ra_deg", "dec_deg"):
        figures = verdict.figures
        yield KnownPosition(
            ra_deg=_number(figures["ra_deg"]) or 0.0,
            dec_deg=_number(figures["dec_deg"]) or 0.0,
            r95_deg=_number(figures.get("r95_deg")),
            from_=f"{figures.get('position_from') or 'the notice'}, {_decided(event, alerts, verdict)}",
            alert=verdict.alert,
            verdict=verdict.id,
        )


def _dispersed(event: str, alerts: Mapping[int, KeptAlert], last: Iterable[Verdict]) -> Iterator[KnownDm]:
    for verdict in _newest(alerts, last, "dm_pc_cm3"):
        yield KnownDm(
            dm_pc_cm3=_number(verdict.figures["dm_pc_cm3"]) or 0.0,
            error=_number(verdict.figures.get("dm_error_pc_cm3")),
            from_=_decided(event, alerts, verdict),
            alert=verdict.alert,
            verdict=verdict.id,
        )


def _compared(alerts: Mapping[int, KeptAlert], last: Iterable[Verdict]) -> Iterator[KnownDm]:
    """Yield the better DM of a pair, where both telescopes saw it."""
    for verdict in _newest(alerts, last):
        side = str(verdict.figures.get("best_dm"))
        dm = _number(verdict.figures.get(f"{side}_dm_pc_cm3"))
        if verdict.scenario == PAIRING and verdict.figures.get("result") in JOINED and dm is not None:
            error = _number(verdict.figures.get(f"{side}_dm_error_pc_cm3"))
            origin = f"{SIDES.get(side, side)}'s of both, {PAIRING} on alert {verdict.alert}"
            yield KnownDm(dm_pc_cm3=dm, error=error, from_=origin, alert=verdict.alert, verdict=verdict.id)


def _stated_positions(event: str, alerts: Mapping[int, KeptAlert]) -> Iterator[KnownPosition]:
    for one in sorted(alerts.values(), key=lambda alert: -alert.id):
        if one.ra_deg is not None and one.dec_deg is not None and (one.ra_deg, one.dec_deg) != (0, 0):
            said = {"ra_deg": one.ra_deg, "dec_deg": one.dec_deg, "r95_deg": one.r95_deg}
            yield KnownPosition(**said, from_=f"the notice, {_named(event, one)}", alert=one.id)


def _stated_dms(event: str, alerts: Mapping[int, KeptAlert]) -> Iterator[KnownDm]:
    for one in sorted(alerts.values(), key=lambda alert: -alert.id):
        if one.dm_pc_cm3 is not None:
            origin = f"the notice, {_named(event, one)}"
            yield KnownDm(dm_pc_cm3=one.dm_pc_cm3, error=one.dm_error_pc_cm3, from_=origin, alert=one.id)


def _decided(event: str, alerts: Mapping[int, KeptAlert], verdict: Verdict) -> str:
    return f"{verdict.scenario} on {_named(event, alerts[verdict.alert])}"


def _named(event: str, alert: KeptAlert) -> str:
    return f"alert {alert.id}" if alert.event == event else f"alert {alert.id} of {alert.event}"


def _number(value: Figure) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) else None


def _size(error: float | None) -> float:
    return math.inf if error is None else error
