"""CHIME and DSA-110 saw the same burst: certain, probable, possible or not, the same from either side, told once."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ovro_alert import meridian, sky
from ovro_alert.observatory import CHIME, DSA_110, K_S_MHZ2
from ovro_alert.scenarios.limits import Limits
from ovro_alert.statuses import KeptTelescopeStatus, Pointing
from ovro_alert.telling.words import words
from ovro_alert.times import seconds
from ovro_alert.triggers import SearchBeam, Trigger
from ovro_alert.verdicts import Verdict
from tests.cases import R3, R3_TIME, gate, judged, kept, lwa, switch
from tests.codetections import (
    AT_INFINITY,
    CHIME_EVENT,
    DSA_EVENT,
    T2,
    T3,
    at_chime,
    both,
    chime_burst,
    circumstances,
    dsa_burst,
    results,
    thought,
)
from tests.tolds import message, told

NOWHERE = {"ra_deg": 0.0, "dec_deg": 0.0}
DAY_S = 86400.0


# ── one burst, two telescopes ──


def test_the_same_burst_is_certain_and_told_loud_in_either_order():
    for judgement, other in zip(both(), (DSA_EVENT, CHIME_EVENT), strict=True):
        assert (judgement.answer, judgement.level, judgement.summary) == ("message", "loud", "certain")
        assert judgement.joins == (other,)
        assert judgement.figures["with_event"] == other
        assert [one.result for one in judgement.gates] == ["pass"] * 4


def test_both_orders_give_the_same_figures_but_for_whom_it_is_with():
    first, second = both()
    assert of_the_pair(first) == of_the_pair(second)


def said(judgement, alert):
    """Return the lines that people read, without the last one: which alert and message they come from."""
    values = {"id": 30, "seq": 41, "alert": 12, "notice": 9, "made": at_chime(60)}
    verdict = Verdict(**values, **judgement.model_dump(include={"scenario", "answer", "summary", "gates", "figures"}))
    fields = {
        "event": alert.event,
        "subject": judgement.subject,
        "level": judgement.level or "quiet",
        "scenario": "codetection",
    }
    one = told(message=message(**fields), alert=kept(alert), verdict=verdict, commands=(), now=at_chime(60))
    return words(one).split("\n")[:-1]


def test_both_orders_give_the_same_words():
    chime, dsa = chime_burst(), dsa_burst(0.012)
    first, second = both(chime, dsa)
    assert said(first, chime) == said(second, dsa)
    assert said(first, chime) == [
        "REAL  Co-detection CHIME 300000001 × DSA-110 261201abcd: certain",
        "At infinite frequency CHIME 2026-12-01 05:18:05.454 UTC ± 13 ms, DSA-110 2026-12-01 05:18:05.444 UTC ± 1 ms; "
        "Δt +12 ± 13 ms (g -1.7 ms taken off)",
        "DM by CHIME 348.8 ± 0.8, DM by DSA-110 348.8 ± 0.5; positions 0.10° apart",
        "CHIME RA 29.5031 Dec +65.7168 (r95 0.500°); DSA-110 RA 29.5031 Dec +65.8167 (r95 0.023°). "
        "DSA-110's position is good to 1′: best position of this burst",
        "By chance 4.6e-04 such pairs a year",
    ]


OR_NONE = st.none()


@settings(max_examples=60, deadline=None)
@given(
    dt_s=st.floats(-60, 60),
    dm=OR_NONE | st.floats(0, 3000),
    dec_deg=OR_NONE | st.floats(-90, 90),
    error=OR_NONE | st.floats(0, 180),
    role=st.sampled_from(["real", "injection", "test"]),
    trigger=st.sampled_from([T2, T3, None]),
    time_inf=OR_NONE | st.datetimes(timezones=st.just(UTC)),
)
def test_whatever_either_side_says_both_orders_give_the_same(dt_s, dm, dec_deg, error, role, trigger, time_inf):
    dsa = dsa_burst(dt_s, dec_deg=dec_deg, r95_deg=error, role=role, trigger=trigger).model_copy(
        update={"dm_pc_cm3": dm}
    )
    chime = chime_burst(dm_error_pc_cm3=error, ra_error_deg=error, time_inf=time_inf)
    first, second = both(chime, dsa)
    (gates, figures), (other_gates, other_figures) = map(of_the_pair, (first, second))
    assert (first.summary, gates, figures) == (second.summary, other_gates, other_figures)


def of_the_pair(judgement):
    """Return the gates of a pair, and its figures but for whom it is with."""
    gates = [one for one in judgement.gates if one.gate.startswith("K")]
    return gates, {name: value for name, value in judgement.figures.items() if name != "with_event"}


@pytest.mark.parametrize(("dec_deg", "ms"), [(-10, 3.6), (0, 3.1), (10, 2.4), (30, 1.0), (60, -1.3), (90, -3.2)])
def test_the_way_between_the_sites_is_taken_off(dec_deg, ms):
    transit_deg = meridian.sidereal_deg(R3_TIME, CHIME)
    later_ms = 1000 * meridian.later_s(transit_deg, dec_deg, R3_TIME, CHIME, DSA_110)
    assert later_ms == pytest.approx(ms, abs=0.07)
    assert meridian.later_s(transit_deg, dec_deg, R3_TIME, DSA_110, CHIME) == pytest.approx(-later_ms / 1000)


@pytest.mark.parametrize(("dt_s", "result"), [(0.25, "certain"), (-0.25, "certain"), (0.251, "possible")])
def test_times_agree_within_a_quarter_of_a_second(dt_s, result):
    limits = Limits.model_validate({"codetection": {"window_s": 0.250001}})  # a datetime has microseconds
    assert results(dsa=dsa_burst(dt_s), limits=limits) == result


@pytest.mark.parametrize(("dt_s", "result"), [(0.25, "probable"), (0.251, "none")])
def test_without_a_position_times_that_disagree_are_nothing(dt_s, result):
    nowhere = {"ra_deg": None, "dec_deg": None}
    way_s = meridian.later_s(R3["ra_deg"], R3["dec_deg"] + 0.1, AT_INFINITY, CHIME, DSA_110)
    dsa = dsa_burst(dt_s - way_s, **nowhere)
    assert results(chime_burst(**nowhere), dsa) == result


@pytest.mark.parametrize(("apart", "result"), [(5.0, "certain"), (5.01, "none"), (-5.0, "certain"), (-5.01, "none")])
def test_dms_agree_within_five_where_their_errors_are_small(apart, result):
    assert results(dsa=dsa_burst(dm_pc_cm3=R3["dm_pc_cm3"] + apart)) == result


@pytest.mark.parametrize(("apart", "result"), [(6.46, "certain"), (6.47, "none")])
def test_dsas_error_is_taken_as_two_where_it_gives_none_and_three_sigma_may_be_more(apart, result):
    assert results(dsa=dsa_burst(dm_pc_cm3=R3["dm_pc_cm3"] + apart, dm_error_pc_cm3=None)) == result


@pytest.mark.parametrize(("north_deg", "result"), [(0.4, "certain"), (0.5, "certain"), (0.51, "probable")])
def test_the_position_is_within_chimes_region(north_deg, result):
    assert results(dsa=dsa_burst(dec_deg=R3["dec_deg"] + north_deg)) == result


def test_positions_far_apart_may_be_a_side_lobe_of_chimes():
    judgement = thought(chime_burst(), dsa_burst(dec_deg=R3["dec_deg"] + 3))
    assert judgement.level == "loud"
    assert judgement.summary == "probable: positions 3.00° apart: CHIME side lobe?"


def test_a_position_of_zero_zero_is_none_and_the_pair_probable():
    for judgement in both(dsa=dsa_burst(**NOWHERE)):
        assert (judgement.level, judgement.summary) == ("loud", "probable: DSA-110's position not known yet")
        assert gate(judgement, "K4").result == "unknown"
        assert judgement.figures["best_position"] == "chime"


# ── times that disagree ──


def test_chimes_time_at_400_mhz_taken_for_infinite_is_diagnosed():
    chime = chime_burst(time_inf=None, time_inf_error_s=None, time_ref_mhz=None)
    first, second = both(chime)
    assert first.level == second.level == "normal"
    assert first.summary == second.summary
    assert first.summary == (
        "possible: times disagree by 9.05 s: one side's time is at 400 MHz and was taken as another frequency"
    )


def test_dsas_time_at_400_mhz_taken_for_1530_is_diagnosed():
    late_s = K_S_MHZ2 * R3["dm_pc_cm3"] * (1 / 400**2 - 1 / 1530**2)
    judgement = thought(chime_burst(), dsa_burst(-late_s))
    assert judgement.figures["result"] == "possible"
    assert "at 400 MHz" in judgement.summary


@pytest.mark.parametrize(
    ("dt_s", "says"),
    [(37.0, "TAI taken for UTC"), (-36.51, "TAI taken for UTC"), (3.0, "clock?"), (9.99, "clock?")],
)
def test_other_differences_are_named_as_well(dt_s, says):
    assert thought(chime_burst(), dsa_burst(dt_s)).summary == f"possible: times disagree by {dt_s:.2f} s: {says}"


@pytest.mark.parametrize(("dt_s", "dm"), [(10.1, 348.8), (36.49, 348.8), (37.51, 348.8), (27.1, 1000.0)])
def test_larger_differences_are_two_bursts(dt_s, dm):
    other = {"dm_pc_cm3": dm}
    assert results(chime_burst(**other), dsa_burst(dt_s - chime_later_s(dm), **other)) == "none"


@pytest.mark.parametrize(("dt_s", "result"), [(26.9, "possible"), (27.1, "none")])
def test_a_large_dm_lets_times_disagree_by_more(dt_s, result):
    other = {"dm_pc_cm3": 1000.0}
    assert results(chime_burst(**other), dsa_burst(dt_s - chime_later_s(1000.0), **other)) == result


def chime_later_s(dm_pc_cm3):
    """Return how much later CHIME's burst of another DM was at infinite frequency: its time at 400 MHz stays."""
    return (sky.time_at_infinity(R3_TIME, dm_pc_cm3, 400.0) - AT_INFINITY).total_seconds()


def test_the_published_examples_carry_one_clock_time_for_two_frequencies():
    time = datetime(2024, 9, 18, 7, 19, 10, 765268, tzinfo=UTC)
    place = {"ra_deg": 346.7785, "dec_deg": 12.6325}
    chime = chime_burst(
        event="chime:427325191", time=time, dm_pc_cm3=279.4226, ra_error_deg=0.5038, dec_error_deg=0.5989, **place
    )
    dsa = dsa_burst(
        event="dsa:240918aaaa",
        time=time,
        dm_pc_cm3=279.4226,
        dm_error_pc_cm3=None,
        trigger=None,
        r95_deg=0.0228,
        **place,
    )
    for judgement in both(chime, dsa, time=time):
        assert judgement.figures["result"] == "possible"
        assert judgement.figures["dt_s"] == pytest.approx(-6.7535, abs=0.0005)
        assert judgement.level == "normal"
        assert judgement.summary.startswith("possible: times disagree by -6.75 s: one side's time is at 400 MHz")


# ── what is none ──


def test_an_injection_matches_as_one_and_is_never_a_co_detection():
    injected = dsa_burst(role="injection")
    for judgement in both(dsa=injected):
        assert judgement.figures["result"] == "injection"
        assert (judgement.answer, judgement.level) == ("nothing", "quiet")
        assert judgement.summary == "injection: DSA-110's is an injection"
        first, *_ = said(judgement, chime_burst())
        assert first.startswith("TEST  Co-detection CHIME 300000001 × DSA-110 261201abcd: injection")
    again = thought(injected, chime_burst(), paired=thought(injected, chime_burst()).figures)
    assert again.level is None


@pytest.mark.parametrize("label", ["rfi", "instrumental"])
def test_what_t3_calls_nothing_real_is_none(label):
    dsa = dsa_burst(trigger=T3.model_copy(update={"label": label}))
    assert results(dsa=dsa) == "none"
    assert gate(thought(chime_burst(), dsa), "K1").says == f"DSA-110's is {label}"


def test_an_injection_that_only_t3_knows_of_is_one():
    t2 = kept(dsa_burst(trigger=T2, statement=f"{DSA_EVENT}/detection/T2"), 1)
    t3 = dsa_burst(role="injection")
    assert thought(t3, chime_burst(), earlier=(t2,)).figures["result"] == "injection"
    assert thought(chime_burst(), t2, kept(t3, 2)).figures["result"] == "injection"


@pytest.mark.parametrize("role", ["test", "drill"])
def test_what_is_only_a_test_is_none_and_not_told(role):
    for judgement in both(chime_burst(role=role)):
        assert (judgement.figures["result"], judgement.level, judgement.joins) == ("none", None, ())


def test_chimes_burst_retracted_before_dsas_comes_is_none():
    told_of = kept(chime_burst(), 1).model_copy(update={"retracted": True})
    assert thought(dsa_burst(), told_of).figures == {"result": "none"}
    placeholder = chime_burst(kind="retraction", time=None)
    assert thought(dsa_burst(), chime_burst(), placeholder).answer == "nothing"
    assert thought(chime_burst(), dsa_burst(), retracted=True).summary == "retracted before it came"


@pytest.mark.parametrize(("days", "result"), [(29.9, "certain"), (30.1, "none")])
def test_it_looks_back_thirty_days(days, result):
    assert results(age_s=days * DAY_S) == result


def test_none_is_kept_and_nobody_is_disturbed():
    for judgement in both(dsa=dsa_burst(dm_pc_cm3=500.0)):
        assert (judgement.answer, judgement.level, judgement.joins) == ("nothing", None, ())
        assert gate(judgement, "K2").result == "pass"
        assert judgement.summary == "difference of the DMs 151.2 pc/cm³ > 5 pc/cm³"
    alone = thought(dsa_burst())
    assert (alone.answer, alone.summary) == ("nothing", "no burst of the other telescope is near in time")


@pytest.mark.parametrize(
    ("place", "result"), [({}, "certain"), (NOWHERE, "none"), ({"dec_deg": R3["dec_deg"] + 3}, "none")]
)
def test_what_nobody_has_classified_needs_its_position(place, result):
    assert results(dsa=dsa_burst(trigger=T2, **place)) == result


def test_the_best_of_several_pairs_counts():
    noise = [dsa_burst(0.2 + n, event=f"dsa:26120{n}noise", dm_pc_cm3=700.0 + n) for n in range(3)]
    judgement = thought(chime_burst(), *noise, dsa_burst(0.1), dsa_burst(0.2, event="dsa:261201late"))
    assert judgement.figures["with_event"] == DSA_EVENT


# ── told once ──


def test_what_changes_nothing_is_not_told_again_from_either_side():
    first, second = both()
    for alert, other, before in ((chime_burst(), dsa_burst(), first), (dsa_burst(), chime_burst(), second)):
        again = thought(alert, other, paired=before.figures, told={})
        assert (again.summary, again.level, again.joins) == ("certain", None, ())


def test_what_becomes_certain_is_told_and_less_loud_than_the_first_word():
    probable, possible = thought(chime_burst(), dsa_burst(**NOWHERE)), thought(chime_burst(), dsa_burst(3.0))
    assert thought(chime_burst(), dsa_burst(), paired=probable.figures).level == "normal"
    assert thought(chime_burst(), dsa_burst(), paired=possible.figures).level == "loud"


def test_a_better_position_is_handed_on_though_nobody_is_told_again():
    before = thought(dsa_burst(), chime_burst()).figures
    better = thought(dsa_burst(r95_deg=0.01), chime_burst(), paired=before)
    assert (better.level, better.joins) == (None, (CHIME_EVENT,))


def test_words_of_chimes_alone_change_nothing():
    before = thought(chime_burst(), dsa_burst())
    update = chime_burst(kind="update", time=None, words="a nice burst")
    again = thought(update, dsa_burst(), earlier=(kept(chime_burst()),), paired=before.figures)
    assert (again.figures, again.level, again.joins) == (before.figures, None, ())


def test_a_pair_stays_one_when_it_is_older_than_thirty_days():
    before = thought(chime_burst(), dsa_burst())
    assert thought(chime_burst(), dsa_burst(), age_s=31 * DAY_S, paired=before.figures).summary == "certain"


def test_the_position_by_which_a_pair_was_found_is_remembered():
    before = thought(chime_burst(), dsa_burst(trigger=T2))
    again = thought(chime_burst(), dsa_burst(trigger=T2, **NOWHERE), paired=before.figures)
    assert (again.summary, again.level) == ("certain", None)


def test_switched_off_it_tells_nobody_and_joins_nothing():
    off = thought(chime_burst(), dsa_burst(), switches=switch("codetection", "off"))
    assert (off.figures["result"], off.answer, off.level, off.joins) == ("certain", "nothing", None, ())


# ── taken back ──


@pytest.mark.parametrize(("told_of", "level"), [({"codetection": "loud"}, "normal"), ({}, None)])
def test_the_other_sides_retraction_is_told_where_the_pair_was(told_of, level):
    before = thought(dsa_burst(), chime_burst()).figures
    chime = kept(chime_burst(), 1).model_copy(update={"retracted": True})
    judgement = thought(dsa_burst(), chime, paired=before, told=told_of)
    assert (judgement.subject, judgement.level, judgement.joins) == ("update", level, (CHIME_EVENT,))
    assert judgement.summary == "no co-detection any more: CHIME 300000001 was retracted by its discoverer"
    first, *_ = said(judgement, dsa_burst())
    assert first == f"REAL  Co-detection CHIME 300000001 × DSA-110 261201abcd: {judgement.summary}"
    assert thought(dsa_burst(), chime, paired=judgement.figures, told=told_of).level is None


@pytest.mark.parametrize(
    ("told_of", "level"),
    [({"codetection": "loud"}, "normal"), ({}, None), ({"codetection": "loud", "chime_repeater": "normal"}, None)],
)
def test_its_own_retraction_is_told_once_in_its_thread(told_of, level):
    before = thought(chime_burst(), dsa_burst()).figures
    retraction = chime_burst(kind="retraction", time=None)
    judgement = thought(retraction, dsa_burst(), earlier=(kept(chime_burst()),), paired=before, told=told_of)
    assert (judgement.subject, judgement.level, judgement.joins) == ("retraction", level, (DSA_EVENT,))
    first, *_ = said(judgement, retraction)
    assert first == (
        "REAL  Co-detection CHIME 300000001 × DSA-110 261201abcd: burst 300000001 retracted by its discoverer"
    )


def test_a_retraction_of_what_was_no_pair_says_nothing():
    judgement = thought(chime_burst(kind="retraction", time=None), told={"chime_repeater": "normal"})
    assert (judgement.answer, judgement.level, judgement.joins) == ("nothing", None, ())


def test_a_pair_that_is_none_any_more_by_better_numbers_is_taken_back():
    before = thought(dsa_burst(), chime_burst()).figures
    judgement = thought(dsa_burst(dm_pc_cm3=400.0), chime_burst(), paired=before, told={"codetection": "loud"})
    assert (judgement.subject, judgement.level) == ("update", "normal")
    assert "difference of the DMs" in judgement.summary


# ── DSA-110 pointed there, and saw nothing ──

TRANSIT = meridian.next_transit(R3["ra_deg"], R3["dec_deg"], R3_TIME)
DEC_OF_DATE = meridian.of_date(R3["ra_deg"], R3["dec_deg"], TRANSIT).dec_deg


def in_transit(**changes):
    """Return CHIME's burst, a day later: just when it is on DSA-110's meridian."""
    return chime_burst(**({"time": TRANSIT + seconds(9.0456)} | changes))


def pointing(north_deg=0.0, said_s=10.0, state="observing", **changes):
    """Return DSA-110 pointing that far north of the burst, as its client said it that long after the burst."""
    at = TRANSIT + seconds(said_s)
    given = Pointing(ra_deg=R3["ra_deg"], dec_deg=R3["dec_deg"] + north_deg, at=at)
    fields = {"state": state, "telescope": "dsa", "seq": 1, "at": at, "pointing": given}
    return {"dsa": KeptTelescopeStatus(**(fields | changes))}


def looked(age_s=20.0, alert=None, **known):
    statuses = {"statuses": pointing(said_s=age_s)}
    return thought(alert or in_transit(), age_s=age_s, **({"time": TRANSIT} | statuses | known))


def test_a_burst_that_dsa_should_have_seen_is_looked_at_again_after_a_quarter_of_an_hour():
    judgement = looked()
    assert (judgement.answer, judgement.level) == ("nothing", None)
    assert judgement.again is not None
    assert abs(judgement.again.at - TRANSIT - timedelta(seconds=900)) < timedelta(milliseconds=1)
    assert judgement.again.facts["pointing_dec_deg"] == pytest.approx(DEC_OF_DATE, abs=1e-3)


def test_what_dsa_did_not_see_is_said_quietly_at_the_second_look():
    facts = looked().again.facts
    judgement = looked(901.0, statuses={}, second_look=facts)
    assert (judgement.answer, judgement.level, judgement.again) == ("message", "quiet", None)
    assert judgement.summary == "DSA-110 pointed there, saw nothing"
    first, _, pointed = said(judgement, in_transit())
    assert first == "REAL  CHIME burst 300000001: DSA-110 pointed there, saw nothing"
    assert pointed.startswith(f"DSA-110 pointed to dec {DEC_OF_DATE:+.2f}° of date (said 20 s after the burst); ")
    assert pointed.endswith("nothing of it came in 901 s: an upper limit")
    assert looked(1000.0, paired=judgement.figures).level is None


@pytest.mark.parametrize(
    ("moves", "word"), [("telescope", "REAL"), ("simulator", "SIMULATED"), ("nothing", "DRY RUN"), (None, "REAL")]
)
def test_what_a_simulator_did_not_see_is_not_called_real(moves, word):
    judgement = looked(901.0, statuses=pointing(said_s=901.0, moves=moves))
    assert said(judgement, in_transit())[0].startswith(f"{word}  CHIME burst")


def test_what_dsa_sees_in_the_meantime_takes_the_place_of_the_second_look():
    shifted = (TRANSIT - AT_INFINITY).total_seconds()
    later = thought(in_transit(), dsa_burst(-shifted), age_s=30.0, time=TRANSIT, statuses=pointing(said_s=30.0))
    assert (later.summary, later.again) == ("certain", None)


def test_a_burst_that_comes_after_that_time_is_answered_at_once():
    assert looked(899.0).again is not None
    late = looked(900.1)
    assert (late.level, late.again) == ("quiet", None)
    assert late.summary == "DSA-110 pointed there, saw nothing"


@pytest.mark.parametrize(("north_deg", "expected"), [(1.32, True), (-1.32, True), (1.34, False), (-1.34, False)])
def test_it_must_have_been_within_the_beam_in_declination(north_deg, expected):
    assert (looked(statuses=pointing(north_deg)).again is not None) is expected


@pytest.mark.parametrize(("angle_deg", "expected"), [(1.32, True), (-1.32, True), (1.34, False), (-1.34, False)])
def test_it_must_have_been_within_the_beam_in_hour_angle(angle_deg, expected):
    later_s = angle_deg / math.cos(math.radians(DEC_OF_DATE)) / meridian.DEG_PER_S
    alert = in_transit(time=TRANSIT + seconds(9.0456 + later_s))
    assert (looked(later_s + 20, alert).again is not None) is expected


@pytest.mark.parametrize(
    "changes",
    [
        {"statuses": {}},
        {"statuses": {"dsa": lwa(telescope="dsa")}},
        {"statuses": pointing(said_s=-41)},
        {"statuses": pointing(state="unavailable")},
        {"alert": in_transit(ra_error_deg=1.4)},
        {"alert": in_transit(**NOWHERE)},
        {"alert": in_transit(role="test")},
        {"age_s": -5.1},
        {"alert": in_transit(time_inf=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), time=None)},
        {"alert": in_transit(dm_pc_cm3=None, time_inf=None)},
        {"retracted": True},
    ],
    ids=[
        "no status",
        "no pointing",
        "61 s old",
        "unavailable",
        "r95 1.4",
        "no position",
        "test",
        "future",
        "year 9999",
        "no DM",
        "retracted",
    ],
)
def test_where_dsa_need_not_have_seen_it_nothing_is_expected(changes):
    judgement = looked(**changes)
    assert (judgement.answer, judgement.again) == ("nothing", None)


def by_its_beams(age_s):
    """Return what is said of T2's trigger without a position, so long after the burst, where the pointing is known."""
    seen = Trigger(ibeam=127, beams=(SearchBeam(127, 14.0), SearchBeam(383, 13.0)))
    at_transit_s = (TRANSIT - AT_INFINITY).total_seconds()
    t2 = dsa_burst(-at_transit_s, trigger=seen, **NOWHERE)
    return thought(in_transit(), t2, age_s=age_s, time=TRANSIT, statuses=pointing(said_s=age_s))


def test_t2_has_the_position_of_its_search_beams_where_dsa_points():
    judgement = by_its_beams(20.0)
    assert judgement.summary == "certain"
    assert judgement.figures["separation_deg"] < 0.05


def test_where_dsa_points_now_says_nothing_of_a_burst_long_ago():
    assert by_its_beams(901.0).figures["result"] == "none"


# ── what it is good for ──


def test_dsas_position_is_the_best_of_a_one_off_of_chimes():
    limits = Limits.model_validate({"chime": {"one_offs": "all"}})
    beside = circumstances(companions=(kept(dsa_burst()),), repeaters=())
    judgement = judged(chime_burst(source=None, dm_error_pc_cm3=0.8), beside, limits)
    (beam,) = judgement.commands
    assert beam.args["dec_deg"] == pytest.approx(R3["dec_deg"] + 0.1)
    assert judgement.figures["position_from"] == "the co-detection with DSA-110"
    assert judgement.figures["offset_deg"] == pytest.approx(0.1)
    assert judgement.figures["dm_error_pc_cm3"] == 0.8


@pytest.mark.parametrize(
    "dsa",
    [dsa_burst(3.0), dsa_burst(role="injection"), dsa_burst(**NOWHERE), dsa_burst(r95_deg=1.34)],
    ids=["possible", "injection", "no position", "one arm"],
)
def test_what_is_no_co_detection_or_no_better_moves_no_beam(dsa):
    limits = Limits.model_validate({"chime": {"one_offs": "all"}})
    judgement = judged(chime_burst(), circumstances(companions=(kept(dsa),), repeaters=()), limits)
    assert judgement.figures["position_from"] == "the notice"


def test_a_burst_without_a_position_of_chimes_has_dsas():
    limits = Limits.model_validate({"chime": {"one_offs": "all"}})
    judgement = judged(chime_burst(**NOWHERE), circumstances(companions=(kept(dsa_burst()),), repeaters=()), limits)
    assert judgement.figures["position_from"] == "the co-detection with DSA-110"
