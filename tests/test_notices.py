"""At the door for notices: a 201 is on disk, a double is an arrival, and nothing hostile stops the next."""

from __future__ import annotations

import asyncio
import socket

import pytest

from tests.clocks import NOON, HandClock
from tests.notices import chime_gcn, chime_voevent
from tests.relay import relay_on, wait_for

LIMIT = 4 * 1024 * 1024
PAST = {"history": "true", "received": "2026-11-20T12:00:13Z"}


def test_a_notice_is_kept_byte_for_byte_with_its_arrival(relay):
    body = chime_voevent(time=NOON)
    pushed = relay.push(body, received="2026-11-20T12:59:59.5+01:00", path="comet")
    notice = relay.settled(pushed.json()["id"])
    assert (pushed.status_code, pushed.json()["state"]) == (201, "kept")
    assert notice["arrivals"] == [
        {"path": "comet", "received": "2026-11-20T11:59:59.500Z", "kept": "2026-11-20T12:00:00.000Z"}
    ]
    assert relay.http.get(f"/notices/{notice['id']}/raw").content == body


def test_the_same_bytes_again_are_one_more_arrival(relay):
    body = chime_voevent(time=NOON)
    first, again = relay.push(body, path="comet"), relay.push(body, path="hop")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]
    assert again.json()["duplicate"] is True
    assert [one["path"] for one in relay.settled(first.json()["id"])["arrivals"]] == ["comet", "hop"]


def test_a_sender_that_repeats_itself_for_ever_makes_no_answer_longer(relay):
    """Every arrival is kept, the first hundred are shown: the writer's work does not grow with each double."""
    body = chime_voevent(time=NOON)
    for number in range(120):
        pushed = relay.push(body, path=f"path-{number}").json()
    shown = relay.settled(pushed["id"])["arrivals"]
    assert [one["path"] for one in shown] == [f"path-{number}" for number in range(100)]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/notices/nowhere", 404),
        ("/notices/chime?received=2026-11-20T12:00:00", 422),
        ("/notices/chime?received=yesterday", 422),
        ("/notices/chime?path=" + "x" * 41, 422),
        ("/notices/chime?history=true", 422),
    ],
)
def test_what_is_wrong_with_a_push_is_said(relay, path, status):
    answer = relay.http.post(path, content=b"<x/>")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_a_body_over_four_megabytes_is_refused_and_one_of_four_is_kept(relay):
    assert relay.push(b" " * LIMIT).status_code == 201
    assert relay.push(b" " * (LIMIT + 1)).status_code == 413


def test_a_body_without_an_announced_length_is_measured_while_it_comes(relay):
    chunks = (b" " * 65536 for _ in range(1600))  # 100 MB, if anybody read on
    answer = relay.http.post("/notices/chime", content=chunks)
    assert answer.status_code == 413


def test_half_a_body_is_not_kept(relay):
    """A sender that dies in the middle of its body has sent nothing."""
    with socket.create_connection(("127.0.0.1", relay.port)) as line:
        head = "POST /notices/chime HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer key-of-the-tests\r\n"
        line.sendall(f"{head}Content-Length: 1000\r\n\r\n<half".encode())
    relay.push(chime_voevent(time=NOON))
    wait_for(lambda: relay.http.get("/alerts").json(), "the next notice")
    assert relay.http.get("/notices/2").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"not xml at all",
        b"",
        b"\xff\xfe\x00garbage",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b'<?xml version="1.0" encoding="utf-16"?><x/>',
        b"<" * 100_000,
    ],
)
def test_a_notice_that_cannot_be_read_is_kept_told_and_in_nobodys_way(relay, body):
    bad = relay.push(body).json()["id"]
    good = relay.push(chime_voevent(time=NOON)).json()["id"]
    notice = relay.settled(bad)
    assert notice["state"] == "unreadable"
    assert notice["why"]
    assert relay.settled(good)["state"] == "read"
    assert relay.http.get(f"/notices/{bad}/raw").content == body
    assert [one["notice"] for one in relay.http.get("/messages").json() if one["subject"] == "notice"] == [bad]


def of_repeaters(story):
    """The verdicts of chime_repeater among those of every scenario that a burst concerns."""
    return [verdict for verdict in story["verdicts"] if verdict["scenario"] == "chime_repeater"]


def test_history_is_judged_as_of_its_own_time_and_moves_and_tells_nothing(relay):
    """An archived burst of today's noon, brought in a day later: it would have been a beam, and is none."""
    relay.hand.turn(86_400)
    pushed = relay.push(chime_voevent(time=NOON), **PAST)
    relay.settled(pushed.json()["id"])
    (alert,) = relay.http.get("/alerts").json()
    shown = relay.http.get(f"/alerts/{alert['id']}").json()
    assert [verdict["answer"] for verdict in of_repeaters(shown)] == ["command"]
    assert shown["commands"] == []
    assert relay.http.get("/messages").json() == []


def test_what_was_first_handed_in_as_history_is_acted_on_when_it_comes_by_itself(relay):
    """A burst that is in an archive already, and then comes by a receiver: nobody has acted on it before."""
    past = relay.push(chime_voevent(time=NOON), **PAST)
    relay.settled(past.json()["id"])
    first, again = (relay.push(chime_gcn(time=NOON, also={"n": n}), "gcn").json()["id"] for n in (1, 2))
    relay.settled(first), relay.settled(again)
    (command,) = relay.http.get("/lwa/commands?state=open").json()
    relay.settled(relay.push(chime_voevent(time=None, kind="retraction"), **PAST).json()["id"])
    assert [one["state"] for one in relay.http.get("/lwa/commands").json()] == ["pending"]
    relay.settled(relay.push(chime_gcn(time=None, kind="retraction"), "gcn").json()["id"])
    assert relay.http.get(f"/commands/{command['id']}").json()["state"] == "cancelled"


def beams(relay):
    return [(one["state"], one["made"]) for one in relay.http.get("/lwa/commands").json()]


def test_the_very_bytes_that_were_history_are_acted_on_when_they_come(relay):
    """They are judged as of now, and once: what comes again after that is an arrival and nothing more."""
    body = chime_voevent(time=NOON)
    past = relay.push(body, **PAST, path="archive").json()
    relay.settled(past["id"])
    relay.hand.turn(30)
    live = relay.push(body, path="comet")
    assert (live.status_code, live.json()["id"], live.json()["state"]) == (200, past["id"], "kept")
    notice = relay.settled(past["id"])
    assert (notice["history"], notice["state"]) == (False, "read")
    assert [one["path"] for one in notice["arrivals"]] == ["comet", "archive"]
    relay.push(body, path="hop"), relay.push(body, **PAST)
    relay.settled(relay.push(b"the next").json()["id"])
    assert beams(relay) == [("pending", "2026-11-20T12:00:30.000Z")]
    (alert,) = relay.http.get("/alerts", params={"event": "chime:300000001"}).json()
    assert len(of_repeaters(relay.http.get(f"/alerts/{alert['id']}").json())) == 2


def test_what_came_and_is_then_handed_in_as_history_changes_nothing(relay):
    body = chime_voevent(time=NOON)
    first = relay.push(body, path="comet").json()
    before, made = relay.settled(first["id"]), beams(relay)
    again = relay.push(body, **PAST, path="archive")
    assert (again.status_code, again.json()["state"]) == (200, "read")
    after = relay.http.get(f"/notices/{first['id']}").json()
    assert [one["path"] for one in after["arrivals"]] == ["comet", "archive"]
    assert {**after, "seq": 0, "arrivals": ()} == {**before, "seq": 0, "arrivals": ()}
    assert beams(relay) == made
    assert len(made) == 1


def test_what_was_history_and_came_before_a_crash_is_acted_on_after_the_restart(tmp_path):
    """Nobody judged it in between: it is judged as of the restart, not as of the time that the archive gave."""
    body = chime_voevent(time=NOON)
    clock = HandClock()
    with relay_on(tmp_path / "home", clock) as relay:
        relay.settled(relay.push(body, **PAST).json()["id"])
        running = relay.app.relay
        asyncio.run_coroutine_threadsafe(running.judging.stop(), running.waiting.loop).result(5)
        assert relay.push(body, path="comet").json()["state"] == "kept"
    clock.turn(30)
    with relay_on(tmp_path / "home", clock) as relay:
        assert relay.settled(1)["history"] is False
        assert beams(relay) == [("pending", "2026-11-20T12:00:30.000Z")]
        (alert,) = relay.http.get("/alerts").json()
        last = of_repeaters(relay.http.get(f"/alerts/{alert['id']}").json())[-1]
        assert last["figures"]["age_s"] == 30.0


def test_raw_bytes_are_never_given_as_something_that_a_browser_would_run(relay):
    answer = relay.http.post("/notices/chime", content=b"<script/>", headers={"Content-Type": "text/html"})
    raw = relay.http.get(f"/notices/{answer.json()['id']}/raw")
    assert raw.headers["content-type"] == "application/octet-stream"
    assert raw.headers["x-content-type-options"] == "nosniff"


def test_a_full_disk_is_507_and_heals(tmp_path):
    with relay_on(tmp_path / "home") as relay:
        journal = relay.app.relay.journal

        def pages(limit):
            raw = f"PRAGMA max_page_count = {limit}"
            task = journal.write(lambda txn: txn.connection.exec_driver_sql(raw).scalar())
            return asyncio.run_coroutine_threadsafe(task, relay.app.relay.waiting.loop).result(5)

        pages(1)
        full = relay.push(b"x" * 500_000)
        pages(1_000_000)
        assert full.status_code == 507
        assert relay.push(b"x" * 500_000).status_code == 201
