"""The simulated dishes: how each drives, by dsa110/dsa110-hwmc antenna-control.lua, and what it shows, once a second.

Nothing is stepped: where a dish is at any moment follows from where it began, its goal, and the seconds since.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from ovro_alert.observatory import DSA_SLEW_S_PER_DEG
from ovro_alert.telescopes.dsa import ACQUIRED, ON_TARGET_DEG, Antenna
from ovro_alert.telescopes.simulated.faults import DishFaults
from ovro_alert.telescopes.simulated.pace import Pace

NUMBERS = (*range(1, 21), *range(24, 52), 100, *range(102, 117))
"""The 64 antennas of dsa110/dsa110-cnf's antenna_order."""

FIRST_EL_DEG = 108.17
"""Where they are before anybody told them anything: declination +55.4 of date."""

HALT, SEEK, TIMEOUT, NORTH_LIMIT, SOUTH_LIMIT = 0, 1, 3, 4, 5
SOUTH_LIMIT_DEG, NORTH_LIMIT_DEG = 3.0, 135.0
FAST_UNTIL_DEG, CREEP_UNTIL_DEG = 0.8, 0.05
PAUSE_S = 1.25
"""A dish drives to within 0.8° of its goal, rests, and creeps to within 0.05°."""

TIMEOUT_SHARE, TIMEOUT_MORE_S = 1.05, 30.0
MONITOR_S = 1
ROUNDING_S = 1e-3
"""A moment on the wall is whole microseconds, so a fast sky is never quite on its second."""


class Order(NamedTuple):
    """What all dishes were last told, when, and where each was then; without a goal: to halt."""

    at: datetime
    goal_el_deg: float | None
    from_el_deg: dict[int, float]
    shown: dict[int, Antenna]


class Dishes:
    """All of them; moments are those of the clock on the wall."""

    def __init__(self, pace: Pace, faults: DishFaults, numbers: Sequence[int] = NUMBERS) -> None:
        self.numbers = tuple(numbers)
        self._pace = pace
        self._faults = faults
        self._broken = set(self.numbers[: faults.stuck])
        self._off = set(self.numbers[faults.stuck : faults.stuck + faults.emergency_off])
        self._silent = set(self.numbers[len(self.numbers) - faults.silent :])
        self._order: Order | None = None

    @property
    def unable(self) -> tuple[int, ...]:
        """Those that are known to be of no use: switched off at the dish, or silent."""
        return tuple(number for number in self.numbers if number in self._off | self._silent)

    def tell(self, goal_el_deg: float | None, at: datetime) -> None:
        """Tell all of them to move to that elevation, or to halt."""
        where = {number: self._truly(number, at).el_deg for number in self.numbers}
        self._order = Order(at, goal_el_deg, where, self.shown(at))

    def shown(self, now: datetime) -> dict[int, Antenna]:
        """Return what the monitor shows: what was true at the last full second after an order."""
        order, answering = self._order, [number for number in self.numbers if number not in self._silent]
        if order is None:
            return {number: self._truly(number, now) for number in answering}
        second = math.floor(self._elapsed_s(order, now) + ROUNDING_S)
        if second < MONITOR_S:
            return order.shown
        return {number: self._after(order, number, second) for number in answering}

    def el_deg(self, now: datetime) -> float | None:
        """Return where the array looks: the median over dishes at their goal; None if those are not most."""
        there = [one.el_deg for one in self.shown(now).values() if abs(one.el_deg - one.cmd_el_deg) < ON_TARGET_DEG]
        return statistics.median(there) if len(there) > len(self.numbers) / 2 else None

    def middle_deg(self, now: datetime) -> float:
        """Return the median elevation, moving or not."""
        return statistics.median(self._truly(number, now).el_deg for number in self.numbers)

    def _truly(self, number: int, now: datetime) -> Antenna:
        if self._order is None:
            return Antenna(FIRST_EL_DEG, FIRST_EL_DEG, ACQUIRED)
        return self._after(self._order, number, self._elapsed_s(self._order, now))

    def _after(self, order: Order, number: int, elapsed_s: float) -> Antenna:
        start = order.from_el_deg[number]
        if order.goal_el_deg is None:
            return Antenna(start, start, HALT)
        if number in self._off:
            return Antenna(start, order.goal_el_deg, HALT)
        if number in self._broken:
            return stuck(start, order.goal_el_deg, elapsed_s)
        return driven(start, order.goal_el_deg, elapsed_s)

    def _elapsed_s(self, order: Order, now: datetime) -> float:
        return max((self._pace.sky(order.at, now) - order.at).total_seconds(), 0.0)


def driven(from_deg: float, goal_deg: float, elapsed_s: float) -> Antenna:
    """Return a dish that long after it was told to go there."""
    way_deg, sign = abs(goal_deg - from_deg), math.copysign(1.0, goal_deg - from_deg)
    if way_deg <= CREEP_UNTIL_DEG:
        return Antenna(from_deg, goal_deg, ACQUIRED)
    fast_deg = max(way_deg - FAST_UNTIL_DEG, 0.0)
    fast_s = fast_deg * DSA_SLEW_S_PER_DEG
    creeps_from_s = fast_s + PAUSE_S if fast_deg else 0.0
    gone_deg = min(elapsed_s / DSA_SLEW_S_PER_DEG, fast_deg)
    gone_deg += max(elapsed_s - creeps_from_s, 0.0) / DSA_SLEW_S_PER_DEG
    last_deg = way_deg - CREEP_UNTIL_DEG
    el_deg = from_deg + sign * min(gone_deg, last_deg)
    if el_deg >= NORTH_LIMIT_DEG:
        return Antenna(NORTH_LIMIT_DEG, goal_deg, NORTH_LIMIT)
    if el_deg <= SOUTH_LIMIT_DEG:
        return Antenna(SOUTH_LIMIT_DEG, goal_deg, SOUTH_LIMIT)
    return Antenna(el_deg, goal_deg, ACQUIRED if gone_deg >= last_deg else SEEK)


def stuck(from_deg: float, goal_deg: float, elapsed_s: float) -> Antenna:
    """Return a dish that does not move, until its drive gives up."""
    patience_s = TIMEOUT_SHARE * abs(goal_deg - from_deg) * DSA_SLEW_S_PER_DEG + TIMEOUT_MORE_S
    return Antenna(from_deg, goal_deg, TIMEOUT if elapsed_s >= patience_s else SEEK)
