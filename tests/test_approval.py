"""From a proposal to dishes that stand elsewhere, or do not: a relay, a person, and dsa_alert.py as a process."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ovro_alert.console.entrance import ovro_alert
from ovro_alert.times import SystemClock, iso, seconds
from tests.client_processes import reached, starting
from tests.listener import Listener
from tests.notices import chime_voevent
from tests.relay import RunningRelay, relay_on, wait_for
from tests.telescope_clients import read

GOAL = {"dec_deg": 43.0, "ra_deg": 20.0, "target": "FRB 20260101A"}
"""12.3° from where the simulator's dishes stand at first; they need 21 s of the sky."""


class Desk:
    """A relay, a person with a key, and the client of DSA-110."""

    def __init__(self, relay: RunningRelay, home: Path, start: Any, ears: Listener) -> None:
        self.relay, self.home, self.start, self.ears = relay, home, start, ears
        scopes = ["read", "approve:dsa", "commands:dsa"]
        answer = relay.http.post("/keys", json={"name": "ada", "scopes": scopes})
        self.environment = {"RELAY_URL": relay.url, "RELAY_KEY": answer.json()["key"], "OVRO_ALERT_HOME": str(home)}

    def client(self, *options: str, speed: int = 60, **setting: str) -> Any:
        client = self.start(self.relay.url, "--speed", str(speed), *options, **setting)
        wait_for(lambda: "follows" in client.said(), "the client")
        return client

    def propose(self, within_s: float = 60, **args: Any) -> int:
        deadline = iso(datetime.now(UTC) + timedelta(seconds=within_s))
        body = {"action": "repoint", "args": GOAL | args, "reason": "a new repeater", "deadline": deadline}
        answer = self.relay.http.post("/dsa/commands", json=body)
        assert (answer.status_code, answer.json()["state"]) == (201, "proposed"), answer.text
        return int(answer.json()["id"])

    def say(self, *words: object) -> Result:
        """As a person types it: `ovro-alert approve 41 --note …`."""
        return CliRunner().invoke(ovro_alert, [str(word) for word in words], env=self.environment)

    def approve(self, number: int) -> None:
        said = self.say("approve", number, "--note", "the sky is quiet")
        assert said.exit_code == 0, said.output

    def reached(self, number: int, state: str) -> dict[str, Any]:
        return reached(self.relay, number, state)

    def steps(self) -> list[tuple[int, str]]:
        """What the dishes were told and did."""
        return [(line["command"], line["step"]) for line in read(self.home / "simulated" / "dsa" / "record.jsonl")]

    def loudly(self, word: str) -> list[str]:
        return [text for level, text in self.ears.heard_of(word) if level == "loud"]

    def operators(self, **keys: object) -> None:
        file = self.home / "simulated" / "dsa" / "operators.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(keys))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    ears = Listener()
    with relay_on(tmp_path / "relay", SystemClock(), ears) as relay, starting("dsa_alert.py", tmp_path) as start:
        yield Desk(relay, tmp_path, start, ears)


def test_approved_it_is_claimed_the_dishes_move_and_all_of_it_stands_in_the_history(desk: Desk) -> None:
    desk.client()
    number = desk.propose()
    assert desk.steps() == []
    desk.approve(number)
    command = desk.reached(number, "done")
    states = [line["state"] for line in command["history"]]
    assert list(dict.fromkeys(states)) == ["proposed", "pending", "claimed", "acting", "done"]
    approval = next(line for line in command["history"] if line["state"] == "pending")
    assert (approval["by"], approval["why"]) == ("ada", "the sky is quiet")
    assert desk.steps() == [(number, "told"), (number, "settled")]
    assert command["moves"] == "simulator"
    assert command["detail"]["dishes"]["settled"] == 64
    assert "the search must be armed anew" in command["detail"]["says"]
    wait_for(lambda: looks_at(desk.relay, 43.2), "the status to say where it looks now")
    wait_for(lambda: desk.ears.heard_of("64 of 64 settled"), "the last word")
    (last,) = (text for _, text in desk.ears.heard_of("64 of 64 settled"))
    assert "Approved by ada" in last
    assert "after it was proposed: the sky is quiet" in last


def looks_at(relay: RunningRelay, dec_of_date_deg: float) -> bool:
    status = relay.http.get("/dsa/status").json()
    where = status["detail"]["dec_of_date_deg"]
    return where is not None and status["pointing"] is not None and abs(where - dec_of_date_deg) < 0.05


def test_declined_nothing_moves_and_a_second_person_comes_too_late(desk: Desk) -> None:
    desk.client()
    number = desk.propose()
    assert desk.say("decline", number, "--note", "wind").exit_code == 0
    assert desk.relay.http.post(f"/commands/{number}/approve", json={"note": "go"}).status_code == 409
    drill = desk.relay.http.put("/dsa", json={"command": "test", "command_mjd": 1.0, "args": {}}).json()["id"]
    desk.reached(drill, "done")
    assert desk.steps() == [(drill, "told")]
    assert desk.reached(number, "declined")["history"][-1]["by"] == "ada"


def test_it_runs_out_and_says_so_loudly(desk: Desk) -> None:
    desk.client()
    number = desk.propose(within_s=2)
    desk.reached(number, "expired")
    told = wait_for(lambda: desk.loudly("expired"), "the word that it ran out")
    assert "nobody decided" in told[0]
    said = desk.say("approve", number)
    assert said.exit_code != 0
    assert "has ended: expired" in said.output
    assert desk.steps() == []


def test_late_it_waits_for_the_last_half_minute_and_begins_before_the_deadline(desk: Desk) -> None:
    desk.client(OVRO_ALERT_DSA_MOVE="late")
    number = desk.propose(within_s=32)
    desk.approve(number)
    command = desk.reached(number, "done")
    begun = next(line for line in command["history"] if line["state"] == "acting")
    left_s = datetime.fromisoformat(command["deadline"]) - datetime.fromisoformat(begun["at"])
    assert 0 < left_s.total_seconds() <= 30.1


def test_cancelled_while_it_acts_the_dishes_halt(desk: Desk) -> None:
    desk.client(speed=1)
    number = desk.propose()
    desk.approve(number)
    desk.reached(number, "acting")
    wait_for(lambda: (number, "told") in desk.steps(), "the dishes to be told")
    assert desk.say("cancel", number, "--note", "retracted").exit_code == 0
    command = desk.reached(number, "cancelled")
    assert "halted at elevation" in command["detail"]["says"]
    assert desk.steps() == [(number, "told"), (number, "halted")]


def test_cancelled_before_it_was_claimed_nothing_moves(desk: Desk) -> None:
    number = desk.propose()
    desk.approve(number)
    assert desk.say("cancel", number, "--note", "retracted").exit_code == 0
    desk.client()
    drill = desk.relay.http.put("/dsa", json={"command": "test", "command_mjd": 1.0, "args": {}}).json()["id"]
    desk.reached(drill, "done")
    assert desk.steps() == [(drill, "told")]


def test_killed_while_the_dishes_move_it_asks_them_on_its_return_and_moves_nothing_again(desk: Desk) -> None:
    first = desk.client(speed=10)
    number = desk.propose()
    desk.approve(number)
    wait_for(lambda: (number, "told") in desk.steps(), "the dishes to be told")
    first.end(signal.SIGKILL)
    assert desk.relay.http.get(f"/commands/{number}").json()["state"] == "acting"
    desk.client(speed=10)
    assert desk.reached(number, "done")["detail"]["dishes"]["settled"] == 64
    assert desk.steps() == [(number, "told"), (number, "settled")]


@pytest.mark.parametrize(
    ("keys", "args", "why"),
    [
        ({"paused": True}, {}, "have paused it"),
        ({"agents_enabled": False}, {}, "agents_enabled is false"),
        ({"holder": "an observer"}, {}, "in the hands of an observer"),
        ({}, {"dec_deg": 80.0}, "operators allow 30° to 125°"),
        ({}, {"dec_deg": -30.0}, "operators allow 30° to 125°"),
    ],
    ids=["paused", "agents", "lease", "north", "south"],
)
def test_what_dsa_110_does_not_allow_is_refused_and_said_loudly_though_a_person_approved(
    desk: Desk, keys: dict[str, Any], args: dict[str, Any], why: str
) -> None:
    desk.operators(**keys)
    desk.client()
    number = desk.propose(**args)
    desk.approve(number)
    command = desk.reached(number, "refused")
    assert why in command["detail"]["says"]
    assert (number, "told") not in desk.steps()
    wait_for(lambda: desk.loudly("refused by the telescope"), "people to be told")


def test_a_dry_run_beside_it_says_what_it_would_have_done_after_the_approval_alone(desk: Desk) -> None:
    dry, _ = desk.client("--dry-run"), desk.client()
    number = desk.propose()
    assert desk.say("decline", number).exit_code == 0
    number = desk.propose()
    desk.approve(number)
    desk.reached(number, "done")
    wait_for(lambda: "DRY RUN: would have" in dry.said(), "the dry run's word")
    assert dry.said().count("DRY RUN: would have done this: halt the dishes and drive them to elevation") == 1
    assert desk.steps() == [(number, "told"), (number, "settled")]
    assert dry.end() == 0


def test_the_telescope_is_busy_while_it_is_wanted_there_and_the_list_says_for_what(desk: Desk) -> None:
    desk.client()
    wait_for(lambda: desk.relay.http.get("/dsa/status").status_code == 200, "the client's status")
    assert desk.relay.http.get("/dsa/busy").json() is False
    until = datetime.now(UTC) + timedelta(hours=1)
    number = desk.propose(until=iso(until))
    desk.approve(number)
    desk.reached(number, "done")
    listed = wait_for(lambda: desk.relay.http.get("/dsa/obslist").json(), "the schedule")
    assert [(one["name"], one["stop"]) for one in listed] == [("FRB 20260101A", iso(until))]
    assert desk.relay.http.get("/dsa/busy").json() is True


def test_a_new_repeater_of_chime_turns_the_dishes_to_its_declination_once_a_person_agrees(desk: Desk) -> None:
    desk.client()
    wait_for(lambda: desk.relay.http.get("/dsa/status").status_code == 200, "the client's status")
    burst = chime_voevent(time=datetime.now(UTC) - seconds(13), source="60792403", dec_deg=43.0)
    notice = desk.relay.settled(desk.relay.push(burst, path="comet").json()["id"])
    (proposal,) = desk.relay.http.get("/dsa/commands").json()
    assert (proposal["state"], proposal["scenario"], proposal["alert"]) == (
        "proposed",
        "chime_new_repeater",
        notice["alert"],
    )
    asked = wait_for(lambda: desk.loudly("repoint DSA-110?"), "the question")
    assert f"proposal {proposal['id']}" in asked[0]
    desk.approve(proposal["id"])
    desk.reached(proposal["id"], "done")
    assert desk.steps() == [(proposal["id"], "told"), (proposal["id"], "settled")]
    assert desk.relay.http.get("/dsa/busy", params={"obstime": 0}).json() is True
