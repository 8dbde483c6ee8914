"""The two seed paths, as their old clients call them: JSON with four fields, and the key in the query."""

from __future__ import annotations

import json
from datetime import timedelta

import httpx
import pytest

from tests.commanding import BEAM, relay_without_judge
from tests.relay import KEY, RunningRelay, wait_for

DISCOVERY = {"trigname": "260211aaaa", "mjds": 61082.5, "dm": 312.4, "snr": 21.0, "ra": 1.0, "dec": 2.0, "label": None}
DUMP = {"duration_s": 60.0}


@pytest.fixture
def relay(tmp_path):
    with relay_without_judge(tmp_path / "home") as running:
        yield running


def put(relay: RunningRelay, route: str = "lwa", command: str = "dump", args: object = DUMP, mjd=61364.5, **more):
    """Set a command as the old client does."""
    body = {"instrument": route, "command": command, "command_mjd": mjd, "args": args} | more
    return httpx.put(f"{relay.url}/{route}", params={"key": KEY}, content=json.dumps(body), trust_env=False)


def get(relay: RunningRelay, route: str = "lwa") -> dict:
    """Look as the old client does."""
    answer = httpx.get(f"{relay.url}/{route}", params={"key": KEY}, trust_env=False)
    assert answer.status_code == 200, answer.text
    return answer.json()


def show(relay: RunningRelay, command: int) -> dict:
    return relay.http.get(f"/commands/{command}").json()


def test_before_anything_was_set_there_is_nothing(relay):
    shown = get(relay)
    assert shown == {
        "read_mjd": 61364.5,
        "command": None,
        "command_mjd": None,
        "args": None,
        "id": None,
        "state": None,
    }


def test_what_an_old_client_sets_is_a_command_and_old_clients_see_it(relay):
    answer = put(relay, mjd=61000.25)
    command = answer.json()
    assert (answer.status_code, command["action"], command["state"], command["args"]) == (200, "dump", "pending", DUMP)
    assert command["deadline"] == "2026-11-20T12:05:00.000Z"
    assert get(relay) == {
        "read_mjd": 61364.5,
        "command": "dump",
        "command_mjd": 61364.5,
        "args": DUMP,
        "id": command["id"],
        "state": "pending",
    }
    assert show(relay, command["id"])["history"][0]["detail"]["command_mjd"] == 61000.25


def test_the_same_thing_again_is_the_same_command_and_another_is_another(relay):
    first = put(relay).json()
    assert put(relay).json()["id"] == first["id"]
    others = [put(relay, mjd=61364.6), put(relay, args={"duration_s": 61.0}), put(relay, route="dsa", command="test")]
    assert len({first["id"], *(other.json()["id"] for other in others)}) == 4


def test_the_same_thing_again_after_it_ended_is_the_command_that_ended(relay):
    first = put(relay).json()
    relay.hand.turn(300)
    wait_for(lambda: show(relay, first["id"])["state"] == "expired", "it to expire")
    assert put(relay).json()["id"] == first["id"]


def test_the_moments_that_old_clients_see_are_unique_and_grow(relay):
    seen = []
    for number in range(4):
        put(relay, mjd=float(number))
        seen.append(get(relay)["command_mjd"])
    relay.hand.jump(-3600)
    put(relay, mjd=9.0)
    seen.append(get(relay)["command_mjd"])
    assert seen == sorted(set(seen))


def test_mjd_may_stand_for_command_mjd_and_the_path_for_the_instrument(relay):
    body = {"command": "dump", "mjd": 61364.5, "args": DUMP}
    answer = relay.http.put("/lwa", json=body)
    assert answer.status_code == 200
    assert relay.http.put("/lwa", json=body).json()["id"] == answer.json()["id"]


def test_it_never_falls_back_to_an_older_command(relay):
    put(relay, mjd=1.0)
    newest = put(relay, mjd=2.0).json()
    moment = get(relay)["command_mjd"]
    relay.http.post(f"/commands/{newest['id']}/cancel")
    shown = get(relay)
    assert (shown["command"], shown["args"], shown["command_mjd"], shown["state"]) == (None, None, moment, "cancelled")


def test_what_expired_is_not_shown_even_before_the_timer_comes_by(relay):
    put(relay)
    relay.hand.jump(300)
    shown = get(relay)
    assert (shown["command"], shown["state"]) == (None, "expired")
    assert shown["command_mjd"] is not None


@pytest.mark.parametrize("state", ["claimed", "acting", "done", "failed"])
def test_what_is_carried_out_stays_shown(relay, state):
    """Old clients act on a change alone, and read the rest for people."""
    command = put(relay).json()["id"]
    fence = relay.http.post(f"/commands/{command}/claim", json={"client": "a"}).json()["fence"]
    for step in {"claimed": [], "acting": ["acting"]}.get(state, ["acting", state]):
        relay.http.post(f"/commands/{command}/report", json={"fence": fence, "state": step})
    shown = get(relay)
    assert (shown["command"], shown["state"], shown["id"]) == ("dump", state, command)


def test_a_repoint_is_proposed_and_shown_once_it_is_approved(relay):
    set_before = put(relay, route="dsa", command="test", args={}, mjd=1.0).json()["id"]
    proposal = put(relay, route="dsa", command="repoint", args={"dec_deg": 16.3}).json()
    assert proposal["state"] == "proposed"
    assert get(relay, "dsa")["id"] == set_before
    relay.hand.turn(10)
    relay.http.post(f"/commands/{proposal['id']}/approve")
    shown = get(relay, "dsa")
    assert (shown["command"], shown["args"], shown["id"]) == ("repoint", {"dec_deg": 16.3}, proposal["id"])
    assert shown["command_mjd"] == pytest.approx(61364.5 + 10 / 86400, abs=1e-9)


def test_a_command_of_any_other_way_is_shown_too(relay):
    deadline = (relay.clock.now() + timedelta(seconds=60)).isoformat()
    body = {"action": "beam", "args": BEAM, "deadline": deadline, "reason": "by hand"}
    command = relay.http.post("/lwa/commands", json=body).json()
    assert (get(relay)["id"], get(relay)["args"]) == (command["id"], BEAM)


# ── names ──


def test_a_test_is_a_drill_whatever_came_with_it(relay):
    command = put(relay, command="test", args={"role": "test", "date": "today"}).json()
    assert (command["action"], command["args"], command["role"]) == ("test", {}, "test")
    assert get(relay)["command"] == "test"


@pytest.mark.parametrize(
    ("command", "args", "action", "becomes"),
    [
        ("beam", BEAM, "beam", BEAM),
        ("trigger", {"duration_s": 60}, "dump", {"duration_s": 60.0}),
        ("trigger", {"duration": 60}, "dump", {"duration_s": 60.0}),
        ("observation", {"duration": 1800}, "dump", {"duration_s": 1800.0}),
        ("observation", {"nsamp": 23925.78125 * 60, "FAR": "1e-9"}, "dump", {"duration_s": 60.0}),
        (
            "observation",
            {"position": "83.6,22.0,0.5", "duration": 1800, "mission": "x"},
            "beam",
            {"ra_deg": 83.6, "dec_deg": 22.0, "duration_s": 1800.0},
        ),
        (
            "observation",
            {"position": "83.6, 22.0", "dm": "348.8", "known": "", "toa": "2026-11-20T11:59:47"},
            "beam",
            {"ra_deg": 83.6, "dec_deg": 22.0, "dm_pc_cm3": 348.8, "duration_s": pytest.approx(798.8, abs=0.1)},
        ),
        (
            "observation",
            {"position": "83.6,22.0", "dm": 1.0},
            "beam",
            {"ra_deg": 83.6, "dec_deg": 22.0, "dm_pc_cm3": 1.0, "duration_s": 30.0},
        ),
        (
            "observation",
            {"position": "83.6,22.0", "dm": 5000},
            "beam",
            {"ra_deg": 83.6, "dec_deg": 22.0, "dm_pc_cm3": 5000.0, "duration_s": 3600.0},
        ),
    ],
)
def test_old_names_mean_what_they_meant(relay, command, args, action, becomes):
    made = put(relay, command=command, args=args).json()
    assert (made["action"], made["args"]) == (action, becomes)


REFUSED = [
    ("lwa", {"command": "repoint", "args": {"dec_deg": 1}}),
    ("lwa", {"command": "observation", "args": {}}),
    ("lwa", {"command": "observation", "args": {"FAR": "1e-9"}}),
    ("lwa", {"command": "observation", "args": {"position": "83.6,22.0"}}),
    ("lwa", {"command": "observation", "args": {"position": "83.6", "duration": 60}}),
    ("lwa", {"command": "observation", "args": {"position": "0,0,0", "duration": 60}}),
    ("lwa", {"command": "observation", "args": {"position": "nan,22", "duration": 60}}),
    ("lwa", {"command": "observation", "args": {"position": "83.6,91", "duration": 60}}),
    ("lwa", {"command": "observation", "args": {"position": "83.6,22", "dm": "abc"}}),
    ("lwa", {"command": "observation", "args": {"nsamp": -1}}),
    ("lwa", {"command": "trigger", "args": {"duration_s": 60, "colour": "red"}}),
    ("lwa", {"command": "beam", "args": {**BEAM, "colour": "red"}}),
    ("lwa", {"command": "dump", "args": DUMP, "instrument": "dsa"}),
    ("lwa", {"command": "dump", "args": DUMP, "command_mjd": None}),
    ("lwa", {"command": "dump", "args": DUMP, "command_mjd": "noon"}),
    ("lwa", {"command": "dump", "args": [1]}),
    ("lwa", {"command": "x" * 41}),
    ("dsa", {"command": "observation", "args": {"dm": 5}}),
    ("swift", {"command": "observation", "args": DISCOVERY}),
]


def test_what_cannot_be_is_refused_and_nothing_changes(relay):
    for route, body in REFUSED:
        answer = put(relay, route, **{"command": "dump", "args": DUMP} | body)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), body
    raw = b'{"command": "dump", "command_mjd": 1.5, "args": {"duration_s": NaN}}'
    assert relay.http.put("/lwa", content=raw).status_code == 422
    assert relay.http.put("/lwa", content=b"").status_code == 422
    assert [get(relay, route)["command_mjd"] for route in ("lwa", "dsa", "swift")] == [None] * 3


# ── discoveries ──


@pytest.mark.parametrize("command", ["observation", "test"])
def test_a_discovery_of_dsa_is_a_notice_and_shown_as_it_was_set(relay, command):
    body = {"instrument": "dsa", "command": command, "command_mjd": 61364.4, "args": DISCOVERY}
    raw = json.dumps(body).encode()
    answer = relay.http.put("/dsa", content=raw)
    assert (answer.status_code, list(answer.json())) == (200, ["notice"])
    notice = answer.json()["notice"]
    assert relay.http.get(f"/notices/{notice}").json()["stream"] == "dsa"
    assert relay.http.get(f"/notices/{notice}/raw").content == raw
    shown = get(relay, "dsa")
    assert (shown["command"], shown["args"], shown["id"], shown["state"]) == (command, DISCOVERY, None, None)
    assert relay.http.get("/dsa/commands").json() == []


def test_a_discovery_without_its_time_or_dm_is_told_what_it_lacks(relay):
    answer = relay.http.put("/dsa", json={"command": "observation", "command_mjd": 1.0, "args": {"dm": 239.0}})
    assert answer.status_code == 422
    assert "a discovery of DSA-110, which needs mjds and dm" in answer.json()["detail"]


def test_the_same_discovery_again_is_the_same_notice_and_no_change(relay):
    first, moment = put(relay, "dsa", "observation", DISCOVERY).json(), get(relay, "dsa")["command_mjd"]
    relay.hand.turn(5)
    assert put(relay, "dsa", "observation", DISCOVERY).json() == first
    assert get(relay, "dsa")["command_mjd"] == moment


def test_of_a_discovery_and_a_command_the_newer_one_is_shown(relay):
    put(relay, "dsa", "observation", DISCOVERY)
    drill = put(relay, "dsa", "test", {}).json()
    assert get(relay, "dsa")["id"] == drill["id"]
    relay.http.post(f"/commands/{drill['id']}/cancel")
    assert get(relay, "dsa")["command"] is None
    put(relay, "dsa", "observation", {**DISCOVERY, "dm": 313.0})
    assert get(relay, "dsa")["args"]["dm"] == 313.0


# ── keys ──


def keyed(relay: RunningRelay, name: str, *scopes: str) -> str:
    return relay.http.post("/keys", json={"name": name, "scopes": scopes}).json()["key"]


def test_the_key_may_be_in_the_query_or_in_the_header(relay):
    follower, commander = keyed(relay, "one", "follow:lwa"), keyed(relay, "two", "commands:lwa")
    body = {"command": "dump", "command_mjd": 1.5, "args": DUMP}

    def status(method: str, key: str | None, json: object = None, **head: str) -> int:
        params = {} if key is None else {"key": key}
        url = f"{relay.url}/lwa"
        return httpx.request(method, url, params=params, json=json, headers=head, trust_env=False).status_code

    assert [status("GET", key) for key in (follower, commander, "x", None)] == [200, 403, 401, 401]
    assert [status("PUT", key, body) for key in (commander, follower, "x", None)] == [200, 403, 401, 401]
    assert status("GET", None, Authorization=f"Bearer {follower}") == 200


def test_dsa_may_set_discoveries_with_the_key_of_its_stream_but_no_commands(relay):
    key = keyed(relay, "t3", "notices:dsa")
    body = {"command": "observation", "command_mjd": 1.5, "args": DISCOVERY}
    head = {"Authorization": f"Bearer {key}"}
    assert relay.http.put("/dsa", json=body, headers=head).status_code == 200
    body = {"command": "repoint", "command_mjd": 1.5, "args": {"dec_deg": 1.0}}
    assert relay.http.put("/dsa", json=body, headers=head).status_code == 403
    assert relay.http.put("/lwa", json=body, headers=head).status_code == 403


def test_an_unknown_telescope_is_404(relay):
    assert relay.http.get("/vla").status_code == 404
    assert relay.http.put("/chime", json={"command": "test", "command_mjd": 1, "args": {}}).status_code == 404
