"""How probable it is that a burst stands above the limit: points, wide positions, on the sphere."""

from __future__ import annotations

import numpy as np
import pytest

from ovro_alert.scenarios.grb_visibility import share_above, visibility, visible_gate
from ovro_alert.scenarios.position import Position
from tests.cases import R3_TIME
from tests.gamma_rays import standing


def place(elevation_deg, r95_deg):
    return Position(*standing(elevation_deg, R3_TIME), None, None, r95_deg, "notice")


def seen(elevation_deg, r95_deg):
    return visibility(place(elevation_deg, r95_deg), R3_TIME, 20.0, 1.0)


def scattered(elevation_deg, r95_deg, limit_deg):
    """Return the share by many random directions instead of by rings."""
    chance = np.random.default_rng(20)
    away = np.radians(r95_deg / 2.448) * np.sqrt(-2 * np.log(1 - chance.random(200_000)))
    around, middle = chance.random(200_000) * 2 * np.pi, np.radians(elevation_deg)
    sine = np.sin(middle) * np.cos(away) + np.cos(middle) * np.sin(away) * np.cos(around)
    return float((sine >= np.sin(np.radians(limit_deg))).mean())


@pytest.mark.parametrize(
    ("elevation_deg", "r95_deg"), [(20, 6), (25, 6), (40, 29), (0, 29), (89, 60), (10, 80), (-30, 50), (-90, 60)]
)
def test_the_share_is_that_of_a_gaussian_on_the_sphere(elevation_deg, r95_deg):
    expected = scattered(elevation_deg, r95_deg, 20.0)
    assert share_above(elevation_deg, r95_deg, 20.0) == pytest.approx(expected, abs=0.005)


def test_half_of_a_narrow_gaussian_at_the_limit_is_above_it():
    assert share_above(20.0, 1.5, 20.0) == pytest.approx(0.5, abs=0.01)


def test_far_above_and_far_below_are_one_and_zero():
    assert share_above(80.0, 5.0, 20.0) == 1.0
    assert share_above(-60.0, 5.0, 20.0) == 0.0


@pytest.mark.parametrize("r95_deg", [None, 0.0, 0.057, 1.0])
def test_a_good_position_is_a_point(r95_deg):
    up, down = seen(20.2, r95_deg), seen(19.8, r95_deg)
    assert (up.point, up.share, down.share) == (True, 1.0, 0.0)


def test_a_wide_position_is_none():
    assert not seen(20.2, 1.01).point
    assert 0.3 < seen(20.2, 6.0).share < 0.7


def test_a_point_is_asked_for_its_elevation_and_a_wide_position_for_its_probability():
    point = visible_gate("G3 visible", seen(64.0, 0.1), 20.0, 0.5)
    assert (point.result, point.unit, point.limit) == ("pass", "deg", 20.0)
    assert point.value == pytest.approx(64.0, abs=0.2)
    wide = visible_gate("G3 visible", seen(15.0, 6.0), 20.0, 0.5)
    assert (wide.result, wide.limit) == ("fail", 0.5)
    assert wide.value == seen(15.0, 6.0).share


def test_without_a_position_it_is_not_known():
    assert visible_gate("G3 visible", None, 20.0, 0.5).result == "unknown"
