"""Dispersion, angles, elevation: numbers that others have computed too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ovro_alert import sky
from ovro_alert.observatory import CHIME, K_S_MHZ2, OVRO_LWA

MOMENT = datetime(2026, 12, 1, 5, 18, 45, 700000, tzinfo=UTC)


def test_dispersion_constant_is_the_one_by_which_chime_turns_delays_into_dm():
    assert pytest.approx(4149.3776, abs=1e-4) == K_S_MHZ2


@pytest.mark.parametrize(
    ("mhz", "delay_s"),
    [
        (86.9, 0.54947),
        (82.8, 0.60523),
        (69, 0.87153),
        (62.8, 1.05212),
        (53, 1.47717),
        (50.15, 1.64984),
        (43.2, 2.22339),
        (400, 0.02593),
        (1530, 0.00177),
    ],
)
def test_delay_after_infinite_frequency_per_unit_of_dm(mhz, delay_s):
    assert round(sky.delay_s(1, mhz), 5) == delay_s


@pytest.mark.parametrize(("mhz", "delay_s"), [(82.8, 0.57930), (62.8, 1.02618), (53, 1.45124), (43.2, 2.19746)])
def test_delay_after_400_mhz_per_unit_of_dm(mhz, delay_s):
    time_inf = sky.time_at_infinity(MOMENT, 1000, 400)
    assert (sky.arrival(time_inf, 1000, mhz) - MOMENT).total_seconds() / 1000 == pytest.approx(delay_s, abs=6e-6)


def test_a_time_without_reference_frequency_is_at_infinity():
    assert sky.time_at_infinity(MOMENT, 300, None) == MOMENT


def test_the_frequency_reached_undoes_the_delay():
    assert sky.frequency_mhz(348.8, sky.delay_s(348.8, 53)) == pytest.approx(53)
    assert sky.frequency_mhz(348.8, 0) == sky.frequency_mhz(348.8, -1) == float("inf")


@pytest.mark.parametrize(
    ("one", "other", "angle_deg"),
    [
        ((0, 0), (90, 0), 90),
        ((359.5, 0), (0.5, 0), 1),
        ((10, 90), (200, 90), 0),
        ((0, 89.9), (180, 89.9), 0.2),
        ((354.8319, 89.014), (4.8319, 89.014), 0.171863),
        ((10, 20), (10.0001, 20), 0.0001 * 0.9396926),
        ((0, -90), (0, 90), 180),
    ],
)
def test_separation_holds_at_poles_across_zero_and_for_tiny_angles(one, other, angle_deg):
    assert sky.separation_deg(*one, *other) == pytest.approx(angle_deg, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize(
    ("ra_deg", "dec_deg", "moment", "elevation_deg"),
    [
        (29.50313, 65.71675, datetime(2026, 12, 1, 5, 18, 45, 700000, tzinfo=UTC), 61.3746),
        (10.0, -20.0, datetime(2024, 3, 1, 22, 0, tzinfo=UTC), 32.8693),
        (200.0, 12.5, datetime(2025, 7, 15, 3, 30, tzinfo=UTC), 55.2439),
        (300.0, 88.0, datetime(2026, 1, 1, 12, 0, tzinfo=UTC), 35.8968),
    ],
)
def test_elevation_agrees_with_astropy(ra_deg, dec_deg, moment, elevation_deg):
    """Numbers from astropy 8.0 (AltAz without pressure, with UT1 and polar motion of the IERS)."""
    assert sky.elevation_deg(ra_deg, dec_deg, moment) == pytest.approx(elevation_deg, abs=0.004)


def test_the_pole_stands_at_the_latitude_of_the_site():
    for site in (OVRO_LWA, CHIME):
        assert sky.elevation_deg(0, 90, MOMENT, site) == pytest.approx(site.lat_deg, abs=0.2)


def test_a_place_of_date_stays_good_for_hours():
    place = sky.place(29.5, 65.7, MOMENT)
    later = MOMENT + timedelta(hours=3)
    assert place.elevation_deg(later)[0] == pytest.approx(sky.elevation_deg(29.5, 65.7, later), abs=1e-4)


def test_the_sun_is_where_astropy_has_it():
    ra_deg, dec_deg = sky.sun_deg(datetime(2026, 12, 1, 5, 18, 14, 500000, tzinfo=UTC))
    assert (ra_deg, dec_deg) == (pytest.approx(246.9107, abs=0.01), pytest.approx(-21.7398, abs=0.01))
    assert sky.sun_separation_deg(29.50313, 65.71675, MOMENT) == pytest.approx(129.87, abs=0.02)
