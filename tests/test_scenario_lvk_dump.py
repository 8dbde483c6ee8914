"""Neutron-star merger → buffer dump: every gate from both sides of its limit, with all that must be said."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovro_alert.actions import DumpArgs
from ovro_alert.circumstances import Used
from ovro_alert.mergers import Coincidence
from ovro_alert.scenarios.limits import DrillLimits, Limits, LvkLimits
from ovro_alert.times import seconds
from tests.cases import gate, judged, kept, lwa, switch
from tests.mergers import EVENT, MERGER_TIME, after, classes, dump, merger_alert, sky_map, summary, told

IDS = (
    "L1 id",
    "role",
    "L2 kind",
    "L3 not_retracted",
    "L4 group",
    "L5 search",
    "clock",
    "L6 time",
    "L7 far",
    "L8 terrestrial",
    "L9 has_ns",
    "L10 ns_class",
    "L11 once",
    "L12 visible",
    "L13 ready",
)


def refused(name, **changes):
    """Return what is said of a statement that fails at one gate, and at no other."""
    judgement = judged(merger_alert(**changes), after())
    assert [one.gate for one in judgement.gates if one.failed] == [name]
    assert judgement.commands == ()
    return judgement


# ── a dump ──


def test_a_neutron_star_near_a_black_hole_28_seconds_ago_is_dumped():
    judgement = judged(merger_alert(), after())
    (draft,) = judgement.commands
    assert (judgement.answer, judgement.level) == ("command", "loud")
    assert (draft.telescope, draft.action, draft.priority, draft.event) == ("lwa", "dump", 90, EVENT)
    args = DumpArgs.model_validate(draft.args)
    assert args.duration_s == pytest.approx(861.9, abs=0.05)
    assert (args.lookback_s, args.event) == (pytest.approx(0.53, abs=0.01), EVENT)
    assert (draft.deadline - MERGER_TIME).total_seconds() == pytest.approx(314.86, abs=0.01)
    assert judgement.summary == "OVRO-LWA buffer dump: 21 files, 22.7 TB, captures 100%"
    assert "FAR 1.98e-10 Hz ≤ 3.17e-08 Hz" in draft.reason


def test_every_gate_is_there_in_order_with_its_words():
    gates = judged(merger_alert(), after()).gates
    assert tuple(one.gate for one in gates) == IDS
    assert all(one.says for one in gates)


def test_every_gate_is_evaluated_after_the_first_that_fails():
    hopeless = merger_alert(
        kind="early_warning", group="Burst", far_hz=1e-3, classification={}, properties={}, time=None
    )
    assert tuple(one.gate for one in judged(hopeless, after()).gates) == IDS


def test_the_deadline_is_the_moment_at_which_too_little_is_left():
    (draft,) = judged(merger_alert(), after()).commands
    last_s = (draft.deadline - MERGER_TIME).total_seconds()
    assert judged(merger_alert(), after(last_s - 0.01)).commands
    assert not judged(merger_alert(), after(last_s + 0.01)).commands


def test_other_limits_move_the_deadline():
    limits = Limits(lvk=LvkLimits(min_captured=0.25))
    (draft,) = judged(merger_alert(), after(), limits).commands
    assert (draft.deadline - MERGER_TIME).total_seconds() == pytest.approx(411.77, abs=0.01)


def test_figures_have_their_units_in_their_names():
    figures = judged(merger_alert(), after(sky_map=sky_map(0.4))).figures
    assert (figures["captured"], figures["files"], figures["ring_s"]) == (1.0, 21, 120)
    assert (figures["dm_min_pc_cm3"], figures["dm_max_pc_cm3"]) == (50, 400)
    assert figures["dump_tb"] == pytest.approx(22.7, abs=0.05)
    assert [figures[f"visible_{deg}"] for deg in (5, 10, 15, 20, 30)] == [0.4] * 5
    assert figures["visible_at"] == "2026-11-20T12:02:54.167Z"


# ── L1, role ──


@pytest.mark.parametrize("name", ["S261120a", "S261120abc", "S230529ay"])
def test_a_superevents_name_is_known_by_its_form(name):
    assert judged(merger_alert(event=f"lvk:{name}"), after()).commands


@pytest.mark.parametrize("name", ["S261120", "S26112a", "G261120a", "S261120A", "S261120a ", "xS261120a", ""])
def test_what_has_another_form_is_none(name):
    assert gate(judged(merger_alert(event=f"lvk:{name}", role="real"), after()), "L1 id").result == "fail"


@pytest.mark.parametrize("prefix", ["MS", "TS"])
def test_a_mock_is_never_real_whatever_its_role(prefix):
    judgement = judged(merger_alert(event=f"lvk:{prefix}261120a", role="real"), after())
    assert (judgement.commands, gate(judgement, "L1 id").result) == ((), "fail")


@pytest.mark.parametrize("event", ["lvk:MS261120a", "lvk:TS261120a"])
def test_a_mock_with_perfect_numbers_makes_a_drill_at_most(event):
    judgement = judged(merger_alert(event=event), after())
    (draft,) = judgement.commands
    assert (draft.action, draft.args, judgement.level) == ("test", {}, "quiet")
    assert draft.deadline == after().now + seconds(300)
    assert gate(judgement, "role").failed
    assert gate(judgement, "drill").result == "pass"


def test_an_injection_into_the_hardware_makes_a_drill_at_most():
    (draft,) = judged(merger_alert(role="test"), after()).commands
    assert draft.action == "test"


@pytest.mark.parametrize(("ago_s", "drills"), [(21599, 0), (21600, 1)])
def test_mocks_make_one_drill_in_six_hours(ago_s, drills):
    judgement = judged(
        merger_alert(event="lvk:MS261120a"), after(last_drills={"lvk_dump": after().now - seconds(ago_s)})
    )
    assert len(judgement.commands) == drills
    assert judgement.level == "quiet"


def test_a_mock_superevent_makes_one_drill_ever():
    mock, always = merger_alert(event="lvk:MS261120a"), Limits(drills=DrillLimits(from_tests_every_s=0))
    drilled = dump("done", action="test", args={}, event="lvk:MS261120a")
    judgement = judged(mock, after(300, commands=(drilled,)), always)
    assert (judgement.answer, judgement.commands, judgement.level) == ("nothing", (), "quiet")
    assert judgement.summary == "role test: at most a drill; and already commanded: test 17 (done)"


def test_a_mock_that_would_not_have_passed_makes_no_drill():
    judgement = judged(merger_alert(event="lvk:MS261120a", far_hz=1e-3), after())
    assert (judgement.answer, judgement.level, judgement.commands) == ("nothing", "quiet", ())


# ── L2: early warnings, and what was overtaken ──


def test_an_early_warning_makes_people_look_and_commands_nothing():
    warning = merger_alert(kind="early_warning")
    judgement = judged(warning, after(-20))
    assert (judgement.answer, judgement.level, judgement.commands) == ("message", "loud", ())
    assert [one.gate for one in judgement.gates if one.failed] == ["L2 kind"]
    assert gate(judgement, "L6 time").value == 1.0


@pytest.mark.parametrize("significant", [True, False, None])
def test_an_early_warning_that_would_not_pass_is_a_quiet_message(significant):
    judgement = judged(merger_alert(kind="early_warning", far_hz=4.21e-8, significant=significant), after(-5))
    assert (judgement.answer, judgement.level) == ("message", "quiet")


def test_an_early_warning_dumps_if_that_is_wanted():
    limits = Limits(lvk=LvkLimits(early_warning="dump"))
    (draft,) = judged(merger_alert(kind="early_warning"), after(-20), limits).commands
    assert (draft.args["lookback_s"], draft.args["duration_s"]) == (0.0, pytest.approx(909.9, abs=0.05))


@pytest.mark.parametrize("kind", ["preliminary", "initial", "update"])
def test_every_later_kind_may_dump(kind):
    assert judged(merger_alert(kind=kind), after()).commands


def test_an_older_statement_that_comes_late_decides_nothing():
    """A second path was slow: noise by now, it was a neutron star then; or the other way round."""
    newer = kept(
        merger_alert(kind="initial", issued=MERGER_TIME + seconds(90), classification=classes(terrestrial=1.0))
    )
    late = judged(merger_alert(), after(100, earlier=(newer,)))
    assert (late.commands, gate(late, "L2 kind").result) == ((), "fail")
    assert "overtaken by what was issued 2026-11-20T12:01:30.167Z" in gate(late, "L2 kind").says
    better = kept(merger_alert(kind="initial", issued=MERGER_TIME + seconds(90)))
    noise = merger_alert(classification=classes(terrestrial=1.0))
    assert judged(noise, after(100, earlier=(better,), commands=(dump(),))).withdrawals == ()


@pytest.mark.parametrize("ahead_s", [37, 365 * 86400])
def test_a_sender_whose_clock_is_fast_does_not_overtake_what_is_stated_next(ahead_s):
    """TAI taken for UTC, or a wrong year: what we had already cannot have been stated after this."""
    fast = merger_alert(far_hz=1e-6, issued=MERGER_TIME + seconds(28 + ahead_s))
    then = after(62, earlier=(kept(fast, made=MERGER_TIME + seconds(30)),))
    assert judged(merger_alert(issued=MERGER_TIME + seconds(60)), then).commands
    slow = judged(merger_alert(issued=MERGER_TIME + seconds(20)), then)
    assert "overtaken by what was issued 2026-11-20T12:00:30.167Z" in gate(slow, "L2 kind").says


# ── L3 ──


def test_what_was_retracted_before_it_came_is_never_dumped():
    judgement = judged(merger_alert(), after(retracted=True))
    assert (judgement.answer, judgement.level, judgement.commands) == ("nothing", "quiet", ())
    assert judgement.summary == "retracted"


def test_an_update_after_a_retraction_is_nothing():
    known = told(merger_alert(), merger_alert(kind="retraction"), retracted=True, commands=(dump("cancelled"),))
    judgement = judged(merger_alert(kind="update"), after(300, **known))
    assert (judgement.answer, judgement.level, judgement.commands) == ("nothing", "quiet", ())


# ── L4, L5 ──


@pytest.mark.parametrize("group", ["Burst", "cWB", None])
def test_only_compact_binaries_are_dumped(group):
    assert refused("L4 group", group=group).level == "normal"


def test_a_burst_without_classes_is_read_without_any_trouble():
    burst = merger_alert(group="Burst", pipeline="CWB", classification={}, properties={}, significant=True)
    judgement = judged(burst, after())
    assert (judgement.answer, judgement.level, judgement.summary) == ("nothing", "quiet", "group Burst")
    assert gate(judgement, "L9 has_ns").result == "unknown"


@pytest.mark.parametrize("search", ["SSM", "AllSky-SSM", "ssm"])
def test_objects_lighter_than_the_sun_are_for_people(search):
    assert refused("L5 search", search=search).answer == "message"


@pytest.mark.parametrize("search", ["AllSky", "BBH", None])
def test_any_other_search_may_find_a_neutron_star(search):
    assert judged(merger_alert(search=search), after()).commands


# ── clock, L6 ──


@pytest.mark.parametrize(("ahead_s", "passes"), [(5, True), (5.1, False)])
def test_a_merger_in_the_future_is_not_believed(ahead_s, passes):
    judgement = judged(merger_alert(), after(-ahead_s))
    assert bool(judgement.commands) is passes
    if not passes:
        assert "a TAI time taken for UTC (37 s)?" in judgement.summary


@pytest.mark.parametrize(("ahead_s", "result"), [(120, "pass"), (120.1, "fail")])
def test_an_early_warning_may_be_two_minutes_ahead(ahead_s, result):
    assert gate(judged(merger_alert(kind="early_warning"), after(-ahead_s)), "clock").result == result


@pytest.mark.parametrize(("age_s", "captured", "passes"), [(314, 0.503, True), (316, 0.496, False)])
def test_half_of_the_band_must_still_be_in_the_ring(age_s, captured, passes):
    judgement = judged(merger_alert(), after(age_s))
    assert gate(judgement, "L6 time").value == pytest.approx(captured, abs=0.0005)
    assert bool(judgement.commands) is passes
    assert judgement.level == "loud", "too late for a dump is still worth waking somebody"


def test_a_merger_without_a_time_is_never_dumped():
    judgement = judged(merger_alert(time=None, time_note="impossible"), after(sky_map=sky_map(1)))
    assert (judgement.commands, judgement.level) == ((), "loud")
    assert [one.gate for one in judgement.gates if one.result == "unknown"] == ["clock", "L6 time"]
    assert gate(judgement, "L12 visible").result == "pass"


# ── L7 ──


@pytest.mark.parametrize(("far_hz", "passes"), [(0.0, True), (3.17e-8, True), (3.18e-8, False), (1e-6, False)])
def test_one_false_alarm_a_year_is_the_limit(far_hz, passes):
    judgement = judged(merger_alert(far_hz=far_hz), after())
    assert bool(judgement.commands) is passes
    assert gate(judgement, "L7 far").unit == "Hz"


@pytest.mark.parametrize("far_hz", [None, -1e-9])
def test_a_rate_that_is_missing_or_cannot_be_one_does_not_pass(far_hz):
    judgement = judged(merger_alert(far_hz=far_hz), after())
    assert (judgement.summary, gate(judgement, "L7 far").result) == ("FAR not given", "unknown")


def grb(**changes):
    fields = {"observatory": "Fermi", "search": "GRB", "time_far_hz": 1e-7, "sky_far_hz": 3.17e-8}
    return Coincidence(**(fields | changes))


@pytest.mark.parametrize(("far_hz", "passes"), [(3.9e-7, True), (3.91e-7, False)])
def test_beside_a_gamma_ray_burst_one_a_month_is_the_limit(far_hz, passes):
    judgement = judged(merger_alert(far_hz=far_hz, coincidence=grb()), after())
    assert bool(judgement.commands) is passes
    assert "beside a gamma-ray burst of Fermi (joint FAR 3.17e-08 Hz)" in gate(judgement, "L7 far").says


@pytest.mark.parametrize(
    ("changes", "passes"),
    [
        ({}, True),
        ({"sky_far_hz": 3.18e-8}, False),
        ({"sky_far_hz": None}, False),
        ({"sky_far_hz": None, "time_far_hz": 3.17e-8}, True),
        ({"sky_far_hz": None, "time_far_hz": None}, False),
        ({"sky_far_hz": -1.0}, False),
        ({"sky_far_hz": 0.0}, True),
        ({"search": "SubGRB"}, False),
        ({"search": "Supernova"}, False),
        ({"search": None}, False),
    ],
)
def test_a_coincidence_counts_if_it_is_a_burst_and_not_by_chance(changes, passes):
    judgement = judged(merger_alert(far_hz=2e-7, coincidence=grb(**changes)), after())
    assert bool(judgement.commands) is passes


# ── L8, L9, L10 ──


@pytest.mark.parametrize(("terrestrial", "passes"), [(0.0, True), (0.10, True), (0.1001, False), (1.0, False)])
def test_a_tenth_may_be_noise(terrestrial, passes):
    judgement = judged(merger_alert(classification=classes(0.3, 0.5, terrestrial)), after())
    assert bool(judgement.commands) is passes


@pytest.mark.parametrize("terrestrial", [None, -0.1, 1.5])
def test_noise_that_is_not_given_or_no_probability_does_not_pass(terrestrial):
    assert refused("L8 terrestrial", classification=classes(0.5, 0.5, terrestrial)).summary == "terrestrial not given"


def test_a_binary_without_classes_is_refused_and_nothing_breaks():
    judgement = judged(merger_alert(classification={}), after())
    assert (judgement.commands, judgement.summary) == ((), "terrestrial not given")
    assert gate(judgement, "L8 terrestrial").result == "unknown"
    assert gate(judgement, "L10 ns_class").result == "unknown"


@pytest.mark.parametrize(("has_ns", "passes"), [(0.50, True), (0.4999, False), (0.0, False), (1.0, True)])
def test_a_neutron_star_must_be_as_likely_as_not(has_ns, passes):
    judgement = judged(merger_alert(properties={"HasNS": has_ns}), after())
    assert bool(judgement.commands) is passes


@pytest.mark.parametrize(("bns", "nsbh", "passes"), [(0.5, 0.0, True), (0.49, 0.0, False), (0.2, 0.3, True)])
def test_without_that_property_the_classes_stand_for_it(bns, nsbh, passes):
    judgement = judged(merger_alert(classification=classes(bns, nsbh), properties={"HasRemnant": 0.1}), after())
    assert bool(judgement.commands) is passes
    assert gate(judgement, "L9 has_ns").says.startswith("HasNS not given; BNS + NSBH")


def test_without_either_nothing_is_known_of_a_neutron_star():
    judgement = judged(merger_alert(classification=classes(), properties={}), after())
    assert [gate(judgement, name).result for name in ("L9 has_ns", "L10 ns_class")] == ["unknown", "unknown"]


@pytest.mark.parametrize(("bns", "passes"), [(0.0, False), (1e-12, True)])
def test_one_that_cannot_be_of_a_neutron_star_by_its_classes_is_none(bns, passes):
    """A glitch can have HasNS 1."""
    judgement = judged(merger_alert(classification=classes(bns, 0.0)), after())
    assert bool(judgement.commands) is passes


def test_one_detector_is_enough_and_a_remnant_is_not_asked_for():
    event = merger_alert(instruments=("L1",), properties={"HasNS": 1.0, "HasRemnant": 0.0}, significant=None)
    assert judged(event, after()).commands


# ── L11 ──


@pytest.mark.parametrize("state", ["proposed", "pending", "claimed", "acting", "done", "declined", "cancelled"])
def test_a_superevent_is_dumped_once(state):
    judgement = judged(merger_alert(kind="initial"), after(60, commands=(dump(state),)))
    assert (judgement.commands, judgement.withdrawals) == ((), ())
    assert gate(judgement, "L11 once").says == f"already commanded: dump 17 ({state})"


@pytest.mark.parametrize("state", ["failed", "refused", "expired"])
@pytest.mark.parametrize("begun", [False, True])
def test_what_ended_before_it_began_is_tried_again(state, begun):
    judgement = judged(merger_alert(kind="initial"), after(60, commands=(dump(state, begun=begun),)))
    assert [draft.turn for draft in judgement.commands] == ([] if begun else [2])


def test_a_third_try_has_the_third_turn():
    tries = (dump("expired"), dump("refused", turn=2))
    (draft,) = judged(merger_alert(kind="initial"), after(60, commands=tries)).commands
    assert draft.turn == 3
    assert not judged(merger_alert(kind="initial"), after(60, commands=(*tries, dump("done", turn=3)))).commands


def test_a_drill_of_the_same_superevent_is_no_dump():
    drill = dump("done", action="test", args={})
    assert judged(merger_alert(), after(commands=(drill,))).commands


# ── L12 ──


@pytest.mark.parametrize(("up", "passes"), [(1.0, True), (0.10, True), (0.0999, False), (0.0, False)])
def test_a_tenth_of_the_map_must_be_up(up, passes):
    judgement = judged(merger_alert(map=summary()), after(sky_map=sky_map(up)))
    assert bool(judgement.commands) is passes
    assert gate(judgement, "L12 visible").value == pytest.approx(up)


def test_it_counts_what_is_up_when_the_signal_arrives_not_now():
    now_up = sky_map(1.0, at=MERGER_TIME + seconds(174 - 12 * 3600))
    assert gate(judged(merger_alert(), after(sky_map=now_up)), "L12 visible").value == 0.0


@pytest.mark.parametrize(
    ("total", "says"),
    [(0.93, "map sums to 0.93"), (1.0011, "map sums to 1.001"), (0.9989, "map sums to 0.9989"), (0.9991, None)],
)
def test_a_map_that_does_not_sum_to_one_vetoes_nothing(total, says):
    visible = gate(judged(merger_alert(), after(sky_map=sky_map(0.0, total))), "L12 visible")
    assert visible.result == ("fail" if says is None else "pass")
    if says:
        assert visible.says == f"{says} (visibility not checked)"


@pytest.mark.parametrize(
    ("note", "says"),
    [(None, "no map in this notice"), ("map broken: no FITS", "map broken: no FITS"), ("map of 5 MB", "map of 5 MB")],
)
def test_a_map_that_is_not_there_or_broken_vetoes_nothing(note, says):
    judgement = judged(merger_alert(map_note=note), after())
    assert judgement.commands
    assert gate(judgement, "L12 visible").says == f"{says} (visibility not checked)"


# ── L13 ──


def test_another_dump_that_is_being_written_makes_a_loud_message_with_its_end():
    other = dump("acting", until=MERGER_TIME + seconds(700)).model_copy(update={"event": "lvk:S261120b"})
    judgement = judged(merger_alert(), after(running=(other,)))
    assert (judgement.answer, judgement.level) == ("message", "loud")
    assert "until 2026-11-20T12:11:40.167Z" in judgement.summary


def test_over_budget_people_hear_how_to_raise_it():
    judgement = judged(merger_alert(), after(used={"lwa": Used(dumps=2)}))
    assert (judgement.answer, judgement.level) == ("message", "loud")
    assert "raise lwa.dumps_per_day" in judgement.summary


def test_message_only_tells_and_off_says_nothing():
    assert judged(merger_alert(), after(switches=switch("lvk_dump", "message-only"))).level == "loud"
    off = judged(merger_alert(), after(switches=switch("lvk_dump", "off")))
    assert (off.answer, off.level, off.commands) == ("nothing", None, ())


def test_a_telescope_that_is_not_there_is_said():
    gone = lwa(after(), state="unavailable")
    assert judged(merger_alert(), after(statuses={"lwa": gone})).summary == "OVRO-LWA is unavailable"


# ── how loudly ──


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({"far_hz": 1e-6}, "normal"),
        ({"far_hz": 1e-6, "significant": False}, "quiet"),
        ({"far_hz": 1e-6, "significant": None}, "quiet"),
        ({"far_hz": 1e-6, "classification": classes(0.05, 0.05)}, "quiet"),
        ({"far_hz": 1e-6, "classification": classes(0.05, 0.0501)}, "normal"),
        ({"classification": classes(0.0, 0.0)}, "quiet"),
    ],
)
def test_people_are_told_of_what_is_significant_and_may_hold_a_neutron_star(changes, level):
    judgement = judged(merger_alert(**changes), after())
    assert judgement.level == level
    assert judgement.answer == ("nothing" if level == "quiet" else "message")


def test_a_loud_message_is_seen_in_the_channel_too():
    assert judged(merger_alert(), after()).broadcast
    assert not judged(merger_alert(far_hz=1e-6), after()).broadcast


# ── later statements ──


def later(age_s, *commands, **changes):
    """Return the circumstances of a statement after a first one of which people heard loudly."""
    return after(age_s, **(told(merger_alert(), commands=commands, running=commands) | changes))


def better(**changes):
    return merger_alert(**({"kind": "initial", "issued": MERGER_TIME + seconds(290)} | changes))


def test_each_later_statement_is_a_line_with_what_it_was_before():
    judgement = judged(better(properties={"HasNS": 0.985}, far_hz=1e-11), later(300, dump("done")))
    assert (judgement.answer, judgement.subject, judgement.level) == ("message", "update", "normal")
    assert judgement.figures["has_ns_before"] == 1.0
    assert judgement.figures["far_before_hz"] == 1.98e-10
    assert judgement.summary == "already commanded: dump 17 (done)"
    assert not judgement.broadcast


def test_what_was_refused_and_is_promoted_is_dumped_once():
    """Refused at the preliminary (FAR 1e-6), promoted at the second (FAR 1e-9, 300 s old): 15 files."""
    first = merger_alert(far_hz=1e-6)
    second = better(kind="preliminary", far_hz=1e-9)
    around = told(first, level="normal")
    judgement = judged(second, after(300, **around))
    assert (judgement.subject, judgement.level, len(judgement.commands)) == ("verdict", "loud", 1)
    assert judgement.summary.startswith("OVRO-LWA buffer dump: 15 files")
    third = judged(better(), after(310, **(around | {"commands": (dump(made_s=300),)})))
    assert third.commands == ()


def test_a_map_that_moves_up_leads_to_a_dump():
    first = judged(merger_alert(map=summary()), after(sky_map=sky_map(0.05)))
    assert (first.answer, first.level) == ("message", "loud")
    moved = judged(better(kind="update", map=summary()), later(200, sky_map=sky_map(0.6)))
    assert [one.action for one in moved.commands] == ["dump"]


def test_what_becomes_loud_for_the_first_time_is_told_as_if_it_were_new():
    judgement = judged(better(), after(400, **told(merger_alert(far_hz=1e-6), level="normal")))
    assert (judgement.subject, judgement.level, judgement.broadcast) == ("verdict", "loud", True)
    assert judgement.figures["far_before_hz"] == 1e-6


def test_after_an_early_warning_the_first_preliminary_is_told_in_full():
    warning = merger_alert(kind="early_warning", issued=MERGER_TIME - seconds(20))
    full = judged(merger_alert(), after(28, **told(warning), used={"lwa": Used(dumps=2)}))
    assert (full.subject, full.level) == ("verdict", "loud")


@pytest.mark.parametrize("state", ["pending", "claimed", "proposed"])
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"classification": classes(0.1, 0.1, 0.8)}, "terrestrial 0.8 > 0.1"),
        ({"far_hz": 1e-6}, "FAR 1e-06 Hz > 3.17e-08 Hz"),
        ({"properties": {"HasNS": 0.1}}, "HasNS 0.1 < 0.5"),
    ],
)
def test_a_dump_that_waits_is_taken_back_when_it_turns_out_to_be_nothing(state, changes, why):
    judgement = judged(better(**changes), later(60, dump(state)))
    (back,) = judgement.withdrawals
    assert (back.command, back.told_only, back.stop, back.why) == (17, False, False, why)
    assert (judgement.answer, judgement.subject, judgement.level) == ("message", "update", "normal")
    assert judgement.summary == f"no longer worth a dump: {why}"


def test_a_dump_that_waits_is_taken_back_when_the_map_moves_down():
    judgement = judged(better(), later(60, dump(), sky_map=sky_map(0.01)))
    assert [one.command for one in judgement.withdrawals] == [17]


@pytest.mark.parametrize("changes", [{"classification": {}}, {"properties": {}}, {"far_hz": None}, {"group": None}])
def test_a_statement_that_leaves_something_out_takes_nothing_back(changes):
    judgement = judged(better(**changes), later(60, dump()))
    assert (judgement.withdrawals, judgement.subject, judgement.level) == ((), "update", "normal")


@pytest.mark.parametrize("warned", [(), (merger_alert(kind="early_warning", issued=MERGER_TIME),)])
def test_the_same_statement_by_another_path_wakes_nobody_twice(warned):
    """Only what it adds brings it here: the dump is commanded, and people were told."""
    judgement = judged(merger_alert(), after(31, **told(*warned, commands=(dump(),))))
    assert (judgement.subject, judgement.commands) == ("update", ())
    assert judgement.level == ("normal" if warned else "quiet")


def test_a_dump_that_acts_runs_on_and_one_that_is_done_is_only_told():
    noise = better(classification=classes(terrestrial=1.0))
    acting = judged(noise, later(60, dump("acting")))
    assert [(one.told_only, one.stop) for one in acting.withdrawals] == [(True, False)]
    done = judged(noise, later(900, dump("done")))
    assert (done.withdrawals, done.subject, done.level) == ((), "update", "normal")


def test_a_dump_that_waits_is_kept_when_only_time_has_passed():
    """It has a deadline of its own."""
    assert judged(better(), later(316, dump())).withdrawals == ()


def test_a_test_takes_back_no_dump():
    noise = better(role="test", classification=classes(terrestrial=1.0))
    assert judged(noise, later(60, dump())).withdrawals == ()


# ── retractions ──


def retracted(age_s, *commands, limits=None, **changes):
    alert = merger_alert(kind="retraction", time=None, issued=MERGER_TIME + seconds(age_s))
    return judged(alert, later(age_s, *commands, retracted=True, **changes), limits or Limits())


@pytest.mark.parametrize("state", ["pending", "claimed", "proposed"])
def test_a_retraction_cancels_what_waits_and_everybody_hears_of_it(state):
    judgement = retracted(100, dump(state))
    assert [(one.command, one.told_only, one.stop) for one in judgement.withdrawals] == [(17, False, False)]
    assert (judgement.subject, judgement.level, judgement.broadcast) == ("retraction", "normal", True)


@pytest.mark.parametrize(("age_s", "stops"), [(380, True), (384, False)])
def test_a_dump_that_is_less_than_half_written_is_stopped(age_s, stops):
    judgement = retracted(age_s, dump("acting", until=MERGER_TIME + seconds(736)))
    assert [(one.told_only, one.stop) for one in judgement.withdrawals] == [(not stops, stops)]
    assert ("is asked to stop" in judgement.summary) is stops
    assert ("runs on" in judgement.summary) is not stops


def test_nothing_is_stopped_where_that_is_not_wanted():
    never = Limits(lvk=LvkLimits(abort_on_retraction=False))
    judgement = retracted(100, dump("acting", until=MERGER_TIME + seconds(736)), limits=never)
    assert [(one.told_only, one.stop) for one in judgement.withdrawals] == [(True, False)]


def test_what_is_done_is_marked_and_kept():
    judgement = retracted(2000, dump("done"))
    assert (judgement.withdrawals, judgement.broadcast) == ((), True)
    assert "done, what it recorded is marked retracted" in judgement.summary


def test_whoever_was_told_hears_of_a_retraction_without_a_command_too():
    judgement = retracted(2000)
    assert (judgement.answer, judgement.level, judgement.broadcast) == ("message", "normal", False)


def test_what_was_told_quietly_is_taken_back_quietly():
    warning = (kept(merger_alert(kind="early_warning")),)
    judgement = judged(merger_alert(kind="retraction"), after(900, earlier=warning, retracted=True))
    assert (judgement.answer, judgement.level) == ("message", "quiet")


def test_a_retraction_of_what_is_not_known_is_remembered():
    judgement = judged(merger_alert(kind="retraction"), after(retracted=True))
    assert (judgement.answer, judgement.level) == ("nothing", "quiet")
    assert "remembered" in judgement.summary


def test_a_mocks_retraction_takes_back_its_drill_and_tells_nobody():
    drill = dump("pending", action="test", args={}, event="lvk:MS261120a")
    alert = merger_alert(kind="retraction", event="lvk:MS261120a")
    judgement = judged(alert, after(100, commands=(drill,), earlier=(kept(merger_alert(event="lvk:MS261120a")),)))
    assert [one.command for one in judgement.withdrawals] == [17]
    assert (judgement.answer, judgement.level, judgement.broadcast) == ("nothing", "quiet", False)


# ── whatever it is given ──


@pytest.mark.parametrize("year", [1, 1900, 2100, 9999])
def test_a_time_that_cannot_be_meant_is_not_known(year):
    time = MERGER_TIME.replace(year=year, month=12, day=31, hour=23, minute=59)
    judgement = judged(merger_alert(time=time), after(sky_map=sky_map(1)))
    assert [one.gate for one in judgement.gates if one.result == "unknown"] == ["clock", "L6 time"]
    assert judgement.commands == ()


finite = st.floats(allow_nan=False, allow_infinity=False)
numbers = st.none() | finite
chances = st.dictionaries(st.sampled_from(["BNS", "NSBH", "Terrestrial", "HasNS", "other"]), finite)
words = st.none() | st.sampled_from(["CBC", "Burst", "SSM", "GRB", ""])
bursts = st.none() | st.builds(Coincidence, search=words, time_far_hz=numbers, sky_far_hz=numbers)


@given(
    far=numbers,
    classification=chances,
    properties=chances,
    group=words,
    search=words,
    burst=bursts,
    age_s=st.floats(-1e6, 1e9),
    timed=st.booleans(),
)
def test_no_numbers_break_it_and_only_sound_ones_command(
    far, classification, properties, group, search, burst, age_s, timed
):
    fields = {"far_hz": far, "classification": classification, "properties": properties, "coincidence": burst}
    alert = merger_alert(**fields, group=group, search=search, **({} if timed else {"time": None}))
    judgement = judged(alert, after(age_s))
    assert bool(judgement.commands) is not any(one.failed for one in judgement.gates)
    if judgement.commands:
        assert 0 <= far <= 3.9e-7 * (1 + 1e-6)
        assert (group, timed, age_s < 315) == ("CBC", True, True)


def test_a_judgement_is_json_whatever_the_numbers():
    strange = merger_alert(far_hz=1e308, classification={"BNS": 5.0, "Terrestrial": -1.0}, properties={"HasNS": 2.0})
    json.loads(judged(strange, after()).model_dump_json())


def test_a_statement_without_its_merger_is_refused_and_nothing_breaks():
    judgement = judged(merger_alert().model_copy(update={"merger": None}), after())
    assert (judgement.answer, judgement.commands) == ("nothing", ())
