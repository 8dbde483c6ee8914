"""Following at the relay's door: nothing is missed, nothing waits that is there, and the order is by priority."""

from __future__ import annotations

import concurrent.futures
from datetime import timedelta

import pytest

from tests.commanding import BEAM, relay_without_judge
from tests.relay import RunningRelay, wait_for


def ask(relay: RunningRelay, left_s: float = 600, **values) -> dict:
    body = {"action": "beam", "args": BEAM, "reason": "a test"} | values
    body["deadline"] = (relay.clock.now() + timedelta(seconds=left_s)).isoformat()
    answer = relay.http.post(f"/{body.pop('telescope', 'lwa')}/commands", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def follow(relay: RunningRelay, since: int, wait: float = 0, telescope: str = "lwa"):
    answer = relay.http.get(f"/{telescope}/commands", params={"since": since, "wait": wait})
    assert answer.status_code == 200, answer.text
    return answer.json(), int(answer.headers["Journal-Seq"])


@pytest.fixture
def relay(tmp_path):
    with relay_without_judge(tmp_path / "home") as running:
        yield running


@pytest.fixture
def pool():
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        yield threads


def waiting_for(relay: RunningRelay, telescope: str = "lwa", number: int = 1) -> None:
    followers = relay.app.relay.waiting._followers
    wait_for(lambda: len([one for one in list(followers[telescope]) if not one.done()]) >= number, "followers")


def test_what_is_there_comes_at_once_and_is_complete_up_to_its_number(relay):
    first, second = ask(relay), ask(relay, priority=90)
    found, seq = follow(relay, 0, wait=50)
    assert [one["id"] for one in found] == [second["id"], first["id"]]
    assert follow(relay, seq) == ([], seq)


def test_a_follower_that_waits_is_given_the_command_itself(relay, pool):
    _, seq = follow(relay, 0)
    waiting = pool.submit(follow, relay, seq, 50)
    waiting_for(relay)
    command = ask(relay)
    found, later = waiting.result(10)
    assert [one["id"] for one in found] == [command["id"]]
    assert later > seq
    assert follow(relay, later)[0] == []


def test_a_follower_of_one_telescope_is_not_woken_for_another(relay, pool):
    _, seq = follow(relay, 0, telescope="dsa")
    waiting = pool.submit(follow, relay, seq, 50, "dsa")
    waiting_for(relay, "dsa")
    ask(relay)
    ask(relay, telescope="dsa", action="test", args={})
    found, _ = waiting.result(10)
    assert [one["telescope"] for one in found] == ["dsa"]


def test_a_follower_that_waits_in_vain_gets_an_empty_list_when_its_time_is_over(relay, pool):
    waiting = pool.submit(follow, relay, 0, 50)
    end = relay.clock.monotonic() + 50
    wait_for(lambda: end in [sleeper.at for sleeper in list(relay.hand.sleepers)], "the follower to sleep")
    relay.hand.turn(49)
    assert not waiting.done()
    relay.hand.turn(1)
    assert waiting.result(10)[0] == []


def test_a_number_that_this_journal_has_not_reached_is_answered_at_once(relay):
    """Its owner followed another journal, and must begin anew."""
    found, seq = follow(relay, 10**6, wait=50)
    assert (found, seq < 10**6) == ([], True)


def test_what_is_approved_later_reaches_a_follower_that_is_far_beyond_its_id(relay):
    old = ask(relay, telescope="dsa", action="repoint", args={"dec_deg": 16.3})
    ask(relay, telescope="dsa", action="test", args={})
    _, seq = follow(relay, 0, telescope="dsa")
    relay.http.post(f"/commands/{old['id']}/approve")
    found, _ = follow(relay, seq, telescope="dsa")
    assert [(one["id"], one["state"]) for one in found] == [(old["id"], "pending")]


def test_a_lease_that_runs_out_and_a_wish_to_stop_reach_followers(relay, pool):
    command = ask(relay)
    relay.http.post(f"/commands/{command['id']}/claim", json={"client": "a"})
    _, seq = follow(relay, 0)
    waiting = pool.submit(follow, relay, seq, 50)
    waiting_for(relay)
    relay.hand.turn(15)
    assert waiting.result(10)[0][0]["state"] == "pending"
    fence = relay.http.post(f"/commands/{command['id']}/claim", json={"client": "a"}).json()["fence"]
    relay.http.post(f"/commands/{command['id']}/report", json={"fence": fence, "state": "acting"})
    _, seq = follow(relay, 0)
    relay.http.post(f"/commands/{command['id']}/cancel", json={"note": "fire"})
    assert follow(relay, seq)[0][0]["stop"] == {"by": "RELAY_KEY", "why": "fire", "when": "2026-11-20T12:00:15.000Z"}


def test_no_follower_is_shown_a_command_open_after_its_deadline(relay):
    """Also in the moment before the relay's timer comes by."""
    ask(relay, left_s=30)
    relay.hand.jump(30)
    found, _ = follow(relay, 0)
    assert [(one["state"], one["left_s"]) for one in found] == [("expired", 0.0)]
    assert relay.http.get("/lwa/commands", params={"state": "open"}).json() == []
    assert relay.http.get("/lwa/commands", params={"state": "pending"}).json() == []
    assert [one["state"] for one in relay.http.get("/lwa/commands", params={"state": "expired"}).json()] == ["expired"]


def test_a_client_begins_with_all_that_is_open_in_order_of_priority(relay):
    low, ended, high = ask(relay, priority=10), ask(relay), ask(relay, priority=90)
    relay.http.post(f"/commands/{ended['id']}/cancel")
    answer = relay.http.get("/lwa/commands", params={"state": "open"})
    assert [one["id"] for one in answer.json()] == [high["id"], low["id"]]
    assert follow(relay, int(answer.headers["Journal-Seq"]))[0] == []


def test_the_list_is_in_order_of_ids_and_can_be_paged(relay):
    ids = [ask(relay, priority=priority)["id"] for priority in (10, 90, 50)]

    def page(**query):
        return [one["id"] for one in relay.http.get("/lwa/commands", params=query).json()]

    assert page(after=0) == ids
    assert page(after=ids[0], limit=1) == [ids[1]]
    assert page(state="pending", limit=2) == ids[:2]
    assert page(state="open", after=ids[1]) == [ids[2]]
    assert page(state="done") == []


def test_a_list_waits_for_its_first_command(relay, pool):
    waiting = pool.submit(relay.http.get, "/lwa/commands", params={"state": "pending", "wait": 50})
    waiting_for(relay)
    ask(relay, action="test", args={})
    assert [one["action"] for one in waiting.result(10).json()] == ["test"]


def test_two_who_follow_hear_the_same(relay, pool):
    waiting = [pool.submit(follow, relay, 0, 50) for _ in range(2)]
    waiting_for(relay, number=2)
    ask(relay)
    first, second = (one.result(10) for one in waiting)
    assert first == second


REFUSED = [
    {"since": -1},
    {"since": 2**63},
    {"since": "x"},
    {"wait": 50.1},
    {"wait": -1},
    {"wait": "nan"},
    {"wait": "inf"},
    {"limit": 0},
    {"limit": 1001},
    {"after": -1},
    {"state": "new"},
    {"since": 0, "after": 0},
    {"since": 0, "state": "open"},
]


def test_a_query_that_cannot_be_is_refused(relay):
    for query in REFUSED:
        answer = relay.http.get("/lwa/commands", params=query)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), query
