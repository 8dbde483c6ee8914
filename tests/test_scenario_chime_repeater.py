"""CHIME repeater → OVRO-LWA beam: which bursts are followed, and what is commanded and told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ovro_alert.actions import BeamArgs
from ovro_alert.circumstances import PastBurst
from ovro_alert.scenarios.limits import ChimeLimits, DrillLimits, Limits
from ovro_alert.times import seconds
from tests.cases import R3, R3_TIME, RN3, around, burst, culmination, detection, gate, judged, kept, lwa

C110 = {"ra_deg": 249.32548, "dec_deg": 41.44505, "dm_pc_cm3": 222.24, "dm_error_pc_cm3": 0.8}
"""FRB 20190110C, as a detection that only our own match can name."""
C110_TIME = culmination(249.3, 41.4)


def c110(axes_deg=0.5, **changes):
    fields = {"time": C110_TIME, "ra_error_deg": axes_deg, "dec_error_deg": axes_deg} | C110 | changes
    return detection(**fields)


def c110_judged(axes_deg=0.5, *, limits=None, table=None, **changes):
    known = around(13, time=C110_TIME) if table is None else around(13, time=C110_TIME, repeaters=table)
    return judged(c110(axes_deg, **changes), known, limits or Limits())


# ── the command ──


def test_the_worked_example_is_commanded():
    """FRB 20180916B, DM 348.8 ± 0.8, decided 13.2 s after 400 MHz."""
    judgement = judged(burst())
    assert (judgement.answer, judgement.level, judgement.subject) == ("command", "normal", "verdict")
    (draft,) = judgement.commands
    assert (draft.telescope, draft.action, draft.priority, draft.turn) == ("lwa", "beam", 70, 1)
    assert (draft.deadline - R3_TIME).total_seconds() == pytest.approx(488.2, abs=0.05)
    args = BeamArgs.model_validate(draft.args)
    assert (args.ra_deg, args.dec_deg, args.dm_pc_cm3) == (29.50313, 65.71675, 348.8)
    assert (args.mode, args.target, args.start) == ("voltage", "FRB 20180916B", None)
    assert args.event == draft.event == "chime:300000001"
    assert args.duration_s == pytest.approx(750.6, abs=0.05)
    assert (args.stop - R3_TIME).total_seconds() == pytest.approx(31.2 + 750.6, abs=0.05)
    assert judgement.summary == "OVRO-LWA beam of 751 s on FRB 20180916B, catches 100%"


def test_every_number_of_the_message_is_there():
    last = (PastBurst(R3_TIME - timedelta(days=2), "chime:1", "beam done"), PastBurst(None, "chime:0", "no command"))
    figures = judged(burst(), around(last_bursts=last, bursts=2)).figures
    expected = {
        "associated_by": "CHIME",
        "source": "FRB 20180916B",
        "position_from": "the table",
        "r95_deg": 0.001,
        "notice_r95_deg": 0.5,
        "offset_deg": 0,
        "age_s": 13.2,
        "dm_pc_cm3": 348.8,
        "top_in_s": 188.9,
        "bottom_in_s": 753.3,
        "top_at": "2026-12-01T05:21:36.559Z",
        "bottom_at": "2026-12-01T05:31:00.972Z",
        "on_in_s": 18,
        "caught": 1,
        "elevation_on_deg": 61.4,
        "elevation_top_deg": 61.4,
        "elevation_off_deg": 61.3,
        "beam_s": 750.6,
        "beam_gb": 59.3,
        "deadline": "2026-12-01T05:26:22.692Z",
        "sun_deg": 129.9,
        "half_power_53": 1,
        "half_power_82_8": 1,
        "bursts": 2,
        "beams": 1,
        "last_bursts": "2026-11-29 05:18 (beam done)",
    }
    for name, value in expected.items():
        assert figures[name] == (pytest.approx(value, abs=0.06) if not isinstance(value, str) else value), name


def test_the_same_burst_told_again_gives_the_same_words():
    assert judged(burst(), around()) == judged(burst(), around())


# ── C1 to C6 ──


@pytest.mark.parametrize(("importance", "result"), [(0.90, "pass"), (0.8999, "fail"), (0.0, "fail"), (None, "unknown")])
def test_c4_importance_of_our_own_match(importance, result):
    judgement = c110_judged(importance=importance)
    assert gate(judgement, "C4").result == result
    assert bool(judgement.commands) is (result == "pass")


def test_c4_chimes_own_association_stands_for_an_importance_that_is_missing():
    assert judged(burst(importance=None)).answer == "command"
    assert judged(burst(importance=0.5)).answer == "message"


@pytest.mark.parametrize(("probability", "result"), [(0.90, "pass"), (0.8999, "fail"), (0.0, "fail"), (None, "pass")])
def test_c5_association_probability(probability, result):
    judgement = judged(burst(source="FRB 20990101A", association_probability=probability, dm_pc_cm3=900))
    assert gate(judgement, "C5").result == result


def test_c5_an_association_that_chime_doubts_may_still_be_our_own_match():
    judgement = judged(burst(association_probability=0.5))
    assert judgement.commands[0].priority == 55
    assert "p = 0.5 < 0.9; matches FRB 20180916B" in gate(judgement, "C5").says


def test_c5_a_bare_integer_is_a_repeater_that_chime_has_not_published():
    judgement = judged(burst(source="60792403"))
    assert judgement.answer == "command"
    assert judgement.commands[0].args["target"] == "60792403"
    assert judgement.figures["position_from"] == "the notice"


def test_c5_a_detection_with_a_known_source_is_an_association():
    assert judged(burst(kind="detection")).answer == "command"
    assert judged(burst(kind="detection", source="  ", association_probability=None, dm_pc_cm3=900)).answer == "nothing"


@pytest.mark.parametrize(("probability", "result"), [(0.90, "pass"), (0.8999, "fail"), (None, "pass")])
def test_c5_a_doubtful_association_is_doubtful_without_a_name_too(probability, result):
    judgement = judged(burst(source=None, association_probability=probability, ra_deg=200.0))
    assert gate(judgement, "C5").result == result


def test_c5_a_later_notice_without_a_probability_keeps_the_doubt_of_the_earlier_one():
    doubtful = kept(burst(association_probability=0.5, ra_deg=200.0))
    judgement = judged(burst(association_probability=None, ra_deg=200.0), around(earlier=(doubtful,)))
    assert gate(judgement, "C5").result == "fail"


def test_c5_a_subsequent_without_a_name_is_a_repeater():
    assert judged(burst(source=None)).commands[0].args["target"] == "chime:300000001"


@pytest.mark.parametrize(("ddec_deg", "chi2", "result"), [(0.76, 13.82, "pass"), (0.78, 14.55, "fail")])
def test_c5_own_match_by_position(ddec_deg, chi2, result):
    judgement = c110_judged(dec_deg=C110["dec_deg"] + ddec_deg)
    assert gate(judgement, "C5").result == result
    assert gate(judgement, "C5").value == pytest.approx(chi2, abs=0.01)


def test_c5_own_match_is_commanded_with_less_priority():
    judgement = c110_judged(dec_deg=C110["dec_deg"] + 0.3)
    (draft,) = judgement.commands
    assert (draft.priority, draft.args["target"]) == (55, "FRB 20190110C")
    assert (judgement.figures["associated_by"], judgement.figures["position_from"]) == ("own match", "the table")
    assert judgement.figures["chance"] == pytest.approx(2.0e-4, rel=0.02)


@pytest.mark.parametrize(("ddm", "result"), [(12.0, "pass"), (12.5, "fail")])
def test_c5_own_match_by_dm(ddm, result):
    assert gate(c110_judged(dm_pc_cm3=C110["dm_pc_cm3"] + ddm), "C5").result == result


@pytest.mark.parametrize(
    ("axes_deg", "chance", "result"),
    [
        (0.5, 1.8e-4, "pass"),
        (1.0, 5.5e-4, "pass"),
        (1.3, 8.8e-4, "pass"),
        (1.4, 1.01e-3, "fail"),
        (2.0, 2.0e-3, "fail"),
    ],
)
def test_c5_chance_of_the_39_sources_of_the_2023_paper(axes_deg, chance, result):
    judgement = c110_judged(axes_deg, table=RN3, dm_error_pc_cm3=1.617)
    assert judgement.figures["chance"] == pytest.approx(chance, rel=0.01)
    assert gate(judgement, "C5").result == result


@pytest.mark.parametrize(("axes_deg", "result"), [(1.2, "pass"), (1.3, "fail")])
def test_c5_the_longer_table_needs_a_better_position(axes_deg, result):
    assert gate(c110_judged(axes_deg), "C5").result == result


def test_c5_a_candidate_is_told_and_only_followed_when_chime_names_it():
    """FRB 20190812A has a contamination rate of 1.37."""
    place = {"ra_deg": 268.0542, "dec_deg": 50.7071, "dm_pc_cm3": 249.8, "time": culmination(268, 50.7)}
    known = around(13, time=place["time"])
    ours = judged(detection(**place), known)
    assert (ours.answer, ours.level) == ("message", "normal")
    assert "a candidate only (Rcc 1.4)" in ours.summary
    assert judged(burst(source="FRB 20190812A", **place), known).answer == "command"


def test_c5_a_match_with_two_sources_is_told_and_not_followed():
    row = next(row for row in RN3 if row.name == "FRB 20190110C")
    region = row.regions[0].model_copy(update={"dec_deg": row.regions[0].dec_deg + 0.2})
    twin = row.model_copy(update={"name": "FRB 20990101A", "regions": (region,)})
    judgement = c110_judged(table=(row, twin))
    assert (judgement.answer, judgement.commands) == ("message", ())
    assert "FRB 20990101A as well" in judgement.summary


def test_c5_near_the_pole_right_ascension_hardly_matters():
    """10° of right ascension at declination 89 are 0.17° on the sky."""
    place = {"ra_deg": 4.8319, "dec_deg": 89.014, "dm_pc_cm3": 690.3, "ra_error_deg": 0.3, "dec_error_deg": 0.3}
    judgement = judged(detection(**place))
    assert gate(judgement, "C5").result == "pass"
    assert gate(judgement, "C5").value == pytest.approx(1.9, abs=0.05)
    assert judgement.commands[0].args["target"] == "FRB 20180910A"


def test_c5_right_ascension_wraps():
    row = RN3[0].model_copy(
        update={"regions": (RN3[0].regions[0].model_copy(update={"ra_deg": 359.9, "dec_deg": 50}),)}
    )
    found = detection(ra_deg=0.1, dec_deg=50, dm_pc_cm3=row.dm_pc_cm3)
    assert gate(judged(found, around(repeaters=(row,))), "C5").value < 1


def test_c5_each_region_of_a_source_counts():
    """FRB 20190226B may be in two places, 1.6° apart."""
    where = culmination(270, 62)
    for place in ({"ra_deg": 273.6151, "dec_deg": 61.6734}, {"ra_deg": 270.2486, "dec_deg": 61.9293}):
        judgement = judged(detection(time=where, dm_pc_cm3=632.9, **place), around(13, time=where))
        assert judgement.commands[0].args["target"] == "FRB 20190226B"
        assert judgement.commands[0].args["ra_deg"] == place["ra_deg"]


def test_c5_an_empty_table_matches_nothing():
    assert judged(detection(), around(repeaters=())).answer == "nothing"
    assert judged(burst(), around(repeaters=())).answer == "command"


PULSARS = ["PSR B0329+54", "B0329+54", "J0437-4715", "psr j0437−4715", "J1745-2900A", "PSR_B0329+54", "RRAT J1819-1458"]


@pytest.mark.parametrize("source", [*PULSARS, "Crab pulsar"])
def test_c6_a_pulsar_is_no_repeater(source):
    judgement = judged(burst(source=source))
    assert gate(judgement, "C6").result == "fail"
    assert (judgement.answer, judgement.level) == ("nothing", "quiet")


# ── time ──


@pytest.mark.parametrize(("age_s", "result"), [(0, "pass"), (-5, "pass"), (-5.001, "fail"), (-40, "fail")])
def test_c3_an_event_may_not_come_from_the_future(age_s, result):
    assert gate(judged(burst(), around(age_s)), "C3").result == result


def test_c3_a_tai_time_taken_for_utc_is_suspected():
    assert "TAI" in gate(judged(burst(), around(-24)), "C3").says
    assert "TAI" not in gate(judged(burst(), around(-40)), "C3").says
    assert "TAI" not in gate(judged(burst(), around(-4)), "C3").says


@pytest.mark.parametrize("time", [None, R3_TIME.replace(year=1900), R3_TIME.replace(year=9999)])
def test_c3_without_a_possible_time_nothing_is_commanded(time):
    judgement = judged(burst(time=time))
    assert gate(judgement, "C3").result == "unknown"
    assert judgement.commands == ()


# ── one-offs ──

NEAR = {"dm_pc_cm3": 280.0, "dm_gal_pc_cm3": 90.0, "importance": 0.99, "snr": 15.0, "ra_deg": 40.0, "dec_deg": 50.0}


def one_off(policy, *, last=None, **changes):
    fields = {"event_type": "EXTRAGALACTIC", "ra_error_deg": 0.5, "dec_error_deg": 0.5} | NEAR | changes
    limits = Limits(chime=ChimeLimits(one_offs=policy))
    return judged(detection(**fields), around(last_beam_of_one_off=last), limits)


def test_one_offs_disturb_nobody_by_default():
    judgement = one_off("off")
    assert (judgement.answer, judgement.level) == ("nothing", "quiet")
    assert "no known repeater" in judgement.summary
    assert gate(judgement, "B4").result == "pass", "what would have been is kept"


def test_all_one_offs_are_followed_if_asked_for():
    (draft,) = one_off("all", importance=0.91, dm_pc_cm3=900).commands
    assert draft.priority == 40
    (draft,) = one_off("near", dm_gal_pc_cm3=500, dm_pc_cm3=650).commands
    assert draft.args["duration_s"] == 1200


@pytest.mark.parametrize(
    ("change", "passes"),
    [
        ({}, True),
        ({"event_type": "AMBIGUOUS"}, False),
        ({"event_type": None}, False),
        ({"importance": 0.98}, True),
        ({"importance": 0.9799}, False),
        ({"snr": 12.0}, True),
        ({"snr": 11.99}, False),
        ({"snr": None}, False),
        ({"dm_pc_cm3": 290.0}, True),
        ({"dm_pc_cm3": 290.1}, False),
        ({"dm_gal_pc_cm3": None}, False),
        ({"ra_error_deg": 0.7, "dec_error_deg": 0.7}, True),
        ({"ra_error_deg": 0.71, "dec_error_deg": 0.71}, False),
        ({"last": R3_TIME + seconds(13.2) - timedelta(days=5)}, True),
        ({"last": R3_TIME + seconds(13.3) - timedelta(days=5)}, False),
    ],
)
def test_near_one_offs(change, passes):
    judgement = one_off("near", **change)
    assert bool(judgement.commands) is passes
    if not passes:
        assert (judgement.answer, judgement.level) == ("nothing", "quiet")


# ── roles ──


@pytest.mark.parametrize("role", ["test", "drill", "injection"])
def test_what_is_not_real_is_at_most_a_drill(role):
    judgement = judged(burst(role=role))
    (draft,) = judgement.commands
    assert (draft.telescope, draft.action, draft.args) == ("lwa", "test", {})
    assert draft.deadline == around().now + seconds(300)
    assert (judgement.answer, judgement.level) == ("command", "quiet")


def test_a_test_that_would_not_have_passed_makes_no_drill():
    judgement = judged(burst(role="test", importance=0.1))
    assert (judgement.answer, judgement.level, judgement.commands) == ("nothing", "quiet", ())
    assert judgement.summary == "role test: at most a drill; and importance 0.1 < 0.9"


@pytest.mark.parametrize(("ago_s", "drills"), [(21600, 1), (21599, 0)])
def test_tests_make_a_drill_every_six_hours_at_most(ago_s, drills):
    judgement = judged(burst(role="test"), around(last_drills={"chime_repeater": around().now - seconds(ago_s)}))
    assert len(judgement.commands) == drills


def test_every_test_is_a_drill_if_asked_for():
    limits = Limits(drills=DrillLimits(from_tests_every_s=0))
    assert judged(burst(role="test"), around(last_drills={"chime_repeater": around().now}), limits).commands


# ── what is known by several notices of one event ──


def test_what_one_notice_lacks_an_earlier_one_of_the_event_fills():
    earlier = kept(detection(importance=0.97, ra_deg=29.6, ra_error_deg=0.4, dec_error_deg=0.4))
    poor = burst(dm_pc_cm3=None, importance=0.97, time=None, ra_deg=None, dec_deg=None, source="60792403")
    judgement = judged(poor, around(earlier=(earlier,)))
    assert judgement.answer == "command"
    assert judgement.commands[0].args["ra_deg"] == 29.6
    assert judgement.figures["position_from"] == "the earlier notice"


def test_the_best_placed_notice_of_an_event_counts():
    earlier = kept(detection(ra_deg=29.6, ra_error_deg=0.1, dec_error_deg=0.1))
    judgement = judged(burst(source="60792403"), around(earlier=(earlier,)))
    assert judgement.commands[0].args["ra_deg"] == 29.6


def test_a_test_of_the_same_event_tells_nothing_of_the_real_one():
    earlier = kept(detection(role="test", ra_error_deg=0.1, dec_error_deg=0.1))
    assert judged(burst(ra_deg=None), around(earlier=(earlier,))).commands == ()


def test_an_idle_telescope_and_a_burst_a_second_after_it_arrived():
    """A burst decided at once, with a fresh status: the normal case."""
    known = around(0.5, statuses={"lwa": lwa(around(0.5))})
    assert judged(burst(), known).commands[0].args["ra_deg"] == R3["ra_deg"]
