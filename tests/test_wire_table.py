"""The README's table of the wire is the wire: every route, and which scopes open it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from ovro_alert.pages import router as pages_router
from ovro_alert.relay.application import make_app
from ovro_alert.relay.scopes import EVERYTHING, SCOPES
from ovro_alert.settings import Settings
from ovro_alert.telling.log import LogTeller
from tests.pages import INLINE, README, rows
from tests.relay import RunningRelay, relay_on

IN_THE_TEST = {"stream": "chime", "telescope": "lwa", "name": "lwa", "id": "1"}
A_DRILL = {"action": "test", "deadline": "2026-11-20T12:10:00Z", "reason": "to be asked for"}


class Route(NamedTuple):
    """One route as the table has it; without scopes it is open to everybody."""

    method: str
    path: str
    scopes: list[str]


def table() -> Iterator[Route]:
    for cells in rows(README, "route"):
        for route in INLINE.findall(cells[0]):
            yield Route(*route.split(), INLINE.findall(cells[1]))


def bare(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)


def filled(text: str) -> str:
    return re.sub(r"[<{](\w+)[>}]", lambda found: IN_THE_TEST[found[1]], text)


def test_the_table_has_every_route_and_no_other(tmp_path):
    app = make_app(Settings(home=tmp_path), LogTeller()).inner
    there = {(method.upper(), bare(path)) for path, methods in app.openapi()["paths"].items() for method in methods}
    there |= {("GET", route.path) for route in pages_router.routes}
    assert {(route.method, bare(route.path)) for route in table()} == there


class Visitor:
    """Comes to every door with keys that open one scope, or all but some."""

    def __init__(self, relay: RunningRelay) -> None:
        self.relay = relay
        self.keys: dict[frozenset[str], str] = {}
        # the key of the environment opens nothing once another opens everything
        self.keeper: dict[str, str] = {}
        self.keeper = {"Authorization": f"Bearer {self.key({'admin'})}"}

    def key(self, scopes: set[str]) -> str:
        wanted = frozenset(scopes)
        if wanted not in self.keys:
            new = {"name": f"visitor {len(self.keys)}", "scopes": sorted(wanted)}
            self.keys[wanted] = self.relay.http.post("/keys", json=new, headers=self.keeper).json()["key"]
        return self.keys[wanted]

    def answer(self, route: Route, scopes: set[str]) -> int:
        head = {"Authorization": f"Bearer {self.key(scopes)}"}
        with self.relay.http.stream(route.method, filled(route.path), headers=head) as answer:
            return answer.status_code


@pytest.fixture
def visitor(tmp_path):
    """Somebody at the doors of a relay with one notice, and one command asked for with `commands:lwa` alone."""
    with relay_on(tmp_path, judging=False) as relay:
        visitor = Visitor(relay)
        relay.push(b"<nothing/>")
        head = {"Authorization": f"Bearer {visitor.key({'commands:lwa'})}"}
        assert relay.http.post("/lwa/commands", json=A_DRILL, headers=head).status_code == 201
        yield visitor


def test_each_route_is_opened_by_each_scope_of_the_table_and_by_no_other(visitor):
    for route in table():
        opening = {filled(scope) for scope in route.scopes}
        if not opening or route.path == "/":
            continue
        for scope in opening:
            assert visitor.answer(route, {scope}) not in (401, 403), (route, scope)
        assert visitor.answer(route, set(SCOPES) - opening - EVERYTHING) == 403, route


def test_a_route_without_a_scope_is_open_to_everybody(relay):
    for route in table():
        if not route.scopes:
            answer = relay.http.request(route.method, route.path, headers={"Authorization": ""})
            assert answer.status_code == 200
