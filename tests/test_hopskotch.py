"""SCiMMA Hopskotch: what it has goes on as it came, and is confirmed when the relay has it, not before."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hop import Stream
from pydantic import SecretStr

from ovro_alert.accounts import HopAccount
from ovro_alert.client import RelayClient
from ovro_alert.errors import CannotStartError, RelayRefusedError
from ovro_alert.streams import hopskotch as room
from ovro_alert.streams import hopskotch_link as link_room
from ovro_alert.streams import hopskotch_login as login_room
from ovro_alert.streams.hopskotch import NO_LOGIN, add_hopskotch
from ovro_alert.streams.hopskotch_login import hopskotch
from ovro_alert.streams.receiving import Receiving, spool_of
from ovro_alert.times import Clock, SystemClock
from tests.clocks import HandClock
from tests.kafka_broker import KafkaBroker
from tests.kafka_receivers import TOPIC, Pushed, Receivers
from tests.lvk_notices import lvk_avro, lvk_json
from tests.relay import KEY, relay_on, wait_for
from tests.stand_in import until

GROUP = "tests-hop"
FETCH, OFFSET_COMMIT, OFFSET_FETCH = 1, 8, 9
AUTH_FILE = '[[auth]]\nusername = "ada-1"\npassword = "sesame"\nprotocol = "SASL_SSL"\nmechanism = "SCRAM-SHA-512"\n'


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """Tries follow one another soon, and nobody's own settings of hop are read."""
    monkeypatch.setattr(room, "FIRST_WAIT_S", 0.05)
    monkeypatch.setattr(room, "LONGEST_WAIT_S", 0.1)
    monkeypatch.setattr(room, "POLL", timedelta(seconds=0.05))
    monkeypatch.setattr(link_room, "STEADY_S", 0.3)
    monkeypatch.setattr(login_room, "CONFIRM", timedelta(seconds=0.05))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


class Hop:
    """Receivers with Hopskotch as their only path, and how to put something into it."""

    def __init__(self, made: Receivers) -> None:
        self.receivers = made
        self.broker, self.relay, self.told = made.broker, made.relay, made.told

    @property
    def url(self) -> str:
        return f"kafka://{self.broker.address}/{TOPIC}"

    def start(self, relay: object = None, clock: Clock | None = None) -> Receiving:
        number = len(self.receivers.running)
        home, clock = self.receivers.folder / f"hop-{number}", clock or SystemClock()
        receiving = Receiving("lvk", spool_of(home, "lvk"), relay or self.relay, self.told.append, clock)
        add_hopskotch(receiving, HopAccount(url=self.url, group=GROUP), self.told.append, clock)
        receiving.start()
        self.receivers.running.append(receiving)
        return receiving

    def put(self, *bodies: bytes | None, age_s: float = 0.0, **headers: str) -> None:
        stamp = int((time.time() - age_s) * 1000)
        given = [("_format", b"avro")] if not headers else [(name, value.encode()) for name, value in headers.items()]
        for body in bodies:
            self.broker.producer.produce(TOPIC, body, partition=0, timestamp=stamp, headers=given)
        assert self.broker.producer.flush(10) == 0

    def until_confirmed(self, offset: int) -> None:
        until(lambda: self.broker.committed(GROUP, TOPIC) == offset, f"confirmed up to {offset}")


@contextlib.contextmanager
def turning(clock: HandClock) -> Iterator[None]:
    """Have the time fly."""
    enough = threading.Event()

    def turn():
        while not enough.wait(0.01):
            clock.turn(10)

    turner = threading.Thread(target=turn)
    turner.start()
    yield
    enough.set()
    turner.join()


@pytest.fixture
def hop(receivers: Receivers) -> Iterator[Hop]:
    return Hop(receivers)


def detail_of(receiving: Receiving) -> dict:
    return receiving.status().detail["paths"]["hop"]


def test_messages_go_on_in_order_as_they_came_with_what_hop_says_they_are(hop):
    hop.put(b"Obj\x01 one", b"\x00\xffpoison that nobody can read")
    hop.put(b'{"n": 3}', _format="json")
    hop.put(b"<VOEvent/>", other="header")
    receiving = hop.start()
    hop.until_confirmed(4)
    assert hop.relay.pushed == [
        Pushed(b"Obj\x01 one", "application/avro", "hop", False),
        Pushed(b"\x00\xffpoison that nobody can read", "application/avro", "hop", False),
        Pushed(b'{"n": 3}', "application/json", "hop", False),
        Pushed(b"<VOEvent/>", "application/xml", "hop", False),
    ]
    status = receiving.status()
    assert (status.state, status.lag, hop.told) == ("connected", 0, [])
    assert status.last_notice is not None


def test_what_hop_itself_writes_is_read(hop):
    stream = Stream(auth=False).open(hop.url, "w", automatic_offload=False)
    stream.write({"alert_type": "RETRACTION"})
    stream.close()
    hop.start()
    hop.receivers.until_pushed(b'{"alert_type": "RETRACTION"}')
    assert hop.relay.pushed[0].content_type == "application/json"


def test_the_next_start_goes_on_where_the_last_one_had_confirmed(hop):
    hop.put(b"1", b"2")
    first = hop.start()
    hop.until_confirmed(2)
    first.stop()
    hop.put(b"3")
    hop.start()
    hop.until_confirmed(3)
    assert hop.relay.bodies == [b"1", b"2", b"3"]


def test_while_the_relay_is_away_nothing_is_confirmed_and_nothing_is_lost(hop):
    hop.relay.away()
    hop.put(b"1", b"2")
    first = hop.start()
    until(lambda: hop.relay.tried > 2, "three tries")
    assert hop.broker.committed(GROUP, TOPIC) < 0
    began = time.monotonic()
    first.stop()
    assert time.monotonic() - began < 5
    hop.relay.back()
    hop.start()
    hop.until_confirmed(2)
    assert hop.relay.bodies == [b"1", b"2"]


def test_an_old_backlog_is_said_to_be_one_and_what_is_fresh_is_not(hop):
    hop.put(b"old", age_s=3600)
    hop.put(b"fresh")
    hop.start()
    hop.until_confirmed(2)
    assert [pushed.backlog for pushed in hop.relay.pushed] == [True, False]


def test_messages_that_are_marked_as_tests_are_not_dropped_and_come_by_a_path_of_their_own(hop):
    hop.put(b"a mock", _format="avro", _test="true")
    receiving = hop.start()
    hop.until_confirmed(1)
    assert hop.relay.pushed == [Pushed(b"a mock", "application/avro", "hop-test", False)]
    assert detail_of(receiving)["tests"] == 1


def test_a_tombstone_is_no_notice(hop):
    hop.put(None, b"", b"3")
    receiving = hop.start()
    hop.until_confirmed(3)
    assert hop.relay.bodies == [b"3"]
    assert detail_of(receiving)["empty"] == 2


def test_what_the_relay_refuses_is_set_aside_and_told_and_confirmed(hop):
    def says(body):
        if body == b"refused":
            raise RelayRefusedError("413 too large")

    hop.relay.says = says
    hop.put(b"1", b"refused", b"3")
    receiving = hop.start()
    hop.until_confirmed(3)
    assert hop.relay.bodies == [b"1", b"3"]
    assert receiving.status().detail["refused"] == 1
    assert "413" in hop.told[0]


def test_a_message_that_is_kept_elsewhere_is_not_fetched_but_told(hop, monkeypatch):
    """Whatever address stands in it, nobody is asked for it."""
    monkeypatch.setattr("requests.get", lambda *_, **__: pytest.fail("fetched"))
    hop.put(b'{"url": "http://127.0.0.1:9/large"}', _format="external")
    hop.put(b"2")
    receiving = hop.start()
    hop.until_confirmed(2)
    assert hop.relay.bodies == [b"2"]
    assert detail_of(receiving)["outside"] == receiving.status().detail["refused"] == 1
    assert "http://127.0.0.1:9/large" in hop.told[0]


def test_a_broker_that_goes_away_and_comes_back_costs_nothing(hop):
    hop.put(b"1")
    receiving = hop.start()
    hop.until_confirmed(1)
    hop.broker.down()
    hop.receivers.until_state(receiving, "disconnected")
    hop.broker.up()
    hop.put(b"2")
    hop.until_confirmed(2)
    hop.receivers.until_state(receiving, "connected")
    assert hop.relay.bodies == [b"1", b"2"]
    assert hop.told == []


def test_a_topic_that_we_may_not_read_is_told_apart_from_a_broker_that_is_away(hop):
    account = HopAccount(url=f"kafka://{hop.broker.address}/igwn.gwalert-tests", group=GROUP)
    receiving = Receiving(
        "lvk", spool_of(hop.receivers.folder / "other", "lvk"), hop.relay, hop.told.append, HandClock()
    )
    add_hopskotch(receiving, account, hop.told.append, HandClock())
    hop.receivers.running.append(receiving)
    receiving.start()
    hop.receivers.until_state(receiving, "refused")


@pytest.mark.parametrize(("api", "code"), [(OFFSET_FETCH, 30), (FETCH, 29)], ids=["the group", "the topic"])
def test_leave_that_shows_itself_missing_only_in_reading_is_said_and_told_too(hop, api, code, monkeypatch):
    """It opens well each time, and each time it ends before it has given anything."""
    monkeypatch.setattr(link_room, "STEADY_S", math.inf)
    clock = HandClock()
    hop.broker.fail(api, *[code] * 1000)
    receiving = hop.start(clock=clock)
    hop.receivers.until_state(receiving, "refused")
    with turning(clock):
        until(lambda: hop.told, "people hear of it")
        assert "authorization failed" in hop.told[0]
        hop.broker.mend(api)
        hop.put(b"1")
        hop.receivers.until_pushed(b"1")
        hop.receivers.until_state(receiving, "connected")


def test_leave_to_confirm_that_is_missing_holds_up_nothing(hop):
    hop.broker.fail(OFFSET_COMMIT, *[30] * 1000)
    hop.put(b"1", b"2", b"3")
    receiving = hop.start()
    hop.receivers.until_pushed(b"1", b"2", b"3")
    assert hop.relay.bodies == [b"1", b"2", b"3"]
    assert receiving.status().state == "connected"


def test_what_is_no_longer_there_is_told_with_its_number(hop):
    hop.put(b"1")
    first = hop.start()
    hop.until_confirmed(1)
    first.stop()
    hop.put(*(b"%d" % number + bytes(200_000) for number in range(40)), b"last")
    low, _ = hop.broker.watermarks(TOPIC)
    hop.start()
    hop.receivers.until_pushed(b"last")
    (words,) = hop.told
    assert f"{low - 1} messages of {TOPIC} (1 to {low - 1}) are no longer at SCiMMA Hopskotch" in words


def test_people_hear_once_that_it_is_away_for_a_minute_and_once_that_it_is_back(hop):
    clock = HandClock()
    hop.broker.down()
    receiving = hop.start(clock=clock)
    hop.receivers.until_state(receiving, "disconnected")
    assert hop.told == []
    with turning(clock):
        until(lambda: hop.told, "people hear of it")
        hop.broker.up()
        until(lambda: len(hop.told) == 2, "and that it is back")
    assert "SCiMMA Hopskotch has not been reached for" in hop.told[0]
    assert "is reached again" in hop.told[1]


def test_the_same_statement_by_gcn_and_by_hopskotch_is_one_alert_with_two_paths(hop, tmp_path):
    now = datetime.now(UTC)
    same = {"superevent": "MS261120a", "time": now - timedelta(seconds=30), "issued": now - timedelta(seconds=2)}
    with relay_on(tmp_path / "home", SystemClock()) as relay:
        push = {"path": "gcn-kafka"}
        first = relay.http.post("/notices/lvk", content=lvk_json(**same), params=push).json()["id"]
        assert relay.settled(first)["state"] == "read"
        hop.put(lvk_avro(**same), _format="avro", _test="true")
        hop.start(RelayClient(relay.url, lambda: KEY, SystemClock()))
        hop.until_confirmed(1)
        second = wait_for(lambda: relay.http.get("/notices/2").json().get("alert"), "the second to be read")
        (alert,) = relay.http.get("/alerts", params={"event": "lvk:MS261120a"}).json()
        assert alert["id"] == second
        story = relay.http.get(f"/alerts/{second}").json()
        assert [notice["arrivals"][0]["path"] for notice in story["notices"]] == ["gcn-kafka", "hop-test"]


def test_the_receiver_reads_both_paths_in_one_process_and_ends_soon(hop, stand_in):
    """With Hopskotch gone, GCN's path goes on as if nothing had happened."""
    receivers = hop.receivers
    second = KafkaBroker()
    second.create(TOPIC)
    try:
        url = f"kafka://{second.address}/{TOPIC}"
        run = receivers.process(
            "ligo_alert.py", stand_in.url, "--no-heartbeat", "--hop", url, HOME=str(receivers.folder)
        )
        receivers.broker.produce(TOPIC, b"by GCN")
        second.produce(TOPIC, b"by Hopskotch")
        run.until(lambda: set(stand_in.notices) == {b"by GCN", b"by Hopskotch"}, "both")
        run.until(lambda: stand_in.statuses()[-1]["state"] == "connected", "both paths connected")
        assert set(stand_in.statuses()[-1]["detail"]["paths"]) == {"gcn-kafka", "hop"}
        second.down()
        receivers.broker.produce(TOPIC, b"more by GCN")
        run.until(lambda: b"more by GCN" in stand_in.notices, "the first path goes on")
        run.popen.terminate()
        assert run.ended_s() < 5
    finally:
        second.close()


# ── credentials ──


def test_without_credentials_the_path_is_off_and_the_status_says_so(hop):
    receiving = Receiving("lvk", spool_of(hop.receivers.folder / "off", "lvk"), hop.relay, hop.told.append, HandClock())
    add_hopskotch(receiving, HopAccount(), hop.told.append, HandClock())
    assert detail_of(receiving) == {"state": "off", "why": NO_LOGIN}


def test_the_group_begins_with_our_username_as_hopskotch_asks(tmp_path):
    given = hopskotch(HopAccount(username="ada-1", password=SecretStr("sesame")))
    assert (given.group, given.credential.username) == ("ada-1-ovro-alert", "ada-1")
    file = tmp_path / "auth.toml"
    file.write_text(AUTH_FILE)
    file.chmod(0o600)
    read = hopskotch(HopAccount(credentials_file=file))
    assert (read.group, read.credential.password) == (given.group, given.credential.password)
    assert (given.credential.ssl, given.credential.mechanism) == (True, "SCRAM-SHA-512")


@pytest.mark.parametrize(
    ("text", "mode", "says"),
    [
        (None, 0, "No such file"),
        (AUTH_FILE, 0o644, "unsafe permissions"),
        ("[auth", 0o600, "not configured correctly"),
        ("[[auth]]\npassword = 'sesame'\n", 0o600, "username"),
        (AUTH_FILE + 'hostname = "elsewhere.example"\n', 0o600, "No matching credential"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line_without_the_secret(tmp_path, text, mode, says):
    file = tmp_path / "auth.toml"
    if text is not None:
        file.write_text(text)
        file.chmod(mode)
    with pytest.raises(CannotStartError) as wrong:
        hopskotch(HopAccount(credentials_file=file))
    assert says in str(wrong.value)
    assert "\n" not in str(wrong.value)
    assert "sesame" not in str(wrong.value)


def test_nothing_that_is_shown_of_the_credentials_has_the_secret_in_it():
    account = HopAccount(username="ada-1", password=SecretStr("sesame"))
    assert "sesame" not in repr(account)
    assert "sesame" not in repr(hopskotch(account))
