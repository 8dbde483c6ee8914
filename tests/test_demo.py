"""The demo: every step of one burst through real processes, or the name of the one that did not come."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ovro_alert.console.journey import STEPS, journey
from tests.bench.processes import ROOT
from tests.chain import chain


def demo(running, *options):
    """Run the demo in a process of its own; return its status and its words."""
    command = [sys.executable, "-m", "ovro_alert", "demo", "--once", "--broker-port", str(running.receive), *options]
    environment = {**os.environ, **running.environment}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def steps_in(said):
    """Return the steps that were shown, in the order of their lines."""
    lines = [line.strip() for line in said.splitlines() if line.startswith("  ") and " UTC " in line]
    return [next((step for step in STEPS if line.startswith(step)), line) for line in lines]


def test_each_step_comes_in_its_order_and_a_second_run_works_like_the_first(tmp_path):
    """Through Comet, receiver, relay and client; the figures are the relay's own."""
    with chain(tmp_path, speed="200") as running:
        for _ in range(2):
            status, said, wrong = demo(running)
            assert status == 0, wrong
            assert steps_in(said) == list(STEPS)
            assert "200 times faster than the sky" in said
        first, second = running.get("/lwa/commands")
        assert (first["state"], second["state"]) == ("done", "done")
        assert first["event"] != second["event"]


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
