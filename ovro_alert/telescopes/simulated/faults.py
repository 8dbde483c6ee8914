"""What can be wrong with a simulated telescope."""

from __future__ import annotations

from typing import NamedTuple

from ovro_alert.telescopes.lwa import RING_HELD_S, RING_PROMISED_S


class Faults(NamedTuple):
    """Nothing is wrong by default.

    Attributes
    ----------
    slow_s
        By how much longer the scheduler takes: a second for each pipeline that does not answer.
    dead_pipelines
        How many pipelines of a dump do not answer.
    ring_held_s, ring_promised_s
        How much the ring holds, and how much of it is sure; less after a restart of the pipelines.
    forgets
        The telescope cannot say what came of a command.
    """

    slow_s: float = 0.0
    dead_pipelines: int = 0
    ring_held_s: float = RING_HELD_S
    ring_promised_s: float = RING_PROMISED_S
    forgets: bool = False


NO_FAULTS = Faults()


class DishFaults(NamedTuple):
    """Nothing is wrong with DSA-110 by default; the others are numbers of dishes.

    Attributes
    ----------
    stuck
        They do not move, and their drives give up after a while.
    emergency_off
        Somebody has switched them off at the dish.
    silent
        They show nothing.
    forgets
        The telescope cannot say what came of a command.
    """

    stuck: int = 0
    emergency_off: int = 0
    silent: int = 0
    forgets: bool = False


SOUND_DISHES = DishFaults()
