"""Switches: who, why, since when and until when; the judge sees what a person has set."""

from __future__ import annotations

import pytest

from ovro_alert.relay.journal import switches
from ovro_alert.scenarios import SCENARIOS
from ovro_alert.verdicts import SCENARIO_TITLES


def test_everything_that_has_a_switch_is_on_until_somebody_says_otherwise(relay):
    shown = {one["name"]: one for one in relay.http.get("/switches").json()}
    assert set(shown) == {*SCENARIO_TITLES, "lwa", "dsa", "swift", "sprite"}
    assert {one["state"] for one in shown.values()} == {"on"}
    assert shown["lwa"]["since"] is None


def test_a_switch_says_who_why_since_when_and_until_when(relay):
    body = {"state": "off", "why": "maintenance", "until": "2026-11-20T14:00:00+01:00"}
    answer = relay.http.put("/switches/lwa", json=body)
    assert answer.status_code == 200
    expected = {
        "name": "lwa",
        "state": "off",
        "why": "maintenance",
        "by": "RELAY_KEY",
        "since": "2026-11-20T12:00:00.000Z",
        "until": "2026-11-20T13:00:00.000Z",
        "seq": 1,
    }
    assert answer.json() == expected
    assert expected in relay.http.get("/switches").json()


def test_after_its_end_it_is_on_again_for_people_and_for_the_judge(relay):
    relay.http.put("/switches/lwa", json={"state": "message-only", "until": "2026-11-20T13:00:00Z"})
    look = relay.app.relay.journal.look
    assert look(lambda connection: switches.in_force(connection, relay.hand.now()))["lwa"].state == "message-only"
    relay.hand.turn(3600)
    assert look(lambda connection: switches.in_force(connection, relay.hand.now())) == {}
    assert {one["state"] for one in relay.http.get("/switches").json()} == {"on"}


def test_setting_it_again_replaces_what_was_said(relay):
    relay.http.put("/switches/chime_repeater", json={"state": "off", "why": "too many"})
    again = relay.http.put("/switches/chime_repeater", json={"state": "on"}).json()
    assert (again["state"], again["why"], again["seq"]) == ("on", "", 2)


@pytest.mark.parametrize("name", ["nowhere", "LWA", "lwa2"])
def test_what_has_no_switch_is_404(relay_of_module, name):
    assert relay_of_module.http.put(f"/switches/{name}", json={"state": "off"}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"state": "maybe"},
        {"state": "off", "until": "2026-11-20T18:00:00"},
        {"state": "off", "until": "0001-01-01T00:00:00+14:00"},
        {"state": "off", "until": "2026-11-20T11:00:00Z"},
        {"state": "off", "until": "tomorrow"},
        {"state": "off", "whence": "x"},
        {"state": "off", "why": "x" * 2001},
    ],
)
def test_what_is_wrong_with_a_switch_is_422(relay_of_module, body):
    assert relay_of_module.http.put("/switches/lwa", json=body).status_code == 422


def test_every_scenario_has_a_switch():
    assert {scenario.id for scenario in SCENARIOS} <= set(SCENARIO_TITLES)
