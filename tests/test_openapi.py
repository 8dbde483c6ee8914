"""/docs tells the truth: every route is there, and every form that it speaks of."""

from __future__ import annotations

import json
import re

import pytest


@pytest.fixture(scope="module")
def document(relay_of_module):
    return relay_of_module.http.get("/openapi.json").json()


def test_every_form_that_is_spoken_of_is_there(document):
    spoken_of = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert spoken_of <= set(document["components"]["schemas"])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/keys"),
        ("put", "/switches/{name}"),
        ("put", "/streams/{stream}/status"),
        ("put", "/{telescope}/status"),
    ],
)
def test_a_route_says_what_it_takes(document, method, path):
    content = document["paths"][path][method]["requestBody"]["content"]
    assert content["application/json"]["schema"]["properties"]
