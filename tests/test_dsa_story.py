"""Bursts of DSA-110 through the relay: T2's word makes the beam, T3's confirms or condemns it, GCN's is the same."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ovro_alert.times import iso, seconds
from tests.clocks import HandClock
from tests.dsa_notices import beams, dsa_t2, requested, t3_event
from tests.gcn_notices import dsa_gcn
from tests.relay import RunningRelay, relay_on
from tests.samples import need_samples, sample

TIME = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)
HERE = {"time": TIME, "ra": 26.895, "dec": 16.136}
NAMED = {"id": "261201abcd", "dm": 348.8, "importance": 0.98}


@pytest.fixture
def relay(tmp_path: Path):
    """A relay 8 s after the burst."""
    with relay_on(tmp_path / "home", HandClock(TIME + seconds(8))) as running:
        yield running


def pushed(relay: RunningRelay, body: bytes, stream: str = "dsa") -> dict[str, Any]:
    answer = relay.push(body, stream)
    assert answer.status_code == 201, answer.text
    return relay.settled(answer.json()["id"])


def set_by_t3(relay: RunningRelay, command: str = "observation", **keys: Any) -> dict[str, Any]:
    """Set what T3 sets, where it sets it."""
    answer = relay.http.put("/dsa", json=requested(t3_event(**HERE | keys), command))
    assert answer.status_code == 200, answer.text
    return relay.settled(answer.json()["notice"])


def beams_of(relay: RunningRelay) -> list[tuple[str, str]]:
    every = relay.http.get("/lwa/commands").json()
    return [(one["action"], one["state"]) for one in sorted(every, key=lambda one: one["id"])]


def told(relay: RunningRelay) -> list[tuple[str, str]]:
    """Return what the scenario told of the event; each command's own end is told beside it."""
    every = relay.http.get("/messages").json()
    return [
        (one["subject"], one["level"])
        for one in sorted(every, key=lambda one: one["id"])
        if one["scenario"] == "dsa_beam" and one["subject"] != "command"
    ]


def points(relay: RunningRelay, **pointing: Any) -> None:
    answer = relay.http.put(
        "/dsa/status", json={"state": "observing", "pointing": {"at": iso(relay.hand.now()), **pointing}}
    )
    assert answer.status_code < 300, answer.text


def test_t3_condemns_while_the_beam_waits_and_it_is_cancelled(relay):
    pushed(relay, dsa_t2(**HERE))
    assert beams_of(relay) == [("beam", "pending")]
    relay.hand.jump(50)
    set_by_t3(relay, probability=0.3, real=False)
    assert beams_of(relay) == [("beam", "cancelled")]
    assert told(relay) == [("verdict", "normal"), ("update", "normal")]


def test_what_t3_calls_an_injection_is_cancelled_too(relay):
    pushed(relay, dsa_t2(**HERE))
    set_by_t3(relay, "test", injected=True)
    assert beams_of(relay) == [("beam", "cancelled")]
    assert told(relay) == [("verdict", "normal"), ("update", "normal")]


def test_t2_t3_and_gcn_of_one_burst_are_one_event_and_one_beam(relay):
    pushed(relay, dsa_t2(**HERE))
    relay.hand.jump(40)
    first = set_by_t3(relay)
    relay.hand.jump(40)
    second = pushed(relay, dsa_gcn(**HERE | NAMED), "gcn")
    assert beams_of(relay) == [("beam", "pending")]
    alerts = relay.http.get("/alerts").json()
    assert {one["event"] for one in alerts} == {"dsa:261201abcd"}
    assert sorted(one["statement"] for one in alerts) == ["dsa:261201abcd/detection", "dsa:261201abcd/detection/T2"]
    assert first["alert"] == second["alert"]
    paths = relay.http.get(f"/alerts/{first['alert']}").json()["paths"]
    assert len(paths) == 2


def test_people_hear_once_that_t3_confirms_it(relay):
    pushed(relay, dsa_t2(**HERE))
    set_by_t3(relay)
    pushed(relay, dsa_gcn(**HERE | NAMED, known_source="FRB 20180916B"), "gcn")
    assert told(relay) == [("verdict", "normal"), ("update", "normal")]


def test_gcn_alone_has_a_beam(relay):
    pushed(relay, dsa_gcn(**HERE | NAMED), "gcn")
    assert beams_of(relay) == [("beam", "pending")]


def test_where_t2_has_no_position_the_pointing_says_where_it_was(relay):
    # no right ascension is said: it is the meridian's
    points(relay, dec_deg=16.136)
    pushed(relay, dsa_t2(time=TIME, ibeam=100, **beams(100, 383)))
    (command,) = relay.http.get("/lwa/commands").json()
    assert command["args"]["ra_deg"] == pytest.approx(26.895, abs=0.01)
    assert command["args"]["dec_deg"] == pytest.approx(16.136, abs=0.01)


def test_without_a_pointing_people_hear_and_t3s_position_makes_the_beam(relay):
    pushed(relay, dsa_t2(time=TIME))
    assert beams_of(relay) == []
    assert told(relay) == [("verdict", "normal")]
    relay.hand.jump(60)
    set_by_t3(relay)
    assert beams_of(relay) == [("beam", "pending")]


def test_a_better_place_by_t3_replaces_the_beam_that_waits(relay):
    pushed(relay, dsa_t2(**HERE, **beams(127)))
    set_by_t3(relay, dec=16.6)
    assert beams_of(relay) == [("beam", "cancelled"), ("beam", "pending")]


def test_a_retraction_by_gcn_takes_t2s_beam_back(relay):
    pushed(relay, dsa_t2(**HERE))
    pushed(relay, dsa_gcn(time=TIME, id="261201abcd", alert_type="retraction"), "gcn")
    assert beams_of(relay) == [("beam", "cancelled")]
    assert told(relay) == [("verdict", "normal"), ("retraction", "normal")]


def test_an_injection_of_t2_is_a_drill(relay):
    pushed(relay, dsa_t2(**HERE, name="261201abcd_inj003"))
    assert beams_of(relay) == [("test", "pending")]


def test_what_t3_sets_twice_is_one_notice(relay):
    first = set_by_t3(relay)
    assert set_by_t3(relay)["id"] == first["id"]
    assert beams_of(relay) == [("beam", "pending")]


@need_samples
def test_the_burst_of_2024_alone_has_a_beam(tmp_path):
    body = sample("chime/gcn_json/dsa110_frb.detection.example.json")
    time = datetime(2024, 9, 18, 7, 19, 10, 765268, tzinfo=UTC)
    with relay_on(tmp_path / "home", HandClock(time + seconds(60))) as relay:
        notice = pushed(relay, body, "gcn")
        (command,) = relay.http.get("/lwa/commands").json()
        assert command["args"]["duration_s"] == pytest.approx(566.1, abs=0.2)
        verdicts = relay.http.get(f"/alerts/{notice['alert']}").json()["verdicts"]
        figures = next(one["figures"] for one in verdicts if one["scenario"] == "dsa_beam")
        assert figures["caught"] == 1
        assert figures["elevation_on_deg"] == pytest.approx(65.5, abs=0.1)


@need_samples
@pytest.mark.parametrize("path", ["chime/dsa110/t2trigger.json", "outside/dsa110_t2trigger0_oldformat.json"])
def test_a_weak_trigger_without_a_position_leads_to_nothing(tmp_path, path):
    time = datetime(2021, 8, 10, 14, 23, 33, tzinfo=UTC)
    with relay_on(tmp_path / "home", HandClock(time + seconds(60))) as relay:
        notice = pushed(relay, sample(path))
        verdicts = relay.http.get(f"/alerts/{notice['alert']}").json()["verdicts"]
        verdict = next(one for one in verdicts if one["scenario"] == "dsa_beam")
        assert verdict["answer"] == "nothing"
        failed = [one["gate"] for one in verdict["gates"] if one["result"] == "fail"]
        assert failed[0] == "D3 dm"
        assert "D7 position" in failed


@need_samples
def test_the_burst_of_2024_is_covered_by_the_beam_on_chimes(tmp_path):
    time = datetime(2024, 9, 18, 7, 19, 10, 765268, tzinfo=UTC)
    with relay_on(tmp_path / "home", HandClock(time + seconds(60))) as relay:
        pushed(relay, sample("chime/gcn_json/chime_frb.subsequent.example.json"), "gcn")
        notice = pushed(relay, sample("chime/gcn_json/dsa110_frb.detection.example.json"), "gcn")
        assert beams_of(relay) == [("beam", "pending")]
        verdicts = relay.http.get(f"/alerts/{notice['alert']}").json()["verdicts"]
        verdict = next(one for one in verdicts if one["scenario"] == "dsa_beam")
        assert (verdict["answer"], verdict["summary"][:8]) == ("message", "covered:")
