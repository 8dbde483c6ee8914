"""GET /health: 503 when a part of the relay itself does not work, and to whoever may look one line for each part."""

from __future__ import annotations

import asyncio
import re

import pytest

from ovro_alert.errors import UnavailableError
from ovro_alert.relay import health
from tests.entries import alert, enter, made_key, nobody
from tests.relay import PATIENCE_S, relay_on, wait_for


def shown(relay):
    answer = relay.http.get("/health")
    return answer.status_code, {one["part"]: (one["state"], one["says"]) for one in answer.json()["parts"]}


def warm(relay):
    wait_for(lambda: relay.app.relay.judging.judge.warm, "the judge")


def test_a_relay_that_is_still_warming_its_judge_is_not_well_yet(tmp_path):
    with relay_on(tmp_path / "home", judging=False) as relay:
        relay.app.relay.judging.judge.warm = False
        assert shown(relay)[1]["judge"][0] == "failing"


def test_a_relay_that_works_says_so_with_one_line_for_each_part(relay_of_module):
    enter(relay_of_module, alert("chime:1"))
    warm(relay_of_module)
    status, parts = shown(relay_of_module)
    assert status == 200
    assert set(parts) >= {"journal", "disk", "judge", "alarm", "outbox", "stream chime", "telescope lwa"}
    assert parts["stream chime"] == ("unheard", "nobody has reported")
    assert re.fullmatch(r"at \d+", parts["journal"][1])
    assert not any("\n" in says for _, says in parts.values())


def test_without_a_key_that_reads_it_says_only_whether(relay_of_module):
    sender = made_key(relay_of_module, "notices:chime", name="sender")
    warm(relay_of_module)
    with nobody(relay_of_module) as http:
        for headers in ({}, sender, {"Authorization": "Bearer wrong"}):
            answer = http.get("/health", headers=headers)
            assert (answer.status_code, answer.json()) == (200, {"ok": True})


def test_who_has_gone_silent_is_named_and_does_not_make_the_relay_ill(relay):
    relay.http.put("/streams/chime/status", json={"state": "connected"})
    relay.http.put("/lwa/status", json={"state": "idle"})
    relay.hand.turn(60)
    assert shown(relay)[1]["stream chime"] == ("ok", "connected, 60 s ago")
    relay.hand.turn(1)
    status, parts = shown(relay)
    assert status == 200
    assert parts["stream chime"] == ("silent", "connected, 61 s ago")
    assert parts["telescope lwa"] == ("silent", "idle, 61 s ago")


def test_each_path_of_a_stream_is_named_with_its_state(relay):
    paths = {"gcn-kafka": {"state": "connected", "lag": 0}, "hop": {"state": "silent"}, "odd": 7}
    relay.http.put("/streams/lvk/status", json={"state": "connected", "detail": {"paths": paths}})
    relay.http.put("/streams/gcn/status", json={"state": "connected", "detail": {"paths": "none"}})
    parts = shown(relay)[1]
    assert parts["stream lvk"] == ("ok", "connected, 0 s ago: gcn-kafka connected, hop silent")
    assert parts["stream gcn"] == ("ok", "connected, 0 s ago")


@pytest.mark.parametrize("part", ["judging", "alarm", "outbox"])
def test_a_part_that_has_ended_is_503(relay, part):
    inside = relay.app.relay
    asyncio.run_coroutine_threadsafe(getattr(inside, part).stop(), inside.waiting.loop).result(PATIENCE_S)
    status, parts = shown(relay)
    assert status == 503
    assert parts["judge" if part == "judging" else part][0] == "failing"
    with nobody(relay) as http:
        assert http.get("/health").json() == {"ok": False}


def test_a_listener_that_cannot_be_told_is_503(relay_of_module, monkeypatch):
    monkeypatch.setattr(type(relay_of_module.app.relay.outbox), "trouble", "Slack says invalid_auth")
    assert shown(relay_of_module)[1]["outbox"] == ("failing", "Slack says invalid_auth")


def test_a_dead_writer_is_503_and_said(relay_of_module, monkeypatch):
    monkeypatch.setattr(relay_of_module.app.relay.journal.writer, "fatal", RuntimeError("gone"))
    status, parts = shown(relay_of_module)
    assert (status, parts["journal"][0]) == (503, "failing")
    assert "gone" in parts["journal"][1]
    answer = relay_of_module.http.put("/lwa/status", json={"state": "idle"})
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")


def test_a_journal_that_cannot_be_read_is_503_and_said(relay_of_module, monkeypatch):
    def refuse(_query):
        raise UnavailableError("the journal cannot be read now: disk I/O error")

    monkeypatch.setattr(relay_of_module.app.relay.journal, "look", refuse)
    answer = relay_of_module.http.get("/health")
    assert answer.status_code == 503
    assert "disk I/O error" in answer.text
    assert relay_of_module.http.get("/alerts").status_code == 503


def test_a_full_disk_is_503_before_it_is_full(relay_of_module, monkeypatch):
    monkeypatch.setattr(health, "FREE_AT_LEAST_MB", 1e12)
    status, parts = shown(relay_of_module)
    assert status == 503
    assert parts["disk"][1].endswith("make room")


def test_prometheus_reads_the_same(relay_of_module):
    answer = relay_of_module.http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert "ovro_alert_well 1" in lines
    assert 'ovro_alert_part_well{part="journal"} 1' in lines
    assert 'ovro_alert_part_well{part="telescope swift"} 0' in lines
    assert 'ovro_alert_waiting{noun="notice"} 0' in lines
    sample = re.compile(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.]+')
    assert all(line.startswith("#") or sample.fullmatch(line) for line in lines)
