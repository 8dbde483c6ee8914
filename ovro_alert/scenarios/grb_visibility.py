"""How high a burst stands at OVRO-LWA; where its position is wide, how probable it is that it stands high enough."""

from __future__ import annotations

import math
from datetime import datetime
from typing import NamedTuple

import numpy as np

from ovro_alert import sky
from ovro_alert.catalogue.repeaters import R95_PER_SIGMA
from ovro_alert.scenarios.gates import at_least, missing
from ovro_alert.scenarios.position import Position
from ovro_alert.verdicts import Gate

RINGS = 400
"""Rings of equal probability around the position: the share is good to 0.002."""


class Visibility(NamedTuple):
    """How high the position stands, degrees, and how probable it is that the burst stands above the limit, 0 to 1.

    `point` says whether the position is good enough to be taken as one.
    """

    elevation_deg: float
    share: float
    point: bool


def visibility(position: Position, moment: datetime, min_elevation_deg: float, point_r95_deg: float) -> Visibility:
    """Return how visible a burst is at that moment; up to `point_r95_deg`, or without an error, it is a point."""
    elevation_deg = sky.elevation_deg(position.ra_deg, position.dec_deg, moment)
    if position.r95_deg is None or position.r95_deg <= point_r95_deg:
        return Visibility(elevation_deg, float(elevation_deg >= min_elevation_deg), point=True)
    return Visibility(elevation_deg, share_above(elevation_deg, position.r95_deg, min_elevation_deg), point=False)


def share_above(elevation_deg: float, r95_deg: float, limit_deg: float) -> float:
    """Return the share of a 2-D Gaussian around a direction at that elevation that stands above a limit, 0 to 1.

    The Gaussian lies on the sphere: its angles from the middle are those of a Gaussian in a plane. By symmetry only
    the elevation of the middle matters: of each ring around it the share above the limit is an arc.
    """
    quantiles = (np.arange(RINGS) + 0.5) / RINGS
    rings = np.radians(np.minimum(r95_deg / R95_PER_SIGMA * np.sqrt(-2 * np.log(quantiles)), 180.0))
    middle, limit = math.radians(elevation_deg), math.radians(limit_deg)
    across = np.maximum(math.cos(middle) * np.sin(rings), 1e-12)
    cosine = (math.sin(limit) - math.sin(middle) * np.cos(rings)) / across
    return float(np.mean(np.arccos(np.clip(cosine, -1.0, 1.0))) / math.pi)


def visible_gate(gate: str, found: Visibility | None, min_elevation_deg: float, min_share: float) -> Gate:
    """Return the gate: a point stands high enough, or enough of a wide position does."""
    if found is None:
        return missing(gate, "no position: whether it is visible is not known", min_share)
    if found.point:
        return at_least(gate, found.elevation_deg, min_elevation_deg, "deg", "elevation")
    return at_least(gate, found.share, min_share, "", f"probability to be above {min_elevation_deg:g}°")
