"""One statement by several notices: what a later one adds, what it replaces, and what it leaves as it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.clocks import NOON
from tests.notices import chime_alert, chime_gcn, chime_voevent

EVENT = "chime:300000001"
NOT_LISTED = {"source": "FRB 20990101A", "association_probability": 0.99}
WIDE = {**NOT_LISTED, "ra_error_deg": 3.0, "dec_error_deg": 3.0}
NARROW = {**NOT_LISTED, "ra_error_deg": 0.2, "dec_error_deg": 0.2, "dec_deg": 84.6}
NO_POSITION = dict.fromkeys(("ra_deg", "dec_deg", "ra_error_deg", "dec_error_deg", "r95_deg"))
POSITION = tuple(NO_POSITION)


def burst(**changes):
    return chime_alert(**({"time": NOON} | changes))


def of(alert, names):
    return {name: getattr(alert, name) for name in names}


# ── two alerts ──


@pytest.mark.parametrize("known", [WIDE, NO_POSITION, {"ra_error_deg": None, "dec_error_deg": None}])
def test_a_clearly_better_position_is_taken_as_a_whole(known):
    later = burst(**NARROW)
    assert of(burst(**known).merged_with(later), POSITION) == of(later, POSITION)


@pytest.mark.parametrize("later", [WIDE, NO_POSITION, {"ra_deg": 95.9}, {"dec_error_deg": 0.2975, "dec_deg": 83.9}])
def test_a_position_that_is_no_better_or_better_by_its_rounding_alone_changes_nothing(later):
    """Our r95 is 0.3°: 1 % less is 0.297°."""
    known = burst(**NOT_LISTED)
    assert known.merged_with(burst(**NOT_LISTED | later)) == known


@pytest.mark.parametrize(("error", "taken"), [(0.3, True), (0.397, False), (0.5, False), (0.0, False), (None, False)])
def test_a_dm_comes_with_its_error_and_only_if_that_is_clearly_smaller(error, taken):
    merged = burst().merged_with(burst(dm_pc_cm3=241.0, dm_error_pc_cm3=error))
    assert (merged.dm_pc_cm3, merged.dm_error_pc_cm3) == ((241.0, error) if taken else (240.1, 0.4))


@pytest.mark.parametrize("name", ["importance", "association_probability"])
@pytest.mark.parametrize(("value", "merged"), [(0.5, 0.5), (0.9, 0.9), (0.802, 0.8), (None, 0.8)])
def test_a_class_is_raised_or_lowered_by_more_than_rounding(name, value, merged):
    assert getattr(burst(**{name: 0.8}).merged_with(burst(**{name: value})), name) == merged


def test_a_time_keeps_its_own_reference_frequency_and_error():
    """None is infinite frequency: another notice's 400 MHz does not fill it."""
    at_infinity = burst(time_ref_mhz=None, time_error_s=None)
    assert at_infinity.merged_with(burst(time=NOON + timedelta(seconds=3))) == at_infinity


def test_an_unknown_time_is_filled_with_its_frequency_and_error():
    merged = burst(time=None, time_ref_mhz=None, time_error_s=0.5).merged_with(burst())
    assert (merged.time, merged.time_ref_mhz, merged.time_error_s) == (NOON, 400.0, 0.008)


@pytest.mark.parametrize("known", [NOON, None])
def test_when_the_second_path_was_made_is_no_news(known):
    """Else each path would have the same statement judged again."""
    burst_known = burst(issued=known)
    assert burst_known.merged_with(burst(issued=NOON + timedelta(seconds=40))) == burst_known


def test_what_was_unknown_is_filled_and_remarks_are_not():
    merged = burst(snr=None).merged_with(burst(remarks="a bad width", event_type="GALACTIC"))
    assert (merged.snr, merged.remarks, merged.event_type) == (21.4, None, "EXTRAGALACTIC")


# ── at the relay ──


def push(relay, body, stream="chime", path="comet"):
    relay.settled(relay.push(body, stream, path=path).json()["id"])


def verdicts(relay):
    (alert,) = relay.http.get("/alerts").json()
    every = relay.http.get(f"/alerts/{alert['id']}").json()["verdicts"]
    return [one for one in every if one["scenario"] == "chime_repeater"]


def beams(relay):
    commands = relay.http.get("/lwa/commands").json()
    return [(one["turn"], one["state"], one["deadline"], one["args"]["dec_deg"]) for one in commands]


def test_a_better_position_by_the_second_path_is_judged_again_and_is_a_beam(relay):
    push(relay, chime_voevent(time=NOON, **WIDE))
    (first,) = verdicts(relay)
    assert "B2 position_error" in [gate["gate"] for gate in first["gates"] if gate["result"] == "fail"]
    push(relay, chime_gcn(time=NOON, **NARROW), "gcn", "gcn-kafka")
    assert [verdict["answer"] for verdict in verdicts(relay)] == ["message", "command"]
    assert [(turn, dec_deg) for turn, _, _, dec_deg in beams(relay)] == [(1, 84.6)]


def test_an_importance_that_is_raised_is_judged_again_and_is_a_beam(relay):
    """The detection alone matches a known repeater by its position and DM."""
    push(relay, chime_voevent(time=NOON, kind="detection", importance=0.5))
    assert beams(relay) == []
    push(relay, chime_gcn(time=NOON, kind="detection", importance=0.99), "gcn", "gcn-kafka")
    assert [verdict["answer"] for verdict in verdicts(relay)][1:] == ["command"]
    assert len(beams(relay)) == 1


def test_the_same_by_a_second_path_rounded_is_one_verdict_and_one_beam(relay):
    push(relay, chime_voevent(time=NOON))
    rounded = {"dm_error_pc_cm3": 0.399, "ra_error_deg": 0.2499, "dec_error_deg": 0.2999, "importance": 0.985}
    push(relay, chime_gcn(time=NOON, **rounded), "gcn", "gcn-kafka")
    assert (len(verdicts(relay)), len(beams(relay))) == (1, 1)


def test_a_better_position_of_the_same_statement_replaces_the_beam_that_waits(relay):
    push(relay, chime_voevent(time=NOON, **NOT_LISTED))
    ((_, _, deadline, _),) = beams(relay)
    relay.hand.turn(20)
    push(relay, chime_gcn(time=NOON, **NARROW), "gcn", "gcn-kafka")
    turns = {turn: (state, until, dec_deg) for turn, state, until, dec_deg in beams(relay)}
    assert turns[1][0] == "cancelled"
    assert (turns[2][0], turns[2][2]) == ("pending", 84.6)
    assert turns[2][1] <= deadline


def test_a_better_position_while_the_beam_acts_is_told_and_moves_nothing(relay):
    push(relay, chime_voevent(time=NOON, **NOT_LISTED))
    (beam,) = relay.http.get("/lwa/commands").json()
    claim = {"client": "lwa@test", "moves": "simulator"}
    fence = relay.http.post(f"/commands/{beam['id']}/claim", json=claim).json()["fence"]
    report = {"client": "lwa@test", "fence": fence, "state": "acting"}
    assert relay.http.post(f"/commands/{beam['id']}/report", json=report).status_code == 200
    push(relay, chime_gcn(time=NOON, **NARROW), "gcn", "gcn-kafka")
    assert [verdict["answer"] for verdict in verdicts(relay)] == ["command", "message"]
    assert [(turn, state) for turn, state, _, _ in beams(relay)] == [(1, "acting")]
    assert "update" in [message["subject"] for message in relay.http.get("/messages").json()]


def test_an_archive_brought_in_later_neither_improves_nor_lowers_what_came_live(relay):
    """History commands nothing; if it took the better position away, the live notice with it would be no news."""
    push(relay, chime_voevent(time=NOON, **WIDE))
    archived = relay.push(
        chime_gcn(time=NOON, **NARROW), "gcn", path="archive", history="true", received="2026-11-20T12:00:40Z"
    )
    relay.settled(archived.json()["id"])
    assert beams(relay) == []
    push(relay, chime_gcn(time=NOON, **NARROW) + b" ", "gcn", "gcn-kafka")
    assert len(beams(relay)) == 1
