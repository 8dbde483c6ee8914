"""Keys over the wire: made once, shown once, withdrawn at once."""

from __future__ import annotations

import pytest

from ovro_alert.relay.scopes import SCOPES
from tests.entries import made_key


def test_a_key_is_shown_once_and_listed_without_its_secret(relay_of_module):
    http = relay_of_module.http
    made = http.post("/keys", json={"name": "casey", "scopes": ["read", "approve:dsa"]})
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    body = made.json()
    secret = body.pop("key")
    assert body == {"name": "casey", "scopes": ["read", "approve:dsa"], "made": "2026-11-20T12:00:00.000Z"}
    listed = http.get("/keys")
    assert body in listed.json()
    assert secret not in listed.text


def test_a_withdrawn_key_opens_nothing_from_then_on(relay_of_module):
    http = relay_of_module.http
    header = made_key(relay_of_module, "read", name="gone")
    assert http.get("/alerts", headers=header).status_code == 200
    assert http.delete("/keys/gone").status_code == 204
    assert http.get("/alerts", headers=header).status_code == 401
    assert http.delete("/keys/gone").status_code == 204
    assert "gone" not in [key["name"] for key in http.get("/keys").json()]


def test_a_key_that_never_was_is_404(relay_of_module):
    assert relay_of_module.http.delete("/keys/nobody").status_code == 404


def test_a_name_that_somebody_has_is_409(relay_of_module):
    made_key(relay_of_module, "read", name="twice")
    assert relay_of_module.http.post("/keys", json={"name": "twice", "scopes": ["read"]}).status_code == 409


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "x"},
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": "read"},
        {"name": "x", "scopes": ["write"]},
        {"name": "x", "scopes": ["notices:nowhere"]},
        {"name": "x", "scopes": ["follow:*"]},
        {"name": "x", "scopes": ["read"], "key": "of my own"},
        {"name": "", "scopes": ["read"]},
        {"name": "relay", "scopes": ["read"]},
        {"name": "RELAY_KEY", "scopes": ["read"]},
        {"name": "a/b", "scopes": ["read"]},
        {"name": "x" * 65, "scopes": ["read"]},
        [],
        None,
    ],
)
def test_what_is_wrong_with_a_new_key_is_422(relay_of_module, body):
    answer = relay_of_module.http.post("/keys", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 5000, b'{"name": "\\ud800", "scopes": ["read"]}'])
def test_what_is_not_json_is_422(relay_of_module, content):
    assert relay_of_module.http.post("/keys", content=content).status_code == 422


def test_a_body_over_64_kib_is_413(relay_of_module):
    assert relay_of_module.http.post("/keys", content=b" " * (64 * 1024 + 1)).status_code == 413


@pytest.mark.parametrize("scope", SCOPES)
def test_every_scope_can_be_given(relay_of_module, scope):
    name = "of " + scope.replace(":", " ").replace("*", "all")
    header = made_key(relay_of_module, scope, name=name)
    if scope in ("admin", "*"):  # while it lives, RELAY_KEY opens nothing
        assert relay_of_module.http.get("/keys").status_code == 401
        assert relay_of_module.http.delete(f"/keys/{name}", headers=header).status_code == 204
