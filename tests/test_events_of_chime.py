"""One event of CHIME as it goes on: by two paths, corrected, taken back before or after it came."""

from __future__ import annotations

from datetime import timedelta

from tests.clocks import NOON
from tests.lvk_notices import lvk_json
from tests.notices import chime_gcn, chime_voevent

EVENT = "chime:300000001"


def push(relay, body, stream="chime", path="comet"):
    return relay.settled(relay.push(body, stream, path=path).json()["id"])


def alerts(relay):
    return {alert["kind"]: alert for alert in relay.http.get("/alerts").json()}


def story(relay, kind):
    return relay.http.get(f"/alerts/{alerts(relay)[kind]['id']}").json()


def commands(relay):
    return [(one["action"], one["state"]) for one in relay.http.get("/lwa/commands").json()]


def messages(relay):
    return [(one["subject"], one["level"], one["broadcast"]) for one in relay.http.get("/messages").json()]


def test_the_same_burst_by_comet_and_gcn_is_one_alert_with_two_notices_and_one_beam(relay):
    push(relay, chime_voevent(time=NOON))
    relay.hand.turn(47)
    push(relay, chime_gcn(time=NOON), "gcn", "gcn-kafka")
    told = story(relay, "subsequent")
    assert [notice["path"] for notice in told["notices"]] == ["comet", "gcn-kafka"]
    assert [notice["latency_s"] for notice in told["notices"]] == [0.0, 47.0]
    assert commands(relay) == [("beam", "pending")]


def test_times_keep_their_microseconds_from_notice_to_journal(relay):
    push(relay, chime_voevent(time=NOON - timedelta(seconds=13, microseconds=123_456)))
    with relay.app.relay.journal.reading.engine.connect() as connection:
        (time,) = connection.exec_driver_sql("SELECT time FROM alerts").one()
        (body,) = connection.exec_driver_sql("SELECT json_extract(body, '$.time') FROM alerts").one()
    assert (time, body) == ("2026-11-20T11:59:46.876544Z",) * 2


def test_a_retraction_cancels_what_waits_and_tells_whoever_was_told(relay):
    burst = chime_voevent(time=NOON)
    push(relay, burst)
    ivorn = alerts(relay)["subsequent"]["ivorn"]
    push(relay, chime_voevent(time=None, kind="retraction", event="chime:0", cites=ivorn))
    assert commands(relay) == [("beam", "cancelled")]
    assert alerts(relay)["subsequent"]["retracted"] is True
    assert alerts(relay)["retraction"]["event"] == EVENT
    assert ("retraction", "normal", True) in messages(relay) or ("retraction", "loud", True) in messages(relay)


def test_a_burst_whose_retraction_came_first_is_born_retracted(relay):
    """The retraction of something unknown is kept, quietly; when the burst comes nothing moves."""
    burst = chime_voevent(time=NOON)
    ivorn = burst.split(b'ivorn="')[1].split(b'"')[0].decode()
    push(relay, chime_voevent(time=None, kind="retraction", event="chime:0", cites=ivorn))
    assert {level for _, level, _ in messages(relay)} <= {"quiet"}
    push(relay, burst)
    assert commands(relay) == []
    known = alerts(relay)
    assert known["subsequent"]["retracted"] is True
    assert known["retraction"]["event"] == known["subsequent"]["event"] == EVENT


def test_a_test_burst_makes_a_drill_once_in_six_hours_and_no_beam(relay):
    push(relay, chime_voevent(time=NOON, role="test", event="chime:1"))
    push(relay, chime_voevent(time=NOON, role="test", event="chime:2"))
    assert commands(relay) == [("test", "pending")]


def test_the_drills_of_one_scenario_do_not_keep_another_from_its_own(relay):
    """LIGO/Virgo/KAGRA send 70 mocks a day: a test burst of CHIME would never go the whole way."""
    push(relay, lvk_json("MS261120a", time=NOON), stream="lvk")
    push(relay, lvk_json("MS261120b", time=NOON), stream="lvk")
    push(relay, chime_voevent(time=NOON, role="test", event="chime:1"))
    scenarios = [one["scenario"] for one in relay.http.get("/lwa/commands").json()]
    assert sorted(scenarios) == ["chime_repeater", "lvk_dump"]


def test_a_second_burst_of_the_source_is_covered_by_the_beam_that_waits(relay):
    push(relay, chime_voevent(time=NOON))
    relay.hand.turn(60)
    push(relay, chime_voevent(time=NOON + timedelta(seconds=60), event="chime:300000002"))
    answers = [
        story_of["verdicts"][0]["answer"]
        for story_of in (relay.http.get(f"/alerts/{a['id']}").json() for a in relay.http.get("/alerts").json())
    ]
    assert answers == ["message", "command"]
    assert commands(relay) == [("beam", "pending")]
