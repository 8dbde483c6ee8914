"""The beam: when it is on, what it catches, when it ends, until when it is worth beginning."""

from __future__ import annotations

import pytest

from ovro_alert import sky
from ovro_alert.scenarios.beam import (
    Sweep,
    Terms,
    gain,
    in_half_power,
    lead_s,
    plan_beam,
    top_for,
    width_deg,
)
from ovro_alert.scenarios.limits import LwaLimits
from ovro_alert.times import seconds
from tests.cases import R3_TIME, culmination

LWA = LwaLimits()


def planned(dm, age_s=13.2, error=0.8, *, time=R3_TIME, ra_deg=29.50313, dec_deg=65.71675, limits=LWA, max_beam_s=None):
    """Plan a beam for a burst that CHIME saw at `time`, decided `age_s` later."""
    sweep = Sweep(sky.time_at_infinity(time, dm, 400), dm, error)
    terms = Terms(limits, 18, max_beam_s or limits.max_beam_s)
    return plan_beam(sweep, ra_deg, dec_deg, time + seconds(age_s + 18), terms)


def test_the_worked_example():
    """FRB 20180916B, DM 348.8 ± 0.8, decided 13.2 s after 400 MHz."""
    plan = planned(348.8)
    assert plan.on == R3_TIME + seconds(31.2)
    assert plan.caught == 1
    assert plan.duration_s == pytest.approx(750.6, abs=0.05)
    assert (plan.deadline - R3_TIME).total_seconds() == pytest.approx(488.2, abs=0.05)
    assert (round(plan.elevation_on_deg, 1), round(plan.elevation_off_deg, 1)) == (61.4, 61.3)
    assert plan.size_gb == pytest.approx(59.3, abs=0.1)


@pytest.mark.parametrize(
    ("dm", "age_s", "caught"),
    [(21.5, 13, 0.254), (21.0, 13, 0.239), (54, 60, 0.253), (53.5, 60, 0.247)],
)
def test_what_is_caught_of_a_low_dm(dm, age_s, caught):
    assert planned(dm, age_s).caught == pytest.approx(caught, abs=5e-4)


@pytest.mark.parametrize(("age_s", "quarter", "whole"), [(13, 21.4, 53.6), (60, 53.8, 134.7)])
def test_the_lowest_dm_for_a_quarter_and_for_the_whole_band(age_s, quarter, whole):
    assert planned(quarter, age_s).caught >= 0.25 > planned(quarter - 0.1, age_s).caught
    assert planned(whole, age_s).caught == 1 > planned(whole - 0.2, age_s).caught


def test_a_quarter_of_the_band_lies_below_53_mhz():
    assert top_for(0.25) == pytest.approx(53.0)
    assert top_for(0.5) == pytest.approx(62.8)
    assert top_for(0.25, low_mhz=60) == pytest.approx(63.2 + 7)
    assert top_for(1) == pytest.approx(82.8)
    assert top_for(0.6, low_mhz=63) is None


def test_the_gap_between_the_tunings_holds_nothing():
    sweep = Sweep(R3_TIME, 300, 0.8)
    assert sweep.caught(sweep.at(63.2), sweep.at(62.8)) == pytest.approx(0, abs=1e-6)
    assert sweep.caught(sweep.at(53.0), sweep.at(43.2)) == pytest.approx(0.25)


def test_at_the_deadline_a_quarter_is_caught_and_later_less():
    plan = planned(300)
    sweep = Sweep(sky.time_at_infinity(R3_TIME, 300, 400), 300, 0.8)
    on = plan.deadline + seconds(18)
    assert sweep.caught(on, plan.off) == pytest.approx(0.25, abs=1e-6)
    assert sweep.caught(on + seconds(1), plan.off) < 0.25


def test_the_deadline_follows_the_setting():
    plan = planned(300, limits=LwaLimits(min_caught=0.5))
    after_inf_s = sky.delay_s(300, 62.8) - sky.delay_s(300, 400)
    assert (plan.deadline - R3_TIME).total_seconds() == pytest.approx(after_inf_s - 18)


def test_a_burst_that_has_not_begun_is_caught_whole():
    assert planned(300, age_s=-60).caught == 1


def test_a_burst_that_is_over_is_caught_not_at_all():
    plan = planned(5, age_s=600)
    assert plan.caught == 0
    assert plan.duration_s == LWA.min_beam_s


def test_the_longest_beam_holds_dm_1650_and_of_1700_the_part_above_44_mhz():
    assert planned(1650).cut_mhz is None
    plan = planned(1700, age_s=13)
    assert plan.duration_s == 3600
    assert plan.cut_mhz == pytest.approx(43.8, abs=0.05)
    assert plan.caught == pytest.approx(0.984, abs=1e-3)


def test_a_limit_on_the_length_shortens_the_beam():
    assert planned(1000, max_beam_s=1200).duration_s == 1200


def test_a_source_that_sets_ends_the_beam_and_costs_the_lower_frequencies():
    ra_deg, dec_deg = 29.5, 10.0
    up = culmination(ra_deg, dec_deg)
    moments = [up + seconds(60 * minute) for minute in range(400)]
    elevations = sky.place(ra_deg, dec_deg, up).elevation_deg(moments)
    sets = next(moment for moment, elevation in zip(moments, elevations, strict=True) if elevation < 20)
    plan = planned(1000, time=sets - seconds(1500), ra_deg=ra_deg, dec_deg=dec_deg)
    assert plan.sets
    assert plan.elevation_off_deg == pytest.approx(20, abs=0.02)
    assert 0.25 < plan.caught < 1
    assert plan.off < sets + seconds(5)
    assert plan.deadline < sets


def test_the_lead_is_the_setting_or_what_the_last_beams_took():
    auto = LwaLimits(beam_lead_s="auto")
    assert lead_s(LWA, (30.0, 31.0)) == 18
    assert lead_s(auto, ()) == 18
    assert lead_s(auto, (22.0, 20.0, 90.0)) == 22
    assert lead_s(auto, (1.0, 2.0, 3.0)) == 5
    assert lead_s(auto, (20.0,) * 20 + (900.0,) * 30) == 20


@pytest.mark.parametrize(
    ("mhz", "elevation_deg", "wide_deg"),
    [(43.2, 60, 2.07), (82.8, 60, 1.08), (82.8, 90, 1.02), (53, 90, 1.59), (82.8, 20, 1.08)],
)
def test_beam_width_is_the_smaller_axis(mhz, elevation_deg, wide_deg):
    assert width_deg(mhz, elevation_deg) == pytest.approx(wide_deg, abs=0.005)


def test_probability_to_lie_within_half_power():
    assert in_half_power(0.001, 53, 60) == 1
    assert in_half_power(0, 53, 60) == 1
    half_width_deg = width_deg(82.8, 60) / 2
    assert in_half_power(half_width_deg, 82.8, 60) == pytest.approx(0.95)
    assert in_half_power(1.0, 82.8, 60) < in_half_power(1.0, 53, 60) < 1


def test_gain_is_a_half_at_half_the_width():
    assert gain(0, 53, 60) == 1
    assert gain(width_deg(53, 60) / 2, 53, 60) == pytest.approx(0.5)
