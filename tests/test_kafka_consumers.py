"""What Kafka consumers are told: our promises hold whatever is configured, and a login goes to GCN alone."""

from __future__ import annotations

import re

import pytest
from pydantic import SecretStr

from ovro_alert.accounts import GcnAccount
from ovro_alert.errors import CannotStartError
from ovro_alert.streams import kafka_consumers
from ovro_alert.streams.kafka_consumers import Callbacks, Consumers
from ovro_alert.streams.kafka_topics import GCN, HEARTBEAT, LVK

NOBODY = Callbacks(lambda error: None, lambda statistics: None)
LOGIN = {"client_id": "ours", "client_secret": SecretStr("v3ry-s3cret-w0rd")}


@pytest.fixture
def told(monkeypatch):
    """What was told to librdkafka, each time a consumer was made."""
    found = []

    class Consumer:
        def close(self):
            pass

    def build(config):
        found.append(config)
        return Consumer()

    monkeypatch.setattr(kafka_consumers, "build", build)
    return found


def test_what_is_configured_cannot_break_a_promise(told):
    hostile = "enable.auto.commit=true auto.offset.reset=latest group.id=theirs fetch.wait.max.ms=7"
    Consumers(GcnAccount(config=hostile), "127.0.0.1:9").member("lvk", NOBODY)
    config = told[-1]
    assert config["enable.auto.commit"] is False
    assert config["auto.offset.reset"] == "earliest"
    assert config["group.id"] == "ovro-alert-lvk"
    assert config["fetch.wait.max.ms"] == "7"


def test_messages_of_four_mebibytes_come_through_and_a_dead_link_is_noticed(told):
    Consumers(GcnAccount(**LOGIN), None).member("lvk", NOBODY)
    assert told[-1]["message.max.bytes"] >= 5 * 1024 * 1024
    assert told[-1]["fetch.message.max.bytes"] >= 5 * 1024 * 1024
    assert told[-1]["socket.keepalive.enable"] is True


def test_with_credentials_we_log_in_to_gcn(told):
    Consumers(GcnAccount(**LOGIN, domain="test.gcn.nasa.gov"), None).alone()
    config = told[-1]
    assert (config["client_id"], config["client_secret"]) == ("ours", "v3ry-s3cret-w0rd")
    assert config["domain"] == "test.gcn.nasa.gov"
    assert "security.protocol" not in config, "so that gcn_kafka takes TLS"


def test_brokers_without_a_login_are_not_given_one(told):
    Consumers(GcnAccount(**LOGIN), "127.0.0.1:9").member("lvk", NOBODY)
    assert not [config for config in told if "client_id" in config or "client_secret" in config]
    assert told[-1]["bootstrap.servers"] == "127.0.0.1:9"


def test_the_check_at_the_start_asks_nobody_for_a_login(told):
    Consumers(GcnAccount(**LOGIN), None)
    (config,) = told
    assert "client_secret" not in config
    assert config["bootstrap.servers"] == ""


def test_two_streams_and_two_relays_are_groups_of_their_own(told):
    for group in ("ovro-alert", "rehearsal"):
        consumers = Consumers(GcnAccount(group=group), "127.0.0.1:9")
        for of in ("lvk", "gcn"):
            consumers.member(of, NOBODY)
    groups = [config["group.id"] for config in told if "group.id" in config]
    assert groups == ["ovro-alert-lvk", "ovro-alert-gcn", "rehearsal-lvk", "rehearsal-gcn"]


def test_each_topic_is_named_as_gcn_names_them_with_its_reason():
    for topic, why in (LVK | GCN).items():
        assert re.fullmatch(r"igwn\.gwalert|gcn\.(classic\.voevent\.[A-Z_]+|notices(\.[a-z0-9_]+)+)", topic), topic
        assert why
    assert not set(LVK) & set(GCN), "nothing comes in on two streams"
    assert HEARTBEAT not in GCN


def test_without_credentials_and_brokers_there_is_nothing_to_read():
    with pytest.raises(CannotStartError, match="quickstart"):
        Consumers(GcnAccount(), None)
