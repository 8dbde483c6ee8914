"""Later notices of one event: replaced, told, taken back, and never twice."""

from __future__ import annotations

import pytest

from ovro_alert.actions import BeamArgs
from ovro_alert.circumstances import Used
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.turn import same_beam_deg
from ovro_alert.times import seconds
from tests.cases import R3, around, burst, commanded, detection, gate, judged, kept

UNLISTED = {"source": "60792403"}
WAITING = ("proposed", "pending", "claimed")
SMALL = {"ra_error_deg": 0.1, "dec_error_deg": 0.1}


def beam(state="pending", **changes):
    """Return the command that the first notice of the event made, 13.2 s after the burst."""
    (draft,) = judged(burst(**(UNLISTED | changes))).commands
    return commanded(draft, around().now, state=state)


def later(*commands, age_s=60, **changes):
    """Return the circumstances of a later notice of the same event."""
    known = {"commands": commands, "running": commands, "earlier": (kept(burst(**UNLISTED)),)} | changes
    return around(age_s, **known)


def moved(deg, **changes):
    return burst(**(UNLISTED | SMALL | {"dec_deg": R3["dec_deg"] + deg} | changes))


# ── once ──


@pytest.mark.parametrize("state", ["proposed", "pending", "claimed", "acting", "done"])
def test_the_same_burst_by_a_second_path_is_commanded_once(state):
    judgement = judged(burst(**UNLISTED), later(beam(state)))
    assert (judgement.answer, judgement.level, judgement.commands) == ("nothing", None, ())
    assert judgement.summary == f"already commanded: beam 17 ({state})"
    assert judgement.withdrawals == ()


@pytest.mark.parametrize("state", ["failed", "refused", "declined", "expired", "cancelled"])
def test_what_ended_without_a_beam_is_not_tried_again(state):
    judgement = judged(moved(0.5), later(beam(state)))
    assert (judgement.answer, judgement.commands) == ("nothing", ())


def test_a_command_of_another_scenario_or_by_a_person_does_not_count():
    others = [beam().model_copy(update={"scenario": name}) for name in ("dsa_beam", None)]
    assert judged(burst(**UNLISTED), around(60, commands=tuple(others))).commands


# ── replaced ──


@pytest.mark.parametrize("state", WAITING)
@pytest.mark.parametrize(("away", "replaced"), [(0.99, False), (1.01, True)])
def test_a_better_position_replaces_what_waits(state, away, replaced):
    old = beam(state)
    judgement = judged(moved(away * same_beam_deg(0.25)), later(old))
    assert [one.command for one in judgement.withdrawals] == ([17] if replaced else [])
    if replaced:
        (draft,) = judgement.commands
        assert (draft.turn, draft.args["dec_deg"]) == (2, pytest.approx(R3["dec_deg"] + away * same_beam_deg(0.25)))
        assert not judgement.withdrawals[0].told_only
        assert "replaces beam 17" in judgement.summary


def test_a_replacement_does_not_wait_for_the_one_that_it_replaces():
    (draft,) = judged(moved(0.5), later(beam())).commands
    assert BeamArgs.model_validate(draft.args).start is None


@pytest.mark.parametrize(("earlier_s", "own"), [(-100, False), (100, True)])
def test_a_replacement_has_the_earlier_of_both_deadlines(earlier_s, own):
    old = beam()
    old = old.model_copy(update={"deadline": old.deadline + seconds(earlier_s)})
    (draft,) = judged(moved(0.5), later(old)).commands
    assert draft.deadline == (old.deadline - seconds(earlier_s) if own else old.deadline)


@pytest.mark.parametrize("full", [{"beams": 24}, {"beam_hours": 6.0}, {"beam_tb": 2.0}])
def test_a_replacement_needs_no_budget_of_its_own(full):
    """The last beam of a day is moved as well as any other; another burst's would be one too many."""
    used = {"lwa": Used(**full)}
    judgement = judged(moved(0.5), later(beam(), used=used))
    assert gate(judgement, "B8").result == "pass"
    assert len(judgement.commands) == 1
    assert gate(judged(moved(0.5), later(used=used)), "B8").result == "fail"


def test_a_second_replacement_has_the_third_turn():
    first = beam("cancelled")
    second = beam().model_copy(update={"id": 18, "turn": 2})
    (draft,) = judged(moved(0.5), later(first, second)).commands
    assert draft.turn == 3


@pytest.mark.parametrize(("ddm", "replaced"), [(4.4, False), (4.6, True)])
def test_a_better_dm_that_moves_the_end_of_the_sweep_by_ten_seconds_replaces_what_waits(ddm, replaced):
    """43.2 MHz moves 2.19746 s per unit of DM after 400 MHz: 10 s at 4.55."""
    judgement = judged(burst(**UNLISTED, dm_pc_cm3=R3["dm_pc_cm3"] + ddm), later(beam()))
    assert bool(judgement.commands) is replaced


def test_a_better_position_that_cannot_be_caught_keeps_what_waits():
    """Too late for a new beam: what waits has a deadline of its own, and may still be begun."""
    judgement = judged(moved(0.5), later(beam(), age_s=489))
    assert (judgement.answer, judgement.commands, judgement.withdrawals) == ("message", (), ())


# ── acting, done ──


@pytest.mark.parametrize(("state", "word"), [("acting", "runs and is not moved"), ("done", "is done")])
def test_a_running_beam_is_not_moved_and_people_hear_what_is_left(state, word):
    judgement = judged(moved(0.5), later(beam(state)))
    assert (judgement.answer, judgement.level, judgement.subject) == ("message", "normal", "update")
    assert (judgement.commands, judgement.withdrawals) == ((), ())
    assert f"beam 17 {word}: position 0.50° from the one commanded" in judgement.summary
    assert "gain left 78% at 53 MHz" in judgement.summary


# ── what it is turns out to be something else ──


@pytest.mark.parametrize(
    "change",
    [{"importance": 0.3}, {"source": "B0329+54"}, {"association_probability": 0.2, "dm_pc_cm3": 900.0}],
)
def test_a_gate_of_the_burst_that_fails_now_takes_back_what_waits(change):
    judgement = judged(burst(**(UNLISTED | change)), later(beam()))
    assert (judgement.answer, judgement.level, judgement.subject) == ("message", "normal", "update")
    assert [(one.command, one.told_only) for one in judgement.withdrawals] == [(17, False)]
    assert judgement.commands == ()


def test_a_running_beam_runs_on_and_it_is_said():
    judgement = judged(burst(**UNLISTED, importance=0.3), later(beam("acting")))
    assert [(one.command, one.told_only) for one in judgement.withdrawals] == [(17, True)]
    assert judgement.summary.startswith("no longer worth a beam: importance 0.3 < 0.9")


def test_a_test_notice_takes_nothing_back():
    judgement = judged(burst(**UNLISTED, role="test", importance=0.3), later(beam()))
    assert judgement.withdrawals == ()


# ── retractions ──


def retracted(*commands, **changes):
    alert = burst(kind="retraction", time=None, **changes)
    return judged(alert, later(*commands, age_s=20000))


@pytest.mark.parametrize("state", WAITING)
def test_a_retraction_cancels_what_waits_and_everybody_hears(state):
    judgement = retracted(beam(state))
    assert (judgement.answer, judgement.level, judgement.subject) == ("message", "normal", "retraction")
    assert judgement.broadcast
    assert [(one.command, one.told_only) for one in judgement.withdrawals] == [(17, False)]
    assert "beam 17 is cancelled before it began" in judgement.summary


def test_a_retraction_lets_a_running_beam_run_on():
    judgement = retracted(beam("acting"))
    assert [(one.command, one.told_only) for one in judgement.withdrawals] == [(17, True)]
    assert "beam 17 runs on" in judgement.summary


def test_a_retraction_marks_what_is_done():
    judgement = retracted(beam("done"))
    assert judgement.withdrawals == ()
    assert judgement.broadcast
    assert "beam 17 is done, what it recorded is marked retracted" in judgement.summary


def test_a_retraction_of_a_repeater_without_a_beam_is_told_in_its_thread_only():
    known = later(age_s=20000)._replace(told={"chime_repeater": "normal"})
    judgement = judged(burst(kind="retraction", time=None), known)
    assert (judgement.answer, judgement.level, judgement.broadcast) == ("message", "normal", False)


def test_a_retraction_of_a_one_off_disturbs_nobody():
    known = around(20000, earlier=(kept(detection(dm_pc_cm3=900)),))
    judgement = judged(burst(kind="retraction", time=None), known)
    assert (judgement.answer, judgement.level, judgement.broadcast) == ("nothing", "quiet", False)


def test_a_retraction_of_an_unknown_event_is_remembered():
    judgement = judged(burst(kind="retraction", time=None), around(20000))
    assert (judgement.answer, judgement.level) == ("nothing", "quiet")
    assert "not known here: remembered" in judgement.summary


def test_an_event_that_is_born_retracted_is_not_followed():
    judgement = judged(burst(), around(retracted=True))
    assert (judgement.answer, judgement.level, judgement.commands) == ("nothing", "quiet", ())
    assert judgement.summary == "retracted before it came"
    assert gate(judgement, "B8").result == "pass"


def test_a_test_retraction_takes_back_drills_alone():
    (draft,) = judged(burst(role="test")).commands
    drill = commanded(draft, around().now, number=18)
    judgement = retracted(beam(), drill, role="test")
    assert [one.command for one in judgement.withdrawals] == [18]
    assert (judgement.answer, judgement.broadcast) == ("nothing", False)
    assert [one.command for one in retracted(beam(), drill).withdrawals] == [17]


def test_a_drill_does_not_stand_for_the_real_burst():
    (draft,) = judged(burst(role="test")).commands
    drill = commanded(draft, around().now)
    assert judged(burst(), around(60, commands=(drill,), running=(drill,))).answer == "command"
    assert judged(burst(role="test"), around(60, commands=(drill,)), Limits()).commands == ()


# ── updates ──


def test_an_update_carries_words_and_commands_nothing():
    judgement = judged(burst(kind="update", time=None, words="the DM is 221.2 ± 0.4"), later(beam()))
    assert (judgement.answer, judgement.level, judgement.subject) == ("message", "normal", "update")
    assert judgement.summary == "update: the DM is 221.2 ± 0.4"
    assert (judgement.commands, judgement.withdrawals) == ((), ())


def test_an_update_of_a_test_is_quiet():
    assert judged(burst(kind="update", role="test")).level == "quiet"
