"""What errors and statistics say of the link to Kafka's brokers: the state, and when people hear of it."""

from __future__ import annotations

import json

import pytest
from confluent_kafka import KafkaError, KafkaException

from ovro_alert.streams.kafka_link import Link

DOWN = {"brokers": {"1": {"state": "TRY_CONNECT"}}, "cgrp": {"join_state": "init"}, "topics": {}}
JOINING = {"brokers": {"1": {"state": "UP"}}, "cgrp": {"join_state": "wait-join"}, "topics": {}}
NO_TOPIC = {"brokers": {"1": {"state": "UP"}}, "cgrp": {"state": "up", "join_state": "init"}, "topics": {}}
UP = {"brokers": {"1": {"state": "UP"}, "2": {"state": "INIT"}}, "cgrp": {"join_state": "steady"}, "topics": {}}
BAD_LOGIN = 'Failed to acquire SASL OAUTHBEARER token: {"error":"invalid_client"}'


@pytest.fixture
def link(told, clock):
    return Link("lvk", told.append, clock, lambda: None)


def see(link, *statistics):
    for each in statistics:
        link.seen(json.dumps(each))
    return link.state


def test_it_is_connected_when_a_broker_is_up_and_the_group_has_us(link):
    assert [see(link, each) for each in (DOWN, JOINING, UP)] == ["disconnected", "joining", "connected"]


def test_people_are_told_after_a_minute_away_and_when_it_is_back(link, told, clock):
    link.trouble(KafkaError(KafkaError._RESOLVE, "no such host"))
    see(link, DOWN)
    clock.turn(59)
    see(link, DOWN)
    assert told == []
    clock.turn(1)
    see(link, DOWN, DOWN)
    clock.turn(60)
    see(link, DOWN)
    (words,) = told
    assert "GCN's Kafka has not been reached for 60 s" in words
    assert "no such host" in words
    see(link, UP)
    assert "is reached again" in told[1]


def test_a_refused_login_is_said_at_once_and_people_are_told_what_to_do(link, told, clock):
    link.trouble(KafkaError(KafkaError._AUTHENTICATION, BAD_LOGIN))
    assert link.state == "unauthorised"
    assert see(link, DOWN) == "unauthorised"
    clock.turn(60)
    see(link, DOWN)
    (words,) = told
    for word in ("refuses our login", "30 days", "https://gcn.nasa.gov/quickstart", "GCN_CLIENT_ID", "invalid_client"):
        assert word in words
    assert see(link, UP, DOWN) == "disconnected", "a later trouble is another"


def test_a_token_server_that_is_only_away_is_no_refusal(link):
    link.trouble(KafkaError(KafkaError._AUTHENTICATION, "Failed to acquire SASL OAUTHBEARER token: timed out"))
    assert see(link, DOWN) == "disconnected"


def test_a_topic_that_nobody_knows_is_nobodys_trouble(link, told):
    link.trouble(KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART, "Subscribed topic not available: gcn.notices.rare"))
    assert see(link, UP) == "connected"
    assert told == []


def test_a_topic_that_we_may_not_read_is_told(link, told):
    link.trouble(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED, "igwn.gwalert"))
    assert "does not let us read" in told[0]
    assert see(link, UP) == "refused", "whoever looks shall not think that it is read"
    link.came()
    assert see(link, UP) == "connected"


def test_what_nothing_but_a_new_consumer_mends_is_raised_once(link):
    link.trouble(KafkaError(KafkaError._FATAL, "fenced", fatal=True))
    with pytest.raises(KafkaException):
        link.check()
    link.check()


def stands(low, high, committed):
    return {"lo_offset": low, "hi_offset": high, "committed_offset": committed}


def test_a_group_that_does_not_let_us_in_is_not_told_as_a_broker_that_is_away(link, told, clock):
    see(link, JOINING)
    clock.turn(60)
    see(link, JOINING)
    assert "it answers, and does not take us into our group" in told[0]


def test_brokers_that_have_none_of_our_topics_are_reached_and_nobody_is_told(link, told, clock):
    """Between two runs there may be no superevent for days."""
    assert see(link, NO_TOPIC) == "no topic"
    clock.turn(3600)
    assert see(link, NO_TOPIC) == "no topic"
    assert told == []


def test_how_far_behind_each_topic_is(link):
    partitions = {"-1": stands(0, 7, 0), "0": stands(2, 12, 9), "1": stands(-1001, -1001, -1001)}
    new, idle = {"partitions": {"0": stands(5, 9, -1001)}}, {"partitions": {"0": stands(2, 9, 9)}}
    see(link, UP | {"topics": {"igwn.gwalert": {"partitions": partitions}, "new": new, "idle": idle}})
    assert link.behind == {"igwn.gwalert": 3, "new": 4}
