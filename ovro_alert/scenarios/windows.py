"""From when to when a direction stands above a limit at OVRO."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from ovro_alert import sky

STEP = timedelta(seconds=60)
"""Between two looks; a crossing between them is interpolated, good to a second."""
FEWEST = 100
"""Looks at the least, however short the time."""


class Window(NamedTuple):
    """Above the limit from start to stop, UTC."""

    start: datetime
    stop: datetime

    @property
    def length_s(self) -> float:
        """Length in seconds."""
        return (self.stop - self.start).total_seconds()


def windows(ra_deg: float, dec_deg: float, begin: datetime, end: datetime, limit_deg: float) -> tuple[Window, ...]:
    """Return when an ICRS direction is at or above the limit between two moments, in order."""
    looks = max(FEWEST, (end - begin) // STEP)
    step = (end - begin) / looks
    moments = [begin + number * step for number in range(looks + 1)]
    above = sky.place(ra_deg, dec_deg, begin).elevation_deg(moments) - limit_deg
    up = above >= 0
    # a crossing lies so far after its look, in steps
    places = [int(place) for place in np.flatnonzero(up[1:] != up[:-1])]
    crossings = [moments[at] + step * float(above[at] / (above[at] - above[at + 1])) for at in places]
    edges = [*([begin] if up[0] else []), *crossings, *([end] if up[-1] else [])]
    return tuple(Window(start, stop) for start, stop in zip(edges[::2], edges[1::2], strict=True) if stop > start)
