"""DSA-110 to Swift through the relay: T2, T3, GCN, a better position, a retraction; one VOEvent of each turn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ovro_alert.times import seconds
from tests.cases import R3_TIME
from tests.clocks import HandClock
from tests.dsa_notices import NAME, dsa_t2, requested, t3_event
from tests.gcn_notices import dsa_gcn
from tests.guano import EVENT, HOST, OFF_CENTRE, PLACE
from tests.relay import RunningRelay, relay_on, wait_for

IVORN = f"ivo://edu.caltech.dsa-110/dsa-110#{NAME}"
GCN = {"id": NAME, "ra": PLACE["ra"], "dec": PLACE["dec"], "dm": 348.8, "snr": 14.2, "importance": 0.98}
RETRACTION = {"id": NAME, "description": "a human's word"}


@pytest.fixture
def relay(tmp_path: Path):
    """A relay that may act, six minutes after a burst; nobody has set Swift up."""
    with relay_on(tmp_path / "home", HandClock(R3_TIME + seconds(360)), mode="production") as running:
        yield running


def swift_is(relay: RunningRelay, **detail: Any) -> None:
    said = {"state": "idle", "moves": "telescope", "detail": detail}
    assert relay.http.put("/swift/status", json=said).status_code == 200


def t3(relay: RunningRelay, command: str = "observation", **keys: Any) -> dict[str, Any]:
    """Let T3 set what it found, as it does."""
    event = t3_event(time=R3_TIME, **(OFF_CENTRE | PLACE | keys))
    answer = relay.http.put("/dsa", json=requested(event, command))
    assert answer.status_code == 200, answer.text
    return relay.settled(answer.json()["notice"])


def pushed(relay: RunningRelay, body: bytes, stream: str) -> dict[str, Any]:
    answer = relay.push(body, stream)
    assert answer.status_code == 201, answer.text
    return relay.settled(answer.json()["id"])


def requests(relay: RunningRelay) -> list[dict[str, Any]]:
    return sorted(relay.http.get("/swift/commands").json(), key=lambda one: one["id"])


def told(relay: RunningRelay, scenario: str = "dsa_guano") -> list[tuple[str, str]]:
    every = sorted(relay.http.get("/messages").json(), key=lambda one: one["id"])
    return [(one["subject"], one["level"]) for one in every if one["scenario"] == scenario]


def send(relay: RunningRelay, number: int) -> None:
    """Carry a request out as Swift's client does: its VOEvent is acknowledged."""
    claimed = relay.http.post(f"/commands/{number}/claim", json={"client": "swift@test"})
    assert claimed.status_code == 200, claimed.text
    for state in ("acting", "done"):
        report = {"fence": claimed.json()["fence"], "state": state}
        assert relay.http.post(f"/commands/{number}/report", json=report).status_code == 200


def test_t2_asks_for_nothing_and_t3_asks_once_by_whichever_path(relay):
    swift_is(relay, host=HOST)
    pushed(relay, dsa_t2(time=R3_TIME, **(OFF_CENTRE | PLACE)), "dsa")
    assert (requests(relay), told(relay)) == ([], [])
    t3(relay)
    pushed(relay, dsa_gcn(time=R3_TIME, **GCN), "gcn")
    (made,) = requests(relay)
    assert (made["state"], made["role"], made["event"]) == ("pending", "observation", EVENT)
    assert made["args"]["time_ref_mhz"] is None
    assert made["args"]["error_deg"] == pytest.approx(1 / 60)
    assert ("verdict", "normal") in told(relay)
    assert told(relay).count(("verdict", "normal")) == 1


def test_gcn_alone_asks_with_the_error_that_it_states(relay):
    swift_is(relay, host=HOST)
    pushed(relay, dsa_gcn(time=R3_TIME, **GCN), "gcn")
    (made,) = requests(relay)
    assert made["args"]["importance"] == 0.98
    assert made["args"]["error_deg"] == pytest.approx(1.141 * 0.02, rel=0.01)


def test_a_better_position_and_a_retraction_are_voevents_that_cite_the_first(relay):
    swift_is(relay, host=HOST)
    t3(relay)
    send(relay, requests(relay)[0]["id"])
    relay.hand.turn(7200)
    swift_is(relay, host=HOST)
    better = GCN | {"ra_dec_error": [0.0003, 0.0003]}
    pushed(relay, dsa_gcn(time=R3_TIME, alert_type="subsequent", **better), "gcn")
    send(relay, requests(relay)[1]["id"])
    pushed(relay, dsa_gcn(time=R3_TIME, alert_type="retraction", **RETRACTION), "gcn")
    every = requests(relay)
    assert [(one["args"]["kind"], one["args"].get("cites"), one["turn"]) for one in every] == [
        ("detection", None, 1),
        ("update", IVORN, 2),
        ("retraction", IVORN, 3),
    ]
    assert [one["state"] for one in every] == ["done", "done", "pending"]
    assert ("retraction", "normal") in told(relay)


def test_a_retraction_before_it_went_out_takes_it_back(relay):
    swift_is(relay, host=HOST)
    t3(relay)
    pushed(relay, dsa_gcn(time=R3_TIME, alert_type="retraction", **RETRACTION), "gcn")
    assert [one["state"] for one in requests(relay)] == ["cancelled"]


def test_a_label_of_t3_takes_back_what_is_out(relay):
    swift_is(relay, host=HOST)
    t3(relay)
    send(relay, requests(relay)[0]["id"])
    t3(relay, label="rfi")
    assert [one["args"]["kind"] for one in requests(relay)] == ["detection", "retraction"]


def test_an_injection_that_t3_finds_out_takes_back_what_is_out(relay):
    swift_is(relay, host=HOST)
    t3(relay)
    send(relay, requests(relay)[0]["id"])
    t3(relay, "test", injected=True)
    assert [one["args"]["kind"] for one in requests(relay) if one["action"] == "guano"] == ["detection", "retraction"]


def test_a_test_of_t3_is_a_drill(relay):
    swift_is(relay, host=HOST)
    t3(relay, "test")
    assert [one["action"] for one in requests(relay)] == ["test"]


def test_where_nobody_has_set_swift_up_nothing_is_asked_and_nobody_is_disturbed(relay):
    t3(relay)
    pushed(relay, dsa_gcn(time=R3_TIME, alert_type="subsequent", **GCN), "gcn")
    assert requests(relay) == []
    assert told(relay) == [("verdict", "quiet")]


def test_a_client_that_fell_silent_is_told_once_for_each_event(relay):
    swift_is(relay, host=HOST)
    relay.hand.turn(120)
    t3(relay)
    pushed(relay, dsa_gcn(time=R3_TIME, alert_type="subsequent", **GCN), "gcn")
    assert requests(relay) == []
    assert told(relay) == [("verdict", "normal")]


def test_a_client_that_comes_back_in_time_is_asked_after_all(relay):
    swift_is(relay, host=HOST)
    relay.hand.turn(120)
    t3(relay)
    swift_is(relay, host=HOST)
    relay.hand.turn(59)
    swift_is(relay, host=HOST)
    assert requests(relay) == []
    relay.hand.turn(2)
    (made,) = wait_for(lambda: requests(relay), "the second look")
    assert made["state"] == "pending"
    assert told(relay) == [("verdict", "normal"), ("verdict", "normal")]
