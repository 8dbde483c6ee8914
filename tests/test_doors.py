"""At every door: no key is 401 before anything is looked at, a key of another scope is 403."""

from __future__ import annotations

import base64

import pytest

from tests.entries import made_key, nobody
from tests.relay import KEY

LOOKING = [
    "/alerts",
    "/alerts/1",
    "/alerts?limit=nonsense",
    "/alerts/nonsense",
    "/messages",
    "/messages?state=nonsense",
    "/streams",
    "/switches",
    "/lwa/status",
    "/nowhere/status",
    "/lwa/busy?obstime=60",
    "/lwa/obslist?obstime=60",
    "/events",
    "/metrics",
    "/",
]
SETTING = [
    ("POST", "/keys"),
    ("DELETE", "/keys/casey"),
    ("PUT", "/switches/lwa"),
    ("PUT", "/streams/chime/status"),
    ("PUT", "/streams/nowhere/status"),
    ("PUT", "/lwa/status"),
]


def basic(password, name="casey"):
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


@pytest.mark.parametrize("path", [*LOOKING, "/keys"])
def test_nobody_looks_without_a_key_and_a_browser_is_told_to_ask(relay_of_module, path):
    with nobody(relay_of_module) as http:
        answer = http.get(path)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    schemes = [line.split()[0] for line in answer.headers.get_list("www-authenticate")]
    assert schemes == ["Basic", "Bearer"]


@pytest.mark.parametrize(("method", "path"), SETTING)
def test_nobody_changes_anything_without_a_key_whatever_they_send(relay_of_module, method, path):
    with nobody(relay_of_module) as http:
        answer = http.request(method, path, content=b'"nonsense"')
        by_password = http.request(method, path, content=b'"nonsense"', headers=basic(KEY))
    assert (answer.status_code, by_password.status_code) == (401, 401)
    assert answer.headers.get_list("www-authenticate") == ['Bearer realm="ovro-alert"']


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer wrong", "Basic", "Basic ?", "Basic YQ==", "Digest x", KEY, "Bearer \xe9\xff"],
)
def test_a_key_that_nobody_has_is_401(relay_of_module, header):
    with nobody(relay_of_module) as http:
        assert http.get("/alerts", headers={"Authorization": header.encode("latin-1")}).status_code == 401


def test_a_browser_may_look_with_the_key_as_its_password(relay_of_module):
    with nobody(relay_of_module) as http:
        assert http.get("/alerts", headers=basic(KEY)).status_code == 200
        assert http.get("/alerts", headers=basic(KEY, name="")).status_code == 200
        assert http.get("/alerts", headers=basic("wrong")).status_code == 401


def test_a_key_in_the_query_opens_nothing_but_the_seed_paths(relay_of_module):
    with nobody(relay_of_module) as http:
        assert http.get("/messages", params={"key": KEY}).status_code == 401
        assert http.get("/alerts", params={"key": KEY}).status_code == 401


@pytest.mark.parametrize("path", LOOKING)
def test_a_key_that_only_sends_may_not_look(relay_of_module, sender, path):
    assert relay_of_module.http.get(path, headers=sender).status_code == 403


@pytest.mark.parametrize(("method", "path"), [*SETTING[:3], *SETTING[4:], ("GET", "/keys")])
def test_a_key_of_another_scope_changes_nothing(relay_of_module, sender, method, path):
    answer = relay_of_module.http.request(method, path, headers=sender, content=b'"nonsense"')
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong-scope")
    assert "somebody" in answer.json()["detail"]


def test_the_scopes_of_a_receiver_and_of_a_client_open_their_own_doors(relay_of_module):
    relay = relay_of_module
    chime = made_key(relay, "notices:chime", name="receiver")
    lwa = made_key(relay, "follow:lwa", name="client")
    state = {"state": "idle"}
    assert relay.http.put("/streams/chime/status", headers=chime, json=state).status_code == 200
    assert relay.http.put("/streams/lvk/status", headers=chime, json=state).status_code == 403
    assert relay.http.put("/lwa/status", headers=lwa, json=state).status_code == 200
    assert relay.http.put("/dsa/status", headers=lwa, json=state).status_code == 403


def test_a_key_that_reads_sees_everything_but_the_keys(relay_of_module):
    reader = made_key(relay_of_module, "read", name="reader")
    for path in ("/alerts", "/messages", "/streams", "/switches", "/metrics", "/"):
        assert relay_of_module.http.get(path, headers=reader).status_code == 200
    assert relay_of_module.http.get("/keys", headers=reader).status_code == 403
    assert relay_of_module.http.put("/switches/lwa", headers=reader, json={"state": "on"}).status_code == 403


def test_admin_opens_everything(relay_of_module):
    admin = made_key(relay_of_module, "approve:lwa", "admin", name="second")
    for path in ("/alerts", "/keys", "/switches"):
        assert relay_of_module.http.get(path, headers=admin).status_code == 200
    assert relay_of_module.http.put("/lwa/status", headers=admin, json={"state": "idle"}).status_code == 200
    assert relay_of_module.http.delete("/keys/second", headers=admin).status_code == 204
    assert relay_of_module.http.get("/keys", headers=admin).status_code == 401


@pytest.fixture(scope="module")
def sender(relay_of_module):
    return made_key(relay_of_module, "notices:chime", "commands:lwa", name="somebody")
