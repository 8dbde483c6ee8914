"""The client: each answer of the relay is a value, or the error that says what to do next."""

from __future__ import annotations

import json
import logging
import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest

from ovro_alert import errors
from ovro_alert.client import Followed, RelayClient, exchange
from ovro_alert.commands import Command, Report
from ovro_alert.errors import RelayAwayError, RelayRefusedError
from ovro_alert.statuses import StreamStatus, TelescopeStatus
from ovro_alert.times import SystemClock
from tests.clocks import NOON
from tests.stand_in import KEY, Says, StandIn, problem

RECEIVED = datetime(2026, 11, 20, 8, 14, 2, 120456, tzinfo=UTC)
COMMAND = {
    "id": 17,
    "seq": 4711,
    "telescope": "lwa",
    "action": "beam",
    "args": {"ra_deg": 1.0},
    "role": "test",
    "state": "pending",
    "priority": 70,
    "deadline": "2026-11-20T08:15:02.120Z",
    "left_s": 41.3,
    "reason": "a burst",
    "made": "2026-11-20T08:14:02.120Z",
    "by": "relay",
    "unheard": "of",
}


@pytest.fixture
def client(stand_in, clock):
    return RelayClient(stand_in.url + "/", lambda: KEY, clock)


def push(client, body=b"<VOEvent/>"):
    return client.push("chime", body, "application/xml", RECEIVED, "comet")


def always(stand_in, says):
    stand_in.answers = lambda _: says


def address(server):
    return f"http://127.0.0.1:{server.getsockname()[1]}"


def listed(*commands, seq="4711"):
    return Says(200, json.dumps(commands).encode(), (("Journal-Seq", seq),))


# ── pushing ──


def test_a_notice_is_pushed_byte_for_byte_with_when_and_how_it_came(stand_in, client):
    body = bytes(range(256))
    receipt = push(client, body)
    (asked,) = stand_in.asked
    assert (receipt.id, receipt.state, receipt.duplicate) == (1, "kept", False)
    assert asked.body == body
    assert asked.path == "/notices/chime"
    assert asked.query == {"received": "2026-11-20T08:14:02.120456Z", "path": "comet"}
    assert asked.headers["content-type"] == "application/xml"
    assert asked.headers["authorization"] == f"Bearer {KEY}"


def test_the_same_notice_again_is_a_duplicate_and_no_error(client):
    assert push(client).id == push(client).id
    assert push(client).duplicate


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 408, 409, 410, 429, 500, 502, 503, 504, 507, 302, 206])
def test_what_may_pass_is_kept_and_tried_again(stand_in, client, status):
    always(stand_in, problem(status, detail="the disk is full"))
    with pytest.raises(RelayAwayError, match=f"POST /notices/chime: {status} the disk is full"):
        push(client)


@pytest.mark.parametrize("status", [413, 415, 422])
def test_what_will_never_be_taken_is_refused(stand_in, client, status):
    always(stand_in, problem(status, detail="no such stream"))
    with pytest.raises(RelayRefusedError, match=f"{status} no such stream"):
        push(client)


@pytest.mark.parametrize(
    "says",
    [
        Says(200, b"<html>welcome to the hotel</html>"),
        Says(201, b""),
        Says(201, b"[]"),
        Says(201, b"null"),
        Says(201, b'{"id": "none"}'),
        Says(201, b'{"id": NaN}'),
        Says(201, b'{"id": 1', (("Content-Type", "application/json"),)),
        Says(200, b"[" * 100_000),
        Says(200, b"\xff\xfe{}"),
        Says(200, b"\x1f\x8b\x08\x00", (("Content-Encoding", "gzip"),)),
    ],
    ids=range(10),
)
def test_a_success_that_is_not_the_relays_loses_no_notice(stand_in, client, says):
    """Somebody else answers at that address: the notice must stay in the spool."""
    always(stand_in, says)
    with pytest.raises(RelayAwayError):
        push(client)


def test_an_answer_without_end_is_given_up(stand_in, client, monkeypatch):
    monkeypatch.setattr(exchange, "ANSWER_LIMIT_BYTES", 1000)
    always(stand_in, Says(201, b'{"id": 1}' + b" " * 5000))
    with pytest.raises(RelayAwayError, match="without end"):
        push(client)


def test_an_answer_that_trickles_is_given_up(stand_in, client, clock, monkeypatch):
    """A read time-out alone would wait for ever for the next byte."""
    moments = iter(range(0, 10_000, 20))
    monkeypatch.setattr(clock, "monotonic", lambda: float(next(moments)))
    monkeypatch.setattr(exchange, "PIECE_BYTES", 4)
    always(stand_in, Says(201, b'{"id": 1}' + b" " * 50))
    with pytest.raises(RelayAwayError, match="without end"):
        push(client)


def test_a_redirect_is_not_followed_and_says_what_to_look_at(stand_in, client):
    always(stand_in, Says(307, b"", (("Location", stand_in.url + "/elsewhere"),)))
    with pytest.raises(RelayAwayError, match="is RELAY_URL right"):
        push(client)
    assert len(stand_in.asked) == 1


def test_nobody_there_is_away(clock):
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = address(server)
    with pytest.raises(RelayAwayError, match="nobody listens there"):
        push(RelayClient(nobody, lambda: KEY, clock))


def test_a_relay_that_hangs_up_in_the_middle_is_away(clock):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b'HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"id": 1}')

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(RelayAwayError):
            push(RelayClient(address(server), lambda: KEY, clock))
        thread.join(5)


def test_what_is_not_http_is_away(clock):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(RelayAwayError):
            push(RelayClient(address(server), lambda: KEY, clock))
        thread.join(5)


@pytest.mark.parametrize("url", ["http://", "nonsense", "http://[::1", "http://127.0.0.1:99999"])
def test_an_address_that_is_none_is_away_and_said(clock, url):
    with pytest.raises(RelayAwayError):
        push(RelayClient(url, lambda: KEY, clock))


def test_proxies_of_the_environment_are_not_used(stand_in, client, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert push(client).id == 1


# ── the key ──


def test_a_key_that_the_relay_writes_later_is_found_on_a_401(stand_in, clock):
    keys = iter([None, None, KEY, KEY])
    client = RelayClient(stand_in.url, lambda: next(keys), clock)
    with pytest.raises(RelayAwayError, match="401"):
        push(client)
    assert push(client).id == 1
    assert push(client).duplicate, "and is used from then on"


def test_a_key_that_was_changed_is_found_at_once(stand_in, clock):
    keys = iter(["old", KEY])
    client = RelayClient(stand_in.url, lambda: next(keys), clock)
    assert push(client).id == 1
    assert [asked.headers["authorization"] for asked in stand_in.asked] == ["Bearer old", f"Bearer {KEY}"]


def test_a_wrong_key_is_not_tried_twice_in_one_question(stand_in, clock):
    client = RelayClient(stand_in.url, lambda: "wrong", clock)
    with pytest.raises(RelayAwayError, match="401"):
        push(client)
    assert len(stand_in.asked) == 1


@pytest.mark.parametrize("key", ["two words", "with\nnewline", "with€", "\x7f"])
def test_a_key_never_appears_in_an_error_or_a_log(stand_in, clock, key, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(RelayAwayError) as caught:
        push(RelayClient(stand_in.url, lambda: key, clock))
    assert key not in str(caught.value)
    assert key not in caplog.text


def test_neither_does_a_good_one(stand_in, client, caplog):
    caplog.set_level(logging.DEBUG)
    push(client)
    always(stand_in, problem(503))
    with pytest.raises(RelayAwayError) as caught:
        push(client)
    assert KEY not in str(caught.value) + caplog.text


# ── statuses ──


def test_a_stream_is_told_of(stand_in, client):
    client.tell_stream("chime", StreamStatus(state="connected", last_heartbeat=NOON, detail={"spooled": 3}))
    (asked,) = stand_in.asked
    assert (asked.method, asked.path) == ("PUT", "/streams/chime/status")
    assert json.loads(asked.body)["last_heartbeat"] == "2026-11-20T12:00:00.000Z"
    assert json.loads(asked.body)["detail"] == {"spooled": 3}


def test_a_telescope_is_told_of(stand_in, client):
    client.tell_telescope("lwa", TelescopeStatus(state="idle", moves="simulator"))
    (asked,) = stand_in.asked
    assert (asked.method, asked.path) == ("PUT", "/lwa/status")
    assert json.loads(asked.body)["moves"] == "simulator"


# ── following ──


def test_following_gives_commands_up_to_a_number_and_when_it_was_asked(stand_in, client, clock):
    clock.turn(5)
    stand_in.answers = lambda _: clock.turn(2) and listed(COMMAND)
    followed = client.follow("lwa", since=4000, wait_s=1)
    assert followed == Followed((Command(**COMMAND),), 4711, 5.0), "asked_at is from before the wait"
    assert stand_in.asked[0].query == {"since": "4000", "wait": "1"}


def test_nothing_new_is_an_empty_answer(stand_in, client):
    always(stand_in, listed(seq="12"))
    assert client.follow("lwa", 12, 0) == Followed((), 12, 0.0)


def test_following_begins_with_all_that_is_open(stand_in, client):
    always(stand_in, listed(COMMAND))
    assert client.open_commands("lwa").commands[0].id == 17
    assert stand_in.asked[0].query == {"state": "open"}


def test_the_relay_may_take_its_time_as_long_as_it_was_given(stand_in, client, monkeypatch):
    monkeypatch.setattr("ovro_alert.client.relay.READ_S", 0.1)
    always(stand_in, listed()._replace(after_s=0.3))
    assert client.follow("lwa", 0, wait_s=5).commands == ()
    with pytest.raises(RelayAwayError, match="no answer in time"):
        client.follow("lwa", 0, wait_s=0)


@pytest.mark.parametrize(
    "says",
    [
        Says(200, b"[]"),
        listed(seq=""),
        listed(seq="-1"),
        listed(seq="9" * 5000),
        listed(seq="1.5"),
        listed({**COMMAND, "state": "eaten"}),
        listed({**COMMAND, "left_s": "soon"}),
        listed({**COMMAND, "telescope": "dsa"}),
        listed({}),
        Says(200, b'{"id": 17}', (("Journal-Seq", "1"),)),
        problem(404),
        problem(403, "wrong-scope"),
    ],
    ids=range(12),
)
def test_an_answer_that_cannot_be_followed_is_away_and_not_an_empty_sky(stand_in, client, says):
    always(stand_in, says)
    with pytest.raises(RelayAwayError):
        client.follow("lwa", 0, 0)


# ── claiming and reporting ──


def test_a_claim_gives_the_command_with_its_fence(stand_in, client):
    always(stand_in, Says(200, json.dumps({**COMMAND, "state": "claimed", "fence": 3}).encode()))
    assert client.claim(17, "lwa@host", "simulator").fence == 3
    (asked,) = stand_in.asked
    assert asked.path == "/commands/17/claim"
    assert json.loads(asked.body) == {"client": "lwa@host", "moves": "simulator"}


def test_a_claim_without_a_fence_is_none(stand_in, client):
    always(stand_in, Says(200, json.dumps(COMMAND).encode()))
    with pytest.raises(RelayAwayError):
        client.claim(17, "lwa@host", "simulator")


def test_a_report_says_what_came_of_it(stand_in, client):
    always(stand_in, Says(200, json.dumps({**COMMAND, "state": "acting"}).encode()))
    report = Report(fence=3, state="acting", until=NOON + timedelta(seconds=60), detail={"beam": 1})
    assert client.report(17, report).state == "acting"
    assert json.loads(stand_in.asked[0].body) == {
        "fence": 3,
        "state": "acting",
        "until": "2026-11-20T12:01:00.000Z",
        "detail": {"beam": 1},
    }


@pytest.mark.parametrize(
    ("says", "error"),
    [
        (problem(409), errors.ConflictError),
        (problem(410), errors.TooLateError),
        (problem(404), errors.NotFoundError),
        (problem(403, "wrong-moves"), errors.WrongMovesError),
        (problem(403, "wrong-scope"), RelayAwayError),
        (problem(401), RelayAwayError),
        (problem(503), RelayAwayError),
        (problem(422), RelayRefusedError),
    ],
)
def test_what_a_client_does_next_is_in_the_class(stand_in, client, says, error):
    always(stand_in, says)
    with pytest.raises(error):
        client.claim(17, "lwa@host", "telescope")
    with pytest.raises(error):
        client.report(17, Report(fence=3, state="done"))


# ── people ──


def test_any_json_can_be_read_and_sent(stand_in, client):
    stand_in.answers = lambda asked: Says(200, json.dumps({"method": asked.method, "query": asked.query}).encode())
    assert client.get("/alerts", stream="chime", limit=3) == {
        "method": "GET",
        "query": {"stream": "chime", "limit": "3"},
    }
    assert client.send("PUT", "/switches/lwa", {"state": "off", "why": "wind"})["method"] == "PUT"
    assert json.loads(stand_in.asked[-1].body) == {"state": "off", "why": "wind"}
    client.send("POST", "/lwa/commands", {}, {"Idempotency-Key": "k"})
    assert stand_in.asked[-1].headers["idempotency-key"] == "k"


def test_an_answer_without_words_is_none(stand_in, client):
    always(stand_in, Says(204))
    assert client.send("DELETE", "/keys/old", None) is None


def test_bytes_are_given_as_they_are(stand_in, client):
    always(stand_in, Says(200, b"\x00<VOEvent/>"))
    assert client.get_bytes("/notices/1/raw") == b"\x00<VOEvent/>"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, errors.MissingKeyError),
        (403, errors.WrongScopeError),
        (404, errors.NotFoundError),
        (409, errors.ConflictError),
        (410, errors.TooLateError),
        (413, errors.TooLargeError),
        (422, errors.UnprocessableError),
        (503, errors.UnavailableError),
        (507, errors.JournalFullError),
        (500, RelayAwayError),
    ],
)
def test_people_get_the_relays_own_error_with_its_words(stand_in, client, status, error):
    always(stand_in, problem(status, detail="dec_deg: less than or equal to 90"))
    with pytest.raises(error, match="dec_deg: less than or equal to 90"):
        client.send("POST", "/lwa/commands", {"action": "beam"})


def test_an_endless_detail_is_cut(stand_in, client):
    always(stand_in, problem(422, detail="x" * 100_000))
    with pytest.raises(errors.UnprocessableError) as caught:
        client.get("/alerts")
    assert len(str(caught.value)) < 600


def test_what_cannot_be_json_is_said_before_anything_is_sent(stand_in, client):
    with pytest.raises(errors.UnprocessableError, match="cannot be written as JSON"):
        client.send("POST", "/lwa/commands", {"dec_deg": float("nan")})
    assert stand_in.asked == []


def test_each_thread_has_its_own_connection(stand_in):
    client = RelayClient(stand_in.url, lambda: KEY, SystemClock())
    threads = [threading.Thread(target=push, args=(client, b"%d" % number)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(stand_in.notices) == [b"%d" % number for number in range(8)]


def test_a_relay_that_restarts_between_two_questions_costs_one_try(stand_in, client):
    push(client)
    stand_in.close()
    again = StandIn(stand_in.port)
    try:
        for _ in range(2):
            try:
                receipt = push(client, b"later")
                break
            except RelayAwayError:
                continue
        assert receipt.id == 1
    finally:
        again.close()
