"""Alerts are found by what, when and where they are; a cone is right at the poles and across RA 0."""

from __future__ import annotations

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovro_alert.relay.journal import searching
from ovro_alert.relay.journal.searching import Cone, separation_deg
from tests.clocks import NOON
from tests.entries import alert, enter

HOUR = timedelta(hours=1)
ENTERED = (
    alert("chime:1", time=NOON - 30 * HOUR, ra_deg=359.9, dec_deg=0.0, source="FRB 20181226F"),
    alert("chime:2", time=NOON - 2 * HOUR, ra_deg=0.1, dec_deg=0.0, role="test"),
    alert("lvk:S1", stream="lvk", time=NOON - HOUR, words="a 100% certain_merger"),
    alert("chime:3", time=None, ra_deg=180.0, dec_deg=89.9, ivorn="ivo://ca.chimenet.frb/FRB-3"),
    alert("chime:4", time=NOON, ra_deg=0.0, dec_deg=89.9, event_type="EXTRAGALACTIC"),
    alert("chime:5", time=NOON, ra_deg=None, dec_deg=None),
    alert("chime:6", time=NOON, ra_deg=10.0, dec_deg=-90.0),
)


@pytest.fixture(scope="module")
def found(relay_of_module):
    enter(relay_of_module, *ENTERED)

    def search(**query):
        answer = relay_of_module.http.get("/alerts", params=query)
        assert answer.status_code == 200, answer.text
        return [one["event"] for one in answer.json()]

    return search


@pytest.mark.parametrize(
    ("query", "events"),
    [
        ({}, "chime:6 chime:5 chime:4 chime:3 lvk:S1 chime:2 chime:1"),
        ({"stream": "lvk"}, "lvk:S1"),
        ({"event": "chime:2"}, "chime:2"),
        ({"event": "chime"}, ""),
        ({"role": "test"}, "chime:2"),
        ({"since": "2026-11-20T11:00:00Z", "stream": "lvk"}, "lvk:S1"),
        ({"since": "2026-11-20T11:00:00.001Z", "stream": "lvk"}, ""),
        ({"until": "2026-11-20T03:00:00-08:00"}, "lvk:S1 chime:2 chime:1"),
        ({"since": "2026-11-20T12:00:00Z", "until": "2026-11-20T12:00:00Z"}, "chime:6 chime:5 chime:4 chime:3"),
        ({"limit": 2}, "chime:6 chime:5"),
        ({"limit": 2, "before": 6}, "chime:4 chime:3"),
        ({"before": 1}, ""),
        ({"text": "20181226f"}, "chime:1"),
        ({"text": "100%"}, "lvk:S1"),
        ({"text": "%"}, "lvk:S1"),
        ({"text": "chimenet"}, "chime:3"),
        ({"text": "extragalactic"}, "chime:4"),
        ({"text": "S1"}, "lvk:S1"),
        ({"text": "detection' OR 1=1 --"}, ""),
    ],
)
def test_what_and_when(found, query, events):
    assert found(**query) == events.split()


@pytest.mark.parametrize(
    ("ra", "dec", "radius", "events"),
    [
        (0, 0, 0.11, "chime:2 chime:1"),
        (360, 0, 0.11, "chime:2 chime:1"),
        (359.9, 0, 0, "chime:1"),
        (359.9, 0, 0.19, "chime:1"),
        (90, 90, 0.11, "chime:4 chime:3"),
        (0, 89.9, 0.05, "chime:4"),
        (180, 89.95, 0.06, "chime:3"),
        (300, -90, 0.001, "chime:6"),
        (45, 0, 180, "chime:6 chime:4 chime:3 chime:2 chime:1"),
        (179.9, 0, 90.2, "chime:6 chime:4 chime:3"),
    ],
)
def test_where(found, ra, dec, radius, events):
    assert found(ra=ra, dec=dec, radius=radius) == events.split()


def test_a_cone_keeps_to_the_other_conditions_and_to_the_limit(found):
    assert found(ra=0, dec=0, radius=1, role="real") == ["chime:1"]
    assert found(ra=0, dec=0, radius=1, limit=1) == ["chime:2"]
    assert found(ra=0, dec=0, radius=1, limit=1, before=2) == ["chime:1"]


@pytest.mark.parametrize(
    "query",
    [
        {"ra": 1},
        {"ra": 1, "dec": 1},
        {"dec": 1, "radius": 1},
        {"ra": -1, "dec": 1, "radius": 1},
        {"ra": 361, "dec": 1, "radius": 1},
        {"ra": 1, "dec": 91, "radius": 1},
        {"ra": 1, "dec": 1, "radius": -1},
        {"ra": 1, "dec": 1, "radius": 181},
        {"ra": "nan", "dec": 1, "radius": 1},
        {"ra": 1, "dec": 1, "radius": "1e999"},
        {"since": "2026-11-20T12:00:00"},
        {"since": "2026-11-20"},
        {"until": "yesterday"},
        {"role": "unreal"},
        {"limit": 0},
        {"limit": 1001},
        {"limit": "many"},
        {"before": 0},
        {"before": 2**63},
        {"text": ""},
        {"text": "x" * 201},
        {"evnet": "chime:1"},
    ],
)
def test_what_is_wrong_with_a_search_is_422(relay_of_module, query):
    answer = relay_of_module.http.get("/alerts", params=query)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize("word", ["0", "-1", "99", "nonsense", str(2**63), "1" * 30, "\u0663", "1.0"])
def test_an_id_of_nothing_is_404(relay_of_module, word):
    assert relay_of_module.http.get(f"/alerts/{word}").status_code == 404


angles = {"ra": st.floats(0, 360), "dec": st.floats(-90, 90)}


@given(ra_1=angles["ra"], dec_1=angles["dec"], ra_2=angles["ra"], dec_2=angles["dec"])
def test_separations_are_those_of_the_unit_vectors(ra_1, dec_1, ra_2, dec_2):
    """The chord between two unit vectors is exact where the cosine is not."""
    first, second = (
        np.array([math.cos(dec) * math.cos(ra), math.cos(dec) * math.sin(ra), math.sin(dec)])
        for ra, dec in ((math.radians(ra_1), math.radians(dec_1)), (math.radians(ra_2), math.radians(dec_2)))
    )
    chord = float(np.linalg.norm(first - second))
    expected = 2 * math.degrees(math.atan2(chord, float(np.linalg.norm(first + second))))
    assert separation_deg(ra_1, dec_1, ra_2, dec_2) == pytest.approx(expected, abs=1e-9)


@given(ra=angles["ra"], dec=angles["dec"])
def test_a_cone_of_no_radius_holds_its_own_centre(ra, dec):
    assert Cone(ra, dec, 0.0).holds(ra, dec)


def test_searches_that_take_long_are_in_no_command_s_way(relay, monkeypatch):
    """However many people search a long journal at once, a telescope's client is answered."""
    over, begun = threading.Event(), threading.Event()

    def slow(*_):
        begun.set()
        over.wait(20)
        return []

    monkeypatch.setattr(searching, "find_alerts", slow)
    with ThreadPoolExecutor(4) as people:
        searches = [people.submit(relay.http.get, "/alerts") for _ in range(4)]
        try:
            assert begun.wait(10)
            assert relay.http.get("/lwa/commands?state=open", timeout=5).json() == []
        finally:
            over.set()
        assert [search.result().json() for search in searches] == [[], [], [], []]
