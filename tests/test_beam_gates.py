"""B1 to B8, each from both sides of its limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ovro_alert import sky
from ovro_alert.actions import BeamArgs
from ovro_alert.circumstances import Used
from ovro_alert.scenarios.beam import Sweep
from ovro_alert.scenarios.limits import Limits, LwaLimits
from ovro_alert.scenarios.turn import same_beam_deg
from ovro_alert.statuses import Session
from ovro_alert.times import seconds
from tests.cases import R3, R3_TIME, around, burst, commanded, culmination, detection, gate, judged, lwa, switch

THE_FIRST_MOMENT, THE_LAST_MOMENT = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

UNLISTED = "60792403"
"""A source that CHIME names and the table does not have: the notice's own position counts."""


def unlisted(**changes):
    return burst(**({"source": UNLISTED} | changes))


def first_beam(state="acting", **changes):
    """Return the beam of an earlier burst of the same source."""
    (draft,) = judged(burst(event="chime:299999999")).commands
    return commanded(draft, R3_TIME + seconds(13.2), state=state, **changes)


def session(start_s, stop_s, **changes):
    fields = {"name": "J0000", "owner": "somebody", "mode": "VOLT1", "beam": 1} | changes
    return Session(start=R3_TIME + seconds(start_s), stop=R3_TIME + seconds(stop_s), **fields)


# ── B1 position, B2 its error ──


@pytest.mark.parametrize(
    "nowhere",
    [
        {"ra_deg": 0, "dec_deg": 0},
        {"ra_deg": 0, "dec_deg": 0, "ra_error_deg": 0, "dec_error_deg": 0, "r95_deg": 0},
        {"ra_deg": None, "dec_deg": None},
        {"ra_deg": 10, "dec_deg": None},
        {"r95_deg": -1},
        {"dec_deg": 90.1},
        {"ra_deg": 361},
    ],
)
@pytest.mark.parametrize("kind", ["subsequent", "detection"])
def test_no_position_is_no_beam_whatever_else_is_true(nowhere, kind):
    """Also when CHIME names a source whose position the table has: what does not say where it looked is not trusted."""
    judgement = judged(burst(kind=kind, **nowhere))
    assert gate(judgement, "B1").result == "fail"
    assert judgement.commands == ()


def test_the_reason_for_a_missing_position_is_told():
    why = "RA and Dec are exactly 0"
    assert why in judged(burst(ra_deg=None, dec_deg=None, position_note=why)).summary


@pytest.mark.parametrize(("r95", "result"), [(1.00, "pass"), (1.01, "fail"), (None, "unknown"), (0, "unknown")])
def test_b2_position_error(r95, result):
    judgement = judged(unlisted(ra_error_deg=r95, dec_error_deg=r95, r95_deg=r95))
    assert gate(judgement, "B2").result == result
    assert bool(judgement.commands) is (result == "pass")


def test_the_table_places_a_named_source_better_than_the_notice():
    judgement = judged(burst(ra_error_deg=2, dec_error_deg=2, dec_deg=66.2))
    args = judgement.commands[0].args
    assert (args["ra_deg"], args["dec_deg"]) == (29.50313, 65.71675)
    assert judgement.figures["position_from"] == "the table"
    assert judgement.figures["offset_deg"] == pytest.approx(0.483, abs=0.001)
    assert judgement.figures["notice_r95_deg"] == 2


def test_a_notice_that_disagrees_with_the_table_is_believed_and_it_is_said():
    """0.8° away with a 95 % error of 0.5°: χ² 15.3 > 13.8."""
    judgement = judged(burst(dec_deg=65.71675 + 0.8))
    assert judgement.commands[0].args["dec_deg"] == pytest.approx(66.51675)
    assert "disagree" in gate(judgement, "B1").says
    assert "disagree" in judgement.commands[0].reason
    agrees = judged(burst(dec_deg=65.71675 + 0.75))
    assert agrees.commands[0].args["dec_deg"] == 65.71675


def test_a_named_source_without_error_in_the_notice_is_placed_by_the_table():
    judgement = judged(burst(ra_error_deg=None, dec_error_deg=None, r95_deg=None))
    assert judgement.commands[0].args["ra_deg"] == 29.50313


# ── B3 elevation ──


def placed(elevation_deg, dec_deg=40.0):
    """Return where a rising source of this declination has that elevation when the beam of the worked example is on."""
    on = R3_TIME + seconds(31.2)
    low, high = 0.0, 180.0  # degrees east of the meridian
    meridian = next(ra / 10 for ra in range(3600) if sky.elevation_deg(ra / 10, dec_deg, on) > 87)
    for _ in range(40):
        middle = (low + high) / 2
        above = sky.elevation_deg((meridian + middle) % 360, dec_deg, on) > elevation_deg
        low, high = (middle, high) if above else (low, middle)
    return {"ra_deg": (meridian + low) % 360, "dec_deg": dec_deg}


@pytest.mark.parametrize(
    ("elevation_deg", "result"), [(20.3, "pass"), (20.001, "pass"), (19.999, "fail"), (19.7, "fail")]
)
def test_b3_elevation(elevation_deg, result):
    judgement = judged(unlisted(**placed(elevation_deg)))
    assert gate(judgement, "B3").result == result
    assert gate(judgement, "B3").value == pytest.approx(elevation_deg, abs=1e-3)


def test_b3_looks_again_when_the_burst_enters_the_band():
    """A setting source that is still up when the beam goes on, and down when the burst comes."""
    place = placed(20.3)
    on = R3_TIME + seconds(31.2)
    meridian = culmination(place["ra_deg"], 40.0, day=on)
    sinking = place["ra_deg"] - 2 * ((meridian - on).total_seconds() / 86164.1 * 360)
    judgement = judged(unlisted(ra_deg=sinking % 360, dec_deg=40.0, dm_pc_cm3=800))
    assert judgement.figures["elevation_on_deg"] > 20
    assert gate(judgement, "B3").value < 20
    assert gate(judgement, "B3").result == "fail"


def test_b3_at_lower_culmination():
    """Declination 71.5 (J2000) stands 18.9° above the northern horizon, after a quarter century of precession."""
    below = culmination(29.5, 71.5, upper=False)
    judgement = judged(unlisted(time=below, dec_deg=71.5), around(time=below))
    assert gate(judgement, "B3").result == "fail"
    assert gate(judgement, "B3").value == pytest.approx(18.9, abs=0.1)


# ── B4 caught ──


@pytest.mark.parametrize(
    ("dm", "age_s", "value", "result"),
    [(21.5, 13, 0.254, "pass"), (21.0, 13, 0.239, "fail"), (54, 60, 0.253, "pass"), (53.5, 60, 0.247, "fail")],
)
def test_b4_caught(dm, age_s, value, result):
    judgement = judged(unlisted(dm_pc_cm3=dm), around(age_s))
    assert gate(judgement, "B4").value == pytest.approx(value, abs=1e-3)
    assert gate(judgement, "B4").result == result


def test_b4_says_how_much_too_late():
    """53 MHz comes 1.45124 s per unit of DM after 400 MHz."""
    judgement = judged(burst(dm_pc_cm3=18.2), around(13))
    assert judgement.summary == "reaches 53 MHz before the beam is on (DM 18.2, 4.6 s too late)"
    assert (judgement.answer, judgement.level) == ("message", "normal")


def test_b4_of_the_longest_beam_says_down_to_which_frequency():
    judgement = judged(burst(dm_pc_cm3=1700), around(13))
    (draft,) = judgement.commands
    assert draft.args["duration_s"] == 3600
    assert "down to 43.8 MHz" in draft.reason
    assert judgement.figures["cut_mhz"] == pytest.approx(43.8, abs=0.05)


def test_without_a_dm_nothing_is_known_of_the_sweep_unless_the_table_has_one():
    assert gate(judged(unlisted(dm_pc_cm3=None)), "B4").result == "unknown"
    assert judged(burst(dm_pc_cm3=None)).commands[0].args["dm_pc_cm3"] == 348.76


# ── B5 switch ──


@pytest.mark.parametrize("name", ["chime_repeater", "lwa"])
@pytest.mark.parametrize("state", ["message-only", "off"])
def test_b5_a_switch_holds_it_back_and_says_who_and_why(name, state):
    switches = switch(name, state, by="anna", why="cable work", until=R3_TIME + timedelta(hours=2))
    judgement = judged(burst(), around(switches=switches))
    assert judgement.commands == ()
    assert gate(judgement, "B5").result == "fail"
    assert f"{name} is {state} until 2026-12-01T07:18:14.500Z by anna: cable work" in judgement.summary
    assert judgement.answer == ("nothing" if (name, state) == ("chime_repeater", "off") else "message")


def test_b5_a_maintenance_window_ends():
    now = around().now
    assert judged(burst(), around(switches=switch("lwa", "off", until=now + seconds(0.001)))).commands == ()
    assert judged(burst(), around(switches=switch("lwa", "off", until=now))).commands


def test_b5_other_switches_and_one_that_is_on_hold_nothing_back():
    switches = switch("dsa", "off") | switch("lvk_dump", "off") | switch("lwa", "on")
    assert judged(burst(), around(switches=switches)).commands


def test_a_scenario_switched_off_disturbs_nobody():
    assert judged(burst(), around(switches=switch("chime_repeater", "off"))).level is None


# ── B6 covered ──


def test_b6_the_second_burst_of_a_transit_is_covered_by_the_running_beam():
    """60 s later, the running beam ends 45 s before the second burst leaves the band: it catches nearly all."""
    second = burst(event="chime:300000002", time=R3_TIME + seconds(60))
    judgement = judged(second, around(time=second.time, running=(first_beam(),)))
    assert judgement.commands == ()
    assert (judgement.answer, judgement.level) == ("message", "normal")
    assert judgement.summary.startswith("covered: beam 17 on FRB 20180916B is on it until 2026-12-01T05:31:16")
    assert gate(judgement, "B6").value > 0.9


def test_b6_a_beam_that_lasts_until_the_end_of_the_sweep_covers_it_whole():
    again = burst(event="chime:300000002", time=R3_TIME + seconds(1))
    judgement = judged(again, around(running=(first_beam("pending"),)))
    assert gate(judgement, "B6").result == "fail"
    assert "catches 100%" in judgement.summary


def test_b6_a_later_burst_gets_a_beam_that_follows_on():
    """400 s later: the running beam ends before half of the band has come; the next begins 20 s after it."""
    running = first_beam()
    second = burst(event="chime:300000002", time=R3_TIME + seconds(400))
    judgement = judged(second, around(time=second.time, running=(running,)))
    (draft,) = judgement.commands
    args = BeamArgs.model_validate(draft.args)
    assert args.start == running_stop(running) + seconds(20)
    assert (args.stop - args.start).total_seconds() == pytest.approx(args.duration_s, abs=2e-3)
    assert 0.25 <= judgement.figures["caught"] < 0.9
    assert "follows on" in gate(judgement, "B6").says
    sweep = Sweep(sky.time_at_infinity(second.time, 348.8, 400), 348.8, 0.8)
    assert draft.deadline == sweep.at(53.0) - seconds(18), "a late claim may still begin at once"


def running_stop(command):
    return BeamArgs.model_validate(command.args).stop


@pytest.mark.parametrize(("away", "result"), [(0.99, "fail"), (1.01, "pass")])
def test_b6_one_beam_is_a_quarter_of_the_half_power_width(away, result):
    """0.27°; further away it is another place, and B7's affair."""
    limit_deg = same_beam_deg(0.25)
    assert limit_deg == pytest.approx(0.27, abs=0.001)
    again = unlisted(event="chime:300000002", dec_deg=R3["dec_deg"] + away * limit_deg, ra_deg=R3["ra_deg"])
    judgement = judged(again, around(running=(first_beam(),)))
    assert gate(judgement, "B6").result == result
    assert judgement.commands == ()


def test_b6_a_beam_on_another_beam_number_or_one_that_waits_for_a_person_covers_nothing():
    for changes in ({"state": "proposed"}, {"args": first_beam().args | {"mode": "power", "beam": 5}}):
        second = burst(event="chime:300000002")
        assert judged(second, around(running=(first_beam(**changes),))).commands


def test_b6_a_beam_that_nobody_began_in_time_covers_nothing():
    second = burst(event="chime:300000002", time=R3_TIME + seconds(480))
    waits = first_beam("pending")
    assert judged(second, around(8.1, time=second.time, running=(waits,))).commands[0].args.get("start")
    assert waits.deadline < around(8.3, time=second.time).now
    assert "start" not in judged(second, around(8.3, time=second.time, running=(waits,))).commands[0].args


def test_b6_a_beam_that_was_over_early_covers_nothing_that_still_comes():
    second = burst(event="chime:300000002", time=R3_TIME + seconds(300))
    judgement = judged(second, around(time=second.time, running=(first_beam("done"),)))
    args = BeamArgs.model_validate(judgement.commands[0].args)
    assert args.start == around(time=second.time).now + seconds(20), "only the guard after it is kept"


def test_b6_a_beam_that_was_over_when_its_telescope_said_keeps_its_guard_from_then_on():
    """A simulator that is faster than the sky is free again long before the recording's own end."""
    second = burst(event="chime:300000002", time=R3_TIME + seconds(300))
    now = around(time=second.time).now
    over = first_beam("done", until=now - seconds(30))
    assert "start" not in judged(second, around(time=second.time, running=(over,))).commands[0].args


# ── B7 free ──


def test_b7_no_status_is_no_obstacle_and_it_is_said():
    assert gate(judged(burst()), "B7").says == "telescope state unknown"
    old = lwa(at=R3_TIME - seconds(60))
    assert "unknown for 73 s" in gate(judged(burst(), around(statuses={"lwa": old})), "B7").says


def test_b7_a_fresh_idle_telescope_is_free():
    assert gate(judged(burst(), around(statuses={"lwa": lwa()})), "B7").says == "beam free"


@pytest.mark.parametrize(
    ("start_s", "stop_s", "begins_s"),
    [
        (-600, 11.1, None),  # its end and the guard are over when the beam goes on, at 31.2 s
        (-600, 11.3, 31.3),
        (-600, 400, 420),
        (802.5, 5000, None),  # the guard begins when the beam ends, at 781.8 s
        (100, 300, 320),
    ],
)
def test_b7_waits_for_another_session_with_a_guard_on_both_sides(start_s, stop_s, begins_s):
    statuses = {"lwa": lwa(None, session(start_s, stop_s))}
    judgement = judged(burst(), around(statuses=statuses))
    args = BeamArgs.model_validate(judgement.commands[0].args)
    assert args.start == (None if begins_s is None else R3_TIME + seconds(begins_s))


def test_b7_busy_for_too_long_is_told_with_its_end():
    judgement = judged(burst(), around(statuses={"lwa": lwa(None, session(-600, 3000))}))
    assert judgement.summary == "busy until 2026-12-01T06:08:14.500Z: J0000 of somebody"
    assert (judgement.answer, judgement.level) == ("message", "normal")


def test_b7_sessions_one_after_the_other_are_waited_for_together():
    statuses = {"lwa": lwa(None, session(-600, 100), session(130, 250), session(265, 300))}
    judgement = judged(burst(), around(statuses=statuses))
    assert BeamArgs.model_validate(judgement.commands[0].args).start == R3_TIME + seconds(320)


@pytest.mark.parametrize(
    ("change", "result"),
    [
        ({"beam": 1, "mode": "POWER1"}, "fail"),
        ({"beam": None, "mode": "POWER1"}, "fail"),
        ({"beam": None, "mode": "VOLT1"}, "fail"),
        ({"beam": None, "mode": ""}, "fail"),
        ({"beam": 5, "mode": "POWER5"}, "pass"),
        ({"beam": None, "mode": "POWER5"}, "pass"),
        ({"beam": None, "mode": "FASTVIS"}, "pass"),
    ],
)
def test_b7_any_mode_on_beam_1_holds_it_and_other_beams_do_not(change, result):
    status = lwa(None, session(-600, 3000, **change), state="observing", detail={"op_type": "recording"})
    assert gate(judged(burst(), around(statuses={"lwa": status})), "B7").result == result


def test_b7_our_own_beam_elsewhere_holds_it():
    elsewhere = commanded(judged(unlisted(dec_deg=50, ra_deg=40)).commands[0], R3_TIME, state="acting", event="chime:1")
    judgement = judged(burst(), around(running=(elsewhere,)))
    assert "after beam 17" in gate(judgement, "B7").says or judgement.summary.startswith("busy until")


def test_b7_a_recording_that_nobody_announced_holds_it():
    until = R3_TIME + seconds(200)
    assert judged(burst(), around(statuses={"lwa": lwa(state="observing")})).commands == ()
    recording = lwa(detail={"op_type": "recording"})
    assert judged(burst(), around(statuses={"lwa": recording})).commands == ()
    ends = lwa(state="observing", until=until)
    args = judged(burst(), around(statuses={"lwa": ends})).commands[0].args
    assert BeamArgs.model_validate(args).start == until + seconds(20)
    assert judged(burst(), around(statuses={"lwa": lwa(state="observing", detail={"op_type": "idle"})})).commands


@pytest.mark.parametrize(
    "word",
    [
        {"state": "observing", "until": THE_LAST_MOMENT},
        {"schedule": (Session(start=THE_FIRST_MOMENT, stop=THE_LAST_MOMENT, beam=1),)},
        {"schedule": (Session(start=THE_LAST_MOMENT, stop=THE_LAST_MOMENT, beam=1),)},
    ],
)
def test_b7_a_moment_at_the_end_of_the_calendar_breaks_no_judgement(word):
    """One absurd word of a telescope's status must not have every burst end as `failed`."""
    judged(burst(), around(statuses={"lwa": lwa(**word)}))


@pytest.mark.parametrize("start", [None, THE_FIRST_MOMENT, THE_LAST_MOMENT])
@pytest.mark.parametrize("stop", [None, THE_FIRST_MOMENT, THE_LAST_MOMENT])
def test_b7_a_command_at_the_end_of_the_calendar_breaks_no_judgement(start, stop):
    """The door refuses such times, a journal may hold them all the same; the next burst is judged."""
    given = {"ra_deg": 40, "dec_deg": 50, "duration_s": 60, "start": start, "stop": stop}
    args = {name: value for name, value in given.items() if value is not None}
    waits = first_beam("pending").model_copy(update={"args": args})
    judged(burst(), around(running=(waits,)))


def test_b7_an_unavailable_telescope_is_told():
    judgement = judged(burst(), around(statuses={"lwa": lwa(state="unavailable")}))
    assert (judgement.answer, judgement.summary) == ("message", "OVRO-LWA is unavailable")
    stale = lwa(state="unavailable", at=R3_TIME - seconds(100))
    assert judged(burst(), around(statuses={"lwa": stale})).commands


# ── B8 budget ──


@pytest.mark.parametrize(
    ("used", "result"),
    [
        (Used(beams=23), "pass"),
        (Used(beams=24), "fail"),
        (Used(beam_hours=6 - 750.7 / 3600), "pass"),
        (Used(beam_hours=6 - 750.5 / 3600), "fail"),
        (Used(beam_tb=1.940), "pass"),
        (Used(beam_tb=1.941), "fail"),
    ],
)
def test_b8_budget(used, result):
    judgement = judged(burst(), around(used={"lwa": used}))
    assert gate(judgement, "B8").result == result
    if result == "fail":
        assert judgement.summary.startswith("over budget: with this one")
        assert "raise lwa." in judgement.summary


# ── all together ──


def test_every_gate_is_kept_after_the_first_failure():
    judgement = judged(detection(importance=0.1, **placed(5)), around(switches=switch("lwa", "off")))
    names = "C1 not_retracted C2 C3 C4 C5 C6 once B1 B2 B3 B4 B5 B6 B7 B8"
    assert " ".join(one.gate.split()[0] for one in judgement.gates) == names
    assert judgement.summary == gate(judgement, "C4").says


def test_limits_are_settings():
    limits = Limits(lwa=LwaLimits(min_elevation_deg=70, max_r95_deg=0.1, beams_per_day=0, hours_per_day=0.1))
    judgement = judged(unlisted(), limits=limits)
    failed = [one.gate.split()[0] for one in judgement.gates if one.result == "fail"]
    assert failed == ["B2", "B3", "B8"]
