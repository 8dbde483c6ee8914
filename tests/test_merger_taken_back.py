"""One superevent from its first word to its retraction, with OVRO-LWA's client: what is stopped, marked, told."""

from __future__ import annotations

import pytest

from tests.clocks import NOON
from tests.lvk_notices import lvk_avro, lvk_json
from tests.telescope_clients import bench
from tests.test_events_of_chime import alerts, messages

__all__ = ["bench"]

HALF_S = 355


def push(bench, body, *, age_s=None, path="gcn-kafka", **query):
    """Hand a notice in, `age_s` after noon or now; return it once it is judged."""
    if age_s is not None:
        bench.hand.turn(age_s - (bench.hand.now() - NOON).total_seconds())
    return bench.relay.settled(bench.relay.push(body, "lvk", path=path, **query).json()["id"])


def commands(bench):
    return [(one["action"], one["state"]) for one in bench.relay.http.get("/lwa/commands").json()]


def retraction(issued_s=100):
    return lvk_json(alert_type="RETRACTION", time_created=f"2026-11-20T12:{issued_s // 60:02}:{issued_s % 60:02}Z")


@pytest.fixture
def dumping(bench):
    """A dump that OVRO-LWA's client has begun, 28 s after the merger."""
    push(bench, lvk_json(), age_s=28)
    client = bench.client()
    client.live(2)
    assert commands(bench) == [("dump", "acting")]
    return bench, client


def test_a_retraction_stops_a_dump_that_is_less_than_half_written(dumping):
    """The relay wishes, the client aborts, what is full stays, and everybody hears why."""
    bench, client = dumping
    client.live(200, 5)
    push(bench, retraction())
    wished = bench.command(1)
    assert (wished["state"], wished["stop"]["by"]) == ("acting", "relay")
    client.live(3)
    ended = bench.command(1)
    assert (ended["state"], ended["begun"], ended["client"]) == ("cancelled", True, wished["client"])
    assert ended["detail"]["files"] > 0
    assert ended["detail"]["gb"] == pytest.approx(ended["detail"]["files"] * 1081.7, rel=0.01)
    assert {one["kind"]: one["retracted"] for one in alerts(bench.relay).values()} == {
        "preliminary": True,
        "retraction": True,
    }
    assert 'lvk:S261120a<br><span class="retracted">retracted</span></td><td>relay' in bench.relay.http.get("/").text
    told = messages(bench.relay)
    assert ("retraction", "normal", True) in told or ("retraction", "loud", True) in told
    assert ("command", "normal", False) in told


def test_a_dump_that_is_more_than_half_written_is_finished(dumping):
    bench, client = dumping
    client.live(HALF_S + 20, 5)
    push(bench, retraction())
    assert bench.command(1)["stop"] is None
    client.live(400, 10)
    assert commands(bench) == [("dump", "done")]
    assert all(one["retracted"] for one in alerts(bench.relay).values())


def test_a_wish_to_stop_waits_for_a_client_that_is_away(dumping):
    bench, client = dumping
    client.die()
    push(bench, retraction())
    again = bench.client("a")
    again.live(3)
    assert commands(bench) == [("dump", "cancelled")]
    assert bench.told(1) == 1


def test_a_retraction_before_the_client_took_it_leaves_nothing_to_do_and_no_second_dump(bench):
    push(bench, lvk_json(), age_s=28)
    push(bench, retraction())
    push(bench, lvk_json(time_created="2026-11-20T12:02:00Z", far_hz=1e-12), age_s=120)
    bench.client().live(3)
    assert commands(bench) == [("dump", "cancelled")]
    assert bench.told(1) == 0


def test_a_merger_whose_retraction_came_first_is_born_retracted(bench):
    """Kept, quietly; when the merger comes by the slower path nothing moves and nobody is woken."""
    push(bench, retraction(), age_s=28)
    push(bench, lvk_json())
    assert commands(bench) == []
    assert all(one["retracted"] for one in alerts(bench.relay).values())
    assert {level for _, level, _ in messages(bench.relay)} <= {"quiet"}


def test_an_archived_retraction_stops_nothing_and_tells_nobody(dumping):
    bench, client = dumping
    before = messages(bench.relay)
    push(bench, retraction(), history=True, received="2026-11-20T12:00:40Z")
    client.live(2)
    assert commands(bench) == [("dump", "acting")]
    assert bench.command(1)["stop"] is None
    assert messages(bench.relay) == before


@pytest.mark.parametrize("body", [lvk_json(), lvk_avro()], ids=["the same bytes", "by the other path"])
def test_a_merger_known_from_an_archive_alone_is_acted_on_when_it_comes(bench, body):
    push(bench, lvk_json(), age_s=28, history=True, received="2026-11-20T12:00:30Z", path="archive")
    assert commands(bench) == []
    assert bench.relay.http.get("/messages").json() == []
    push(bench, body, path="hop")
    assert commands(bench) == [("dump", "pending")]


@pytest.mark.parametrize("body", [lvk_avro(), lvk_json()], ids=["the same bytes", "by the other path"])
def test_what_its_broker_marks_as_a_test_makes_a_drill_at_most_and_does_not_stand_before_the_real_one(bench, body):
    push(bench, lvk_avro(), age_s=28, path="hop-test")
    assert commands(bench) == [("test", "pending")]
    push(bench, body, age_s=29)
    assert commands(bench) == [("test", "pending"), ("dump", "pending")]


def test_the_same_statement_by_kafka_and_hop_is_one_alert_and_one_dump(bench):
    push(bench, lvk_json(), age_s=28)
    push(bench, lvk_avro(), age_s=31, path="hop")
    assert commands(bench) == [("dump", "pending")]
    (one,) = bench.relay.http.get("/alerts").json()
    story = bench.relay.http.get(f"/alerts/{one['id']}").json()
    assert [(late["path"], late["age_s"], late["behind_s"]) for late in story["paths"]] == [
        ("gcn-kafka", 27.833, 0.0),
        ("hop", 30.833, 3.0),
    ]
    assert len(story["verdicts"]) == 1
