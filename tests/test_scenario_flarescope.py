"""Flarescope's requests before the scenario: each gate from both sides, what is asked, what is taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from ovro_alert import sky
from ovro_alert.circumstances import Circumstances, Used
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.windows import windows
from ovro_alert.statuses import Session
from ovro_alert.times import iso, parse_utc, seconds
from ovro_alert.verdicts import Judgement
from tests.cases import around, commanded, gate, judged, kept, lwa, switch
from tests.forms import START, request_alert

NOW = START - seconds(86400)
LENGTH_S = 7200.0
AD_LEO = (154.901, 19.870)


def at(now: datetime, **changes: Any) -> Circumstances:
    return around(0, now, **changes)


def asked(now: datetime = NOW, around_it: dict[str, Any] | None = None, **changes: Any) -> Judgement:
    """Return what is said of a request, with any field changed, at that moment."""
    return judged(request_alert(**changes), at(now, **(around_it or {})), scenario="flarescope")


def up_to(share: float) -> datetime:
    """Return a start from which AD Leo is above the limit for that share of two hours, and then sets."""
    first, *_ = windows(*AD_LEO, NOW, NOW + seconds(86400), 20.0)
    return first.stop - seconds(share * LENGTH_S)


def session(start_s: float, stop_s: float, **changes: Any) -> Session:
    """Return somebody's session, that many seconds after the start that is asked for."""
    fields = {"name": "Sun", "owner": "somebody", "mode": "POWER5", "beam": 5} | changes
    return Session(start=START + seconds(start_s), stop=START + seconds(stop_s), **fields)


def scheduled(*sessions: Session) -> dict[str, Any]:
    return {"statuses": {"lwa": lwa(at(NOW), *sessions)}}


def made(judgement: Judgement, state: str = "pending", **changes: Any) -> Any:
    """Return the command that the relay makes of a judgement's draft."""
    return commanded(judgement.commands[0], NOW, state=state, **changes)


def known(*commands: Any) -> dict[str, Any]:
    return {"commands": commands, "running": commands}


# ── what is asked of the telescope ──


def test_a_request_becomes_a_power_beam_at_its_time_and_people_are_not_disturbed():
    judgement = asked()
    assert (judgement.answer, judgement.level) == ("command", "quiet")
    (draft,) = judgement.commands
    assert (draft.telescope, draft.action, draft.priority) == ("lwa", "beam", 30)
    assert draft.event == "flarescope:FS-2026-117"
    assert draft.deadline == START - seconds(60)
    assert draft.args == {
        "ra_deg": 154.901,
        "dec_deg": 19.87,
        "duration_s": 7200.0,
        "start": iso(START),
        "stop": iso(START + seconds(LENGTH_S)),
        "mode": "power",
        "beam": 5,
        "integration_ms": 128.0,
        "target": "AD Leo",
        "event": "flarescope:FS-2026-117",
    }


def test_a_voltage_recording_is_proposed_to_a_person_on_the_one_beam_that_can():
    judgement = asked(mode="voltage", duration_s=3600)
    assert (judgement.answer, judgement.level) == ("proposal", "normal")
    assert judgement.commands[0].args["beam"] == 1
    assert "integration_ms" not in judgement.commands[0].args
    assert "keeps every burst out" in judgement.commands[0].reason


@pytest.mark.parametrize(("length_s", "result"), [(3600, "pass"), (3601, "fail")])
def test_a_voltage_recording_is_an_hour_at_most(length_s, result):
    assert gate(asked(mode="voltage", duration_s=length_s), "voltage").result == result


def test_the_beam_of_power_recordings_is_a_setting():
    limits = Limits.model_validate({"flarescope": {"beam": 7}})
    judgement = judged(request_alert(), at(NOW), limits, "flarescope")
    assert judgement.commands[0].args["beam"] == 7


# ── S1 form ──


@pytest.mark.parametrize(
    ("changes", "name", "result"),
    [
        ({"duration_s": 60}, "shortest", "pass"),
        ({"duration_s": 59.9}, "shortest", "fail"),
        ({"duration_s": 43200}, "longest", "pass"),
        ({"duration_s": 43201}, "longest", "fail"),
        ({"duration_s": float("nan")}, "longest", "unknown"),
        ({"integration_ms": 1024}, "integration", "pass"),
        ({"integration_ms": 1024.1}, "integration", "fail"),
        ({"integration_ms": None}, "integration", "pass"),
        ({"ra_deg": float("nan")}, "position", "fail"),
        ({"ra_deg": 0, "dec_deg": 0}, "position", "fail"),
    ],
    ids=str,
)
def test_s1_form(changes, name, result):
    judgement = asked(**changes)
    assert gate(judgement, name).result == result
    assert result == "pass" or judgement.commands == ()


@pytest.mark.parametrize("field", ["ra_deg", "dec_deg", "start", "duration_s"])
def test_without_a_number_that_it_needs_it_is_refused_and_people_hear_of_it(field):
    value = "tomorrow" if field == "start" else float("nan")
    judgement = asked(**{field: value})
    assert (judgement.answer, judgement.level, judgement.commands) == ("message", "normal", ())


# ── S2 lead ──


@pytest.mark.parametrize(("ahead_s", "how"), [(70, "buffer"), (69, "asap")])
def test_s2_a_start_seventy_seconds_ahead_is_scheduled_a_nearer_one_is_begun_as_soon_as_it_can(ahead_s, how):
    judgement = asked(START - seconds(ahead_s))
    assert judgement.figures["how"] == how
    (draft,) = judgement.commands
    assert draft.deadline == START + seconds(-60 if how == "buffer" else LENGTH_S / 2)
    assert draft.args["start"] == iso(START)


def test_s2_what_begins_late_is_as_much_shorter_and_ends_when_it_was_meant_to():
    judgement = asked(START + seconds(600))
    (draft,) = judgement.commands
    assert draft.args["duration_s"] == LENGTH_S - 618
    assert draft.args["stop"] == iso(START + seconds(LENGTH_S))
    assert "618 s late and as much shorter" in gate(judgement, "S2").says
    assert "618 s late" in judgement.summary


@pytest.mark.parametrize(("passed", "result"), [(0.49, "pass"), (0.5, "fail"), (0.51, "fail")])
def test_s2_what_has_passed_by_half_is_refused(passed, result):
    judgement = asked(START + seconds(passed * LENGTH_S))
    assert gate(judgement, "S2").result == result
    assert bool(judgement.commands) is (result == "pass")


def test_s2_nothing_is_commanded_of_which_nothing_would_be_left():
    """A recorder that takes minutes to begin cannot record a minute."""
    limits = Limits.model_validate({"lwa": {"beam_lead_s": 100}})
    judgement = judged(request_alert(duration_s=60), at(START), limits, "flarescope")
    assert gate(judgement, "S2").result == "fail"


# ── S3 horizon ──


@pytest.mark.parametrize(("ahead_s", "result"), [(14 * 86400, "pass"), (14 * 86400 + 1, "fail")])
def test_s3_fourteen_days_ahead_and_no_further(ahead_s, result):
    assert gate(asked(START - seconds(ahead_s)), "S3").result == result


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_start_at_the_end_of_the_calendar_is_refused_as_any_other(start):
    judgement = asked(start=start)
    assert (judgement.answer, judgement.commands) == ("message", ())


# ── S4 elevation ──


@pytest.mark.parametrize(("share", "result"), [(0.81, "pass"), (0.79, "fail")])
def test_s4_what_sets_before_four_fifths_are_over_is_refused(share, result):
    judgement = asked(start=up_to(share))
    found = gate(judgement, "S4")
    assert found.result == result
    assert found.value == pytest.approx(share, abs=0.001)


def test_s4_a_refusal_says_when_it_is_up():
    judgement = asked(start=START.replace(hour=22))
    (day,) = windows(*AD_LEO, START.replace(hour=22), START.replace(hour=22) + seconds(86400), 20.0)
    assert f"it is up {day.start:%Y-%m-%d %H:%M}-{day.stop:%H:%M} UTC" in judgement.summary
    assert sky.elevation_deg(*AD_LEO, day.start) == pytest.approx(20, abs=0.01)
    assert sky.elevation_deg(*AD_LEO, day.stop) == pytest.approx(20, abs=0.01)


def test_s4_what_is_never_up_is_said_to_be_so():
    assert "never stands above 20°" in asked(dec_deg=-60).summary


def test_s4_what_never_sets_is_up_whenever_it_is_asked_for():
    assert gate(asked(dec_deg=80, start=START.replace(hour=22)), "S4").value == pytest.approx(1)


# ── S5 free ──


@pytest.mark.parametrize(
    ("start_s", "stop_s", "result"),
    [
        (-3600, -20, "pass"),
        (-3600, -19, "fail"),
        (LENGTH_S + 20, 9000, "pass"),
        (LENGTH_S + 19, 9000, "fail"),
        (-60, LENGTH_S + 60, "fail"),
        (600, 700, "fail"),
    ],
    ids=["before", "in-the-guard-before", "after", "in-the-guard-after", "enclosing", "enclosed"],
)
def test_s5_another_session_on_the_beam(start_s, stop_s, result):
    judgement = asked(around_it=scheduled(session(start_s, stop_s)))
    assert gate(judgement, "S5").result == result
    if result == "fail":
        assert "Sun of somebody" in judgement.summary
        assert iso(START + seconds(start_s)) in judgement.summary
        assert iso(START + seconds(stop_s)) in judgement.summary


@pytest.mark.parametrize(
    ("mode", "beam", "result"),
    [
        ("POWER1", 1, "fail"),
        ("POWER1", None, "fail"),
        ("VOLT1", None, "fail"),
        ("POWER5", 5, "pass"),
        ("", None, "fail"),
    ],
)
def test_s5_the_voltage_beam_is_one_beam_in_any_mode(mode, beam, result):
    judgement = asked(mode="voltage", duration_s=3600, around_it=scheduled(session(0, 60, mode=mode, beam=beam)))
    assert gate(judgement, "S5").result == result


@pytest.mark.parametrize(
    ("mode", "beam", "result"),
    [("POWER1", None, "pass"), ("VOLT1", 1, "pass"), ("POWER5", None, "fail"), ("POWER", None, "fail")],
)
def test_s5_a_power_beam_minds_its_own_number(mode, beam, result):
    judgement = asked(around_it=scheduled(session(0, 60, mode=mode, beam=beam)))
    assert gate(judgement, "S5").result == result


@pytest.mark.parametrize(("state", "result"), [("pending", "fail"), ("acting", "fail"), ("proposed", "pass")])
def test_s5_another_request_of_ours_has_the_beam_unless_nobody_agreed_to_it_yet(state, result):
    other = made(asked(request_id="FS-1"), state)
    judgement = asked(around_it={"running": (other,)})
    assert gate(judgement, "S5").result == result


def test_s5_a_burst_s_voltage_beam_does_not_stand_in_the_way_of_a_power_beam():
    other = made(asked(request_id="FS-1", mode="voltage", duration_s=3600), "acting")
    assert gate(asked(around_it={"running": (other,)}), "S5").result == "pass"


def test_s5_a_voltage_recorder_at_work_does_not_stand_in_the_way_of_a_power_beam():
    busy = lwa(at(START), state="observing", detail={"op_type": "recording"})
    assert gate(asked(START, {"statuses": {"lwa": busy}}), "S5").result == "pass"


def test_s5_an_array_that_is_away_today_may_be_there_tomorrow():
    for now, result in ((NOW, "pass"), (START, "fail")):
        away = lwa(at(now), state="unavailable")
        assert gate(asked(now, {"statuses": {"lwa": away}}), "S5").result == result


# ── S6 switch, budget ──


@pytest.mark.parametrize("name", ["flarescope", "lwa"])
@pytest.mark.parametrize("state", ["off", "message-only"])
def test_s6_what_is_switched_off_is_not_commanded(name, state):
    judgement = asked(around_it={"switches": switch(name, state)})
    assert judgement.commands == ()
    disturbs = (name, state) != ("flarescope", "off")
    assert judgement.level == ("normal" if disturbs else None)


@pytest.mark.parametrize(
    ("used", "result"),
    [
        (Used(beams=23, beam_hours=4.0), "pass"),
        (Used(beams=24), "fail"),
        (Used(beam_hours=4.01), "fail"),
        (Used(beam_tb=2.0), "pass"),
    ],
    ids=["within", "beams", "hours", "a-power-beam-takes-no-tb"],
)
def test_s6_budget(used, result):
    judgement = asked(around_it={"used": {"lwa": used}})
    assert gate(judgement, "budget").result == result
    assert result == "pass" or "raise lwa." in judgement.summary


def test_s6_a_voltage_recording_takes_its_terabytes():
    used = {"used": {"lwa": Used(beam_tb=1.8)}}
    assert gate(asked(mode="voltage", duration_s=3600, around_it=used), "budget").result == "fail"


# ── the same request again, other numbers, cancelled ──


@pytest.mark.parametrize("state", ["pending", "claimed", "acting"])
def test_other_numbers_replace_what_waits_here_or_in_the_telescope_s_schedule(state):
    old = made(asked(), state)
    later = START + seconds(600)
    own = session(0, LENGTH_S, name="AD Leo", owner="ovro-alert")
    used = {"used": {"lwa": Used(beams=24, beam_hours=6)}}
    judgement = asked(around_it=known(old) | scheduled(own) | used, start=later)
    assert judgement.answer == "command"
    (draft,), (back,) = judgement.commands, judgement.withdrawals
    assert (draft.turn, parse_utc(draft.args["start"])) == (2, later)
    assert (back.command, back.stop, back.told_only) == (old.id, state == "acting", False)
    assert f"replaces beam {old.id}" in judgement.summary


def test_the_same_numbers_in_other_words_are_nothing_new():
    old = made(asked())
    judgement = asked(around_it=known(old), requested_by="B. Observer")
    assert (judgement.answer, judgement.commands, judgement.withdrawals) == ("nothing", (), ())


def test_a_change_that_cannot_be_leaves_the_booking_that_it_was_to_change():
    old = made(asked())
    judgement = asked(around_it=known(old), duration_s=50_000)
    assert (judgement.level, judgement.withdrawals) == ("normal", ())
    assert f"beam {old.id} stands" in judgement.summary


def test_a_session_that_runs_is_not_replaced_and_that_is_said():
    old = made(asked(), "acting")
    judgement = asked(START + seconds(60), known(old), duration_s=3600)
    assert (judgement.commands, judgement.withdrawals, judgement.level) == ((), (), "normal")
    assert "cannot be stopped or changed" in judgement.summary


@pytest.mark.parametrize("state", ["done", "failed", "refused", "expired", "cancelled"])
def test_what_is_over_can_be_asked_for_again(state):
    old = made(asked(), state)
    judgement = asked(around_it={"commands": (old,)}, start=START + seconds(600))
    assert judgement.commands[0].turn == 2
    assert judgement.withdrawals == ()


@pytest.mark.parametrize("state", ["proposed", "pending", "claimed", "acting"])
def test_a_cancellation_takes_back_what_waits(state):
    old = made(asked(), state)
    judgement = asked(around_it=known(old), cancel=True)
    (back,) = judgement.withdrawals
    assert (back.command, back.stop) == (old.id, state == "acting")
    assert (judgement.level, judgement.commands) == ("quiet", ())
    assert f"beam {old.id} is taken back" in judgement.summary


def test_a_cancellation_in_the_middle_stops_nothing_and_says_so():
    old = made(asked(), "acting")
    judgement = asked(START + seconds(60), known(old), cancel=True)
    assert (judgement.withdrawals, judgement.answer, judgement.level) == ((), "message", "normal")
    assert "a session that runs cannot be stopped" in judgement.summary


def test_a_cancellation_of_what_is_over_does_nothing():
    judgement = asked(START + seconds(9000), {"commands": (made(asked(), "done"),)}, cancel=True)
    assert (judgement.answer, judgement.withdrawals, judgement.level) == ("nothing", (), "quiet")


@pytest.mark.parametrize("cancel", [False, True])
def test_what_was_sent_before_what_is_known_is_out_of_date(cancel):
    known_one = kept(request_alert(sent=NOW))
    old = made(asked())
    before = known(old) | {"earlier": (known_one,)}
    judgement = asked(around_it=before, sent=NOW - seconds(1), cancel=cancel, duration_s=600)
    assert (judgement.answer, judgement.commands, judgement.withdrawals) == ("nothing", (), ())
    assert "out of date" in judgement.summary


# ── roles ──


def test_a_test_that_passes_everything_else_makes_a_drill():
    judgement = asked(role="test")
    assert (judgement.answer, judgement.commands[0].action) == ("command", "test")


def test_a_test_that_passes_not_everything_else_makes_none():
    judgement = asked(role="test", duration_s=1)
    assert (judgement.answer, judgement.level, judgement.commands) == ("nothing", "quiet", ())


def test_a_test_never_takes_back_what_is_real():
    old = made(asked())
    assert asked(around_it=known(old), role="test", cancel=True).withdrawals == ()
    assert asked(around_it=known(old), role="test", duration_s=600).withdrawals == ()
