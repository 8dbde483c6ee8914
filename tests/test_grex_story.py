"""A burst of GREX's through the relay: kept, commanded once; a test drills; one station alone asks a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ovro_alert.catalogue.neutron_stars import WATCHED_MAGNETARS
from ovro_alert.times import seconds
from tests.cases import culmination
from tests.clocks import HandClock
from tests.forms import SEEN, grex_trigger
from tests.listener import Listener
from tests.relay import RunningRelay, relay_on, wait_for

(SGR,) = WATCHED_MAGNETARS


@pytest.fixture
def listener():
    return Listener()


@pytest.fixture
def relay(tmp_path: Path, listener):
    """A relay ten seconds after the burst."""
    with relay_on(tmp_path / "home", HandClock(SEEN + seconds(10)), listener) as running:
        yield running


def pushed(relay: RunningRelay, **changes: Any) -> dict[str, Any]:
    answer = relay.push(grex_trigger(**changes), "grex")
    assert answer.status_code == 201, answer.text
    return relay.settled(answer.json()["id"])


def commands(relay: RunningRelay) -> list[dict[str, Any]]:
    return sorted(relay.http.get("/lwa/commands").json(), key=lambda one: one["id"])


def states(relay: RunningRelay) -> list[tuple[str, str]]:
    return [(one["action"], one["state"]) for one in commands(relay)]


def told(listener: Listener) -> tuple[str, str]:
    """Return how loudly people were told first, and in which words."""
    return wait_for(lambda: listener.heard[:1], "somebody to be told")[0]


def test_a_burst_that_two_stations_saw_has_the_buffer_dumped_once(relay, listener):
    assert pushed(relay)["state"] == "read"
    (dump,) = commands(relay)
    assert (dump["action"], dump["state"], dump["scenario"], dump["priority"]) == ("dump", "pending", "grex", 85)
    assert relay.push(grex_trigger(), "grex").json()["duplicate"]
    pushed(relay, snr=30.0)
    assert states(relay) == [("dump", "pending")]
    level, text = told(listener)
    assert level == "loud"
    first, *lines = text.splitlines()
    assert "GREX G261201a" in first
    assert "OVRO-LWA buffer dump commanded" in first
    assert "seen by OVRO, HCRO" in lines[0]
    assert any(line.startswith("Dump of 502 s, 13 files, 14.1 TB") for line in lines)


def test_a_watched_magnetar_is_dumped_and_pointed_at(tmp_path, listener):
    up = culmination(SGR.ra_deg, SGR.dec_deg)
    with relay_on(tmp_path / "home", HandClock(up + seconds(10)), listener) as relay:
        pushed(relay, dm=332.7, time_utc=up)
        assert sorted(states(relay)) == [("beam", "pending"), ("dump", "pending")]
        _, text = told(listener)
        assert "buffer dump commanded and OVRO-LWA beam commanded" in text
        assert "DM of the magnetar SGR 1935+2154, elevation 74.7°" in text


def test_a_test_makes_a_drill(relay):
    pushed(relay, role="test")
    assert states(relay) == [("test", "pending")]


def test_one_station_alone_asks_a_person_whose_word_lets_the_dump_go(relay, listener):
    pushed(relay, stations=["OVRO"])
    (proposal,) = commands(relay)
    assert (proposal["action"], proposal["state"]) == ("dump", "proposed")
    level, text = told(listener)
    assert level == "loud"
    assert "dump proposed" in text
    assert f"Proposal {proposal['id']} waits for a person" in text
    answer = relay.http.post(f"/commands/{proposal['id']}/approve", json={"note": "bright, and the sky is quiet"})
    assert answer.status_code == 200, answer.text
    assert states(relay) == [("dump", "pending")]


def test_a_second_station_lets_the_dump_go_without_one(relay):
    pushed(relay, stations=["OVRO"])
    relay.hand.jump(20)
    pushed(relay, stations=["HCRO"], snr=11.0)
    assert states(relay) == [("dump", "cancelled"), ("dump", "pending")]


def test_a_tai_time_is_kept_refused_and_told(relay, listener):
    pushed(relay, time_utc=SEEN + seconds(37))
    assert commands(relay) == []
    level, text = told(listener)
    assert level == "normal"
    assert "a TAI time taken for UTC (37 s)?" in text


def test_a_version_that_nobody_knows_is_kept_and_told(relay, listener):
    notice = pushed(relay, schema="grex-trigger/2")
    assert notice["state"] == "unreadable"
    assert notice["why"] == "version '2' of grex-trigger is not known here: known is grex-trigger/1"
    assert "version '2' of grex-trigger" in told(listener)[1]
