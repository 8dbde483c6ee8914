"""Receivers and clients say how they are; whoever asks hears their last word, and whether a telescope is free."""

from __future__ import annotations

import pytest

STREAM = {
    "state": "connected",
    "last_notice": "2026-11-20T04:00:00.123456-08:00",
    "last_heartbeat": "2026-11-20T11:59:59Z",
    "lag": 0.25,
    "detail": {"broker": "comet"},
}
SESSION = {"start": "2026-11-20T12:10:00Z", "stop": "2026-11-20T12:20:00Z", "name": "sun", "owner": "solar", "beam": 5}
LATER = {"start": "2026-11-20T14:00:00Z", "stop": "2026-11-20T15:00:00Z", "name": "later"}


def test_a_receiver_s_word_is_kept_and_shown(relay):
    answer = relay.http.put("/streams/chime/status", json=STREAM)
    assert answer.status_code == 200
    shown = {one["stream"]: one for one in relay.http.get("/streams").json()}
    assert shown["chime"] == {
        **STREAM,
        "last_notice": "2026-11-20T12:00:00.123Z",
        "last_heartbeat": "2026-11-20T11:59:59.000Z",
        "stream": "chime",
        "carries": "CHIME/FRB VOEvents",
        "seq": answer.json()["seq"],
        "at": "2026-11-20T12:00:00.000Z",
    }
    assert (shown["lvk"]["state"], shown["lvk"]["at"]) == ("unknown", None)
    assert len(shown) == 7


def test_a_client_s_word_is_kept_and_shown_with_fields_that_we_do_not_know_left_out(relay):
    said = {
        "state": "observing",
        "moves": "simulator",
        "until": "2026-11-20T12:30:00Z",
        "pointing": {"ra_deg": None, "dec_deg": 71.6, "at": "2026-11-20T11:00:00Z"},
        "schedule": [SESSION],
        "detail": {"op_type": "normal"},
        "mood": "good",
    }
    assert relay.http.get("/lwa/status").status_code == 404
    assert relay.http.put("/lwa/status", json=said).status_code == 200
    shown = relay.http.get("/lwa/status").json()
    assert (shown["telescope"], shown["seq"], shown["at"]) == ("lwa", 1, "2026-11-20T12:00:00.000Z")
    assert shown["pointing"]["dec_deg"] == 71.6
    assert shown["schedule"][0]["stop"] == "2026-11-20T12:20:00.000Z"
    assert "mood" not in shown


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nowhere/status"),
        ("PUT", "/nowhere/status"),
        ("PUT", "/streams/nowhere/status"),
        ("GET", "/streams/chime/status/more"),
        ("GET", "/nowhere/busy"),
        ("GET", "/nowhere/obslist"),
        ("GET", "/streams/status"),
        ("GET", "/sprite/status"),
    ],
)
def test_what_nobody_knows_is_404(relay_of_module, method, path):
    answer = relay_of_module.http.request(method, path, json={"state": "idle"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/lwa/status", b""),
        ("/lwa/status", b"{}"),
        ("/lwa/status", b'{"state": "asleep"}'),
        ("/lwa/status", b'{"state": "idle", "until": "2026-11-20T12:00:00"}'),
        ("/lwa/status", b'{"state": "idle", "detail": {"deep": [1e999]}}'),
        ("/lwa/status", b'{"state": "idle", "detail": {"deep": [NaN]}}'),
        ("/lwa/status", b'{"state": "idle", "detail": {"name": "\\ud800"}}'),
        ("/lwa/status", b'{"state": "idle", "detail": ' + b'{"a":' * 400 + b"1" + b"}" * 400 + b"}"),
        ("/lwa/status", b'{"state": "idle", "pointing": {"dec_deg": Infinity, "at": "2026-11-20T12:00:00Z"}}'),
        ("/streams/chime/status", b'{"state": "x", "lag": -Infinity}'),
        ("/streams/chime/status", b'{"lag": 1}'),
        ("/streams/chime/status", b"[]"),
    ],
)
def test_what_is_wrong_with_a_status_is_422(relay_of_module, path, content):
    assert relay_of_module.http.put(path, content=content).status_code == 422


def test_a_status_over_64_kib_is_413(relay_of_module):
    body = {"state": "idle", "detail": {"words": "x" * 65536}}
    assert relay_of_module.http.put("/lwa/status", json=body).status_code == 413


@pytest.mark.parametrize(
    ("status", "obstime", "busy"),
    [
        ({"state": "idle"}, 3600, False),
        ({"state": "unavailable"}, 0, True),
        ({"state": "observing"}, 0, True),
        ({"state": "observing", "until": "2026-11-20T11:59:00Z"}, 0, False),
        ({"state": "observing", "until": "2026-11-20T12:01:00Z"}, 0, True),
        ({"state": "idle", "schedule": [SESSION]}, 599, False),
        ({"state": "idle", "schedule": [SESSION]}, 600, True),
    ],
)
def test_a_telescope_is_busy_when_it_cannot_be_counted_on_for_that_long(relay_of_module, status, obstime, busy):
    relay_of_module.http.put("/lwa/status", json=status)
    answer = relay_of_module.http.get("/lwa/busy", params={"obstime": obstime})
    assert (answer.status_code, answer.json()) == (200, busy)


def test_a_telescope_that_nobody_answers_for_is_busy(relay):
    assert relay.http.get("/dsa/busy").json() is True
    relay.http.put("/dsa/status", json={"state": "idle"})
    assert relay.http.get("/dsa/busy").json() is False
    relay.hand.turn(61)
    assert relay.http.get("/dsa/busy").json() is True


def test_the_list_of_observations_ends_with_the_time_asked_for(relay_of_module):
    relay_of_module.http.put("/lwa/status", json={"state": "idle", "schedule": [LATER, SESSION]})
    names = [
        [one["name"] for one in relay_of_module.http.get("/lwa/obslist", params={"obstime": obstime}).json()]
        for obstime in (0, 3600, 86400)
    ]
    assert names == [[], ["sun"], ["sun", "later"]]
    assert relay_of_module.http.get("/swift/obslist").json() == []


@pytest.mark.parametrize("obstime", ["-1", "nan", "inf", "soon", "1e12"])
def test_a_time_that_is_none_is_422(relay_of_module, obstime):
    assert relay_of_module.http.get("/lwa/busy", params={"obstime": obstime}).status_code == 422
