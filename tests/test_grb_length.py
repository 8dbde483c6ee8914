"""Whether a gamma-ray burst is short: what each telescope's word means, at each limit, and in which order."""

from __future__ import annotations

import pytest

from ovro_alert.scenarios.grb_length import length_of, short_gate
from ovro_alert.scenarios.limits import GrbLimits
from tests.gamma_rays import grb_alert

LIMITS = GrbLimits()
OTHERS = {1: "unreliable location", 3: "below horizon", 8: "solar flare", 19: "TGF"}
"""Fermi's indices of what it most likely was, beside 4 for a burst."""


def how(*statements):
    return length_of(statements, LIMITS).how


def says(*statements):
    return length_of(statements, LIMITS).says


@pytest.mark.parametrize(
    ("notice_type", "changes", "expected"),
    [
        ("FLT_POS", {"timescale_s": 0.512}, "candidate"),
        ("FLT_POS", {"timescale_s": 0.513}, "no"),
        ("FLT_POS", {"likely_probability": 0.50}, "candidate"),
        ("FLT_POS", {"likely_probability": 0.49}, "no"),
        ("FLT_POS", {"likely": OTHERS[1]}, "no"),
        ("FLT_POS", {"likely": OTHERS[3]}, "no"),
        ("FLT_POS", {"likely": OTHERS[8]}, "no"),
        ("FLT_POS", {"likely": OTHERS[19], "timescale_s": 0.016}, "no"),
        ("FLT_POS", {"not_a_grb": True}, "no"),
        ("BAT_GRB_POS_ACK", {"timescale_s": 0.512}, "candidate"),
        ("BAT_GRB_POS_ACK", {"timescale_s": 0.513}, "no"),
        ("BAT_GRB_POS_ACK", {"trigger": "image"}, "no"),
        ("BAT_GRB_POS_ACK", {"identified": False}, "no"),
        ("BAT_GRB_POS_ACK", {"star_tracker_lost": True}, "no"),
        ("BAT_GRB_POS_ACK", {"catalogued": True}, "no"),
        ("BAT_GRB_POS_ACK", {"not_a_grb": True}, "no"),
        ("grm-trigger", {"timescale_s": 0.1}, "candidate"),
        ("grm-trigger", {"timescale_s": 0.11}, "no"),
        ("eclairs-wakeup", {"timescale_s": 0.64}, "candidate"),
        ("eclairs-wakeup", {"timescale_s": 0.65}, "no"),
        ("eclairs-wakeup", {"trigger": "image"}, "no"),
        ("FLT", {"duration_s": 2.0}, "candidate"),
        ("FLT", {"duration_s": 2.01}, "no"),
        ("GND", {"likely": "SGR"}, "no"),
        ("GUANO", {"duration_s": 2.0}, "candidate"),
        ("GUANO", {"duration_s": 2.01}, "no"),
        ("GUANO", {"likely_probability": 0.5}, "candidate"),
        ("GUANO", {"likely_probability": 0.49}, "no"),
    ],
)
def test_each_limit_of_each_telescope_has_two_sides(notice_type, changes, expected):
    assert how(grb_alert(notice_type, **changes)) == expected


@pytest.mark.parametrize(
    ("notice_type", "lacks"),
    [
        ("FLT_POS", "timescale_s"),
        ("FLT_POS", "likely"),
        ("FLT_POS", "likely_probability"),
        ("BAT_GRB_POS_ACK", "timescale_s"),
        ("BAT_GRB_POS_ACK", "trigger"),
        ("BAT_GRB_POS_ACK", "identified"),
        ("BAT_GRB_POS_ACK", "catalogued"),
        ("BAT_GRB_POS_ACK", "star_tracker_lost"),
        ("BAT_GRB_POS_ACK", "not_a_grb"),
        ("grm-trigger", "timescale_s"),
        ("eclairs-wakeup", "trigger"),
        ("FLT", "likely"),
        ("FLT", "duration_s"),
        ("GUANO", "likely_probability"),
    ],
)
def test_what_is_not_given_is_unknown_and_no_candidate(notice_type, lacks):
    length = length_of([grb_alert(notice_type, **{lacks: None})], LIMITS)
    assert length.how == "no"
    assert short_gate("G2 short", length).result == "unknown"


@pytest.mark.parametrize(
    "notice_type",
    ["ALERT", "SUBTHRESH", "LAT_POS_INI", "alert", "GSC unknown", "slewing", "mxt-initial", "eclairs-catalog"],
)
def test_some_never_say_how_long_it_was(notice_type):
    assert how(grb_alert(notice_type)) == "no"


def test_fermis_first_flight_position_decides_whatever_later_ones_say():
    long, short = (grb_alert("FLT_POS", timescale_s=scale, age_s=age) for scale, age in ((1.024, 24), (0.064, 30)))
    assert how(long, short) == "no"
    assert how(short, long) == "candidate"


def test_a_later_flight_position_that_is_no_grb_takes_the_candidate_back():
    first, later = grb_alert("FLT_POS"), grb_alert("FLT_POS", age_s=30, likely="solar flare")
    assert how(first, later) == "withdrawn"
    assert says(first, later) == "most likely solar flare, not a GRB"


def test_the_alert_before_it_does_not_make_a_flight_position_the_second():
    assert how(grb_alert("ALERT", age_s=5), grb_alert("FLT_POS")) == "candidate"


def test_the_ground_supports_or_takes_back_and_never_makes_a_candidate():
    first = grb_alert("FLT_POS")
    assert how(grb_alert("GND_POS")) == "no"
    assert says(first, grb_alert("GND_POS", timescale_s=0.512)).endswith("supported by the ground: 0.512 s")
    assert "supported" not in says(first, grb_alert("GND_POS", timescale_s=0.513))
    assert how(first, grb_alert("GND_POS", length="long")) == "withdrawn"


@pytest.mark.parametrize("before", [(), ("FLT_POS",), ("ALERT", "FLT_POS", "GND_POS")])
def test_the_final_analysis_confirms_with_or_without_a_candidate(before):
    statements = [grb_alert(one) for one in before]
    assert how(*statements, grb_alert("FIN_POS")) == "confirmed"
    assert says(*statements, grb_alert("FIN_POS")) == "short, final"


def test_the_final_analysis_takes_back_a_candidate_that_was_long():
    first, final = grb_alert("FLT_POS"), grb_alert("FIN_POS", length="long")
    assert (how(first, final), how(final)) == ("withdrawn", "no")
    assert says(first, final) == "long, final"
    assert how(first, grb_alert("FIN_POS", length=None)) == "candidate"


@pytest.mark.parametrize("flag", ["catalogued", "star_tracker_lost"])
def test_a_later_swift_notice_takes_its_candidate_back(flag):
    assert how(grb_alert(), grb_alert(age_s=60, **{flag: True})) == "withdrawn"


def test_a_notice_that_only_refines_leaves_what_was_said():
    first = grb_alert("eclairs-wakeup")
    assert how(first, grb_alert("slewing"), grb_alert("mxt-initial"), grb_alert("eclairs-catalog")) == "candidate"
    assert "timescale 1 s" in says(grb_alert("grm-trigger", timescale_s=1.0), grb_alert("slewing"))


def test_fermi_in_the_unified_schema_says_in_a_word_how_long_it_was():
    def unified(**changes):
        said = {"length": "short", "likely": "GRB", "likely_probability": 0.5}
        return grb_alert("FLT_POS", **(said | {"timescale_s": 4.0} | changes))

    assert how(unified()) == "candidate"
    assert how(unified(likely_probability=0.49)) == "no"
    assert how(unified(likely="TGF")) == "no"
    assert how(unified(), unified(length="long")) == "withdrawn"
