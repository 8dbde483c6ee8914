"""Several paths into one stream: each in its thread, one status of all, and none ends or holds up the others."""

from __future__ import annotations

import threading
import time

import pytest

from ovro_alert.client import Receipt
from ovro_alert.errors import CannotStartError
from ovro_alert.streams.paths import Health
from ovro_alert.streams.reach import Reach
from ovro_alert.streams.receiving import Receiving, spool_of
from ovro_alert.times import SystemClock
from tests.clocks import NOON, HandClock
from tests.stand_in import until


class Relay:
    """Takes everything."""

    url = "http://relay"

    def __init__(self):
        self.statuses = []

    def push(self, *_, **__):
        return Receipt(id=1)

    def tell_stream(self, stream, status):
        self.statuses.append(status)


class Way:
    """A path that does what it is given to do, and then waits to be stopped."""

    def __init__(self, name, health=None, work=lambda: None):
        self.name = name
        self.said = health or Health()
        self.work = work
        self.runs = 0
        self.stopping = threading.Event()

    def run(self):
        self.runs += 1
        self.work()
        self.stopping.wait()

    def stop(self):
        self.stopping.set()

    def health(self):
        return self.said


@pytest.fixture
def receiving(tmp_path, told):
    made = Receiving("lvk", spool_of(tmp_path, "lvk"), Relay(), told.append, SystemClock())
    yield made
    if made._threads[0].is_alive():
        made.stop()


def test_paths_that_are_well_are_one_state_and_each_is_told_by_name(receiving):
    receiving.add(Way("gcn-kafka", Health("connected", NOON, lag_s=2.0, detail={"behind": {"igwn.gwalert": 1}})))
    receiving.add(Way("hop", Health("connected", lag_s=1.0)))
    status = receiving.status()
    assert (status.state, status.last_notice, status.lag) == ("connected", NOON, 2.0)
    paths = {"gcn-kafka": {"state": "connected", "behind": {"igwn.gwalert": 1}}, "hop": {"state": "connected"}}
    assert status.detail == {"spooled": 0, "refused": 0, "paths": paths}


def test_paths_that_differ_are_each_in_the_state(receiving):
    receiving.add(Way("gcn-kafka", Health("connected")))
    receiving.add(Way("heartbeat", Health("silent", last_heartbeat=NOON)))
    status = receiving.status()
    assert status.state == "gcn-kafka connected, heartbeat silent"
    assert status.last_heartbeat == NOON


def test_a_path_that_is_off_is_named_with_the_reason_and_does_not_change_the_state(receiving):
    receiving.add(Way("hop", Health("connected")))
    receiving.leave_out("gcn-kafka", "no credentials")
    status = receiving.status()
    assert status.state == "connected"
    assert status.paths == {"hop": "connected", "gcn-kafka": "off"}
    assert status.detail["paths"]["gcn-kafka"]["why"] == "no credentials"


def test_with_every_path_off_it_does_not_begin_and_says_each_reason(receiving):
    receiving.leave_out("gcn-kafka", "no credentials for one")
    receiving.leave_out("hop", "none for the other")
    with pytest.raises(CannotStartError, match="no credentials for one; none for the other"):
        receiving.run()


def test_a_path_that_fails_begins_again_and_people_hear_of_it_once(receiving, told, monkeypatch):
    monkeypatch.setattr("ovro_alert.streams.paths.AGAIN_S", 0.01)

    def fail():
        if bad.runs < 4:
            raise RuntimeError("out of luck")

    bad, good = Way("hop", work=fail), Way("gcn-kafka")
    receiving.add(bad)
    receiving.add(good)
    receiving.start()
    until(lambda: bad.runs == 4, "the fourth run")
    assert good.runs == 1
    (words,) = told
    assert "the path hop failed and begins again: out of luck" in words


def test_a_path_that_returns_before_its_time_begins_again_and_does_not_spin(receiving, monkeypatch):
    monkeypatch.setattr("ovro_alert.streams.paths.AGAIN_S", 0.05)
    way = Way("hop")
    way.run = lambda: setattr(way, "runs", way.runs + 1)
    receiving.add(way)
    began = time.monotonic()
    receiving.start()
    until(lambda: way.runs >= 3, "the third run")
    assert time.monotonic() - began >= 0.1


def test_a_path_that_hangs_does_not_hold_up_the_end(receiving, told):
    hanging = threading.Event()
    receiving.add(Way("hop", work=hanging.wait))
    receiving.start()
    began = time.monotonic()
    receiving.stop(within_s=0.2)
    assert time.monotonic() - began < 3
    hanging.set()


def test_one_who_tries_no_more_does_not_keep_the_others_from_being_reached(told):
    clock = HandClock()
    reach = Reach("the relay", told.append, clock)
    reach.missed("gone", by="gcn-kafka")
    reach.missed("gone", by="gcn-kafka fresh")
    clock.turn(60)
    reach.missed("gone", by="gcn-kafka")
    reach.forget("gcn-kafka fresh")
    reach.reached("gcn-kafka")
    assert "reached again" in told[1]
    clock.turn(60)
    reach.missed("gone", by="gcn-kafka")
    assert len(told) == 2, "and a new absence is counted from its own beginning"
