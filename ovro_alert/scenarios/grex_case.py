"""One burst that GREX has seen, and all that was found out about it from every statement on it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ovro_alert import sky
from ovro_alert.alerts import Alert
from ovro_alert.catalogue.neutron_stars import BRIGHT_PULSARS, R95_DEG, WATCHED_MAGNETARS, NeutronStar
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import Command
from ovro_alert.observatory import DUMP_BAND
from ovro_alert.scenarios.beam import Sweep
from ovro_alert.scenarios.burst import Burst, known_burst
from ovro_alert.scenarios.dump import DumpPlan, Ring
from ovro_alert.scenarios.earlier_commands import own_commands
from ovro_alert.scenarios.gates import SLACK
from ovro_alert.scenarios.grb_case import SIGMAS, What
from ovro_alert.scenarios.limits import GrexLimits, Limits
from ovro_alert.scenarios.position import BestPosition, Position, best_position, position_chi2
from ovro_alert.times import age_s

GREX = "grex"


class Standing(NamedTuple):
    """A neutron star, and its elevation at OVRO-LWA when the burst came, degrees."""

    star: NeutronStar
    elevation_deg: float


class Case(NamedTuple):
    """One burst and what is known of it.

    Attributes
    ----------
    stations
        Every station that saw it, by all statements.
    best
        The watched magnetar that it is taken for, else the position that GREX gives.
    pulsars, magnetars
        Whose DM it has; of the magnetars those alone that agree with a position, if one is given.
    sweep
        Its way down the band; None without a DM or a time.
    ring, dump
        The ring for this DM alone, and a dump that would begin now: None if nothing is left to capture.
    """

    alert: Alert
    circumstances: Circumstances
    limits: Limits
    burst: Burst
    stations: tuple[str, ...]
    best: BestPosition
    pulsars: tuple[Standing, ...]
    magnetars: tuple[Standing, ...]
    sweep: Sweep | None
    ring: Ring | None
    dump: DumpPlan | None

    @property
    def magnetar(self) -> Standing | None:
        """The watched magnetar that it is taken for."""
        return _taken(self.magnetars, self.limits.grex)

    @property
    def alone(self) -> bool:
        """Whether fewer stations saw it than may decide without a person."""
        return len(self.stations) < self.limits.grex.min_stations

    @property
    def age_inf_s(self) -> float | None:
        """How long ago it arrived at infinite frequency, seconds."""
        return None if self.sweep is None else age_s(self.sweep.time_inf, self.circumstances.now)

    def own(self, what: What) -> tuple[Command, ...]:
        """Return what was commanded of this before; for what is not real, the drills."""
        action = what if self.alert.role == "real" else "test"
        commands = own_commands(GREX, self.alert.event, self.circumstances)
        return tuple(one for one in commands if one.action == action)


def look_at(alert: Alert, circumstances: Circumstances, limits: Limits) -> Case:
    """Find out everything about a burst."""
    grex = limits.grex
    burst = known_burst(alert, circumstances.earlier, circumstances.now)
    given = best_position(burst.tellers, None, 0.0)
    moment = burst.time or circumstances.now
    magnetars = tuple(
        one
        for one in _of_dm(WATCHED_MAGNETARS, burst.dm_pc_cm3, grex.magnetar_dm, moment)
        if _agrees(given.position, one.star, limits.chime.position_chi2_max)
    )
    taken = _taken(magnetars, grex)
    sweep = burst.sweep(None, grex.dm_error_pc_cm3)
    ring = None if sweep is None else _ring(sweep, limits)
    return Case(
        alert=alert,
        circumstances=circumstances,
        limits=limits,
        burst=burst,
        stations=_stations(burst),
        best=given if taken is None else BestPosition(_listed(taken.star), given.position),
        pulsars=_of_dm(BRIGHT_PULSARS, burst.dm_pc_cm3, grex.pulsar_dm, moment),
        magnetars=magnetars,
        sweep=sweep,
        ring=ring,
        dump=None if sweep is None or ring is None else ring.plan(sweep.time_inf, circumstances.now, grex.min_captured),
    )


def _stations(burst: Burst) -> tuple[str, ...]:
    """Return every station, each once, whichever way its statements write it."""
    named: dict[str, str] = {}
    for teller in burst.tellers:
        for name in teller.stations or ():
            named.setdefault(name.upper(), name)
    return tuple(named.values())


def _ring(sweep: Sweep, limits: Limits) -> Ring:
    """Return the ring for this DM alone; a dump of it lasts until the DM and its error have left the band."""
    error_s = sky.delay_s(SIGMAS * sweep.dm_error_pc_cm3, DUMP_BAND.bottom_mhz)
    return Ring(limits.lwa.ring_min_s, limits.lwa.ring_max_s, (sweep.dm_pc_cm3,), limits.grex.delay_s + error_s)


def _of_dm(
    stars: tuple[NeutronStar, ...], dm_pc_cm3: float | None, within: float, moment: datetime
) -> tuple[Standing, ...]:
    """Return the stars of this DM, the nearest first."""
    if dm_pc_cm3 is None:
        return ()
    near = [star for star in stars if abs(dm_pc_cm3 - star.dm_pc_cm3) <= within + SLACK]
    near.sort(key=lambda star: abs(dm_pc_cm3 - star.dm_pc_cm3))
    return tuple(Standing(star, sky.elevation_deg(star.ra_deg, star.dec_deg, moment)) for star in near)


def _taken(magnetars: tuple[Standing, ...], limits: GrexLimits) -> Standing | None:
    return next((one for one in magnetars if one.elevation_deg >= limits.min_magnetar_el_deg - SLACK), None)


def _agrees(given: Position | None, star: NeutronStar, chi2_max: float) -> bool:
    """Whether a star may be at the position that was given; without one, or without its error, it may."""
    return given is None or given.r95_deg is None or position_chi2(given, _listed(star)) <= chi2_max


def _listed(star: NeutronStar) -> Position:
    return Position(star.ra_deg, star.dec_deg, 0.0, 0.0, R95_DEG, f"magnetar {star.name}")
