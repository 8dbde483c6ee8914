"""Every answer of the doors to commands: who may, what is refused, and what may be sent again."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from tests.commanding import BEAM, relay_without_judge
from tests.relay import KEY, RunningRelay, wait_for


class Desk:
    """A relay, keys with few scopes, and short words for what is asked of it."""

    def __init__(self, relay: RunningRelay) -> None:
        self.relay = relay
        self.keys: dict[str, str] = {}
        # while a key opens everything, it also makes others: the one of the environment no longer counts then
        self.key("tests", "*")
        relay.http.headers["Authorization"] = f"Bearer {self.keys['tests']}"

    def key(self, name: str, *scopes: str) -> str:
        answer = self.relay.http.post("/keys", json={"name": name, "scopes": scopes})
        assert answer.status_code in (200, 201), answer.text
        self.keys[name] = answer.json()["key"]
        return name

    def post(self, path: str, body: object = None, by: str | None = None, **headers: str) -> httpx.Response:
        if by is not None:
            headers["Authorization"] = f"Bearer {self.keys.get(by, by)}"
        return self.relay.http.post(path, json=body, headers=headers)

    def body(self, left_s: float = 600, **values) -> dict:
        deadline = (self.relay.clock.now() + timedelta(seconds=left_s)).isoformat()
        return {"action": "beam", "args": BEAM, "reason": "a test", "deadline": deadline} | values

    def make(self, telescope: str = "lwa", by: str | None = None, **values) -> int:
        answer = self.post(f"/{telescope}/commands", self.body(**values), by=by)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def proposal(self, **values) -> int:
        return self.make("dsa", action="repoint", args={"dec_deg": 16.3}, **values)

    def claim(self, command: int, client: str = "lwa@one", **values) -> httpx.Response:
        return self.post(f"/commands/{command}/claim", {"client": client} | values)

    def report(self, command: int, fence: int, state: str, **values) -> httpx.Response:
        return self.post(f"/commands/{command}/report", {"fence": fence, "state": state} | values)

    def acting(self, **values) -> tuple[int, int]:
        command = self.make(**values)
        fence = self.claim(command).json()["fence"]
        assert self.report(command, fence, "acting", until=self.body()["deadline"]).status_code == 200
        return command, fence

    def show(self, command: int) -> dict:
        return self.relay.http.get(f"/commands/{command}").json()

    def becomes(self, command: int, **fields) -> dict:
        def look():
            shown = self.show(command)
            return shown if all(shown[name] == value for name, value in fields.items()) else None

        return wait_for(look, f"command {command} to be {fields}")


@pytest.fixture
def desk(tmp_path):
    with relay_without_judge(tmp_path / "home") as running:
        yield Desk(running)


@pytest.fixture
def production(tmp_path):
    with relay_without_judge(tmp_path / "home", mode="production") as running:
        yield Desk(running)


def is_problem(answer: httpx.Response, status: int) -> bool:
    body = answer.json()
    return (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json") and {
        "type",
        "title",
        "detail",
    } <= body.keys()


# ── asking ──


def test_a_command_is_asked_for_shown_and_in_the_list(desk):
    answer = desk.post("/lwa/commands", desk.body())
    command = answer.json()
    assert (answer.status_code, command["state"], command["priority"], command["by"]) == (201, "pending", 50, "tests")
    assert (command["role"], command["args"], command["left_s"]) == ("test", BEAM, 600.0)
    shown = desk.show(command["id"])
    assert [(line["state"], line["by"]) for line in shown.pop("history")] == [("pending", "tests")]
    assert shown == command


def test_in_production_a_command_is_an_observation_and_a_drill_still_a_test(production):
    assert production.show(production.make())["role"] == "observation"
    assert production.show(production.make(action="test", args={}))["role"] == "test"


@pytest.mark.parametrize(("telescope", "action"), [("dsa", "repoint"), ("swift", "too"), ("sprite", "observe")])
def test_what_needs_approval_is_proposed_whoever_sends_it(desk, telescope, action):
    window = {"start": desk.body()["deadline"], "stop": desk.body()["deadline"]}
    args = {
        "repoint": {"dec_deg": 16.3},
        "too": {"ra_deg": 1.0, "dec_deg": 2.0, "target": "x"},
        "observe": {"ra_deg": 1.0, "dec_deg": 2.0, "target": "x", "class": "TDE", **window},
    }[action]
    assert desk.show(desk.make(telescope, action=action, args=args))["state"] == "proposed"


def test_the_same_request_again_is_the_same_command_and_another_body_is_refused(desk):
    body = desk.body()
    head = {"Idempotency-Key": "monday"}
    first = desk.post("/lwa/commands", body, **head)
    desk.relay.hand.turn(700)
    again = desk.post("/lwa/commands", dict(reversed(body.items())), **head)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]
    assert is_problem(desk.post("/lwa/commands", {**body, "priority": 51}, **head), 422)
    assert is_problem(desk.post("/lwa/commands", desk.body(), **{"Idempotency-Key": "x" * 201}), 422)


def test_an_idempotency_key_belongs_to_one_key_and_one_telescope(desk):
    desk.key("other", "commands:lwa")
    head = {"Idempotency-Key": "monday"}
    drill = desk.body(action="test", args={})
    answers = [
        desk.post("/lwa/commands", drill, **head),
        desk.post("/dsa/commands", drill, **head),
        desk.post("/lwa/commands", drill, by="other", **head),
    ]
    assert len({answer.json()["id"] for answer in answers}) == 3


BAD = [
    {"action": None},
    {"action": "repoint"},
    {"args": {**BEAM, "colour": "red"}},
    {"args": {**BEAM, "dec_deg": -90.1}},
    {"args": []},
    {"args": {**BEAM, "target": "x" * 201}},
    {"deadline": None},
    {"deadline": "2026-11-20T12:00:10"},
    {"deadline": "2026-11-20T12:00:00Z"},
    {"deadline": "0001-01-01T00:00:00+14:00"},
    {"deadline": "9999-12-31T23:59:59-14:00"},
    {"deadline": "soon"},
    {"deadline": 1e300},
    {"reason": ""},
    {"reason": None},
    {"priority": 101},
    {"priority": -1},
    {"whatever": 1},
]
RAW = [
    b"",
    b"[]",
    b"null",
    b"{",
    b"\xff\xfe",
    b'{"action":"test","args":{"a":NaN},"deadline":"2026-11-20T13:00:00Z","reason":"r"}',
    b'{"action":"beam","args":{"ra_deg":1e999,"dec_deg":1,"duration_s":1},"deadline":"2026-11-20T13:00:00Z","reason":"r"}',
    b'{"action":"test","args":{},"deadline":"2026-11-20T13:00:00Z","reason":"\\ud800"}',
    b'{"action":"test","args":'
    + b'{"a":' * 300
    + b"1"
    + b"}" * 300
    + b',"deadline":"2026-11-20T13:00:00Z","reason":"r"}',
]


def test_what_cannot_be_is_refused_and_nothing_of_it_is_kept(desk):
    for wrong in BAD:
        body = {name: value for name, value in (desk.body() | wrong).items() if value is not None}
        assert is_problem(desk.post("/lwa/commands", body), 422), wrong
    for raw in RAW:
        assert is_problem(desk.relay.http.post("/lwa/commands", content=raw), 422), raw[:80]
    assert desk.relay.http.get("/lwa/commands").json() == []


def test_a_body_over_64_kib_is_too_large(desk):
    assert is_problem(desk.post("/lwa/commands", desk.body(reason="x" * 65536)), 413)


# ── who may ──


DOORS = [
    ("GET", "/lwa/commands", "follow:dsa"),
    ("POST", "/lwa/commands", "commands:dsa"),
    ("GET", "/commands/1", "follow:dsa"),
    ("POST", "/commands/1/claim", "follow:dsa"),
    ("POST", "/commands/1/report", "commands:lwa"),
    ("POST", "/commands/1/approve", "follow:lwa"),
    ("POST", "/commands/1/decline", "commands:lwa"),
    ("POST", "/commands/1/cancel", "follow:lwa"),
    ("POST", "/commands/1/close", "approve:lwa"),
]


def test_every_door_asks_for_a_key_that_opens_it(desk):
    desk.make()
    for method, path, scope in DOORS:
        wrong = desk.key(f"{method}{path}".replace("/", "."), scope)
        none = desk.relay.http.request(method, path, headers={"Authorization": ""})
        nobodys = desk.relay.http.request(method, path, headers={"Authorization": "Bearer x"})
        shut = desk.relay.http.request(method, path, headers={"Authorization": f"Bearer {desk.keys[wrong]}"})
        assert (none.status_code, nobodys.status_code, shut.status_code) == (401, 401, 403), path


def test_a_key_in_the_query_opens_no_door_to_commands(desk):
    answer = desk.relay.http.get(f"/lwa/commands?key={KEY}", headers={"Authorization": ""})
    assert is_problem(answer, 401)


def test_a_good_key_is_told_that_there_is_no_such_thing(desk):
    reader = desk.key("reader", "read")
    for command in ("99", "0", "-1", "x", "1e3", "9" * 30):
        answer = desk.relay.http.get(f"/commands/{command}", headers={"Authorization": f"Bearer {desk.keys[reader]}"})
        assert is_problem(answer, 404), command
        assert is_problem(desk.post(f"/commands/{command}/claim", {"client": "a"}), 404), command
    assert is_problem(desk.post("/vla/commands", desk.body()), 404)
    assert is_problem(desk.relay.http.get("/vla/commands"), 404)


def test_whoever_may_command_may_cancel_what_they_sent_and_nothing_else(desk):
    for name in ("carol", "dave"):
        desk.key(name, "commands:lwa")
    approver = desk.key("erin", "approve:lwa")
    first, second = desk.make(by="carol"), desk.make(by="carol")
    assert is_problem(desk.post(f"/commands/{first}/cancel", by="dave"), 403)
    assert desk.post(f"/commands/{first}/cancel", {"note": "mine"}, by="carol").json()["state"] == "cancelled"
    assert desk.post(f"/commands/{second}/cancel", by=approver).json()["state"] == "cancelled"


# ── claiming and reporting ──


def test_from_claim_to_done(desk):
    command = desk.make()
    claimed = desk.claim(command, moves="simulator").json()
    assert (claimed["state"], claimed["client"], claimed["moves"]) == ("claimed", "lwa@one", "simulator")
    assert claimed["lease_until"] == "2026-11-20T12:00:15.000Z"
    assert "fence" not in desk.show(command)
    until = "2026-11-20T12:10:00.000Z"
    acting = desk.report(command, claimed["fence"], "acting", until=until, detail={"session": 7})
    assert (acting.status_code, acting.json()["state"], acting.json()["until"]) == (200, "acting", until)
    assert desk.report(command, claimed["fence"], "acting", detail={"gb": 30}).json()["detail"] == {
        "session": 7,
        "gb": 30,
    }
    assert desk.report(command, claimed["fence"], "done", detail={"gb": 59}).status_code == 200
    assert desk.report(command, claimed["fence"], "done", detail={"gb": 59}).status_code == 200
    shown = desk.show(command)
    assert [line["state"] for line in shown["history"]] == ["pending", "claimed", "acting", "acting", "done"]
    assert [line["by"] for line in shown["history"]] == ["tests", *["lwa@one"] * 4]


def test_conflicts_are_409(desk):
    command = desk.make()
    old = desk.claim(command).json()["fence"]
    assert is_problem(desk.claim(command, "lwa@two"), 409)
    new = desk.claim(command).json()["fence"]
    assert new > old
    assert is_problem(desk.report(command, old, "acting"), 409)
    assert is_problem(desk.report(command, new, "done"), 409)
    desk.report(command, new, "acting")
    assert is_problem(desk.claim(command), 409)
    assert is_problem(desk.report(command, old, "done"), 409)
    desk.report(command, new, "done")
    assert is_problem(desk.report(command, new, "failed"), 409)
    assert is_problem(desk.claim(desk.proposal()), 409)


def test_too_late_is_410(desk):
    unclaimed, claimed = desk.make(left_s=10), desk.make(left_s=10)
    fence = desk.claim(claimed).json()["fence"]
    desk.relay.hand.turn(10)
    assert is_problem(desk.claim(unclaimed), 410)
    assert is_problem(desk.report(claimed, fence, "acting"), 410)
    shown = desk.becomes(unclaimed, state="expired")
    assert "an old client" in shown["history"][-1]["why"]
    assert is_problem(desk.claim(unclaimed), 410)
    ended = desk.make()
    desk.post(f"/commands/{ended}/cancel")
    assert is_problem(desk.claim(ended), 410)


def test_in_production_a_simulator_gets_drills_only(production):
    beam, drill = production.make(), production.make(action="test", args={})
    for moves in ("simulator", "nothing"):
        refused = production.claim(beam, moves=moves)
        assert is_problem(refused, 403)
        assert refused.json()["code"] == "wrong-moves"
    assert production.claim(drill, moves="nothing").status_code == 200
    assert production.claim(beam).status_code == 200


def test_what_clients_send_is_checked(desk):
    command = desk.make()
    for body in ({}, {"client": ""}, {"client": "a", "moves": "earth"}, {"client": "x" * 201}, []):
        assert is_problem(desk.post(f"/commands/{command}/claim", body), 422), body
    fence = desk.claim(command).json()["fence"]
    for body in ({}, {"fence": fence}, {"fence": "x", "state": "acting"}, {"fence": fence, "state": "pending"}):
        assert is_problem(desk.post(f"/commands/{command}/report", body), 422), body
    assert is_problem(desk.report(command, fence, "acting", until="later"), 422)
    infinite = f'{{"fence":{fence},"state":"acting","detail":{{"a":[{{"b":Infinity}}]}}}}'
    assert is_problem(desk.relay.http.post(f"/commands/{command}/report", content=infinite), 422)
    assert desk.show(command)["state"] == "claimed"


# ── people ──


def test_one_person_approves_by_name(desk):
    desk.key("carol", "approve:dsa")
    desk.key("dave", "approve:dsa")
    command = desk.proposal()
    approved = desk.post(f"/commands/{command}/approve", {"note": "go"}, by="carol")
    assert (approved.status_code, approved.json()["state"]) == (200, "pending")
    assert desk.post(f"/commands/{command}/approve", {"note": "go"}, by="carol").json() == approved.json()
    assert is_problem(desk.post(f"/commands/{command}/approve", by="dave"), 409)
    assert is_problem(desk.post(f"/commands/{command}/decline", by="dave"), 409)
    assert [(line["by"], line["why"]) for line in desk.show(command)["history"]][1:] == [("carol", "go")]


def test_a_proposal_is_declined_for_good(desk):
    command = desk.proposal()
    for _ in range(2):
        assert desk.post(f"/commands/{command}/decline", {"note": "no"}).json()["state"] == "declined"
    assert is_problem(desk.post(f"/commands/{command}/approve"), 409)
    assert is_problem(desk.claim(command), 410)


def test_a_decision_at_the_deadline_is_too_late(desk):
    command = desk.proposal(left_s=10)
    desk.relay.hand.turn(10)
    for verb in ("approve", "decline", "cancel"):
        assert is_problem(desk.post(f"/commands/{command}/{verb}"), 410)


def test_a_note_is_checked(desk):
    command = desk.proposal()
    assert is_problem(desk.post(f"/commands/{command}/approve", {"note": "x" * 2001}), 422)
    assert is_problem(desk.post(f"/commands/{command}/approve", {"note": 7}), 422)
    assert desk.show(command)["state"] == "proposed"


def test_a_wish_to_stop_is_kept_until_the_client_answers_it(desk):
    command, fence = desk.acting()
    wished = desk.post(f"/commands/{command}/cancel", {"note": "fire"}).json()
    assert (wished["state"], wished["stop"]["by"], wished["stop"]["why"]) == ("acting", "tests", "fire")
    assert desk.report(command, fence, "cancelled").json()["state"] == "cancelled"
    assert desk.post(f"/commands/{command}/cancel").status_code == 200


def test_what_is_overdue_is_told_and_closed_by_an_administrator(desk):
    command, fence = desk.acting()
    assert is_problem(desk.post(f"/commands/{command}/close", {"note": "gone"}), 409)
    desk.relay.hand.turn(660)
    desk.becomes(command, overdue=True)
    closed = desk.post(f"/commands/{command}/close", {"note": "gone"}).json()
    assert (closed["state"], closed["detail"]["outcome"]) == ("failed", "unknown")
    assert desk.post(f"/commands/{command}/close", {"note": "gone"}).json() == closed
    assert is_problem(desk.report(command, fence, "done"), 409)
    ended = desk.make()
    desk.post(f"/commands/{ended}/cancel")
    assert is_problem(desk.post(f"/commands/{ended}/close"), 410)


# ── restarts ──


def test_commands_and_fences_outlive_the_relay(tmp_path):
    home = tmp_path / "home"
    with relay_without_judge(home) as running:
        desk = Desk(running)
        waiting, late = desk.make(), desk.make(left_s=30)
        command, fence = desk.acting()
        keys, noon = desk.keys, running.clock.now()
    with relay_without_judge(home) as running:
        running.http.headers["Authorization"] = f"Bearer {keys['tests']}"
        running.hand.jump((noon - running.clock.now()).total_seconds() + 60)
        answer = running.http.post(f"/commands/{command}/report", json={"fence": fence, "state": "done"})
        assert answer.json()["state"] == "done"
        assert running.http.get(f"/commands/{waiting}").json()["state"] == "pending"
        assert running.http.get(f"/commands/{late}").json()["state"] == "expired"


# ── moments that cannot be meant ──


@pytest.mark.parametrize(
    "wrong",
    [
        {"deadline": "9999-12-31T00:00:00Z"},
        {"args": {"ra_deg": 1, "dec_deg": 60, "duration_s": 60, "stop": "2027-11-20T12:10:00Z"}},
        {
            "args": {
                "ra_deg": 1,
                "dec_deg": 60,
                "duration_s": 60,
                "start": "2026-11-20T13:00:00Z",
                "stop": "2026-11-20T12:10:00Z",
            }
        },
        {
            "args": {
                "ra_deg": 1,
                "dec_deg": 60,
                "duration_s": 60,
                "start": "2026-11-20T13:00:00Z",
                "stop": "2026-11-22T12:10:00Z",
            }
        },
    ],
)
def test_a_moment_whose_year_must_be_a_mistake_holds_no_telescope(desk, wrong):
    assert is_problem(desk.post("/lwa/commands", desk.body(action="beam", **wrong)), 422)


def test_a_client_that_says_a_far_until_does_not_keep_people_from_closing_its_command(desk):
    """Whatever it says, a week of silence makes it overdue, and then a person may close it."""
    command = desk.make()
    fence = desk.claim(command).json()["fence"]
    assert desk.report(command, fence, "acting", until="9999-01-01T00:00:00Z").status_code == 200
    desk.relay.hand.turn(8 * 86400)
    desk.becomes(command, overdue=True)
    assert desk.post(f"/commands/{command}/close", {"note": "lost"}).status_code == 200


def test_a_misspelt_since_is_refused_and_not_taken_for_a_list_of_everything(desk):
    desk.make()
    assert desk.relay.http.get("/lwa/commands?sinse=12").status_code == 422


def test_in_production_what_has_ended_is_too_late_whatever_the_client_moves(production):
    command = production.make()
    production.post(f"/commands/{command}/cancel", {"note": ""})
    assert production.claim(command, moves="simulator").status_code == 410
    assert production.claim(production.make(), moves="simulator").status_code == 403
