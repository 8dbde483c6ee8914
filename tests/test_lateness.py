"""First wins: one statement by many paths is one alert; how late each of them was is kept and shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner

from ovro_alert.console.entrance import ovro_alert
from tests.clocks import NOON
from tests.entries import alert, enter
from tests.notices import chime_gcn, chime_voevent
from tests.relay import KEY
from tests.test_alert_story import came


def pushed(relay, body, *, path, after_s, stream="chime"):
    received = (NOON + timedelta(seconds=after_s)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return relay.settled(relay.push(body, stream, path=path, received=received).json()["id"])


def ways(story):
    return [(one["path"], one["age_s"], one["behind_s"], one["notice"]) for one in story["paths"]]


@pytest.fixture
def burst(relay):
    """One burst: as VOEvent by Comet and by hop, the same bytes; as JSON by GCN; and once more by each."""
    relay.hand.turn(60)
    first = pushed(relay, chime_voevent(time=NOON), path="comet", after_s=13)
    pushed(relay, chime_voevent(time=NOON), path="hop", after_s=21)
    other = pushed(relay, chime_gcn(time=NOON), path="gcn-kafka", after_s=40, stream="gcn")
    for path in ("comet", "hop", "gcn-kafka"):
        pushed(relay, chime_voevent(time=NOON), path=path, after_s=55)
    return relay, first["id"], other["id"]


def test_each_path_is_once_in_the_story_with_how_late_it_was(burst):
    relay, first, other = burst
    (one,) = relay.http.get("/alerts").json()
    story = relay.http.get(f"/alerts/{one['id']}").json()
    expected = [("comet", 13.0, 0.0, first), ("hop", 21.0, 8.0, first), ("gcn-kafka", 40.0, 27.0, other)]
    assert ways(story) == expected
    assert story["paths"][0]["received"] == "2026-11-20T12:00:13.000Z"
    assert [len(notice["arrivals"]) for notice in story["notices"]] == [5, 1]
    assert len(story["commands"]) == 1
    assert len(story["verdicts"]) == len({verdict["scenario"] for verdict in story["verdicts"]})


def test_the_page_shows_it(burst):
    page = burst[0].http.get("/").text
    assert "comet after 13.0 s<br>hop +8.0 s<br>gcn-kafka +27.0 s" in page


def test_the_console_shows_it(burst):
    relay = burst[0]
    env = {"RELAY_URL": relay.url, "RELAY_KEY": KEY, "COLUMNS": "240"}
    shown = CliRunner().invoke(ovro_alert, ["alert", "1"], env=env).output
    rows = [line.split() for line in shown.splitlines()]
    assert ["gcn-kafka", "2026-11-20", "12:00:40", "40", "27", "2"] in rows


def test_the_path_that_was_first_is_first_whichever_was_kept_first(relay_of_module):
    relay = relay_of_module
    [kept] = enter(relay, alert("chime:5", time=NOON))
    came(relay, kept.id, path="hop", after_s=20, body=b"<late/>")
    came(relay, kept.id, path="comet", after_s=12, body=b"<early/>")
    assert [row[:3] for row in ways(relay.http.get(f"/alerts/{kept.id}").json())] == [
        ("comet", 12.0, 0.0),
        ("hop", 20.0, 8.0),
    ]


def test_without_a_time_of_the_event_paths_are_measured_by_one_another(relay_of_module):
    relay = relay_of_module
    [kept] = enter(relay, alert("chime:6", time=None))
    came(relay, kept.id, path=None, after_s=1, body=b"<a/>")
    came(relay, kept.id, path="hop", after_s=3, body=b"<a/>")
    assert [row[:3] for row in ways(relay.http.get(f"/alerts/{kept.id}").json())] == [
        (None, None, 0.0),
        ("hop", None, 2.0),
    ]


def test_an_alert_without_a_notice_came_by_no_path(relay_of_module):
    [kept] = enter(relay_of_module, alert("chime:7"))
    assert relay_of_module.http.get(f"/alerts/{kept.id}").json()["paths"] == []


def test_prometheus_reads_how_late_each_path_usually_is(burst):
    lines = burst[0].http.get("/metrics").text.splitlines()
    for figure in (
        'alerts{stream="chime",path="hop"} 1',
        'age_seconds{stream="chime",path="hop"} 21',
        'behind_seconds{stream="chime",path="hop"} 8',
        'behind_seconds{stream="chime",path="comet"} 0',
    ):
        assert f"ovro_alert_path_{figure}" in lines


def test_a_path_with_a_strange_name_breaks_no_figure(relay_of_module):
    relay = relay_of_module
    [kept] = enter(relay, alert("chime:8", time=NOON))
    came(relay, kept.id, path='a"b\\c\nd', after_s=2, body=b"<odd/>")
    lines = relay.http.get("/metrics").text.splitlines()
    assert 'ovro_alert_path_age_seconds{stream="chime",path="a\\"b\\\\c\\nd"} 2' in lines
