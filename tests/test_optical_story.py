"""An optical transient through the relay: proposed once, approved by a person, handed to SPRITE; or taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ovro_alert.telescopes.sprite import FileDrop
from ovro_alert.times import parse_utc, seconds
from tests.clocks import HandClock
from tests.forms import SEEN, optical_transient
from tests.relay import RunningRelay, relay_on
from tests.telescope_clients import Bench

TWO_DAYS_LATER = SEEN + seconds(2 * 86400)


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RunningRelay]:
    """A relay two days after the transient was first seen."""
    with relay_on(tmp_path / "home", HandClock(TWO_DAYS_LATER)) as running:
        yield running


def pushed(relay: RunningRelay, **changes: Any) -> dict[str, Any]:
    """Hand a transient in, and return what the scenario said of it."""
    answer = relay.push(optical_transient(**changes), "optical")
    assert answer.status_code == 201, answer.text
    notice = relay.settled(answer.json()["id"])
    verdict: dict[str, Any] = relay.http.get(f"/alerts/{notice['alert']}").json()["verdicts"][-1]
    return verdict


def proposals(relay: RunningRelay) -> list[tuple[int, str]]:
    every = relay.http.get("/sprite/commands").json()
    return sorted((one["turn"], one["state"]) for one in every if one["action"] == "observe")


def messages(relay: RunningRelay) -> list[tuple[str, str]]:
    every = relay.http.get("/messages").json()
    return [(one["subject"], one["level"]) for one in sorted(every, key=lambda one: one["id"])]


def test_a_transient_is_proposed_approved_and_handed_to_sprite(relay: RunningRelay, tmp_path: Path) -> None:
    folder = tmp_path / "wishes"
    folder.mkdir()
    verdict = pushed(relay)
    assert (verdict["answer"], messages(relay)) == ("proposal", [("verdict", "normal")])
    (number,) = verdict["commands"]
    client = Bench(relay, tmp_path).client(door=FileDrop(folder), telescope="sprite")
    client.live(3)
    assert list(folder.iterdir()) == []
    assert relay.http.post(f"/commands/{number}/approve", json={"note": "clear sky"}).status_code == 200
    client.live(3)
    (file,) = folder.iterdir()
    assert (file.name, proposals(relay)) == (f"{number}-at2026abc.json.test", [(1, "done")])
    client.die()


def test_however_often_and_by_whom_it_is_told_it_is_proposed_once(relay: RunningRelay) -> None:
    pushed(relay)
    pushed(relay, mag=17.5)
    assert "proposed 0.0 d ago already" in pushed(relay, id="ATLAS26xyz", name="AT 2026abc", source="ATLAS")["summary"]
    assert proposals(relay) == [(1, "proposed")]
    assert messages(relay) == [("verdict", "normal"), ("verdict", "quiet"), ("verdict", "quiet")]


def test_a_class_that_is_found_later_is_proposed_then(relay: RunningRelay) -> None:
    assert pushed(relay, **{"class": "SN"})["answer"] == "nothing"
    assert pushed(relay, **{"class": "SN Ic-BL"})["answer"] == "proposal"
    assert proposals(relay) == [(1, "proposed")]


def test_a_class_that_was_wrong_takes_the_proposal_back_and_people_hear_of_it(relay: RunningRelay) -> None:
    pushed(relay)
    verdict = pushed(relay, **{"class": "SN Ia"})
    assert "no longer for SPRITE: class SN Ia" in verdict["summary"]
    assert (proposals(relay), messages(relay)[-1]) == ([(1, "cancelled")], ("verdict", "normal"))


def test_nobody_decides_and_it_ends_before_its_window_does(relay: RunningRelay) -> None:
    (number,) = pushed(relay)["commands"]
    command = relay.http.get(f"/commands/{number}").json()
    left = parse_utc(command["deadline"]) - relay.hand.now()
    assert parse_utc(command["args"]["stop"]) - parse_utc(command["deadline"]) == seconds(1800)
    relay.hand.jump(left.total_seconds() + 1)
    assert relay.http.get(f"/commands/{number}").json()["state"] == "expired"


def test_a_test_makes_a_drill_of_sprite_s_client(relay: RunningRelay) -> None:
    assert pushed(relay, role="test")["answer"] == "command"
    (drill,) = relay.http.get("/sprite/commands").json()
    assert (drill["action"], drill["state"]) == ("test", "pending")
