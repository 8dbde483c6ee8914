"""GET /events: nothing is missing and nothing comes twice, however often a watcher goes away and comes back."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import pytest

from ovro_alert.relay import waiting
from ovro_alert.relay.journal import statuses
from ovro_alert.relay.journal.changes import PAGE
from ovro_alert.relay.routes import events
from ovro_alert.relay.routes.events import KEEP_ALIVE_S
from ovro_alert.statuses import StreamStatus
from tests.clocks import NOON
from tests.entries import alert, enter, written
from tests.notices import chime_voevent
from tests.relay import KEY, RunningRelay, relay_on, wait_for


class Event(NamedTuple):
    """One server-sent event."""

    seq: int
    kind: str
    data: dict


class Watcher:
    """An open event stream, read piece by piece."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines

    def block(self) -> list[str]:
        block = []
        for line in self.lines:
            if not line:
                return block
            block.append(line)
        raise EOFError

    def event(self) -> Event:
        """Return the next event; comments are passed over."""
        while (block := self.block())[0].startswith(":"):
            pass
        fields = dict(line.split(": ", 1) for line in block)
        return Event(int(fields["id"]), fields["event"], json.loads(fields["data"]))

    def until(self, seq: int) -> list[Event]:
        """Return the events up to that journal number."""
        told = [self.event()]
        while told[-1].seq < seq:
            told.append(self.event())
        return told


@contextlib.contextmanager
def watching(relay: RunningRelay, since: int | None = None):
    headers = {} if since is None else {"Last-Event-ID": str(since)}
    with relay.http.stream("GET", "/events", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        watcher = Watcher(answer.iter_lines())
        assert watcher.block()[0].startswith(": the journal is at ")
        yield watcher


def say(relay: RunningRelay, stream: str = "chime", state: str = "connected") -> int:
    """Have a receiver say something; return the journal number."""
    return written(relay, lambda txn: statuses.put_stream(txn, stream, StreamStatus(state=state))).seq


@pytest.fixture
def relay(relay_of_module):
    """Most tests share one relay, and look only at what came after they began."""
    return relay_of_module


@pytest.fixture
def own_relay(tmp_path):
    with relay_on(tmp_path / "home") as running:
        yield running


def napping_for(relay: RunningRelay, seconds: float) -> bool:
    """Whether anybody sleeps for exactly so long."""
    return any(sleeper.at == relay.hand.seconds + seconds for sleeper in relay.hand.sleepers)


def test_what_happens_is_told_as_it_happens(relay):
    with watching(relay) as watcher:
        seq = say(relay)
        event = watcher.event()
    assert (event.seq, event.kind) == (seq, "status")
    assert event.data["stream"] == "chime"
    assert event.data["seq"] == seq


def test_without_last_event_id_it_begins_now(relay):
    say(relay)
    with watching(relay) as watcher:
        seq = say(relay, "lvk")
        assert watcher.event().seq == seq


def test_who_was_away_is_told_first_what_they_missed(relay):
    first = say(relay)
    missed = [kept.seq for kept in enter(relay, alert("chime:1"), alert("chime:2"))]
    with watching(relay, since=first) as watcher:
        assert [watcher.event().seq for _ in missed] == missed
        live = say(relay)
        assert watcher.event().seq == live


def test_a_thing_that_changed_twice_is_told_once_as_it_is_now(relay):
    first = say(relay, "lvk")
    say(relay, state="connecting")
    enter(relay, alert("dsa:1"))
    last = say(relay, state="connected")
    with watching(relay, since=first) as watcher:
        told = watcher.until(last)
    assert [(event.kind, event.seq) for event in told] == [("alert", last - 1), ("status", last)]
    assert told[-1].data["state"] == "connected"


def test_many_pages_while_much_happens_have_no_gap_and_no_double(relay):
    first = say(relay)
    enter(relay, *(alert(f"grex:{number}") for number in range(2 * PAGE + 50)))
    busy = threading.Thread(target=lambda: [enter(relay, alert(f"lvk:S{number}")) for number in range(300)])
    busy.start()
    with watching(relay, since=first) as watcher:
        told = watcher.until(first + 2 * PAGE + 350)
    busy.join()
    seqs = [event.seq for event in told]
    assert seqs == list(range(first + 1, first + 2 * PAGE + 351))
    assert [event.data["seq"] for event in told] == seqs


def test_coming_and_going_loses_nothing(relay):
    first = last = say(relay)
    seen = []
    for number in range(5):
        enter(relay, alert(f"swift:{number}"), alert(f"svom:{number}"))
        with watching(relay, since=last) as watcher:
            seen.append(watcher.event())
            last = seen[-1].seq
    with watching(relay, since=last) as watcher:
        seen += watcher.until(first + 10)
    assert [event.seq for event in seen] == list(range(first + 1, first + 11))


def test_what_was_told_live_is_what_is_told_again(own_relay):
    """A burst on its way: every kind of change, live and from the journal, in growing numbers, and the same."""
    with watching(own_relay, since=0) as watcher:
        own_relay.settled(own_relay.push(chime_voevent(time=NOON), path="comet").json()["id"])
        wait_for(lambda: own_relay.http.get("/messages?state=waiting").json() == [], "the outbox")
        own_relay.http.put("/switches/lwa", json={"state": "off", "why": "maintenance"})
        last = say(own_relay)
        live = watcher.until(last)
    with watching(own_relay, since=0) as watcher:
        again = watcher.until(last)
    assert all(earlier.seq < later.seq for earlier, later in pairwise(live))
    newest = {(event.kind, event.data.get("id", event.kind)): event for event in live}
    assert again == sorted(newest.values())
    assert {"notice", "alert", "verdict", "switch", "status"} <= {event.kind for event in again}


def test_a_sign_of_life_comes_every_fifteen_seconds(relay):
    with watching(relay) as watcher:
        for _ in range(2):
            wait_for(lambda: napping_for(relay, KEEP_ALIVE_S), "the stream to wait")
            relay.hand.turn(KEEP_ALIVE_S)
            assert watcher.block() == [": alive"]


def test_a_watcher_that_fell_behind_is_cut_and_told_the_rest_when_it_comes_back(relay, monkeypatch):
    monkeypatch.setattr(waiting, "WATCHER_QUEUE", 5)

    def much(txn):
        return [statuses.put_stream(txn, "chime", StreamStatus(state=str(number))) for number in range(20)][-1]

    with watching(relay) as watcher:
        last = written(relay, much).seq
        with pytest.raises(EOFError):
            watcher.until(last)
    with watching(relay, since=last - 20) as watcher:
        assert watcher.event().seq == last


def test_every_stream_ends_when_the_relay_does(own_relay):
    with watching(own_relay) as watcher:
        stopping = threading.Thread(target=own_relay.stop)
        stopping.start()
        with pytest.raises(EOFError):
            watcher.event()
        stopping.join(5)
    assert not own_relay.thread.is_alive()


def test_a_watcher_that_goes_away_is_forgotten(relay):
    watchers = relay.app.relay.waiting._watchers
    wait_for(lambda: not watchers, "earlier watchers to be let go")
    with watching(relay):
        assert len(watchers) == 1
    wait_for(lambda: not watchers, "the watcher to be let go")


def test_a_watcher_that_does_not_read_is_cut_and_holds_nobody_up(relay, monkeypatch, caplog):
    monkeypatch.setattr(events, "SEND_S", 0.3)
    watchers = relay.app.relay.waiting._watchers
    wait_for(lambda: not watchers, "earlier watchers to be let go")
    with socket.create_connection(("127.0.0.1", relay.port)) as deaf:
        deaf.sendall(f"GET /events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n\r\n".encode())
        wait_for(lambda: watchers, "the watcher")
        status = StreamStatus(state="connected", detail={"words": "x" * 50_000})
        for _ in range(300):
            written(relay, lambda txn: statuses.put_stream(txn, "chime", status))
        wait_for(lambda: not watchers, "the deaf watcher to be cut")
    assert "took nothing for 0.3 s" in caplog.text


@pytest.mark.parametrize("number", ["-1", "x", str(2**63), "1.5"])
def test_a_number_that_is_none_is_422(relay_of_module, number):
    assert relay_of_module.http.get("/events", headers={"Last-Event-ID": number}).status_code == 422


def test_a_number_beyond_the_journal_begins_now(relay):
    """A journal restored from a backup is behind its watchers."""
    with watching(relay, since=10**6) as watcher:
        seq = say(relay)
        assert watcher.event().seq == seq
