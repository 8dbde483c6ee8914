"""The heartbeat of the brokers: heard by a thread of its own, and its silence is told once."""

from __future__ import annotations

import threading

import pytest

from ovro_alert.accounts import GcnAccount
from ovro_alert.streams.kafka_consumers import Consumers
from ovro_alert.streams.kafka_heartbeat import KafkaHeartbeat
from ovro_alert.streams.kafka_topics import HEARTBEAT
from ovro_alert.times import SystemClock
from tests.clocks import NOON
from tests.kafka_broker import CONFIG
from tests.kafka_receivers import until


@pytest.fixture
def heartbeat(told, clock):
    return KafkaHeartbeat("lvk", None, told.append, clock, lambda: None)


def pass_silently(heartbeat, clock, seconds):
    for _ in range(seconds):
        clock.turn(1)
        heartbeat.heard(beat=False)


def test_a_beat_in_each_second_is_a_live_link(heartbeat, clock, told):
    assert heartbeat.health().last_heartbeat is None
    for _ in range(100):
        heartbeat.heard(beat=True)
        clock.turn(0.5)
        heartbeat.heard(beat=False)
        clock.turn(0.5)
    assert heartbeat.health().state == "connected"
    assert (heartbeat.health().last_heartbeat - NOON).total_seconds() == 99
    assert told == []


def test_silence_for_a_minute_is_said_and_told_once_and_once_when_it_is_over(heartbeat, clock, told):
    heartbeat.heard(beat=True)
    pass_silently(heartbeat, clock, 59)
    assert heartbeat.health().state == "connected"
    assert told == []
    pass_silently(heartbeat, clock, 120)
    assert heartbeat.health().state == "silent"
    (words,) = told
    assert "GCN's heartbeat" in words
    heartbeat.heard(beat=True)
    assert heartbeat.health().state == "connected"
    assert "again" in told[1]
    assert len(told) == 2


def test_a_heartbeat_that_was_never_heard_is_told_too(heartbeat, clock, told):
    pass_silently(heartbeat, clock, 70)
    assert heartbeat.health().state == "silent"
    assert len(told) == 1


def test_it_hears_a_real_broker_and_ends_when_told(broker, told):
    broker.create(HEARTBEAT)
    broker.produce(HEARTBEAT, b"an old one, that says nothing of now")
    consumers = Consumers(GcnAccount(config=CONFIG), broker.address)
    heartbeat = KafkaHeartbeat("lvk", consumers, told.append, SystemClock(), lambda: told.append("changed"))
    thread = threading.Thread(target=heartbeat.run, daemon=True)
    thread.start()

    def heard():
        broker.produce(HEARTBEAT, b'{"alert_datetime": "2026-11-20T12:00:00Z"}')
        return heartbeat.health().last_heartbeat

    until(heard, "a beat")
    assert heartbeat.health().state == "connected"
    assert told == ["changed"]
    heartbeat.stop()
    thread.join(5)
    assert not thread.is_alive()
