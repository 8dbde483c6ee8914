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
