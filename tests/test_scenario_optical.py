"""Optical transients before the scenario: each gate from both sides, the window that is proposed, later words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from ovro_alert import sky
from ovro_alert.circumstances import Circumstances
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.windows import windows
from ovro_alert.times import parse_utc, seconds
from ovro_alert.verdicts import Judgement
from tests.cases import around, commanded, gate, judged, switch
from tests.forms import SEEN, optical_alert

DAY_S = 86400.0
NOW = SEEN + seconds(2 * DAY_S)
PLACE = (187.3, 24.1)


def at(now: datetime = NOW, **changes: Any) -> Circumstances:
    return around(0, now, **changes)


def said(now: datetime = NOW, limits: dict[str, Any] | None = None, **changes: Any) -> Judgement:
    """Return what is said of a transient, with any field changed, two days after it was first seen."""
    given = changes.pop("around_it", {})
    alert = optical_alert(**changes)
    return judged(alert, at(now, **given), Limits.model_validate({"optical": limits or {}}), "optical_sprite")


def proposal(state: str = "proposed", made: datetime = NOW, **changes: Any) -> Any:
    """Return an earlier proposal of the same transient."""
    return commanded(said().commands[0], made, state=state, **({"deadline": NOW + seconds(DAY_S)} | changes))


# ── what is proposed ──


def test_a_transient_is_proposed_with_its_next_window():
    judgement = said()
    assert (judgement.answer, judgement.level) == ("proposal", "normal")
    (draft,) = judgement.commands
    assert (draft.telescope, draft.action, draft.priority) == ("sprite", "observe", 30)
    start, stop = parse_utc(draft.args["start"]), parse_utc(draft.args["stop"])
    assert draft.deadline == pytest.approx(stop - seconds(1800), abs=seconds(0.001))
    assert NOW < start < stop < NOW + seconds(2 * DAY_S)
    assert sky.elevation_deg(*PLACE, start) == pytest.approx(20, abs=0.01)
    assert sky.elevation_deg(*PLACE, stop) == pytest.approx(20, abs=0.01)
    rest = {name: value for name, value in draft.args.items() if name not in ("start", "stop")}
    assert rest == {"ra_deg": 187.3, "dec_deg": 24.1, "target": "AT2026abc", "class": "TDE", "mag": 17.8}


def test_what_is_up_now_is_proposed_from_now_on():
    (window, *_) = windows(*PLACE, NOW, NOW + seconds(DAY_S), 20.0)
    now = window.start + seconds(3600)
    (draft,) = said(now).commands
    assert parse_utc(draft.args["start"]) == pytest.approx(now, abs=seconds(0.001))
    assert parse_utc(draft.args["stop"]) == pytest.approx(window.stop, abs=seconds(1))


def test_what_is_about_to_set_is_proposed_for_its_next_rising():
    (window, *_) = windows(*PLACE, NOW, NOW + seconds(DAY_S), 20.0)
    now = window.stop - seconds(1800)
    (draft,) = said(now).commands
    assert parse_utc(draft.args["start"]) > window.stop


@pytest.mark.parametrize(("in_the_day_s", "answer"), [(3610, "proposal"), (3590, "nothing")])
def test_what_rises_at_the_end_of_the_day_is_proposed_until_it_sets(in_the_day_s, answer):
    """Low in the south it is up for an hour and a half: the rest of this rising is too short, only the next will do."""
    low, limits = -32.0, {"min_dec_deg": -90}
    (window,) = windows(PLACE[0], low, NOW, NOW + seconds(DAY_S), 20.0)
    judgement = said(window.start - seconds(DAY_S - in_the_day_s), limits, dec_deg=low)
    assert judgement.answer == answer
    for draft in judgement.commands:
        assert parse_utc(draft.args["stop"]) == pytest.approx(window.stop, abs=seconds(1))


def test_what_never_sets_is_proposed_for_a_day():
    (draft,) = said(dec_deg=80).commands
    assert parse_utc(draft.args["start"]) == NOW
    assert parse_utc(draft.args["stop"]) == NOW + seconds(DAY_S)


# ── O1 to O6 ──


@pytest.mark.parametrize(("ahead_s", "result"), [(5, "pass"), (5.1, "fail")])
def test_o1_what_is_not_yet_is_not_believed(ahead_s, result):
    assert gate(said(SEEN - seconds(ahead_s)), "clock").result == result


def test_o1_a_test_that_passes_everything_else_makes_a_drill():
    judgement = said(role="test")
    assert (judgement.answer, judgement.commands[0].telescope, judgement.commands[0].action) == (
        "command",
        "sprite",
        "test",
    )
    assert said(role="test", **{"class": "SN Ia"}).commands == ()


@pytest.mark.parametrize(
    "wanted", ["LFBOT", "TDE", "SN Ic-BL", "SN IIn", "nova", "GRB afterglow", "unknown-fast", "sn  iin", "Nova"]
)
def test_o2_the_classes_of_the_list_however_they_are_spaced(wanted):
    assert gate(said(**{"class": wanted}), "O2").result == "pass"


@pytest.mark.parametrize("other", ["SN Ia", "SN", "AGN", "TDE-like", "TDE, nova"])
def test_o2_no_other_class(other):
    judgement = said(**{"class": other})
    assert (gate(judgement, "O2").result, judgement.answer, judgement.level) == ("fail", "nothing", "quiet")


@pytest.mark.parametrize(("probability", "result"), [(0.5, "pass"), (0.49, "fail"), (None, "pass"), (0.0, "fail")])
def test_o3_how_sure_the_class_is(probability, result):
    assert gate(said(class_probability=probability), "O3").result == result


@pytest.mark.parametrize(
    ("name", "days", "result"),
    [
        ("TDE", 30, "pass"),
        ("TDE", 30.001, "fail"),
        ("LFBOT", 7, "pass"),
        ("LFBOT", 7.001, "fail"),
        ("GRB afterglow", 7.001, "fail"),
        ("unknown-fast", 30, "pass"),
    ],
)
def test_o4_days_since_it_was_first_seen(name, days, result):
    assert gate(said(SEEN + seconds(days * DAY_S), **{"class": name}), "O4").result == result


@pytest.mark.parametrize(("arcsec", "result"), [(5, "pass"), (5.01, "fail"), (None, "unknown")])
def test_o5_how_well_it_is_placed(arcsec, result):
    assert gate(said(error_arcsec=arcsec), "position").result == result


@pytest.mark.parametrize(("dec_deg", "result"), [(-30, "pass"), (-30.01, "fail")])
def test_o5_how_far_south(dec_deg, result):
    assert gate(said(dec_deg=dec_deg), "declination").result == result


def test_o5_without_a_position_there_is_no_proposal():
    judgement = said(ra_deg=0, dec_deg=0)
    assert [gate(judgement, name).result for name in ("position", "O6")] == ["unknown", "unknown"]
    assert judgement.commands == ()


@pytest.mark.parametrize(("longer_s", "result"), [(-2, "pass"), (2, "fail")])
def test_o6_how_long_it_is_up_in_the_next_day(longer_s, result):
    (window, *_) = windows(*PLACE, NOW, NOW + seconds(DAY_S), 20.0)
    judgement = said(limits={"min_up_s": window.length_s + longer_s})
    assert gate(judgement, "O6").result == result


def test_o6_what_never_rises_is_not_proposed():
    judgement = said(dec_deg=-60, limits={"min_dec_deg": -90})
    assert gate(judgement, "O6").value == 0


# ── O7 and later words ──


@pytest.mark.parametrize(("days", "result"), [(14, "fail"), (14.001, "pass"), (0, "fail")])
@pytest.mark.parametrize("state", ["proposed", "declined", "done", "expired"])
def test_o7_one_name_is_proposed_once_in_a_fortnight_whatever_became_of_it(days, result, state):
    before = proposal(state, NOW - seconds(days * DAY_S))
    judgement = said(around_it={"proposals": (before,)}, id="another")
    assert gate(judgement, "O7").result == result
    assert bool(judgement.commands) is (result == "pass")


def test_o7_names_are_the_same_however_they_are_spaced():
    judgement = said(around_it={"proposals": (proposal(),)}, id="another", name="at 2026ABC")
    assert gate(judgement, "O7").result == "fail"


def test_o7_another_name_is_another_transient():
    judgement = said(around_it={"proposals": (proposal(),)}, id="another", name="AT2026abd")
    assert gate(judgement, "O7").result == "pass"


def test_o7_proposals_to_other_telescopes_do_not_count():
    other = proposal(telescope="swift", action="too")
    assert gate(said(around_it={"proposals": (other,)}, id="another"), "O7").result == "pass"


@pytest.mark.parametrize("changes", [{"class": "SN Ia"}, {"class_probability": 0.2}, {"error_arcsec": 60}], ids=str)
@pytest.mark.parametrize("state", ["proposed", "pending"])
def test_a_proposal_is_taken_back_when_the_transient_turns_out_to_be_another(changes, state):
    before = proposal(state)
    judgement = said(around_it={"commands": (before,), "proposals": (before,)}, **changes)
    assert (judgement.answer, judgement.level) == ("message", "normal")
    assert [one.command for one in judgement.withdrawals] == [before.id]
    assert "no longer for SPRITE" in judgement.summary


def test_what_was_observed_is_not_taken_back():
    before = proposal("done")
    judgement = said(around_it={"commands": (before,), "proposals": (before,)}, **{"class": "SN Ia"})
    assert (judgement.answer, judgement.withdrawals) == ("nothing", ())


def test_a_class_that_comes_up_later_is_proposed_then():
    assert said(**{"class": "unknown"}).commands == ()
    assert said(**{"class": "TDE"}).answer == "proposal"


def test_a_test_takes_back_nothing_that_is_real():
    before = proposal()
    judgement = said(around_it={"commands": (before,)}, role="test", **{"class": "SN Ia"})
    assert judgement.withdrawals == ()


@pytest.mark.parametrize(
    ("name", "state", "answer"),
    [
        ("optical_sprite", "message-only", "message"),
        ("optical_sprite", "off", "nothing"),
        ("sprite", "message-only", "message"),
        ("sprite", "off", "message"),
    ],
)
def test_what_is_switched_off_is_not_proposed_and_told_once_unless_it_is_the_scenario(name, state, answer):
    judgement = said(around_it={"switches": switch(name, state)})
    assert (judgement.commands, judgement.answer) == ((), answer)
    again = said(around_it={"switches": switch(name, state), "told": {"optical_sprite": "normal"}})
    assert (again.commands, again.answer) == ((), "nothing")
