"""/docs: every route and field, for whoever may look; nothing on it comes from elsewhere, and nothing on it runs."""

from __future__ import annotations

import re

import httpx
import pytest

from ovro_alert.pages.types import type_of
from tests.relay import KEY
from tests.test_page import Tags


@pytest.fixture(scope="module")
def page(relay_of_module):
    return relay_of_module.http.get("/docs")


@pytest.fixture(scope="module")
def document(relay_of_module):
    return relay_of_module.http.get("/openapi.json").json()


@pytest.mark.parametrize("path", ["/docs", "/openapi.json"])
def test_it_needs_a_key_that_reads(relay, path):
    keeper = relay.http.post("/keys", json={"name": "keeper", "scopes": ["*"]}).json()["key"]
    relay.http.headers["Authorization"] = f"Bearer {keeper}"
    for name, scope, status in (("looks", "read", 200), ("sends", "commands:lwa", 403)):
        key = relay.http.post("/keys", json={"name": name, "scopes": [scope]}).json()["key"]
        assert relay.http.get(path, headers={"Authorization": f"Bearer {key}"}).status_code == status
    nobody = relay.http.get(path, headers={"Authorization": ""})
    assert nobody.status_code == 401
    assert "basic" in nobody.headers["www-authenticate"].lower()
    assert "/keys" not in nobody.text


def test_a_browser_opens_it_with_the_key_as_password(relay_of_module):
    assert httpx.get(f"{relay_of_module.url}/docs", auth=("casey", KEY), trust_env=False).status_code == 200


@pytest.mark.parametrize("path", ["/redoc", "/docs/oauth2-redirect"])
def test_pages_that_the_framework_brings_are_gone(relay_of_module, path):
    assert relay_of_module.http.get(path).status_code == 404


def test_it_needs_nothing_from_elsewhere_and_runs_no_script(page):
    tags = Tags(page.text).found
    assert not {"script", "img", "link", "iframe", "form"} & {tag for tag, _ in tags}
    assert not any(name.startswith("on") or name in ("src", "style") for _, attrs in tags for name in attrs)
    assert "://" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")


def test_every_route_and_every_form_is_on_it(page, document):
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"<h2>{method.upper()} {path}</h2>" in page.text
    assert set(document["components"]["schemas"]) <= ids(page)


def ids(page):
    return {attrs["id"] for _, attrs in Tags(page.text).found if "id" in attrs}


def test_every_link_on_it_leads_somewhere(page, relay_of_module):
    links = {attrs["href"] for tag, attrs in Tags(page.text).found if tag == "a"}
    assert {link[1:] for link in links if link.startswith("#")} <= ids(page)
    for link in links:
        if not link.startswith("#"):
            assert relay_of_module.http.get(link).status_code == 200


def test_a_field_has_its_type_and_limits(page):
    text = re.sub(r"<[^>]*>", " ", page.text)
    for words in ("POST /{telescope}/commands", "at most 2000 characters", "list of", "required"):
        assert words in text


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "number", "minimum": 0, "exclusiveMaximum": 360}, "number, ≥ 0, &lt; 360"),
        ({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}, "string, date-time or null"),
        ({"enum": ["on", "off"], "type": "string"}, "&quot;on&quot; or &quot;off&quot;"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Gate"}}, 'list of <a href="#Gate">Gate</a>'),
        ({"type": "string", "pattern": "<b>"}, "string, as &lt;b&gt;"),
        ({}, "anything"),
    ],
)
def test_a_type_in_words(schema, words):
    assert type_of(schema) == words
