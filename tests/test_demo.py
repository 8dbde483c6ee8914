"""The demo: every step of one burst and one superevent through real processes, or the name of what did not come."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from ovro_alert.alerts import Alert
from ovro_alert.console import mock_stream as room
from ovro_alert.console.desk import Desk
from ovro_alert.console.discovery import DISCOVERY_STEPS
from ovro_alert.console.journey import STEPS, journey
from ovro_alert.console.mock_stream import mock_stream
from ovro_alert.console.superevent import SUPEREVENT_STEPS, name_at, statement
from ovro_alert.errors import BrokerAwayError
from ovro_alert.notices import RawNotice
from ovro_alert.reading import read
from ovro_alert.writing.lvk_json import write
from ovro_alert.writing.sky_map import blob
from tests.bench.processes import ROOT
from tests.chain import chain
from tests.clocks import NOON
from tests.relay import wait_for
from tests.stand_in import KEY

DONE = {("chime_repeater", "beam"): 2, ("lvk_dump", "test"): 2, ("dsa_beam", "beam"): 2}
"""What two demos have done at OVRO-LWA; a beam on the unpublished source too, if it is up."""


def demo(running, *options):
    """Run the demo in a process of its own; return its status and its words."""
    command = [sys.executable, "-m", "ovro_alert", "demo", "--once", "--broker-port", str(running.receive), *options]
    environment = {**os.environ, **running.environment}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def steps_in(said):
    """Return the steps that were shown, in the order of their lines."""
    lines = [line.strip() for line in said.splitlines() if line.startswith("  ") and " UTC " in line]
    known = (*STEPS, *SUPEREVENT_STEPS, *DISCOVERY_STEPS)
    return [next((step for step in known if line.startswith(step)), line) for line in lines]


def approve(running, said):
    """Do what the demo tells people to type, until the relay knows where the dishes are then; return their Dec."""
    (typed,) = re.findall(r"-m (ovro_alert approve \d+ --note \S+)", said)
    (proposal,) = running.get("/dsa/commands?state=proposed")
    environment = {**os.environ, **running.environment}
    subprocess.run([sys.executable, "-m", *shlex.split(typed)], cwd=ROOT, env=environment, check=True)
    wait_for(lambda: running.get(f"/commands/{proposal['id']}")["state"] == "done", "the dishes to have moved")
    dec_deg = proposal["args"]["dec_deg"]
    there = partial(running.get, "/dsa/status")
    wait_for(lambda: abs(there()["pointing"]["dec_deg"] - dec_deg) < 1, "their place to be known", 15)
    return dec_deg


def test_each_step_comes_in_its_order_and_a_second_run_works_like_the_first(tmp_path):
    """Through Comet or Kafka, receiver, relay and client; the figures are the relay's own.

    What it tells people to type moves the simulated dishes; the second one finds them where the first one left them.
    """
    with chain(tmp_path, speed="200") as running:
        moved_to = []
        for _ in range(2):
            status, said, wrong = demo(running)
            assert status == 0, wrong
            assert steps_in(said) == [*STEPS, *SUPEREVENT_STEPS, *DISCOVERY_STEPS]
            assert "200 times faster than the sky" in said
            assert "T3 by PUT /dsa: confirmed" in said
            moved_to.append(approve(running, said))
        assert moved_to == [24, 14]
        done = [command for command in running.get("/lwa/commands") if command["state"] == "done"]
        assert Counter((one["scenario"], one["action"]) for one in done) >= Counter(DONE)
        assert len({command["event"] for command in done}) == len(done)
        # Comet's burst is notice 1, the statements on the superevent follow
        assert running.get("/notices/3")["arrivals"][0]["path"] in ("gcn-kafka", "hop")


def test_without_receiver_and_client_it_says_who_is_missing_and_fails(tmp_path):
    with chain(tmp_path, parts=()) as running:
        status, _, wrong = demo(running, "--patience", "1")
        assert status == 1
        assert "the OVRO-LWA client" in wrong
        assert "the CHIME receiver" in wrong
        assert "Traceback" not in wrong


def test_without_a_relay_it_says_so_and_fails(tmp_path):
    with chain(tmp_path, parts=()) as running:
        running.environment["RELAY_URL"] = "http://127.0.0.1:9"
        status, _, wrong = demo(running, "--patience", "0.5")
        assert status == 1
        assert "the relay" in wrong


def test_without_a_broker_superevents_are_pushed_by_http_and_it_says_so(monkeypatch, tmp_path, stand_in):
    def none(topic):
        raise BrokerAwayError("no mock cluster in this librdkafka")

    monkeypatch.setattr(room, "MockBroker", none)
    monkeypatch.setenv("RELAY_KEY", KEY)
    with mock_stream(Desk(stand_in.url, as_json=False)) as stream:
        stream.publish(b'{"alert_type": "RETRACTION"}')
    assert not stream.received
    assert "pushed by HTTP" in stream.how
    assert "no mock cluster" in stream.how
    assert stand_in.notices == [b'{"alert_type": "RETRACTION"}']


@pytest.mark.parametrize("kind", ["early_warning", "preliminary", "retraction"])
def test_the_superevent_is_a_mock_by_its_name_and_reads_back_as_it_was_meant(kind):
    name = name_at(NOON)
    meant = statement(name, kind, NOON, NOON)
    found = read(RawNotice(stream="lvk", body=write(meant, blob(95.9, 83.8, 5.0))))
    assert isinstance(found, Alert)
    assert (found.event, found.kind, found.role, found.issued) == (f"lvk:{name}", kind, "test", NOON)
    if kind != "retraction":
        assert found.time == meant.time
        assert found.merger.classification == meant.merger.classification
        assert found.merger.map.total == pytest.approx(1, abs=1e-9)
        assert found.merger.map_note is None


def test_each_second_of_a_day_has_a_name_of_its_own():
    """So that each demo has a superevent of its own: there is one drill for each, ever."""
    midnight = datetime(2026, 11, 20, tzinfo=UTC)
    names = {name_at(midnight + timedelta(seconds=one)) for one in range(86400)}
    assert len(names) == 86400
    assert all(re.fullmatch(r"MS261120[a-z]{4}", name) for name in names)


@pytest.fixture
def story():
    """What the relay says of a burst whose command has just been made."""
    came = {"path": "comet", "received": "2026-11-20T12:00:00.010Z", "kept": "2026-11-20T12:00:00.014Z"}
    verdict = {
        "scenario": "chime_repeater",
        "answer": "command",
        "summary": "a beam\x1b[31m",
        "gates": [],
        "made": "2026-11-20T12:00:00.020Z",
        "commands": [3],
    }
    return {
        "time": "2026-11-20T12:00:00.000Z",
        "time_ref_mhz": 400.0,
        "notices": [{"id": 7, "arrivals": [came]}],
        "verdicts": [verdict],
    }


def ended(state, why):
    lines = [{"at": "2026-11-20T12:00:01.000Z", "state": state, "why": why, "detail": {}}]
    return lambda number: {"id": number, "client": "lwa@x", "moves": "simulator", "state": state, "history": lines}


@pytest.mark.parametrize("state", ["failed", "refused", "expired", "cancelled"])
def test_a_command_that_ends_badly_ends_the_demo_with_its_reason(story, state):
    known = journey(story, ended(state, "the array said no"))
    assert known.ended_badly == f"command 3 ended {state}: the array said no"
    assert not known.complete


def test_a_verdict_without_a_command_ends_the_demo_with_its_reason(story):
    story["verdicts"][0] |= {"commands": [], "summary": "over budget"}
    assert journey(story, ended("done", "")).ended_badly == "no command was made: over budget"


def test_words_from_outside_are_shown_and_not_obeyed(story):
    decided = journey(story, ended("failed", "x")).steps[3]
    assert "\x1b" not in decided.line(decided.at)
