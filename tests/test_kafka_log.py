"""What librdkafka says again and again is in the log once in a minute, and what others say is not held back by it."""

from __future__ import annotations

import logging

from ovro_alert.streams.kafka_log import Seldom

REFUSED = "FAIL [rdkafka#consumer-2] [thrd:kafka/bootstrap]: kafka/bootstrap: Connect failed: refused (after %dms)"
OTHER = "FAIL [rdkafka#consumer-3] [thrd:kafka/bootstrap]: kafka/bootstrap: Connect failed: refused (after 1ms)"


def passes(seldom, message, at_s):
    record = logging.LogRecord("ovro_alert.kafka", logging.ERROR, __file__, 1, message, None, None)
    record.created = at_s
    return seldom.filter(record)


def test_the_same_part_is_heard_once_in_a_minute_and_another_one_at_once():
    seldom = Seldom()
    said = [passes(seldom, REFUSED % number, 1000.0 + number) for number in range(61)]
    assert [number for number, passed in enumerate(said) if passed] == [0, 60]
    assert passes(seldom, OTHER, 1001.0)
