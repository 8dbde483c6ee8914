"""Where on the sky a burst of DSA-110's was: its own word, or the search beams that saw it and where the dishes looked.

DSA-110 looks along its meridian, so its sidereal time is the right ascension there. Its 512 search beams stand an
arcminute apart: east-west ones around number 127, of which higher ones look further west, and north-south ones around
number 383, of which higher ones look further south (dsa110/dsa110-pyutils, coordinates.py).
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import NamedTuple

from ovro_alert import meridian
from ovro_alert.actions import BeamArgs
from ovro_alert.catalogue.repeaters import R95_PER_SIGMA
from ovro_alert.meridian import Direction
from ovro_alert.scenarios.burst import Burst
from ovro_alert.scenarios.dsa_pointing import Looking
from ovro_alert.scenarios.limits import DsaLimits
from ovro_alert.scenarios.position import BestPosition, Position, best_position
from ovro_alert.triggers import EAST_WEST_BEAMS, Trigger

EAST_WEST_CENTRE, NORTH_SOUTH_CENTRE = 127, 383
BEAM_DEG = 1 / 60
NEAR_POLE_DEG = 89.0
"""Beyond, an offset along right ascension is no small angle."""


class Strongest(NamedTuple):
    """The strongest search beam of each arm; None where that arm did not see it."""

    east_west: int | None
    north_south: int | None

    def says(self) -> str:
        """Name them: `search beams 127 and 383`."""
        numbers = [str(number) for number in self if number is not None]
        return f"search beam{'s' if len(numbers) > 1 else ''} {' and '.join(numbers)}"


def strongest(trigger: Trigger) -> Strongest:
    """Return the strongest beam of each arm; `ibeam` is the strongest of all."""
    by_snr = sorted(trigger.beams, key=lambda beam: -beam.snr)
    numbers = [*([] if trigger.ibeam is None else [trigger.ibeam]), *(beam.number for beam in by_snr)]
    return Strongest(
        next((number for number in numbers if number < EAST_WEST_BEAMS), None),
        next((number for number in numbers if number >= EAST_WEST_BEAMS), None),
    )


def direction(beams: Strongest, moment: datetime, dec_of_date_deg: float) -> Direction | None:
    """Return the ICRS direction of search beams at that moment; None so near the pole that it means nothing."""
    ra_deg, dec_deg = meridian.icrs(meridian.sidereal_deg(moment), dec_of_date_deg, moment)
    if abs(dec_deg) > NEAR_POLE_DEG:
        return None
    if beams.east_west is not None:
        ra_deg += (EAST_WEST_CENTRE - beams.east_west) * BEAM_DEG / math.cos(math.radians(dec_deg))
    if beams.north_south is not None:
        dec_deg += (NORTH_SOUTH_CENTRE - beams.north_south) * BEAM_DEG
    return Direction(ra_deg % 360, dec_deg) if abs(dec_deg) <= NEAR_POLE_DEG else None


def where(
    burst: Burst, trigger: Trigger, looking: Looking, limits: DsaLimits, former: BeamArgs | None = None
) -> BestPosition:
    """Return where it was, or why that is not known yet.

    Parameters
    ----------
    burst, trigger
        What all its statements tell; a position that one of them gives is used.
    looking
        Where the dishes look.
    limits
        How well one arm, or both, say where it was.
    former
        The beam that was commanded for it before: where nobody gives a position its own stands, since the dishes may
        have moved after the burst.
    """
    given = best_position(burst.tellers, None, math.inf)
    r95_deg = _r95_deg(trigger, limits)
    if given.position is not None:
        stated_deg = given.position.r95_deg
        known_deg = stated_deg if trigger.both_arms is None and stated_deg else r95_deg
        placed = _placed(Direction(given.position.ra_deg, given.position.dec_deg), known_deg, given.position.origin)
        return BestPosition(placed, placed)
    if trigger.direction_cosines is not None:
        return given
    if former is not None:
        origin = "beam commanded before"
        return BestPosition(_placed(Direction(former.ra_deg, former.dec_deg), r95_deg, origin), None)
    return _pointed(burst.time, strongest(trigger), looking, r95_deg)


def _pointed(time: datetime | None, beams: Strongest, looking: Looking, r95_deg: float) -> BestPosition:
    """Return where search beams pointed when it was seen."""
    why = None
    if beams == Strongest(None, None):
        why = "which search beams saw it is not said"
    elif time is None:
        why = "its time is not known"
    elif looking.dec_deg is None:
        why = looking.says
    if why is not None or time is None or looking.dec_deg is None:
        return BestPosition(None, None, why=f"no position yet: {why}")
    seen = direction(beams, time, looking.dec_deg)
    if seen is None:
        return BestPosition(None, None, why="no position: too near the pole for search beams")
    return BestPosition(_placed(seen, r95_deg, f"pointing and {beams.says()}"), None)


def _r95_deg(trigger: Trigger, limits: DsaLimits) -> float:
    return limits.r95_both_arms_deg if trigger.both_arms else limits.r95_one_arm_deg


def _placed(found: Direction, r95_deg: float, origin: str) -> Position:
    sigma_deg = r95_deg / R95_PER_SIGMA
    return Position(found.ra_deg, found.dec_deg, sigma_deg, sigma_deg, r95_deg, origin)
