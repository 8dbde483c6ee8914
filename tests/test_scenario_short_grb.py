"""Short gamma-ray burst → people, and a beam or a dump of OVRO-LWA where that is configured."""

from __future__ import annotations

import pytest

from ovro_alert.actions import BeamArgs, DumpArgs
from ovro_alert.circumstances import Used
from ovro_alert.times import seconds
from ovro_alert.verdicts import Judgement
from tests.cases import R3_TIME, around, commanded, gate, kept, lwa, switch
from tests.gamma_rays import configured, grb_alert, judged_after, nowhere, standing

NONE = configured("none")
TOLD = {"short_grb": "normal"}


def outcome(judgement: Judgement) -> tuple[str, str | None]:
    return judgement.answer, judgement.level


def at(elevation_deg, age_s=20.0):
    """Return the place that stands at that elevation when visibility counts."""
    ra_deg, dec_deg = standing(elevation_deg, R3_TIME + seconds(age_s + 60))
    return {"ra_deg": ra_deg, "dec_deg": dec_deg}


def known(age_s=20.0, **changes):
    return around(age_s, time=R3_TIME, **changes)


def with_command(what, age_s=60.0, state="pending", first=None, **changes):
    """Return what is known after the first notice made a beam or a dump."""
    first = first or grb_alert()
    (draft,) = judged_after(20, first, configured(what)).commands
    command = commanded(draft, R3_TIME + seconds(20), state=state)
    more = {"told": TOLD, "earlier": (kept(first),), "commands": (command,), "running": (command,)}
    return known(age_s, **(more | changes))


# ── who is told, and how loudly ──


def test_by_default_people_are_told_and_nothing_is_commanded():
    judgement = judged_after(21, grb_alert(age_s=21))
    assert outcome(judgement) == ("message", "normal")
    assert judgement.summary == "message only (grb.command = none)"
    assert gate(judgement, "G4").result == "off"
    assert judgement.commands == ()


def test_every_gate_has_its_number_also_where_nothing_is_configured():
    judgement = judged_after(30, grb_alert(), NONE)
    assert [one.result for one in judgement.gates if one.gate.startswith(("B", "L13", "G6", "once"))] == ["off"] * 12
    assert gate(judgement, "B4").value == 1.0
    assert gate(judgement, "B2").value == pytest.approx(0.057)
    assert gate(judgement, "G6").value == 1.0


@pytest.mark.parametrize(("elevation_deg", "level"), [(20.3, "normal"), (19.7, "quiet"), (-30.0, "quiet")])
def test_below_the_horizon_only_the_page_hears(elevation_deg, level):
    judgement = judged_after(20, grb_alert(**at(elevation_deg)))
    assert outcome(judgement) == ("message", level)
    assert gate(judgement, "G3").value == pytest.approx(elevation_deg, abs=0.2)


def test_a_wide_position_is_told_from_a_tenth_and_commands_from_a_half():
    def of(elevation_deg):
        return judged_after(20, grb_alert("FLT_POS", r95_deg=20.0, **at(elevation_deg)), configured("dump"))

    low, middle, high = of(5.0), of(14.0), of(23.0)
    assert low.figures["visible"] < 0.10 < middle.figures["visible"] < 0.50 < high.figures["visible"]
    assert [outcome(one) for one in (low, middle, high)] == [
        ("message", "quiet"),
        ("message", "normal"),
        ("command", "loud"),
    ]
    assert "probability to be above 20°" in middle.summary


@pytest.mark.parametrize(
    ("notice_type", "changes"),
    [
        ("FLT_POS", {"timescale_s": 0.513}),
        ("FLT_POS", {"likely_probability": 0.49}),
        ("FLT_POS", {"likely": "TGF", "timescale_s": 0.016}),
        ("BAT_GRB_POS_ACK", {"star_tracker_lost": True}),
        ("BAT_GRB_POS_ACK", {"timescale_s": 0.513}),
        ("ALERT", {}),
        ("LAT_POS_INI", {}),
        ("GSC unknown", {}),
    ],
)
def test_what_is_not_short_is_nothing(notice_type, changes):
    judgement = judged_after(20, grb_alert(notice_type, **changes), configured("both"))
    assert outcome(judgement) == ("nothing", "quiet")
    assert gate(judgement, "G2").failed
    assert judgement.summary == gate(judgement, "G2").says


def test_a_burst_without_a_position_is_told_and_points_nowhere():
    judgement = judged_after(20, nowhere("grm-trigger"), configured("both"))
    assert outcome(judgement) == ("message", "normal")
    assert "no position" in judgement.summary
    assert gate(judgement, "G3").result == "unknown"


@pytest.mark.parametrize(
    "where",
    [
        {"ra_deg": 0.0, "dec_deg": 0.0, "r95_deg": None},
        {"r95_deg": -1.0},
        {"ra_deg": None, "dec_deg": None, "r95_deg": None, "position_note": "error radius −1: no position"},
    ],
)
def test_placeholders_are_no_position(where):
    judgement = judged_after(20, grb_alert("grm-trigger", **where), configured("both"))
    assert outcome(judgement) == ("message", "normal")
    assert (gate(judgement, "G3").result, judgement.commands) == ("unknown", ())


def test_fermis_final_word_comes_too_late_for_a_dump_and_is_told():
    judgement = judged_after(557, grb_alert("FIN_POS", age_s=557))
    assert outcome(judgement) == ("message", "normal")
    assert judgement.summary == "short, final; 557 s: nothing left to dump (17 %)"


def test_a_flight_position_a_day_late_is_for_the_page_alone():
    judgement = judged_after(72000, grb_alert("FLT_POS", age_s=72000, **at(64, 72000)), configured("both"))
    assert outcome(judgement) == ("message", "quiet")
    assert judgement.commands == ()
    assert "has left the band" in judgement.summary


def test_it_is_late_when_the_whole_sweep_has_left_the_band():
    def of(age_s):
        return judged_after(age_s, grb_alert("FLT_POS", age_s=age_s, **at(64, age_s)))

    assert (of(2232).level, of(2235).level) == ("normal", "quiet")


@pytest.mark.parametrize(
    ("r95_deg", "elevation_deg", "level"),
    [
        (0.2, 30.0, "normal"),
        (0.21, 30.0, "quiet"),
        (0.06, 20.3, "normal"),
        (0.06, 19.7, "quiet"),
        (None, 64.0, "quiet"),
    ],
)
def test_an_x_ray_transient_is_told_where_it_is_up_and_well_placed(r95_deg, elevation_deg, level):
    judgement = judged_after(60, grb_alert("alert", r95_deg=r95_deg, **at(elevation_deg, 60)), configured("both"))
    assert outcome(judgement) == ("message", level)
    assert judgement.commands == ()


def test_people_hear_once_and_again_when_it_is_confirmed():
    first, second, final = grb_alert("FLT_POS"), grb_alert("GND_POS", age_s=40), grb_alert("FIN_POS", age_s=557)
    after = known(40, earlier=(kept(first),), told=TOLD)
    assert outcome(judged_after(40, second, known=after)) == ("message", "quiet")
    after = known(557, earlier=(kept(first), kept(second, 2)), told=TOLD)
    assert outcome(judged_after(557, final, known=after)) == ("message", "normal")


def test_the_first_position_of_what_was_told_without_one_is_told():
    first = nowhere("grm-trigger", event="svom:sb1")
    after = known(80, earlier=(kept(first),), told=TOLD)
    place, refined = (grb_alert(kind, age_s=80, event="svom:sb1", **at(64, 80)) for kind in ("slewing", "mxt-initial"))
    assert outcome(judged_after(80, place, known=after)) == ("message", "normal")
    after = known(80, earlier=(kept(first), kept(place, 2)), told=TOLD)
    assert outcome(judged_after(80, refined, known=after)) == ("message", "quiet")


def test_a_better_position_above_the_horizon_is_told_if_the_first_was_not():
    first = grb_alert("FLT_POS", **at(-30))
    after = known(40, earlier=(kept(first),))
    judgement = judged_after(40, grb_alert("GND_POS", age_s=40, r95_deg=5.0, **at(60, 40)), known=after)
    assert outcome(judgement) == ("message", "normal")


def test_notices_that_come_in_another_order_are_read_in_theirs():
    first, later = grb_alert("FLT_POS", age_s=24, timescale_s=4.0), grb_alert("FLT_POS", age_s=30)
    judgement = judged_after(40, first, known=known(40, earlier=(kept(later),)))
    assert judgement.answer == "nothing"
    assert judgement.figures["length"] == "no"


def test_a_first_word_with_a_clock_that_is_fast_does_not_outlast_the_final_one():
    candidate = kept(grb_alert("FLT_POS", age_s=365 * 86400), made=R3_TIME + seconds(26))
    final = grb_alert("FIN_POS", age_s=557, length="long")
    judgement = judged_after(559, final, known=known(559, earlier=(candidate,), told=TOLD))
    assert judgement.figures["length"] == "withdrawn"


# ── role and clock ──


@pytest.mark.parametrize(("age_s", "result"), [(-5.0, "pass"), (-5.1, "fail")])
def test_a_burst_in_the_future_is_not_believed(age_s, result):
    judgement = judged_after(age_s, grb_alert(), configured("both"))
    assert gate(judgement, "clock").result == result
    assert bool(judgement.commands) == (result == "pass")


def test_a_time_that_cannot_be_is_unknown_and_commands_nothing():
    alert = grb_alert(time=None, time_note="no time: '2016-01--3T03:05:12.46'")
    judgement = judged_after(20, alert, configured("both"), known())
    assert outcome(judgement) == ("nothing", "quiet")
    assert gate(judgement, "clock").result == "unknown"
    assert "2016-01--3T" in judgement.summary


def test_a_test_is_a_drill_where_the_real_thing_would_be_a_command():
    judgement = judged_after(20, grb_alert(role="test"), configured("both"))
    assert outcome(judgement) == ("command", "quiet")
    (draft,) = judgement.commands
    assert (draft.telescope, draft.action, draft.args) == ("lwa", "test", {})
    assert draft.deadline == R3_TIME + seconds(20 + 300)


@pytest.mark.parametrize(
    ("command", "changes", "why"),
    [
        ("none", {}, "grb.command = none"),
        ("beam", {"timescale_s": 1.0}, "not short"),
        ("beam", {"r95_deg": 6.0}, "error too large for a beam"),
    ],
)
def test_a_test_that_would_command_nothing_is_nothing(command, changes, why):
    judgement = judged_after(20, grb_alert(role="test", **changes), configured(command))
    assert outcome(judgement) == ("nothing", "quiet")
    assert judgement.summary.startswith("role test: at most a drill; and ")
    assert why in judgement.summary


def test_drills_are_not_made_too_often():
    alert, then = grb_alert(role="test"), R3_TIME - seconds(3600)
    judgement = judged_after(20, alert, configured("dump"), known(last_drills={"short_grb": then}))
    assert outcome(judgement) == ("nothing", "quiet")
    assert "last drill 3620 s ago" in judgement.summary


# ── the beam ──


def test_a_beam_lasts_until_dm_1000_has_left_and_must_catch_a_quarter_of_dm_500():
    judgement = judged_after(21, grb_alert(age_s=21), configured("beam"))
    assert outcome(judgement) == ("command", "normal")
    (draft,) = judgement.commands
    args = BeamArgs.model_validate(draft.args)
    assert (draft.action, draft.priority, draft.turn, args.mode) == ("beam", 50, 1, "voltage")
    assert args.duration_s == pytest.approx(2194, abs=0.5)
    assert (args.stop - R3_TIME).total_seconds() == pytest.approx(2233.4, abs=0.1)
    assert (draft.deadline - R3_TIME).total_seconds() == pytest.approx(720.6, abs=0.05)
    assert (args.dm_pc_cm3, args.time_inf) == (None, R3_TIME)
    assert judgement.figures["on_after_s"] == pytest.approx(39)
    assert judgement.figures["whole_from_dm"] == 65
    assert judgement.figures["half_power_82_8"] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(("age_s", "answer"), [(720.5, "command"), (720.7, "message")])
def test_a_beam_that_would_come_too_late_for_dm_500_is_none(age_s, answer):
    judgement = judged_after(age_s, grb_alert(age_s=age_s, **at(64, age_s)), configured("beam"))
    assert judgement.answer == answer
    assert gate(judgement, "B4").failed == (answer == "message")


@pytest.mark.parametrize(("r95_deg", "answer"), [(1.0, "command"), (1.01, "message"), (6.0, "message")])
def test_an_error_too_large_for_a_beam_is_said_with_its_number(r95_deg, answer):
    judgement = judged_after(24, grb_alert("FLT_POS", r95_deg=r95_deg), configured("beam"))
    assert judgement.answer == answer
    if r95_deg == 6.0:
        assert judgement.summary == "error too large for a beam (6.0° > 1.0°)"
    if r95_deg == 1.01:
        assert judgement.summary == "error too large for a beam (1.01° > 1.00°)"


def test_a_beam_that_is_taken_is_waited_for_or_told():
    alert, limits = grb_alert(), configured("beam")
    busy = known(statuses={"lwa": lwa(known(), state="observing", detail={"op_type": "recording"})})
    judgement = judged_after(20, alert, limits, busy)
    assert judgement.answer == "message"
    assert gate(judgement, "B7").result == "fail"


def test_a_better_position_replaces_a_beam_that_waits():
    first = grb_alert(r95_deg=0.5)
    better = grb_alert(age_s=60, dec_deg=first.dec_deg + 0.5)
    judgement = judged_after(60, better, configured("beam"), with_command("beam", first=first))
    (draft,) = judgement.commands
    assert (judgement.answer, draft.action, draft.turn) == ("command", "beam", 2)
    assert [(one.command, one.told_only) for one in judgement.withdrawals] == [(17, False)]
    assert (draft.deadline - R3_TIME).total_seconds() == pytest.approx(720.6, abs=0.05)


def test_a_better_position_does_not_move_a_beam_that_runs_and_is_told():
    first = grb_alert(r95_deg=0.5)
    better = grb_alert(age_s=60, dec_deg=first.dec_deg + 0.5)
    judgement = judged_after(60, better, configured("beam"), with_command("beam", first=first, state="acting"))
    assert (*outcome(judgement), judgement.commands) == ("message", "normal", ())
    assert "runs and is not moved" in judgement.summary


def test_the_same_position_again_is_no_second_beam():
    judgement = judged_after(60, grb_alert(age_s=60), configured("beam"), with_command("beam"))
    assert (*outcome(judgement), judgement.commands) == ("message", "quiet", ())
    assert "already commanded: beam 17" in judgement.summary


# ── the dump ──


def test_a_dump_is_long_enough_for_dm_500():
    judgement = judged_after(30, grb_alert("FLT_POS"), configured("dump"))
    assert outcome(judgement) == ("command", "loud")
    (draft,) = judgement.commands
    args = DumpArgs.model_validate(draft.args)
    assert (draft.action, draft.priority, args.lookback_s) == ("dump", 50, 0.0)
    assert args.duration_s == pytest.approx(1024.9, abs=0.05)
    assert (judgement.figures["dump_files"], judgement.figures["dump_tb"]) == (25, pytest.approx(27.0, abs=0.05))
    assert (draft.deadline - R3_TIME).total_seconds() == pytest.approx(378.4, abs=0.05)


@pytest.mark.parametrize(("age_s", "answer"), [(378.4, "command"), (378.5, "message")])
def test_a_dump_needs_half_of_the_band(age_s, answer):
    judgement = judged_after(age_s, grb_alert("FLT_POS", **at(64, age_s)), configured("dump"))
    assert judgement.answer == answer
    assert gate(judgement, "G6").failed == (answer == "message")


def test_a_dump_is_made_once_for_an_event():
    judgement = judged_after(60, grb_alert(age_s=60), configured("dump"), with_command("dump", state="done"))
    assert (*outcome(judgement), judgement.commands) == ("message", "quiet", ())
    assert "already commanded: dump 17" in judgement.summary


def test_a_dump_over_budget_is_a_message():
    used = {"lwa": Used(dumps=2)}
    judgement = judged_after(30, grb_alert("FLT_POS"), configured("dump"), known(30, used=used))
    assert judgement.answer == "message"
    assert gate(judgement, "L13").failed
    assert "over budget" in judgement.summary


def test_both_are_two_commands_of_one_judgement():
    judgement = judged_after(30, grb_alert(), configured("both"))
    assert outcome(judgement) == ("command", "loud")
    assert [(one.action, one.turn) for one in judgement.commands] == [("beam", 1), ("dump", 1)]


def test_of_both_what_can_be_is_made():
    wide = judged_after(30, grb_alert("FLT_POS"), configured("both"))
    assert [one.action for one in wide.commands] == ["dump"]
    late = judged_after(500, grb_alert(**at(64, 500)), configured("both"))
    assert [one.action for one in late.commands] == ["beam"]


# ── switches ──


def test_switched_to_messages_it_tells_and_commands_nothing():
    switches = switch("short_grb", "message-only")
    judgement = judged_after(20, grb_alert(), configured("both"), known(switches=switches))
    assert (*outcome(judgement), judgement.commands) == ("message", "normal", ())


def test_switched_off_it_says_nothing():
    judgement = judged_after(20, grb_alert(), configured("both"), known(switches=switch("short_grb", "off")))
    assert (*outcome(judgement), judgement.commands) == ("nothing", None, ())


# ── taken back ──


@pytest.mark.parametrize(
    ("notice_type", "changes"),
    [("FIN_POS", {"length": "long"}), ("FLT_POS", {"likely": "solar flare"}), ("GND_POS", {"length": "long"})],
)
def test_what_turns_out_long_or_no_burst_is_cancelled_and_told(notice_type, changes):
    after = with_command("dump", first=grb_alert("FLT_POS"))
    judgement = judged_after(60, grb_alert(notice_type, age_s=60, **changes), configured("dump"), after)
    assert (*outcome(judgement), judgement.subject) == ("message", "normal", "update")
    assert [(one.command, one.told_only) for one in judgement.withdrawals] == [(17, False)]
    assert judgement.summary.startswith("no longer short: ")
    assert judgement.summary.endswith("; command 17 is cancelled")


def test_a_dump_that_is_being_written_is_told_and_runs_on():
    after = with_command("dump", first=grb_alert("FLT_POS"), state="acting")
    judgement = judged_after(60, grb_alert("FIN_POS", age_s=60, length="long"), configured("dump"), after)
    assert [(one.command, one.told_only) for one in judgement.withdrawals] == [(17, True)]
    assert "command 17 runs on" in judgement.summary


def test_that_it_was_long_is_told_once_while_its_dump_is_written():
    after = with_command("dump", first=grb_alert("FLT_POS"), state="acting")
    final = grb_alert("FIN_POS", age_s=55, length="long")
    after = after._replace(earlier=(*after.earlier, kept(final, 2)))
    judgement = judged_after(60, grb_alert("GND_POS", age_s=58), configured("dump"), after)
    assert (*outcome(judgement), judgement.withdrawals) == ("nothing", "quiet", ())


def test_a_swift_source_of_the_catalogue_takes_its_beam_back():
    judgement = judged_after(60, grb_alert(age_s=60, catalogued=True), configured("beam"), with_command("beam"))
    assert [one.command for one in judgement.withdrawals] == [17]
    assert "catalogue" in judgement.summary


def test_who_was_told_of_a_candidate_hears_that_it_was_long():
    first, final = grb_alert("FLT_POS"), grb_alert("FIN_POS", age_s=557, length="long")
    told = judged_after(557, final, known=known(557, earlier=(kept(first),), told=TOLD))
    untold = judged_after(557, final, known=known(557, earlier=(kept(first),)))
    assert (*outcome(told), told.summary) == ("message", "normal", "no longer short: long, final")
    assert outcome(untold) == ("message", "quiet")


def test_a_better_position_below_the_horizon_takes_back_what_waits():
    after = with_command("dump", first=grb_alert("FLT_POS"))
    low = grb_alert("GND_POS", age_s=60, r95_deg=5.0, **at(-30, 60))
    judgement = judged_after(60, low, configured("dump"), after)
    assert [one.command for one in judgement.withdrawals] == [17]
    assert judgement.summary.startswith("no longer worth it: ")


def retraction(**changes):
    return nowhere("slewing", kind="retraction", event="swift:1197027", time=None, **changes)


@pytest.mark.parametrize(("state", "told_only"), [("pending", False), ("acting", True)])
def test_a_retraction_reaches_whoever_was_told_and_cancels_what_waits(state, told_only):
    judgement = judged_after(60, retraction(), configured("beam"), with_command("beam", state=state))
    assert (*outcome(judgement), judgement.subject) == ("message", "normal", "retraction")
    assert [(one.command, one.told_only) for one in judgement.withdrawals] == [(17, told_only)]
    assert judgement.broadcast


def test_a_retraction_of_what_nobody_was_told_disturbs_nobody():
    first = grb_alert("grm-trigger", timescale_s=4.0, event="svom:1")
    told = judged_after(60, retraction(), known=known(60, told=TOLD, earlier=(kept(first),)))
    untold = judged_after(60, retraction(), known=known(60, earlier=(kept(first),)))
    unknown = judged_after(60, retraction(), known=known(60))
    assert [outcome(one) for one in (told, untold)] == [("message", "normal"), ("nothing", "quiet")]
    assert "remembered" in unknown.summary


def test_a_burst_that_was_retracted_before_it_came_is_nothing():
    judgement = judged_after(20, grb_alert(), configured("both"), known(retracted=True))
    assert (*outcome(judgement), judgement.commands) == ("nothing", "quiet", ())
