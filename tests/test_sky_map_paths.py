"""A sky map lives in one notice alone: what is judged by it stays judged by it when the same comes without one."""

from __future__ import annotations

import pytest

from tests.clocks import NOON
from tests.lvk_notices import lvk_avro, lvk_json, lvk_voevent, sky_map_fits
from tests.relay import RunningRelay

NEVER_UP = sky_map_fits(dec_deg=-80.0, radius_deg=5)
ALWAYS_UP = sky_map_fits(dec_deg=88.0, radius_deg=2)


def push(relay: RunningRelay, body: bytes, path: str = "gcn-kafka") -> None:
    notice = relay.push(body, "lvk", path=path).json()["id"]
    assert relay.settled(notice)["state"] == "read"


def visible(relay: RunningRelay) -> list[str]:
    """Return what every verdict on a dump says of the sky map, oldest first."""
    (alert,) = relay.http.get("/alerts").json()
    verdicts = relay.http.get(f"/alerts/{alert['id']}").json()["verdicts"]
    gates = [gate for one in verdicts for gate in one["gates"] if gate["gate"] == "L12 visible"]
    return [f"{gate['result']}: {gate['says']}" for gate in gates]


@pytest.mark.parametrize("form", [lvk_json, lvk_avro])
def test_a_superevent_below_the_horizon_is_refused_for_its_map(relay, form):
    relay.hand.turn(28)
    push(relay, form(time=NOON, skymap=NEVER_UP))
    assert visible(relay) == ["fail: probability above 15° 0 < 0.1"]
    assert relay.http.get("/lwa/commands").json() == []


def test_one_that_comes_again_without_its_map_is_judged_by_the_map_that_is_known(relay):
    """A VOEvent has no map; what it adds must not open the gate that the map has closed."""
    relay.hand.turn(28)
    push(relay, lvk_json(time=NOON, skymap=NEVER_UP, significant=None))
    push(relay, lvk_voevent(time=NOON), "comet")
    assert visible(relay) == ["fail: probability above 15° 0 < 0.1"] * 2
    assert relay.http.get("/lwa/commands").json() == []


def test_a_map_that_comes_second_is_judged_by(relay):
    relay.hand.turn(28)
    push(relay, lvk_json(time=NOON, skymap="broken", significant=None))
    push(relay, lvk_avro(time=NOON, skymap=ALWAYS_UP), "hopskotch")
    first, second = visible(relay)
    assert first.startswith("pass: map broken: ")
    assert second == "pass: probability above 15° 1 ≥ 0.1"


def test_the_same_by_three_paths_is_judged_once_and_told_once(relay):
    relay.hand.turn(28)
    push(relay, lvk_json(time=NOON, skymap=ALWAYS_UP))
    push(relay, lvk_avro(time=NOON, skymap=ALWAYS_UP), "hop")
    push(relay, lvk_voevent(time=NOON), "comet")
    assert len(visible(relay)) == 1
    (told,) = (one for one in relay.http.get("/messages").json() if one["event"])
    assert told["level"] == "loud"
