"""A request of Flarescope through the relay to the simulated array: recorded, replaced, cancelled, beside a burst."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ovro_alert.console.entrance import ovro_alert
from ovro_alert.times import parse_utc, seconds
from tests.clocks import HandClock
from tests.forms import START, flarescope_request
from tests.relay import KEY, RunningRelay, relay_on
from tests.telescope_clients import Bench

AN_HOUR_BEFORE = START - seconds(3600)


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RunningRelay]:
    """A relay an hour before the time that is asked for."""
    with relay_on(tmp_path / "home", HandClock(AN_HOUR_BEFORE)) as running:
        yield running


@pytest.fixture
def bench(relay: RunningRelay, tmp_path: Path) -> Iterator[Bench]:
    """The same relay, and a place for clients."""
    bench = Bench(relay, tmp_path)
    yield bench
    bench.close()


def pushed(relay: RunningRelay, **changes: Any) -> dict[str, Any]:
    """Hand a request in, and return what the scenario said of it."""
    answer = relay.push(flarescope_request(**({"duration_s": 600} | changes)), "flarescope")
    assert answer.status_code == 201, answer.text
    notice = relay.settled(answer.json()["id"])
    assert notice["alert"] is not None, notice["why"]
    verdict: dict[str, Any] = relay.http.get(f"/alerts/{notice['alert']}").json()["verdicts"][-1]
    return verdict


def beams(relay: RunningRelay) -> list[tuple[int, str]]:
    every = relay.http.get("/lwa/commands").json()
    return sorted((one["turn"], one["state"]) for one in every if one["action"] == "beam")


def messages(relay: RunningRelay) -> list[tuple[str, str]]:
    every = relay.http.get("/messages").json()
    return [(one["subject"], one["level"]) for one in sorted(every, key=lambda one: one["id"])]


def test_a_request_is_scheduled_at_once_and_recorded_when_it_was_asked_for(relay: RunningRelay, bench: Bench) -> None:
    verdict = pushed(relay)
    assert verdict["answer"] == "command"
    (number,) = verdict["commands"]
    assert messages(relay) == [("verdict", "quiet")]
    client = bench.client()
    client.step()
    client.step()
    assert bench.state(number) == "acting"
    (session,) = relay.http.get("/lwa/status").json()["schedule"]
    assert (session["beam"], session["start"]) == (5, "2026-12-03T09:00:00.000Z")
    client.live(3600 + 700, every_s=20)
    command = bench.command(number)
    assert command["state"] == "done"
    assert abs(parse_utc(command["detail"]["on"]) - START) < seconds(1)
    assert bench.told(number) == 1


def test_the_next_ones_are_listed_soonest_first(relay: RunningRelay) -> None:
    pushed(relay, request_id="FS-later", start=START + seconds(3600))
    pushed(relay, request_id="FS-sooner")
    env = {"RELAY_URL": relay.url, "RELAY_KEY": KEY, "COLUMNS": "240"}
    listed = CliRunner().invoke(ovro_alert, ["commands", "--upcoming"], env=env).output
    assert 0 < listed.index("flarescope:FS-sooner") < listed.index("flarescope:FS-later")
    assert "AD Leo" in listed


def test_the_same_request_in_other_bytes_is_nothing_new(relay: RunningRelay) -> None:
    body = flarescope_request()
    assert relay.push(body, "flarescope").status_code == 201
    again = relay.push(body, "flarescope")
    assert (again.status_code, again.json()["duplicate"]) == (200, True)
    wider = body.replace(b", ", b" ,\n  ")
    assert wider != body
    notice = relay.settled(relay.push(wider, "flarescope").json()["id"])
    assert notice["state"] == "read"
    assert (beams(relay), messages(relay)) == ([(1, "pending")], [("verdict", "quiet")])


def test_other_numbers_replace_what_waits_for_a_client(relay: RunningRelay) -> None:
    pushed(relay)
    pushed(relay, duration_s=900)
    assert beams(relay) == [(1, "cancelled"), (2, "pending")]


def test_other_numbers_replace_what_the_telescope_has_scheduled(relay: RunningRelay, bench: Bench) -> None:
    """The old session is taken back before the new one, which overlaps it, is begun: neither is refused."""
    (old,) = pushed(relay)["commands"]
    client = bench.client()
    client.live(3)
    assert bench.state(old) == "acting"
    (new,) = pushed(relay, duration_s=900)["commands"]
    client.live(10)
    assert (bench.state(old), bench.state(new)) == ("cancelled", "acting")
    (session,) = relay.http.get("/lwa/status").json()["schedule"]
    assert parse_utc(session["stop"]) == START + seconds(900)


def test_a_change_that_cannot_be_is_told_and_leaves_what_was_booked(relay: RunningRelay) -> None:
    pushed(relay)
    verdict = pushed(relay, duration_s=50_000)
    assert "stands as it was asked for before" in verdict["summary"]
    assert beams(relay) == [(1, "pending")]
    assert messages(relay)[-1] == ("verdict", "normal")


@pytest.mark.parametrize("scheduled", [False, True])
def test_a_cancellation_before_it_begins_takes_it_back(relay: RunningRelay, bench: Bench, scheduled: bool) -> None:
    pushed(relay)
    client = bench.client()
    if scheduled:
        client.live(3)
    pushed(relay, cancel=True)
    client.live(5)
    assert beams(relay) == [(1, "cancelled")]
    assert relay.http.get("/lwa/status").json()["schedule"] == []


def test_a_cancellation_in_the_middle_stops_nothing_and_is_said(relay: RunningRelay, bench: Bench) -> None:
    (number,) = pushed(relay)["commands"]
    client = bench.client()
    client.live(3600 + 60, every_s=20)
    verdict = pushed(relay, cancel=True)
    assert "cannot be stopped" in verdict["summary"]
    assert messages(relay)[-1] == ("verdict", "normal")
    client.live(600, every_s=20)
    assert bench.state(number) == "done"


def test_a_cancellation_afterwards_changes_nothing(relay: RunningRelay, bench: Bench) -> None:
    pushed(relay)
    bench.client().live(3600 + 700, every_s=20)
    assert pushed(relay, cancel=True)["answer"] == "nothing"
    assert beams(relay) == [(1, "done")]


def test_a_request_that_comes_after_its_cancellation_but_was_sent_before_is_not_recorded(relay: RunningRelay) -> None:
    pushed(relay, cancel=True, sent=AN_HOUR_BEFORE)
    verdict = pushed(relay, sent=AN_HOUR_BEFORE - seconds(5))
    assert (verdict["answer"], beams(relay)) == ("nothing", [])


def test_what_was_cancelled_can_be_asked_for_again(relay: RunningRelay) -> None:
    pushed(relay, sent=AN_HOUR_BEFORE - seconds(9))
    pushed(relay, cancel=True, sent=AN_HOUR_BEFORE - seconds(5))
    pushed(relay, sent=AN_HOUR_BEFORE)
    assert beams(relay) == [(1, "cancelled"), (2, "pending")]


def test_a_voltage_recording_waits_for_a_person(relay: RunningRelay) -> None:
    (number,) = pushed(relay, mode="voltage")["commands"]
    assert messages(relay) == [("verdict", "normal")]
    assert beams(relay) == [(1, "proposed")]
    assert relay.http.post(f"/commands/{number}/approve", json={"note": "yes"}).status_code == 200
    assert beams(relay) == [(1, "pending")]


def test_a_power_beam_runs_beside_the_voltage_beam(relay: RunningRelay, bench: Bench) -> None:
    burst = bench.ask(duration_s=600.0, ra_deg=154.901, dec_deg=60.0)
    client = bench.client()
    client.live(60)
    assert bench.state(burst) == "acting"
    (number,) = pushed(relay, start=AN_HOUR_BEFORE + seconds(200), dec_deg=60.0)["commands"]
    client.live(240, every_s=5)
    assert (bench.state(burst), bench.state(number)) == ("acting", "acting")
    assert [line["step"] for line in bench.record() if line["command"] == number][:2] == ["told", "on"]


def test_a_test_makes_a_drill(relay: RunningRelay) -> None:
    verdict = pushed(relay, role="test")
    (command,) = relay.http.get("/lwa/commands").json()
    assert (command["action"], verdict["answer"], beams(relay)) == ("test", "command", [])
