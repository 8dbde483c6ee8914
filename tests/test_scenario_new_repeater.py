"""`chime_new_repeater`: each gate from both sides, the transit and its cost, what is asked once and taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ovro_alert import meridian, sky
from ovro_alert.circumstances import PastBurst
from ovro_alert.notices import RawNotice
from ovro_alert.observatory import DSA_110
from ovro_alert.reading import read
from ovro_alert.scenarios.limits import ChimeLimits, DsaLimits, Limits
from ovro_alert.scenarios.repoint import plan_repoint, response
from ovro_alert.scenarios.turn import same_beam_deg
from ovro_alert.statuses import Pointing
from ovro_alert.times import parse_utc, seconds
from tests.cases import R3_TIME, burst, detection, gate, kept, switch
from tests.notices import chime_alert
from tests.repeaters import NAME, NOW, NUMBER, dsa, known, new, past, proposal, said
from tests.samples import need_samples, sample

DSA = DsaLimits()
IN_TABLE = {"source": "FRB 20180916B"}


def turned_to(alert, circumstances=None):
    """Return the one command that is proposed."""
    judgement = said(alert, circumstances)
    assert (judgement.answer, judgement.level, judgement.broadcast) == ("proposal", "loud", True), judgement.summary
    (draft,) = judgement.commands
    return draft


# ── the transit and its cost ──


def test_the_cost_of_going_from_16_to_43_degrees():
    place = meridian.icrs(120.0, 43.0, NOW)
    plan = plan_repoint(place.ra_deg, place.dec_deg, 16.3, NOW, DSA)
    assert plan.elevation_deg == pytest.approx(95.77)
    assert plan.slew_s == pytest.approx(42, abs=0.5)
    assert plan.in_beam_s / 60 == pytest.approx(14.6, abs=0.05)
    assert plan.search_off_s / 60 == pytest.approx(91, abs=0.5)
    assert plan.start + seconds(plan.in_beam_s) == plan.until
    assert plan.deadline == plan.start - seconds(plan.slew_s + 2700 + 300)
    assert plan.searching == plan.until + seconds(plan.slew_s + 2700)


def test_the_transit_is_when_the_source_is_highest():
    place = meridian.icrs(120.0, 10.0, NOW)
    transit = plan_repoint(place.ra_deg, place.dec_deg, None, NOW, DSA).transit
    seen = sky.place(place.ra_deg, place.dec_deg, transit)
    before, at, after = seen.elevation_deg([transit - seconds(60), transit, transit + seconds(60)], DSA_110)
    assert at > before
    assert before == pytest.approx(after, abs=1e-4)


@pytest.mark.parametrize(("left_s", "days"), [(600.1, 0), (599.9, 1)])
def test_a_transit_before_which_nobody_could_decide_is_left_for_the_next(left_s, days):
    place = meridian.icrs(120.0, 43.0, NOW)
    first = plan_repoint(place.ra_deg, place.dec_deg, 16.3, NOW, DSA)
    later = plan_repoint(place.ra_deg, place.dec_deg, 16.3, first.deadline - seconds(left_s), DSA)
    assert (later.transit - first.transit).total_seconds() == pytest.approx(86164.1 * days, abs=0.2)
    assert (later.deadline - first.deadline + seconds(left_s)).total_seconds() >= 600


@pytest.mark.parametrize("dec_deg", [-90.0, 89.9999, 90.0])
def test_what_never_leaves_the_beam_has_a_plan_all_the_same(dec_deg):
    plan = plan_repoint(120.0, dec_deg, 43.0, NOW, DSA)
    assert plan.in_beam_s <= 86164.1
    assert plan.deadline >= NOW + seconds(600)


def test_the_response_is_a_half_at_half_power():
    assert response(0) == 1
    assert response(2.67 / 2) == pytest.approx(0.5)


# ── what is proposed ──


def test_a_new_repeater_is_proposed_with_its_transit():
    alert = new()
    draft = turned_to(alert)
    assert (draft.telescope, draft.action, draft.priority, draft.turn) == ("dsa", "repoint", 70, 1)
    assert (draft.args["dec_deg"], draft.args["ra_deg"]) == (alert.dec_deg, alert.ra_deg)
    assert draft.args["target"] == NUMBER
    assert NOW + seconds(600) <= draft.deadline < NOW + timedelta(days=1)
    figures = said(alert).figures
    assert (draft.args["start"], draft.args["until"]) == (figures["start"], figures["until"])
    assert figures["bursts"] == figures["bursts_lately"] == 1


# ── N1: the alert ──


@pytest.mark.parametrize(
    ("changes", "failing"),
    [
        ({"importance": 0.8999}, "C4"),
        ({"time": R3_TIME + timedelta(minutes=1)}, "C3"),
        ({"time": None}, "C3"),
        ({"source": "B0329+54"}, "C6"),
    ],
)
def test_n1_what_is_told_elsewhere_disturbs_nobody(changes, failing):
    judgement = said(new(**changes))
    assert gate(judgement, failing).failed
    assert (judgement.answer, judgement.level, judgement.commands) == ("nothing", None, ())


def test_n1_a_retracted_burst_disturbs_nobody():
    assert (said(new(), known(retracted=True)).answer, said(new(), known(retracted=True)).level) == ("nothing", None)


def test_n1_a_test_that_passes_everything_else_is_a_drill():
    judgement = said(new(role="test"))
    (draft,) = judgement.commands
    assert (judgement.answer, judgement.level) == ("command", "quiet")
    assert (draft.telescope, draft.action, draft.deadline) == ("dsa", "test", NOW + seconds(300))
    again = said(new(role="test"), known(last_drills={"chime_new_repeater": NOW - seconds(60)}))
    assert (again.answer, again.commands) == ("nothing", ())


def test_n1_a_test_that_fails_something_else_is_nothing():
    judgement = said(new(88, role="test"))
    assert (judgement.answer, judgement.level) == ("nothing", None)


# ── N2: new ──


def test_n2_a_name_that_is_in_no_table_and_never_came_is_new():
    judgement = said(new(source=NAME))
    assert judgement.answer == "proposal"
    assert gate(judgement, "N2").says == "FRB 20990101A is in no table and never came before"


def test_n2_a_name_that_came_before_is_not_new():
    judgement = said(new(source=NAME), known(**past(3)))
    assert (judgement.answer, judgement.level) == ("nothing", None)
    assert "FRB 20990101A came before; 2 bursts" in gate(judgement, "N2").says


def test_n2_a_burst_that_comes_late_is_not_known_by_a_later_one():
    """By its second path, after another burst of the same source: what was new stays new."""
    assert said(new(source=NAME), known(**past(-0.01))).answer == "proposal"


def test_n2_a_number_that_came_before_is_still_not_published():
    assert said(new(), known(**past(30))).answer == "proposal"


def test_n2_bursts_that_we_matched_ourselves_count_for_a_storm():
    """CHIME names neither of the two before; the table knows the place and the DM."""
    table = {"ra_error_deg": 0.1, "dec_error_deg": 0.1}
    alike = tuple(kept(detection(event=f"chime:{n}", time=R3_TIME - timedelta(days=n), **table), n) for n in (1, 2))
    assert said(burst(), known(alike=alike)).answer == "proposal"
    assert said(burst(), known(alike=alike[:1])).answer == "nothing"
    assert said(burst(), known(alike=(alike[0], alike[1].model_copy(update={"dm_pc_cm3": 400.0})))).answer == "nothing"


@pytest.mark.parametrize(("bursts", "answer"), [((), "nothing"), ((1,), "nothing"), ((1, 2), "proposal")])
def test_n2_the_third_burst_in_a_week_of_a_source_in_the_table_is_a_storm(bursts, answer):
    judgement = said(new(**IN_TABLE), known(**past(*bursts)))
    assert judgement.answer == answer
    assert gate(judgement, "N2").value == 1 + len(bursts)


@pytest.mark.parametrize(("days", "answer"), [(7.0, "proposal"), (7.001, "nothing")])
def test_n2_a_storm_is_within_seven_days(days, answer):
    assert said(new(**IN_TABLE), known(**past(1, days))).answer == answer


def test_n2_what_is_a_storm_is_a_setting():
    limits = Limits(dsa=DsaLimits(storm_bursts=2))
    assert said(new(**IN_TABLE), known(**past(1)), limits).answer == "proposal"


def test_n2_two_statements_on_one_burst_count_once():
    bursts = past(1)
    alike = (kept(new(**IN_TABLE, event="chime:100", time=R3_TIME - timedelta(days=1)), 7),)
    assert said(new(**IN_TABLE), known(**bursts, alike=alike)).answer == "nothing"


@pytest.mark.parametrize(("p", "answer"), [(0.90, "proposal"), (0.8999, "nothing")])
def test_n2_an_association_that_chime_doubts_is_none(p, answer):
    assert said(new(association_probability=p)).answer == answer


def test_n2_a_repeater_that_chime_does_not_name_is_unknown():
    judgement = said(new(source=None))
    assert (judgement.answer, judgement.level) == ("nothing", None)


def numbered(dec_away_deg=0.0, **changes):
    """Return an earlier burst that CHIME gave a number, near the burst of now."""
    fields = {"event": "chime:55", "time": R3_TIME - timedelta(days=40), "dec_deg": new().dec_deg + dec_away_deg}
    return kept(new(**(fields | changes)), 5)


def test_n2_a_number_that_was_published_since_is_not_new_again():
    judgement = said(new(source=NAME), known(alike=(numbered(0.2),)))
    assert (judgement.answer, judgement.level) == ("nothing", None)
    assert f"{NAME} came before, as {NUMBER}" in gate(judgement, "N2").says


@pytest.mark.parametrize(
    "other",
    [numbered(5.0), numbered(dm_pc_cm3=380.0), numbered(source=None, kind="detection"), numbered(ra_error_deg=None)],
    ids=["elsewhere", "another DM", "without a number", "without an error"],
)
def test_n2_another_burst_near_it_does_not_make_a_name_known(other):
    other = other.model_copy(update={"r95_deg": None, "dec_error_deg": None}) if other.ra_error_deg is None else other
    assert said(new(source=NAME), known(alike=(other,))).answer == "proposal"


def test_n2_bursts_under_the_number_count_for_a_storm_under_the_name():
    alike = tuple(numbered(event=f"chime:{n}", time=R3_TIME - timedelta(days=n)) for n in (1, 2))
    assert gate(said(new(source=NAME), known(alike=alike)), "N2").value == 3


# ── one-offs ──


def one_off(**changes):
    place = {"ra_deg": new().ra_deg, "dec_deg": new().dec_deg, "ra_error_deg": 0.1, "dec_error_deg": 0.1}
    return detection(**(place | changes))


def earlier(**changes):
    return kept(one_off(**({"event": "chime:77", "time": R3_TIME - timedelta(days=20)} | changes)), 7)


def test_a_one_off_disturbs_nobody():
    judgement = said(one_off())
    assert (judgement.answer, judgement.level, judgement.commands) == ("nothing", None, ())


def test_two_one_offs_of_one_place_and_dm_are_told_and_never_proposed():
    judgement = said(one_off(), known(alike=(earlier(),), chime_bursts=10))
    assert (judgement.answer, judgement.level, judgement.commands) == ("message", "normal", ())
    assert "place and DM match chime:77 of 2026-11-11 (χ² 0.0, by chance " in judgement.summary


@pytest.mark.parametrize(("bursts", "answer"), [(10, "message"), (5000, "nothing")])
def test_a_match_is_worth_less_the_more_bursts_there_are_to_match(bursts, answer):
    judgement = said(one_off(ra_error_deg=0.4, dec_error_deg=0.4), known(alike=(earlier(),), chime_bursts=bursts))
    assert (judgement.answer, judgement.level) == (answer, "normal" if answer == "message" else None)


@pytest.mark.parametrize(("ddm", "answer"), [(10.0, "message"), (12.5, "nothing")])
def test_a_match_asks_for_the_dm_as_well(ddm, answer):
    """σ_DM is hypot(0.8, 0.8, 3) = 3.2: 3.77 of it is 12.06."""
    other = earlier(dm_pc_cm3=348.8 + ddm)
    assert said(one_off(), known(alike=(other,), chime_bursts=10)).answer == answer


def test_a_match_is_told_once():
    around = known(alike=(earlier(),), chime_bursts=10, told={"chime_new_repeater": "normal"})
    assert said(one_off(), around).level == "quiet"


# ── N3: position ──


@pytest.mark.parametrize(("r95", "answer"), [(1.33, "proposal"), (1.34, "message")])
def test_n3_the_position_is_good_to_half_the_beam(r95, answer):
    judgement = said(new(ra_error_deg=r95, dec_error_deg=r95))
    assert (judgement.answer, gate(judgement, "N3").failed) == (answer, answer == "message")


@pytest.mark.parametrize(
    "changes",
    [
        {"ra_deg": 0.0, "dec_deg": 0.0},
        {"ra_deg": None},
        {"ra_error_deg": None, "dec_error_deg": None},
        {"ra_error_deg": -0.5},
    ],
    ids=["0 0", "none", "no error", "negative error"],
)
def test_n3_without_a_position_and_its_error_nothing_is_proposed(changes):
    judgement = said(new(**changes))
    assert (judgement.answer, judgement.level, judgement.commands) == ("message", "normal", ())
    assert gate(judgement, "N3").failed


# ── N4: envelope ──


@pytest.mark.parametrize(
    ("dec_of_date_deg", "elevation_deg", "answer"),
    [
        (72.23, 125.00, "proposal"),
        (72.24, 125.01, "message"),
        (-22.77, 30.00, "proposal"),
        (-22.78, 29.99, "message"),
        (-10.9, 41.87, "proposal"),
        (88.0, 140.77, "message"),
    ],
)
def test_n4_the_dishes_stay_within_their_operators_envelope(dec_of_date_deg, elevation_deg, answer):
    judgement = said(new(dec_of_date_deg))
    assert gate(judgement, "N4").value == pytest.approx(elevation_deg)
    assert (judgement.answer, gate(judgement, "N4").failed) == (answer, answer == "message")


def test_n4_is_of_date():
    """72.23° of J2000 is another declination today."""
    alert = new(72.23)
    assert alert.dec_deg != pytest.approx(72.23, abs=0.05)
    assert said(alert).figures["elevation_deg"] == pytest.approx(125.0)


# ── N5: not there already ──


@pytest.mark.parametrize(("offset_deg", "answer"), [(1.33, "message"), (1.34, "proposal"), (-1.34, "proposal")])
def test_n5_dsa_that_points_there_already_is_left_alone(offset_deg, answer):
    judgement = said(new(43.0), known(statuses=dsa(43.0 - offset_deg)))
    assert judgement.answer == answer
    if answer == "message":
        assert judgement.level == "normal"
        assert judgement.summary.startswith("DSA-110 already points there: response 50% at 1.33°, next transit ")


@pytest.mark.parametrize(
    "statuses", [{}, dsa(43.0, age_s=61), dsa(pointing=None)], ids=["no status", "an old pointing", "no pointing"]
)
def test_n5_a_pointing_that_is_not_known_passes_and_is_said(statuses):
    judgement = said(new(43.0), known(statuses=statuses))
    assert judgement.answer == "proposal"
    assert "not known" in gate(judgement, "N5").says
    assert judgement.figures["slew_s"] == 149
    assert "dec_now_deg" not in judgement.figures


# ── N7: quiet ──


def test_n7_two_bursts_of_a_new_source_are_one_proposal():
    later = said(new(event="chime:42"), known(proposals=(proposal(10 / 1440),), **past(10 / 1440)))
    assert (later.answer, later.level, later.commands) == ("nothing", None, ())
    assert gate(later, "N7").failed


def test_n7_another_new_source_waits_until_people_have_decided_and_is_told():
    other = new(event="chime:42", source="999")
    judgement = said(other, known(proposals=(proposal(0.01),)))
    assert (judgement.answer, judgement.level) == ("message", "normal")
    assert "proposal 41 for DSA-110 waits for a person" in judgement.summary
    assert said(other, known(proposals=(proposal(0.01, "declined"),))).answer == "proposal"


def test_n7_a_proposal_that_has_run_out_does_not_wait():
    ended = proposal(1.5, deadline=NOW - seconds(1))
    assert said(new(event="chime:42", source="999"), known(proposals=(ended,))).answer == "proposal"


@pytest.mark.parametrize(("days", "answer"), [(7.0, "nothing"), (7.001, "proposal")])
def test_n7_a_source_is_proposed_once_in_seven_days(days, answer):
    before = known(proposals=(proposal(days, "expired"),), **past(days))
    assert said(new(event="chime:42"), before).answer == answer


@pytest.mark.parametrize(("stands", "answer"), [(True, "nothing"), (False, "proposal")])
def test_n7_a_proposal_that_was_taken_back_with_its_burst_does_not_count(stands, answer):
    """Cancelled by a person it does: its burst is still one of the source."""
    cancelled = proposal(1, "cancelled", event="chime:100")
    around = known(proposals=(cancelled,), **(past(1) if stands else {}))
    assert said(new(event="chime:42"), around).answer == answer


def test_n7_a_storm_that_is_newly_reached_is_proposed_again():
    """Proposed at its first burst, which ran out; the third within a week is more than that."""
    first = proposal(2, "expired", event="chime:101")
    assert said(new(event="chime:42"), known(proposals=(first,), **past(1, 2))).answer == "proposal"


def test_n7_a_storm_that_was_proposed_is_not_proposed_again():
    storm = proposal(0.5, "declined", event="chime:100")
    assert said(new(event="chime:42"), known(proposals=(storm,), **past(0.5, 1, 2))).answer == "nothing"


def test_n7_what_was_proposed_under_the_number_counts_under_the_name():
    """Two bursts more make it a storm; before that it is known."""
    under = proposal(1, "declined", event="chime:55")
    one = numbered(time=R3_TIME - timedelta(days=1))
    judgement = said(new(event="chime:42", source=NAME), known(proposals=(under,), alike=(one,)))
    assert gate(judgement, "N7").failed


@pytest.mark.parametrize(("made", "answer"), [(2, "proposal"), (3, "message")])
def test_people_are_asked_three_times_a_week(made, answer):
    before = tuple(proposal(1 + n, "declined", 60 + n, args={"target": f"other {n}"}) for n in range(made))
    judgement = said(new(event="chime:42"), known(proposals=before))
    assert judgement.answer == answer
    if answer == "message":
        assert judgement.summary == (
            "over budget: with this one 4 of 3 proposals in 7 d; raise dsa.proposals_in_days to allow it"
        )


# ── N8: operators ──


@pytest.mark.parametrize(
    ("detail", "answer"),
    [
        ({"agents_enabled": False, "paused": False}, "message"),
        ({"agents_enabled": True, "paused": True}, "message"),
        ({"paused": False}, "proposal"),
        ({"agents_enabled": None}, "proposal"),
        ({}, "proposal"),
    ],
)
def test_n8_operators_hold_dsa_back(detail, answer):
    judgement = said(new(), known(statuses=dsa(detail=detail)))
    assert (judgement.answer, judgement.level) == (answer, "normal" if answer == "message" else "loud")
    assert gate(judgement, "N8").failed is (answer == "message")
    if not detail:
        assert "not known" in gate(judgement, "N8").says


@pytest.mark.parametrize(
    ("name", "state", "level"),
    [
        ("dsa", "off", "normal"),
        ("dsa", "message-only", "normal"),
        ("chime_new_repeater", "message-only", "normal"),
        ("chime_new_repeater", "off", None),
    ],
)
def test_a_switch_holds_it_back(name, state, level):
    judgement = said(new(), known(switches=switch(name, state, by="ann")))
    assert (judgement.commands, judgement.level) == ((), level)


# ── later statements ──


def waiting(state="proposed", **changes):
    """Return the circumstances after this very burst was proposed."""
    own = proposal(0, state, event=new().event)
    return known(**({"commands": (own,), "proposals": (own,)} | changes))


@pytest.mark.parametrize("state", ["proposed", "pending", "claimed", "acting", "done", "declined", "expired"])
def test_one_burst_is_proposed_once(state):
    judgement = said(new(), waiting(state))
    assert (judgement.answer, judgement.level, judgement.commands) == ("nothing", None, ())


@pytest.mark.parametrize("state", ["proposed", "pending", "claimed"])
@pytest.mark.parametrize(("away", "replaced"), [(0.99, False), (1.01, True)])
def test_a_better_position_replaces_what_waits(state, away, replaced):
    place = new()
    better = new(dec_deg=place.dec_deg + away * same_beam_deg(0.25), ra_deg=place.ra_deg)
    judgement = said(better, waiting(state))
    assert [one.command for one in judgement.withdrawals] == ([41] if replaced else [])
    if replaced:
        (draft,) = judgement.commands
        (old,) = waiting().commands
        assert (draft.turn, draft.deadline <= old.deadline) == (2, True)
        assert "replaces proposal 41" in judgement.summary


def test_dishes_that_were_turned_are_not_turned_again_by_a_better_position():
    better = new(dec_deg=new().dec_deg + 0.5)
    judgement = said(better, waiting("acting"))
    assert (judgement.answer, judgement.level, judgement.subject) == ("message", "normal", "update")
    assert judgement.summary == "repoint 41 runs and is not moved: position 0.50° from the one commanded"


@pytest.mark.parametrize("changes", [{"importance": 0.5}, {"association_probability": 0.5}])
def test_what_turns_out_to_be_none_is_taken_back(changes):
    judgement = said(new(**changes), waiting())
    assert [one.command for one in judgement.withdrawals] == [41]
    assert (judgement.subject, judgement.level) == ("update", "normal")
    assert judgement.summary.startswith("no longer worth a repointing: ")


def test_operators_who_pause_take_nothing_back():
    judgement = said(new(), waiting(statuses=dsa(detail={"paused": True})))
    assert judgement.withdrawals == ()


# ── retractions ──


def retracted(state, **changes):
    alert = chime_alert(time=None, kind="retraction", event=new().event)
    return said(alert, waiting(state, **({"earlier": (kept(new()),)} | changes)))


@pytest.mark.parametrize("state", ["proposed", "pending", "claimed"])
def test_a_retraction_cancels_what_waits_and_is_told(state):
    judgement = retracted(state)
    assert [(one.command, one.told_only) for one in judgement.withdrawals] == [(41, False)]
    assert (judgement.answer, judgement.level, judgement.broadcast) == ("message", "normal", True)


def test_a_retraction_of_what_moves_asks_people_and_halts_nothing():
    judgement = retracted("acting")
    (one,) = judgement.withdrawals
    assert (one.told_only, one.stop) == (True, False)
    assert (judgement.level, judgement.broadcast) == ("loud", True)
    assert judgement.summary == "retracted, and DSA-110 is turned to it: stop repoint 41?"


def test_a_retraction_of_what_is_done_is_told():
    assert (retracted("done").level, retracted("done").withdrawals) == ("normal", ())


@pytest.mark.parametrize(
    ("told", "level"),
    [
        ({}, None),
        ({"chime_repeater": "normal", "chime_new_repeater": "normal"}, None),
        ({"chime_new_repeater": "normal"}, "normal"),
    ],
)
def test_a_retraction_of_what_was_not_proposed_is_told_by_one_scenario_alone(told, level):
    judgement = retracted("proposed", commands=(), told=told)
    assert judgement.level == level


def test_a_gate_is_kept_for_each_question_also_after_the_first_failure():
    names = " ".join(one.gate.split()[0] for one in said(new(88, importance=0.1)).gates if one.gate[0] in "CN")
    assert names == "C1 C2 C3 C4 C6 N2 N3 N4 N5 N6 N7 N8"


def test_a_chance_that_is_too_large_is_a_setting():
    limits = Limits(chime=ChimeLimits(max_chance=1e-12))
    assert said(one_off(), known(alike=(earlier(),), chime_bursts=10), limits).answer == "nothing"


def test_a_burst_without_a_time_is_one_that_came_before():
    unknown = (PastBurst(None, "chime:100", "no command"),)
    assert said(new(source=NAME), known(last_bursts=unknown, bursts=1)).answer == "nothing"


@need_samples
def test_the_real_notice_of_a_new_name_leaves_people_23_hours():
    found = read(RawNotice(stream="gcn", body=sample("chime/gcn_json/chime_frb.subsequent.example.json")))
    now = found.time + seconds(60)
    status = dsa(55.4)["dsa"]
    place = meridian.icrs(meridian.sidereal_deg(now), 55.4, now)
    pointing = Pointing(ra_deg=place.ra_deg, dec_deg=place.dec_deg, at=now)
    statuses = {"dsa": status.model_copy(update={"pointing": pointing})}
    judgement = said(found, known(now=now, statuses=statuses))
    (draft,) = judgement.commands
    assert f"{draft.deadline + seconds(0.5):%Y-%m-%d %H:%M:%S}" == "2024-09-19 06:10:10"
    figures = judgement.figures
    assert (round(figures["elevation_deg"], 2), round(figures["elevation_now_deg"], 2)) == (65.54, 108.17)
    assert f"{parse_utc(figures['transit']) + seconds(0.5):%H:%M:%S}" == "07:06:46"
    assert round(figures["search_off_s"] / 60) == 92
