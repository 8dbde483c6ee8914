"""A short gamma-ray burst through the relay: commanded once, taken back when it turns out long, told to whom it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ovro_alert.times import seconds
from tests.cases import R3_TIME
from tests.clocks import HandClock
from tests.gamma_rays import standing
from tests.gcn_notices import fermi_voevent, swift_voevent
from tests.relay import RunningRelay, relay_on

RA_DEG, DEC_DEG = standing(64.0, R3_TIME)
UP = {"time": R3_TIME, "ra": RA_DEG, "dec": DEC_DEG}


@pytest.fixture
def relay(tmp_path: Path):
    """A relay under which a short burst leads to a beam and a dump, 20 s after the burst."""
    with relay_on(tmp_path / "home", HandClock(R3_TIME + seconds(20)), grb={"command": "both"}) as running:
        yield running


def pushed(relay: RunningRelay, body: bytes) -> dict[str, Any]:
    answer = relay.push(body, "gcn")
    assert answer.status_code == 201, answer.text
    return relay.settled(answer.json()["id"])


def commands(relay: RunningRelay) -> list[tuple[str, str]]:
    every = relay.http.get("/lwa/commands").json()
    return sorted((one["action"], one["state"]) for one in every)


def messages(relay: RunningRelay) -> list[tuple[str, str]]:
    every = relay.http.get("/messages").json()
    return [(one["subject"], one["level"]) for one in sorted(every, key=lambda one: one["id"])]


def test_both_commands_are_made_once_however_often_the_burst_is_told(relay):
    pushed(relay, swift_voevent(**UP, made=R3_TIME + seconds(15)))
    assert commands(relay) == [("beam", "pending"), ("dump", "pending")]
    relay.hand.jump(10)
    pushed(relay, swift_voevent(**UP, serial=4, made=R3_TIME + seconds(25)))
    assert commands(relay) == [("beam", "pending"), ("dump", "pending")]
    assert messages(relay) == [("verdict", "loud"), ("verdict", "quiet")]


def test_a_burst_that_was_long_is_taken_back_and_told(relay):
    pushed(relay, fermi_voevent("FLT_POS", **UP, made=R3_TIME + seconds(15)))
    assert commands(relay) == [("dump", "pending")]
    relay.hand.jump(200)
    pushed(relay, fermi_voevent("FIN_POS", **UP, length="Long", made=R3_TIME + seconds(215)))
    assert commands(relay) == [("dump", "cancelled")]
    assert ("update", "normal") in messages(relay)


def test_a_better_position_makes_the_beam_that_the_first_was_too_wide_for(relay):
    pushed(relay, swift_voevent(**UP, error=3.0, made=R3_TIME + seconds(15)))
    assert commands(relay) == [("dump", "pending")]
    pushed(relay, swift_voevent(**UP, serial=4, made=R3_TIME + seconds(25)))
    assert commands(relay) == [("beam", "pending"), ("dump", "pending")]


def test_a_trigger_and_its_later_notices_are_one_event_of_which_people_hear_once(tmp_path):
    with relay_on(tmp_path / "home", HandClock(R3_TIME + seconds(8))) as relay:
        for packet, age_s in (("ALERT", 6), ("FLT_POS", 15), ("GND_POS", 30)):
            relay.hand.jump(10)
            pushed(relay, fermi_voevent(packet, **UP, made=R3_TIME + seconds(age_s)))
        assert [level for _, level in messages(relay)] == ["quiet", "normal", "quiet"]
        assert commands(relay) == []
