"""A burst of DSA-110 and OVRO-LWA's beam: what is followed, where that is, and what T3 makes of T2's word."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ovro_alert.alerts import Alert, KeptAlert
from ovro_alert.circumstances import Circumstances
from ovro_alert.meridian import icrs, of_date, sidereal_deg
from ovro_alert.reading import read
from ovro_alert.scenarios.limits import DrillLimits, DsaLimits, Limits, LwaLimits
from ovro_alert.statuses import KeptTelescopeStatus, Pointing, Session
from ovro_alert.times import seconds
from ovro_alert.verdicts import Judgement
from tests.cases import around, commanded, gate, judged, kept, lwa, switch
from tests.dsa_notices import beams, dsa_t3, flat, level3, t2_event
from tests.gcn_notices import dsa_gcn
from tests.notices import raw

TIME = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)
DEC_OF_DATE = 16.27
HERE = {"ra": 26.895, "dec": 16.136}
"""On DSA-110's meridian at that time."""


def alert(body: bytes, stream: str = "dsa") -> Alert:
    found = read(raw(body, stream))
    assert isinstance(found, Alert), found
    return found


def t2(**keys: Any) -> Alert:
    return alert(flat(t2_event(**{"time": TIME} | HERE | keys)))


def t3(command: str = "observation", **keys: Any) -> Alert:
    return alert(dsa_t3(**{"time": TIME} | HERE | keys, command=command))


def gcn(**keys: Any) -> Alert:
    return alert(dsa_gcn(**{"time": TIME, "id": "261201abcd", "dm": 348.8} | HERE | keys), "gcn")


def after(age_s: float = 8.0, **changes: Any) -> Circumstances:
    return around(age_s, TIME, **changes)


def said(one: Alert, circumstances: Circumstances | None = None, limits: Limits | None = None) -> Judgement:
    return judged(one, circumstances or after(), limits or Limits(), "dsa_beam")


def pointed(age_s: float = 5.0, dec_of_date_deg: float = DEC_OF_DATE, ra_deg: float | None = None) -> dict[str, Any]:
    """Return circumstances 8 s after the burst in which DSA-110 said that long ago where it looks."""
    now = TIME + seconds(8.0)
    at = now - seconds(age_s)
    place = icrs(sidereal_deg(at), dec_of_date_deg, at)
    pointing = Pointing(ra_deg=place.ra_deg if ra_deg is None else ra_deg, dec_deg=place.dec_deg, at=at)
    return {"statuses": {"dsa": KeptTelescopeStatus(state="idle", telescope="dsa", seq=1, at=at, pointing=pointing)}}


def unplaced(**keys: Any) -> Alert:
    return t2(ra=0.0, dec=0.0, **keys)


def has_beam(state: str = "pending", before: Alert | None = None, **changes: Any) -> dict[str, Any]:
    """Return circumstances in which T2's word has led to a beam."""
    first = before or t2()
    draft = said(first).commands[0]
    command = commanded(draft, TIME + seconds(8), state=state)
    earlier: tuple[KeptAlert, ...] = (kept(first, made=TIME + seconds(8)),)
    return {"commands": (command,), "running": (command,), "earlier": earlier} | changes


# ── what is followed ──


def test_the_word_of_t2_is_enough_for_a_beam():
    judgement = said(t2())
    assert (judgement.answer, judgement.level) == ("command", "normal")
    draft = judgement.commands[0]
    assert (draft.telescope, draft.action, draft.priority, draft.event) == ("lwa", "beam", 60, "dsa:261201abcd")
    assert draft.args["dm_pc_cm3"] == 348.8
    assert draft.args["time_inf"] == "2026-12-01T04:59:59.381Z"
    assert gate(judgement, "D6").says == "T2, not classified"


def test_its_time_is_that_at_1530_mhz():
    judgement = said(t2())
    in_s = judgement.figures["top_in_s"] + 8.0
    assert in_s == pytest.approx(348.8 * (0.60523 - 0.00177), abs=0.02)
    latest_s = (judgement.commands[0].deadline - TIME).total_seconds()
    assert latest_s == pytest.approx(348.8 * (1.47717 - 0.00177) - 18, abs=0.02)


@pytest.mark.parametrize(
    ("keys", "name", "result"),
    [
        ({"dm": 50.0}, "D3", "pass"),
        ({"dm": 49.9}, "D3", "fail"),
        ({"snr": 10.0}, "D4", "pass"),
        ({"snr": 9.99}, "D4", "fail"),
        ({"snr": None}, "D4", "unknown"),
        ({"dm": None}, "D3", "unknown"),
        ({"ibox": 32}, "width", "pass"),
        ({"ibox": 33}, "width", "fail"),
        ({"ibox": None}, "width", "pass"),
        ({"cntb": 14}, "beams", "pass"),
        ({"cntb": 15}, "beams", "fail"),
        ({"cntb": None}, "beams", "pass"),
        ({"probability": 0.0}, "D6", "pass"),
        ({"mjds": None}, "D2", "unknown"),
    ],
    ids=str,
)
def test_each_figure_stands_against_its_limit(keys, name, result):
    assert gate(said(t2(**keys)), name).result == result


@pytest.mark.parametrize(("probability", "result"), [(0.5, "pass"), (0.49, "fail"), (0.0, "fail"), (None, "pass")])
def test_what_t3_has_classified_must_probably_be_a_burst(probability, result):
    judgement = said(t3(probability=probability, real=None, label="unsure/noise"))
    assert gate(judgement, "D6").result == result
    assert (judgement.answer == "command") is (result == "pass")


def test_what_t3_says_is_not_real_is_none():
    assert gate(said(t3(real=False, probability=0.7)), "D6").says == "T3 says that it is not real, p = 0.7"
    assert gate(said(t3(real=False, probability=None)), "D6").result == "fail"


def test_beyond_the_milky_way_a_burst_has_three_quarters_of_its_dm():
    near = t2(dm=100.0).model_copy(update={"dm_gal_pc_cm3": 133.3})
    assert gate(said(near), "D3").result == "pass"
    assert gate(said(near.model_copy(update={"dm_gal_pc_cm3": 133.4})), "D3").result == "fail"


@pytest.mark.parametrize(("ahead_s", "result", "says"), [(5, "pass", ""), (37, "fail", "TAI"), (60, "fail", "future")])
def test_a_burst_of_the_future_is_not_believed(ahead_s, result, says):
    clock = gate(said(t2(time=TIME + seconds(8 + ahead_s))), "D2")
    assert clock.result == result
    assert says in clock.says


@pytest.mark.parametrize("label", ["rfi", "instrumental"])
def test_a_label_that_it_is_nothing_fails_and_makes_no_drill(label):
    judgement = said(t3(label=label, probability=0.9))
    assert (judgement.answer, judgement.level) == ("nothing", "quiet")
    assert judgement.summary == f"label {label}: not real"
    assert said(t3("test", label=label)).commands == ()


@pytest.mark.parametrize(
    "one", [t2(name="261201abcd_inj003"), t3(injected=True, label=None), t3("test"), t3(label="injection")]
)
def test_what_is_not_real_makes_a_drill_and_no_beam(one):
    judgement = said(one)
    assert [draft.action for draft in judgement.commands] == ["test"]
    assert judgement.level == "quiet"


def test_drills_are_not_made_again_within_hours():
    again = after(last_drills={"dsa_beam": TIME - seconds(60)})
    assert said(t3("test"), again).commands == ()
    limits = Limits(drills=DrillLimits(from_tests_every_s=0))
    assert said(t3("test"), again, limits).commands


def test_what_is_no_burst_disturbs_nobody_and_a_burst_that_is_missed_is_told():
    assert said(unplaced(dm=29.05)).answer == "nothing"
    assert (said(unplaced()).answer, said(unplaced()).level) == ("message", "normal")
    late = said(t2(dm=60.0), after(120.0))
    assert late.answer == "message"
    assert late.summary.startswith("reaches 53 MHz before the beam is on (DM 60.0, ")


def test_that_there_is_no_beam_is_told_once_and_again_when_t3_has_classified_it():
    first = said(unplaced())
    assert said(unplaced(), after(12.0, beam_before=first.figures)).level is None
    assert said(t3(ra=0.0, dec=0.0), after(60.0, beam_before=first.figures)).level == "normal"


# ── where it was ──


def test_the_search_beam_and_the_pointing_say_where_it_was():
    judgement = said(unplaced(ibeam=100, **beams(100)), after(**pointed()))
    assert judgement.answer == "command"
    assert judgement.figures["ra_deg"] == pytest.approx(26.895, abs=0.002)
    assert judgement.figures["dec_deg"] == pytest.approx(16.136, abs=0.002)
    assert judgement.figures["r95_deg"] == 1.34
    assert judgement.figures["position_from"] == "the pointing and search beam 100"


def test_a_north_south_beam_says_its_declination():
    judgement = said(unplaced(ibeam=100, **beams(100, 400)), after(**pointed()))
    assert judgement.figures["ra_deg"] == pytest.approx(26.895, abs=0.002)
    assert judgement.figures["dec_deg"] == pytest.approx(15.853, abs=0.002)
    assert judgement.figures["r95_deg"] == 0.023
    assert judgement.figures["position_from"] == "the pointing and search beams 100 and 400"


def test_the_right_ascension_of_a_pointing_may_be_missing():
    around_it = pointed()
    status = around_it["statuses"]["dsa"]
    bare = status.model_copy(update={"pointing": status.pointing.model_copy(update={"ra_deg": None})})
    judgement = said(unplaced(ibeam=100, **beams(100)), after(statuses={"dsa": bare}))
    assert judgement.figures["dec_deg"] == pytest.approx(16.136, abs=0.002)


@pytest.mark.parametrize(("age_s", "answer"), [(60.0, "command"), (61.0, "message")])
def test_an_old_pointing_is_none(age_s, answer):
    judgement = said(unplaced(), after(**pointed(age_s)))
    assert judgement.answer == answer
    if answer == "message":
        assert "no position yet: " in judgement.summary
        assert gate(judgement, "D7").result == "fail"


def test_without_a_beam_that_saw_it_there_is_no_position():
    judgement = said(unplaced(ibeam=None, **beams()), after(**pointed()))
    assert judgement.summary == "no position yet: which search beams saw it is not said"


def test_near_the_pole_search_beams_say_nothing():
    judgement = said(unplaced(), after(**pointed(dec_of_date_deg=89.9)))
    assert "too near the pole" in judgement.summary


def test_a_position_that_is_given_needs_no_pointing():
    judgement = said(t2())
    assert (judgement.figures["ra_deg"], judgement.figures["dec_deg"]) == (26.895, 16.136)
    assert judgement.figures["position_from"] == "the notice"


def test_one_arm_is_said_with_its_share_inside_half_power():
    judgement = said(t2(**beams(127, 128)))
    assert judgement.answer == "command"
    assert judgement.figures["r95_deg"] == 1.34
    assert judgement.figures["both_arms"] is False
    assert 0.3 < judgement.figures["half_power_82_8"] < 0.5 < judgement.figures["half_power_53"] < 0.8


@pytest.mark.parametrize(("r95_deg", "answer"), [(1.4, "command"), (1.41, "message")])
def test_the_error_of_a_position_may_be_as_wide_as_the_primary_beam(r95_deg, answer):
    limits = Limits(dsa=DsaLimits(r95_one_arm_deg=r95_deg))
    judgement = said(t2(**beams(127)), None, limits)
    assert judgement.answer == answer
    assert (gate(judgement, "B2").result == "pass") is (answer == "command")


def test_gcn_says_how_good_its_position_is():
    assert said(gcn()).figures["r95_deg"] == pytest.approx(0.0228, abs=1e-4)


def test_gcn_does_not_make_one_arm_better_than_it_is():
    one_arm = t3(**beams(127)).merged_with(gcn())
    assert said(one_arm).figures["r95_deg"] == 1.34


def test_level3_is_told_and_leads_to_nothing():
    judgement = said(alert(level3(time=TIME)), after(**pointed()))
    assert (judgement.answer, judgement.commands) == ("message", ())
    assert "sign is not confirmed" in judgement.summary


def test_below_the_limit_there_is_no_beam():
    judgement = said(t2(ra=200.0, dec=-5.0))
    assert judgement.answer == "message"
    assert gate(judgement, "B3").result == "fail"


# ── the beam ──


def test_another_beam_covers_it():
    other = said(t2()).commands[0].model_copy(update={"event": "chime:1", "scenario": "chime_repeater"})
    running = commanded(other, TIME + seconds(5), state="acting")
    judgement = said(t2(), after(running=(running,)))
    assert (judgement.answer, gate(judgement, "B6").result) == ("message", "fail")


def test_a_telescope_that_is_busy_has_no_beam():
    busy = after()
    session = Session(start=busy.now, stop=busy.now + seconds(3000), mode="VOLT1")
    judgement = said(t2(), after(statuses={"lwa": lwa(busy, session)}))
    assert judgement.summary.startswith("busy until")


@pytest.mark.parametrize(("name", "state"), [("dsa_beam", "message-only"), ("lwa", "off"), ("dsa_beam", "off")])
def test_a_switch_holds_it_back(name, state):
    judgement = said(t2(), after(switches=switch(name, state)))
    assert judgement.commands == ()
    assert gate(judgement, "B5").result == "fail"
    assert (judgement.level is None) is (name == "dsa_beam" and state == "off")


def test_over_budget_there_is_no_beam():
    judgement = said(t2(), None, Limits(lwa=LwaLimits(beams_per_day=0)))
    assert judgement.answer == "message"
    assert gate(judgement, "B8").result == "fail"


# ── T3 after T2 ──


def test_t3_confirms_once():
    judgement = said(t3(), after(60.0, **has_beam()))
    assert (judgement.answer, judgement.subject, judgement.level) == ("message", "update", "normal")
    assert judgement.summary == "confirmed: T3, p = 0.98; beam 17 (pending)"
    assert judgement.commands == ()
    again = said(t3(), after(70.0, **has_beam(), beam_before=judgement.figures))
    assert (again.answer, again.level) == ("nothing", None)


@pytest.mark.parametrize(("probability", "says"), [(0.95, "confirmed"), (0.9499, "already commanded")])
def test_only_from_a_high_probability_on_it_is_confirmed(probability, says):
    assert said(t3(probability=probability), after(60.0, **has_beam())).summary.startswith(says)


@pytest.mark.parametrize(
    "keys",
    [
        {"probability": 0.3, "real": False},
        {"label": "rfi"},
        {"label": "instrumental"},
        {"label": "injection"},
        {"injected": True},
    ],
    ids=["improbable", "rfi", "instrumental", "label injection", "injected"],
)
@pytest.mark.parametrize(("state", "fate"), [("pending", "cancelled"), ("acting", "runs on"), ("done", "is done")])
def test_t3_condemns_what_t2_led_to(keys, state, fate):
    judgement = said(t3(**keys), after(60.0, **has_beam(state)))
    assert (judgement.answer, judgement.subject, judgement.level) == ("message", "update", "normal")
    assert judgement.summary.startswith("DSA-110 condemns it: ")
    assert fate in judgement.summary
    told_only = [one.told_only for one in judgement.withdrawals]
    assert told_only == {"pending": [False], "acting": [True], "done": []}[state]


def test_it_is_condemned_once():
    first = said(t3(probability=0.3), after(60.0, **has_beam("acting")))
    again = said(t3(probability=0.3), after(70.0, **has_beam("acting"), beam_before=first.figures))
    assert (again.answer, again.level) == ("nothing", "quiet")


def test_what_people_heard_of_without_a_beam_is_condemned_to_them_too():
    judgement = said(t3(probability=0.3), after(60.0, told={"dsa_beam": "normal"}))
    assert (judgement.answer, judgement.level) == ("message", "normal")
    assert said(t3(probability=0.3), after(60.0)).answer == "nothing"


def test_t2_that_comes_after_t3_knows_what_t3_said():
    for condemned in (t3(probability=0.3), t3(injected=True)):
        judgement = said(t2(), after(60.0, earlier=(kept(condemned, made=TIME),)))
        assert (judgement.answer, judgement.commands) == ("nothing", ())


def test_a_test_of_the_same_name_takes_nothing_back():
    judgement = said(t3("test", probability=0.3), after(60.0, **has_beam()))
    assert judgement.withdrawals == ()


def test_a_figure_that_fails_now_takes_back_what_waits():
    judgement = said(t3(snr=9.0), after(60.0, **has_beam()))
    assert judgement.summary.startswith("no longer worth a beam: S/N 9 < 10")
    assert len(judgement.withdrawals) == 1


@pytest.mark.parametrize(("offset_deg", "replaced"), [(0.26, False), (0.28, True)])
def test_a_better_position_far_enough_away_replaces_a_beam_that_waits(offset_deg, replaced):
    first = t2(**beams(127))
    better = t3(dec=16.136 + offset_deg, probability=0.9)
    judgement = said(better, after(20.0, **has_beam(before=first)))
    assert (judgement.answer == "command") is replaced
    assert len(judgement.withdrawals) == int(replaced)
    if replaced:
        assert judgement.commands[0].turn == 2
        assert judgement.commands[0].deadline <= said(first).commands[0].deadline


def test_a_beam_that_runs_is_not_moved():
    first = t2(**beams(127))
    judgement = said(t3(dec=16.6, probability=0.9), after(60.0, **has_beam("acting", first)))
    assert "runs and is not moved" in judgement.summary
    assert judgement.commands == ()


def test_t3_without_a_position_leaves_the_beam_where_t2_put_it():
    """DSA-110 may have moved since: its pointing of now says nothing of the burst."""
    draft = said(unplaced(**beams(127)), after(**pointed())).commands[0]
    command = commanded(draft, TIME + seconds(8))
    moved = pointed(dec_of_date_deg=43.0) | {"commands": (command,), "running": (command,)}
    judgement = said(t3(ra=0.0, dec=0.0, probability=0.9), after(**moved))
    assert judgement.answer == "nothing"
    assert "already commanded" in judgement.summary


def test_the_request_and_gcn_of_one_burst_lead_to_one_beam():
    for one in (t3(probability=0.9), gcn(importance=0.9), gcn(alert_type="subsequent", importance=0.9)):
        judgement = said(one, after(60.0, **has_beam()))
        assert (judgement.commands, judgement.withdrawals) == ((), ())


def test_a_retraction_takes_back_what_waits():
    taken_back = gcn(alert_type="retraction", ra=None, dec=None, dm=None)
    judgement = said(taken_back, after(60.0, **has_beam()))
    assert judgement.subject == "retraction"
    assert len(judgement.withdrawals) == 1


def test_an_update_is_words():
    judgement = said(gcn(alert_type="update", ra=None, dec=None, dm=None, description="DM is 221"))
    assert (judgement.answer, judgement.summary) == ("message", "update: DM is 221")


def test_what_was_retracted_before_it_came_has_no_beam():
    assert said(t2(), after(retracted=True)).commands == ()


def test_every_gate_is_kept_also_after_the_first_failure():
    names = [one.gate for one in said(unplaced(dm=10.0, snr=1.0)).gates]
    assert names == [
        "D1 role",
        "D1 label",
        "not_retracted",
        "D2 clock",
        "D3 dm",
        "D4 snr",
        "D5 width",
        "D5 beams",
        "D6 class",
        "once",
        "D7 position",
        "B2 position_error",
        "B3 elevation",
        "B4 caught",
        "B5 switch",
        "B6 covered",
        "B7 free",
        "B8 budget",
    ]


def test_a_pointing_is_turned_to_the_date():
    assert of_date(26.895, 16.136, TIME).dec_deg == pytest.approx(DEC_OF_DATE, abs=0.005)
