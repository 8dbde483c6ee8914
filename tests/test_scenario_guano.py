"""DSA-110 discovery → Swift/GUANO: asked once, by T3 alone, in time; later VOEvents cite the first."""

from __future__ import annotations

import pytest

from ovro_alert import sky
from ovro_alert.alerts import statement_of
from ovro_alert.circumstances import Used
from ovro_alert.commands import CommandDraft
from ovro_alert.scenarios.limits import Limits
from ovro_alert.times import parse_utc, seconds
from tests.cases import R3_TIME, commanded, gate, kept, switch
from tests.cases import judged as judged_by
from tests.dsa_notices import NAME, beams
from tests.guano import EVENT, HOST, PLACE, one_arm, ready, swift, t2, t3

IVORN = f"ivo://edu.caltech.dsa-110/dsa-110#{NAME}"


def judged(alert, circumstances=None, limits=None):
    return judged_by(alert, circumstances or ready(), limits or Limits(), "dsa_guano")


def asked(judgement) -> CommandDraft:
    assert judgement.answer == "command", judgement.summary
    (draft,) = judgement.commands
    return draft


def before(alert=None, state="done", age_s=370.0, **changes):
    """Return the command that was made of a statement some time ago."""
    return commanded(asked(judged(alert or t3(), ready(age_s))), R3_TIME + seconds(age_s), 17, state, **changes)


def retracted(**changes):
    statement = statement_of(EVENT, "retraction", "real")
    update = {"kind": "retraction", "statement": statement, "trigger": None, "ra_deg": None, "dec_deg": None}
    return t3().model_copy(update=update | changes)


def placed(ra_off_deg=0.0, r95_deg=0.001, **changes):
    """Return a later statement, of GCN, with a better position."""
    update = {"kind": "subsequent", "statement": statement_of(EVENT, "subsequent", "real"), "r95_deg": r95_deg}
    update |= {"ra_deg": PLACE["ra"] + ra_off_deg, "ra_error_deg": r95_deg, "dec_error_deg": r95_deg}
    return t3().model_copy(update=update | changes)


# ── the first VOEvent ──


def test_a_classified_burst_is_asked_for_with_everything_a_voevent_needs():
    judgement = judged(t3())
    draft = asked(judgement)
    assert (draft.telescope, draft.action, draft.priority, draft.turn) == ("swift", "guano", 60, 1)
    assert judgement.level == "normal"
    assert {name: draft.args[name] for name in ("ra_deg", "dec_deg", "name", "snr", "importance", "kind")} == {
        "ra_deg": 29.50313, "dec_deg": 65.71675, "name": NAME, "snr": 14.2, "importance": 0.98, "kind": "detection",
    }  # fmt: skip
    assert draft.args["dm_pc_cm3"] == 348.8
    assert draft.args["width_ms"] == pytest.approx(4 * 0.262144)
    assert "cites" not in draft.args


def test_its_time_is_that_of_the_gamma_rays_and_its_deadline_that_of_the_ring_buffer():
    """Gamma rays are not dispersed: 0.18 s per 100 DM earlier than at 1530 MHz."""
    draft = asked(judged(t3()))
    assert draft.args["time_ref_mhz"] is None
    early_s = (R3_TIME - parse_utc(draft.args["time"])).total_seconds()
    assert early_s == pytest.approx(sky.delay_s(348.8, 1530), abs=1e-3)
    assert early_s == pytest.approx(0.18 * 3.488, abs=0.02)
    assert (draft.deadline - R3_TIME).total_seconds() == pytest.approx(1500, abs=1e-4)


def test_without_a_dm_it_says_at_which_frequency_its_time_is_meant():
    draft = asked(judged(t3(dm=None)))
    assert draft.args["time_ref_mhz"] == 1530


def test_its_error_is_an_arcminute_in_both_arms_and_the_primary_beam_in_one():
    assert asked(judged(t3())).args["error_deg"] == pytest.approx(1 / 60)
    assert asked(judged(one_arm())).args["error_deg"] == 1.34


def test_where_no_beam_is_named_the_error_is_the_one_that_is_stated():
    assert asked(judged(placed(r95_deg=0.0228, trigger=t3().trigger.model_copy(update={"beams": ()})))).args[
        "error_deg"
    ] == pytest.approx(0.0228)


@pytest.mark.parametrize(
    ("keys", "name", "passes"),
    [
        ({"probability": 0.95}, "U2", False),
        ({"probability": 0.9501}, "U2", True),
        ({"probability": None, "real": True}, "U2", False),
        ({"ibox": 15}, "U3", True),
        ({"ibox": 16}, "U3", False),
        ({"ibox": None}, "U3", False),
        ({"snr": 11.0}, "U4", False),
        ({"snr": 11.01}, "U4", True),
        ({"snr": None}, "U4", False),
        (beams(40, 296), "U5", False),
        (beams(40, 297), "U5", True),
        (beams(40), "U5", True),
        (beams(), "U5", True),
        ({"ra": 0.0, "dec": 0.0}, "U6", False),
        ({"ra": None, "dec": None}, "U6", False),
    ],
    ids=[
        "p 0.95", "p 0.9501", "no p", "ibox 15", "ibox 16", "no ibox", "snr 11", "snr 11.01", "no snr",
        "beams 40 and 296", "beams 40 and 297", "one beam", "no beam", "place 0 0", "no place",
    ],
)  # fmt: skip
def test_each_limit_is_strict_and_what_is_missing_fails_except_beams(keys, name, passes):
    judgement = judged(t3(**keys))
    assert gate(judgement, next(one.gate for one in judgement.gates if one.gate.startswith(name))).failed is not passes
    assert (judgement.answer == "command") is passes


@pytest.mark.parametrize(("age_s", "answer"), [(1500, "command"), (1501, "message")], ids=["1500 s", "1501 s"])
def test_what_the_ring_buffer_has_lost_is_not_asked_for_and_told(age_s, answer):
    judgement = judged(t3(), ready(age_s))
    assert (judgement.answer, judgement.level) == (answer, "normal")


def test_from_fifteen_minutes_on_it_says_that_the_data_may_be_gone():
    assert "late: data may be gone" not in gate(judged(t3(), ready(900)), "U7").says
    assert "late: data may be gone" in gate(judged(t3(), ready(901)), "U7").says
    assert judged(t3(), ready(901)).answer == "command"


def test_a_burst_of_the_future_is_not_believed():
    judgement = judged(t3(), ready(-6))
    assert judgement.answer == "nothing"
    assert "in the future" in judgement.summary


def test_t2_alone_asks_for_nothing_and_disturbs_nobody():
    judgement = judged(t2(probability=0.0))
    assert (judgement.answer, judgement.level, judgement.commands) == ("nothing", None, ())
    assert "not classified" in judgement.summary
    assert gate(judgement, "U7").result == "pass"  # and all the same every gate was asked


def test_what_t2_knew_of_beams_and_place_counts_when_t3_does_not_say_it():
    bare = t3(**beams()).model_copy(update={"ra_deg": None, "dec_deg": None})
    assert asked(judged(bare, ready(earlier=(kept(t2()),)))).args["error_deg"] == pytest.approx(1 / 60)


# ── may it act at all ──


def test_a_test_makes_a_drill_of_swift_once():
    alert = t3().as_test()
    judgement = judged(alert)
    assert (asked(judgement).telescope, asked(judgement).action) == ("swift", "test")
    assert judgement.level == "quiet"
    again = judged(alert, ready(last_drills={"dsa_guano": R3_TIME}))
    assert again.answer == "nothing"


def test_an_injection_sits_on_equal_beams_and_is_no_drill():
    judgement = judged(t3(name=f"{NAME}_inj003", **beams(40, 296)))
    assert (judgement.answer, judgement.level) == ("nothing", "quiet")


def test_a_drill_before_it_does_not_keep_the_real_burst_from_being_asked_for():
    drill = commanded(asked(judged(t3().as_test())), R3_TIME, 3)
    assert asked(judged(t3(), ready(commands=(drill,)))).action == "guano"


def test_what_is_labelled_as_injected_is_a_drill_at_most():
    assert asked(judged(t3(label="injection"))).action == "test"


@pytest.mark.parametrize("label", ["rfi", "instrumental"])
def test_what_is_labelled_as_something_else_is_not_asked_for(label):
    judgement = judged(t3(label=label))
    assert judgement.answer == "nothing"
    assert gate(judgement, "label").failed


# ── can Swift be asked ──


def test_without_any_client_of_swift_it_is_refused_at_the_gate_and_told_quietly():
    judgement = judged(t3(), ready(statuses={}))
    assert (judgement.answer, judgement.level, judgement.commands) == ("message", "quiet", ())
    assert gate(judgement, "U8").failed
    assert judgement.summary == "no host: Swift has no client"


@pytest.mark.parametrize("host", [None, "", "  ", 42], ids=["none", "empty", "blank", "number"])
def test_a_client_that_names_no_host_is_as_none(host):
    now = R3_TIME + seconds(370)
    judgement = judged(t3(), ready(statuses=swift(now, detail={"host": host})))
    assert (judgement.answer, judgement.level) == ("message", "quiet")
    assert judgement.summary.startswith("no host")


@pytest.mark.parametrize(
    ("changes", "passes"),
    [
        ({"at": R3_TIME + seconds(310)}, True),
        ({"at": R3_TIME + seconds(309)}, False),
        ({"state": "unavailable"}, False),
        ({"state": "observing"}, True),
    ],
    ids=["60 s old", "61 s old", "unavailable", "busy"],
)
def test_a_client_that_is_away_is_told_to_people_once(changes, passes):
    around = ready(statuses=swift(R3_TIME + seconds(370), **changes))
    judgement = judged(t3(), around)
    assert (judgement.answer == "command") is passes
    assert judgement.level == "normal"
    if not passes:
        again = judged(t3(), around._replace(told={"dsa_guano": "normal"}))
        assert (again.answer, again.level) == ("nothing", None)
        later = judged(placed(), around._replace(earlier=(kept(t3()),)))
        assert (later.answer, later.level) == ("nothing", None)


def test_while_its_client_is_away_it_is_looked_at_again_as_long_as_there_is_time():
    away = ready(1400, statuses=swift(R3_TIME + seconds(600)))
    judgement = judged(t3(), away)
    assert judgement.again is not None
    assert (judgement.again.at - away.now).total_seconds() == 60
    told = away._replace(told={"dsa_guano": "normal"}, second_look={})
    assert (judged(t3(), told).level, judged(t3(), told).again) == (None, judgement.again)
    assert judged(t3(), ready(1460, second_look={}, told=told.told)).answer == "command"
    assert judged(t3(), ready(1501, statuses=away.statuses)).again is None
    assert judged(t3(), ready(statuses={})).again is None
    assert judged(t3(probability=0.9), away).again is None


@pytest.mark.parametrize("name", ["dsa_guano", "swift"])
def test_either_switch_holds_it_back(name):
    off = judged(t3(), ready(switches=switch(name, "off")))
    assert (off.answer, off.level) == (("nothing", None) if name == "dsa_guano" else ("message", "normal"))
    told = judged(t3(), ready(switches=switch(name, "message-only", why="campaign")))
    assert (told.answer, told.level) == ("message", "normal")
    assert "campaign" in told.summary


def test_twenty_a_day_and_no_more():
    assert judged(t3(), ready(used={"swift": Used(guano=19)})).answer == "command"
    full = judged(t3(), ready(used={"swift": Used(guano=20)}))
    assert full.answer == "message"
    assert "21 of 20" in full.summary
    assert "guano.per_day" in full.summary


# ── the same burst again ──


def test_the_same_burst_by_another_path_is_one_command():
    gcn = placed(r95_deg=0.0228)
    judgement = judged(gcn, ready(earlier=(kept(t3()),), commands=(before(),)))
    assert (judgement.answer, judgement.level) == ("nothing", None)
    assert "already asked" in judgement.summary


@pytest.mark.parametrize("state", ["expired", "refused", "failed", "cancelled", "declined"])
def test_what_ended_without_going_out_is_not_asked_for_again(state):
    judgement = judged(placed(), ready(commands=(before(state=state),)))
    assert judgement.answer == "nothing"


@pytest.mark.parametrize("state", ["pending", "claimed"])
def test_a_better_position_takes_the_place_of_what_still_waits(state):
    first = before(one_arm(), state)
    judgement = judged(t3(), ready(500, earlier=(kept(one_arm()),), commands=(first,)))
    draft = asked(judgement)
    assert (draft.turn, draft.args["kind"], draft.args["error_deg"]) == (2, "detection", pytest.approx(1 / 60))
    assert "cites" not in draft.args
    assert draft.deadline == first.deadline
    assert [(one.command, one.told_only) for one in judgement.withdrawals] == [(17, False)]


@pytest.mark.parametrize("state", ["acting", "done"])
def test_a_better_position_after_it_went_out_is_a_second_voevent_that_cites_the_first(state):
    """It has a day, and neither the class of the burst nor its age is asked again."""
    around = ready(7200, earlier=(kept(t3()),), commands=(before(state=state),))
    judgement = judged(placed(trigger=None), around)
    draft = asked(judgement)
    assert (draft.turn, draft.args["kind"], draft.args["cites"]) == (2, "update", IVORN)
    assert draft.args["error_deg"] == 0.001
    assert draft.args["name"] == NAME
    assert (draft.deadline - around.now).total_seconds() == 86400
    assert judgement.withdrawals == ()
    assert gate(judgement, "U7").result == "off"


@pytest.mark.parametrize(
    ("ra_off_deg", "r95_deg", "better"),
    [(0.0, 0.0083, True), (0.0, 0.0084, False), (0.1, 0.016, True), (0.03, 0.016, False), (0.1, 0.03, False)],
    ids=["half the error", "more than half", "outside the circle", "inside it", "outside and worse"],
)
def test_a_position_is_better_when_it_is_much_closer_or_lies_outside(ra_off_deg, r95_deg, better):
    alert = placed(ra_off_deg, r95_deg, trigger=t3(**beams()).trigger)
    judgement = judged(alert, ready(commands=(before(),)))
    assert (judgement.answer == "command") is better


def test_what_came_to_nothing_in_between_does_not_count():
    first = before()
    lost = commanded(asked(judged(placed(), ready(commands=(first,)))), R3_TIME, 18, "failed")
    draft = asked(judged(placed(), ready(commands=(first, lost))))
    assert (draft.turn, draft.args["kind"]) == (3, "update")


def test_a_better_position_of_what_nobody_wants_any_more_is_not_sent():
    update = before()
    back = commanded(asked(judged(retracted(), ready(commands=(update,)))), R3_TIME, 18, "done")
    judgement = judged(placed(), ready(commands=(update, back)))
    assert judgement.answer == "nothing"
    assert judged(placed(), ready(commands=(update,), retracted=True)).answer == "nothing"


def test_a_later_voevent_waits_for_a_client_that_is_away_but_needs_a_host():
    away = ready(7200, commands=(before(),), statuses=swift(R3_TIME + seconds(600)))
    assert asked(judged(placed(), away)).args["kind"] == "update"
    assert judged(placed(), away._replace(statuses={})).answer == "message"


# ── it was nothing ──


def test_a_retraction_of_what_waits_takes_it_back_and_sends_nothing():
    judgement = judged(retracted(), ready(commands=(before(state="pending"),)))
    assert judgement.commands == ()
    assert [(one.command, one.told_only) for one in judgement.withdrawals] == [(17, False)]
    assert (judgement.answer, judgement.subject, judgement.level) == ("message", "retraction", "normal")


@pytest.mark.parametrize("state", ["acting", "done"])
def test_a_retraction_of_what_is_out_is_a_voevent_that_cites_it(state):
    around = ready(40000, commands=(before(state=state),))
    judgement = judged(retracted(), around)
    draft = asked(judgement)
    assert (draft.turn, draft.args["kind"], draft.args["cites"]) == (2, "retraction", IVORN)
    assert draft.args["time"] == before().args["time"]  # its own is a placeholder
    assert (draft.deadline - around.now).total_seconds() == 86400
    assert (judgement.subject, judgement.level, judgement.broadcast) == ("retraction", "normal", True)


def test_what_failed_and_nobody_knows_how_is_taken_back_too():
    lost = before(state="failed", detail={"outcome": "unknown"})
    assert asked(judged(retracted(), ready(commands=(lost,)))).args["kind"] == "retraction"


@pytest.mark.parametrize("state", ["failed", "refused", "expired", "cancelled"])
def test_what_never_went_out_needs_no_voevent(state):
    assert judged(retracted(), ready(commands=(before(state=state),))).commands == ()


def test_a_retraction_of_what_nobody_was_asked_about_is_remembered():
    judgement = judged(retracted())
    assert (judgement.answer, judgement.commands) == ("nothing", ())


def test_a_test_retraction_leaves_the_real_voevent_alone():
    judgement = judged(retracted(role="test"), ready(commands=(before(),)))
    assert (judgement.answer, judgement.commands, judgement.withdrawals) == ("nothing", (), ())


@pytest.mark.parametrize(
    "keys",
    [{"label": "rfi"}, {"label": "instrumental"}, {"injected": True}, {"real": False}, {"probability": 0.3}],
    ids=["rfi", "instrumental", "injected", "not real", "p 0.3"],
)
def test_what_dsa_itself_condemns_later_is_taken_back(keys):
    out = judged(t3(**keys), ready(7200, commands=(before(),)))
    assert (asked(out).args["kind"], asked(out).args["cites"], out.level) == ("retraction", IVORN, "normal")
    waits = judged(t3(**keys), ready(commands=(before(state="pending"),)))
    assert (waits.answer, waits.commands) == ("message", ())
    assert [one.command for one in waits.withdrawals] == [17]


def test_a_lower_probability_takes_back_what_waits_alone():
    waits = judged(t3(probability=0.9), ready(commands=(before(state="pending"),)))
    assert [one.command for one in waits.withdrawals] == [17]
    out = judged(t3(probability=0.9), ready(commands=(before(),)))
    assert (out.answer, out.commands, out.withdrawals) == ("nothing", (), ())


def test_it_is_taken_back_once():
    """A label, then a retraction by GCN: the VOEvent that waits is neither doubled nor withdrawn."""
    first = before()
    back = commanded(asked(judged(t3(label="rfi"), ready(commands=(first,)))), R3_TIME, 18)
    judgement = judged(retracted(), ready(commands=(first, back)))
    assert (judgement.commands, [one.command for one in judgement.withdrawals if not one.told_only]) == ((), [])
    again = judged(t3(label="rfi"), ready(commands=(first, back)))
    assert (again.commands, again.withdrawals) == ((), ())


def test_a_waiting_better_position_is_withdrawn_and_the_first_taken_back():
    first = before()
    better = commanded(asked(judged(placed(), ready(commands=(first,)))), R3_TIME, 18)
    judgement = judged(retracted(), ready(commands=(first, better)))
    assert [one.command for one in judgement.withdrawals] == [18]
    assert (asked(judgement).turn, asked(judgement).args["kind"]) == (3, "retraction")


def test_without_a_host_no_voevent_takes_it_back_and_people_hear_so():
    judgement = judged(retracted(), ready(commands=(before(),), statuses={}))
    assert (judgement.answer, judgement.commands, judgement.level) == ("message", (), "normal")
    assert "no VOEvent takes it back: no host" in judgement.summary
    assert HOST not in judgement.summary
