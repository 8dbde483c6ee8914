"""What waited elsewhere for hours is judged as ever, but nothing fresh waits behind it."""

from __future__ import annotations

import asyncio
import threading

import pytest

from ovro_alert.relay.journal import notices
from ovro_alert.relay.journal.notices import Arrived
from ovro_alert.relay.judge_process import JudgeProcess
from tests.clocks import NOON
from tests.entries import made_key
from tests.notices import chime_voevent
from tests.relay import relay_on, wait_for
from tests.test_journal import Opened


class Bench:
    """The judge as it is, behind a gate; says in which order it was asked."""

    def __init__(self, monkeypatch) -> None:
        self.gate, self.asked = threading.Event(), []
        real = JudgeProcess.decide

        async def decide(judge, order):
            self.asked.append(order.notice)
            await asyncio.to_thread(self.gate.wait, 15)
            return await real(judge, order)

        monkeypatch.setattr(JudgeProcess, "decide", decide)


@pytest.fixture
def bench(monkeypatch):
    return Bench(monkeypatch)


def old(number):
    return chime_voevent(time=NOON, event=f"chime:{number}")


def pushed(relay, body, **query):
    answer = relay.push(body, **query)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["id"]


def in_order(relay, bench, *, of):
    """Open the gate; return the order in which notices were judged, each once."""
    bench.gate.set()
    for number in of:
        relay.settled(number)
    return list(dict.fromkeys(bench.asked))


def test_a_fresh_notice_is_judged_next_however_many_wait(relay, bench):
    waiting = [pushed(relay, old(number), backlog=True) for number in range(1, 41)]
    fresh = [pushed(relay, chime_voevent(time=NOON, event=f"chime:{number}")) for number in (900, 901)]
    first, *rest = waiting
    assert in_order(relay, bench, of=[*waiting, *fresh]) == [first, *fresh, *rest]


def test_a_backlog_is_judged_as_ever_and_acts(relay):
    number = pushed(relay, chime_voevent(time=NOON), backlog=True)
    notice = relay.settled(number)
    assert (notice["state"], notice["backlog"], notice["history"]) == ("read", True, False)
    assert [command["action"] for command in relay.http.get("/lwa/commands").json()] == ["beam"]


def test_what_waits_and_comes_by_itself_is_judged_with_the_fresh_ones(relay, bench):
    first, second, third = (pushed(relay, old(number), backlog=True) for number in (1, 2, 3))
    assert pushed(relay, old(3), path="comet") == third
    assert in_order(relay, bench, of=[first, second, third]) == [first, third, second]
    notice = relay.settled(third)
    assert notice["backlog"] is False
    assert [arrival["path"] for arrival in notice["arrivals"]] == [None, "comet"]


def test_what_came_by_itself_and_again_in_a_backlog_is_fresh(relay, bench):
    first = pushed(relay, old(1), backlog=True)
    fresh = pushed(relay, old(2))
    pushed(relay, old(2), backlog=True)
    waiting = pushed(relay, old(3), backlog=True)
    assert in_order(relay, bench, of=[first, fresh, waiting]) == [first, fresh, waiting]
    assert relay.settled(fresh)["backlog"] is False


def test_history_waits_behind_what_is_fresh_as_well(relay, bench):
    history = {"history": True, "received": "2026-11-20T11:00:00Z"}
    first, second = (pushed(relay, old(number), **history) for number in (1, 2))
    fresh = pushed(relay, old(3))
    assert in_order(relay, bench, of=[first, second, fresh]) == [first, fresh, second]


def test_history_that_comes_in_a_backlog_acts_and_keeps_its_place(relay, bench):
    first, second = (pushed(relay, old(number), backlog=True) for number in (1, 2))
    third = pushed(relay, chime_voevent(time=NOON), history=True, received="2026-11-20T11:00:00Z")
    assert pushed(relay, chime_voevent(time=NOON), backlog=True) == third
    assert in_order(relay, bench, of=[first, second, third]) == [first, second, third]
    notice = relay.settled(third)
    assert (notice["history"], notice["backlog"]) == (False, True)


def test_after_a_restart_what_was_fresh_is_still_judged_first(tmp_path, bench):
    opened = Opened(tmp_path)
    marks = [True, False, True, False]
    arrived = [Arrived("chime", old(number), "text/xml", backlog=mark) for number, mark in enumerate(marks)]
    kept = opened.all_at_once(*(lambda txn, one=one: notices.keep(txn, one) for one in arrived))
    opened.journal.close()
    with relay_on(tmp_path) as relay:
        assert in_order(relay, bench, of=[one.id for one in kept]) == [2, 4, 1, 3]


def test_a_relay_that_works_off_a_backlog_is_well_and_one_that_leaves_fresh_notices_is_not(relay, bench):
    waiting = [pushed(relay, old(number), backlog=True) for number in (1, 2)]

    def judge():
        return {part["part"]: part["state"] for part in relay.http.get("/health").json()["parts"]}["judge"]

    wait_for(lambda: relay.app.relay.judging.judge.warm, "the judge")
    relay.hand.turn(3600)
    assert judge() == "ok"
    fresh = pushed(relay, old(3))
    relay.hand.turn(11)
    assert judge() == "failing"
    in_order(relay, bench, of=[*waiting, fresh])


def test_a_backlog_needs_no_more_than_the_key_of_its_stream(relay):
    key = made_key(relay, "notices:chime")
    assert relay.http.post("/notices/chime?backlog=true", content=old(1), headers=key).status_code == 201
    assert relay.http.post("/notices/chime?backlog=perhaps", content=old(1), headers=key).status_code == 422
