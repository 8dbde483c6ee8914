"""ligo_alert.py and gcn_alert.py as they are started: killed, ended, without a login, and with notices by hand."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

import gcn_alert
import ligo_alert
from ovro_alert.streams.kafka_topics import GCN, HEARTBEAT, LVK
from tests.comet import ROOT, environment
from tests.kafka_broker import CONFIG
from tests.kafka_receivers import GROUP, TOPIC, until
from tests.relay import KEY as RELAY_KEY
from tests.stand_in import KEY, Says, problem

OFFSET_COMMIT, GROUP_AUTHORIZATION_FAILED = 8, 30
ID, SECRET = "our-client-id", "v3ry-s3cret-w0rd"
SCRIPTS = pytest.mark.parametrize("script", ["ligo_alert", "gcn_alert"])
NOTICE = b'<?xml version="1.0"?><VOEvent role="test" ivorn="ivo://gwnet/LVC#MS261120a-1-Preliminary"/>'


class TokenServer:
    """Stands where GCN gives tokens, and refuses; or says nothing at all."""

    def __init__(self) -> None:
        self.asked = 0
        self.silent = False
        self.ending = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/oauth2/token"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.ending.set()
        self.server.shutdown()
        self.server.server_close()

    def _handler(token_server) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler's own self is another
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                token_server.asked += 1
                if token_server.silent:
                    token_server.ending.wait(60)
                body = b'{"error":"invalid_client"}'
                self.send_response(401)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@pytest.fixture
def token_server() -> Iterator[TokenServer]:
    server = TokenServer()
    yield server
    server.close()


def logging_in(receivers, stand_in, token_server):
    """Begin ligo_alert.py with credentials; the mock cluster knows no login, so the token is as far as it comes."""
    where = f"bootstrap.servers={receivers.broker.address} security.protocol=sasl_plaintext"
    config = f"{CONFIG} {where} sasl.oauthbearer.token.endpoint.url={token_server.url}"
    env = {"GCN_CLIENT_ID": ID, "GCN_CLIENT_SECRET": SECRET, "OVRO_ALERT_GCN__CONFIG": config}
    return receivers.process("ligo_alert.py", stand_in.url, "--no-heartbeat", **env)


def ended(run):
    """End it as a supervisor does; return its status."""
    run.popen.send_signal(signal.SIGTERM)
    assert run.ended_s() < 5
    return run.popen.returncode


def test_a_superevent_travels_from_the_broker_to_the_relay_and_the_status_with_it(receivers, stand_in):
    receivers.broker.create(HEARTBEAT)
    run = receivers.process("ligo_alert.py", stand_in.url)
    receivers.broker.produce(TOPIC, b'{"superevent_id": "MS261120a"}')
    until(stand_in.pushed, f"it is pushed\n{run.log}")
    (asked,) = stand_in.pushed()
    assert asked.path == "/notices/lvk"
    assert asked.query["path"] == "gcn-kafka"
    assert asked.headers["content-type"] == "application/json"

    def beats():
        receivers.broker.produce(HEARTBEAT, b"{}")
        return stand_in.statuses() and stand_in.statuses()[-1]

    until(lambda: (said := beats()) and said["last_heartbeat"] and said["state"] == "connected", "it is in the status")
    assert stand_in.statuses()[-1]["last_notice"]
    assert set(stand_in.statuses()[-1]["detail"]["paths"]) == {"gcn-kafka", "heartbeat", "hop"}
    receivers.until_committed(1)
    assert ended(run) == 0


def test_killed_between_push_and_commit_it_pushes_again_and_the_relay_knows_it_is_the_same(receivers, relay_of_module):
    receivers.broker.fail(OFFSET_COMMIT, *[GROUP_AUTHORIZATION_FAILED] * 10)
    relay = relay_of_module
    first = receivers.process("ligo_alert.py", relay.url, "--no-heartbeat", key=RELAY_KEY)
    receivers.broker.produce(TOPIC, b'{"superevent_id": "MS261120a"}')
    first.until_said("not committed")
    first.popen.kill()
    first.popen.wait()
    receivers.broker.mend(OFFSET_COMMIT)
    receivers.process("ligo_alert.py", relay.url, "--no-heartbeat", key=RELAY_KEY)
    until(lambda: len(relay.http.get("/notices/1").json()["arrivals"]) == 2, "the second arrival")
    assert [arrival["path"] for arrival in relay.http.get("/notices/1").json()["arrivals"]] == ["gcn-kafka"] * 2
    assert relay.http.get("/notices/2").status_code == 404


def test_killed_while_the_relay_is_away_it_has_lost_nothing(receivers, stand_in):
    stand_in.answers = lambda asked: problem(503)
    run = receivers.process("ligo_alert.py", stand_in.url, "--no-heartbeat")
    receivers.broker.produce(TOPIC, b'{"n": 1}', b'{"n": 2}')
    until(lambda: len(stand_in.pushed()) > 2, "it tries")
    run.popen.kill()
    run.popen.wait()
    assert receivers.broker.committed(GROUP, TOPIC) < 0
    stand_in.answers = None
    receivers.process("ligo_alert.py", stand_in.url, "--no-heartbeat")
    until(lambda: stand_in.notices == [b'{"n": 1}', b'{"n": 2}'], "both are there")


def test_every_topic_of_gcn_is_read_and_those_that_are_not_there_do_not_matter(receivers, stand_in):
    there = ["gcn.classic.voevent.FERMI_GBM_FLT_POS", "gcn.notices.svom.voevent.grm"]
    receivers.broker.create(*there)
    for topic in there:
        receivers.broker.produce(topic, NOTICE + topic.encode())
    run = receivers.process("gcn_alert.py", stand_in.url)
    until(lambda: len(stand_in.notices) == len(there), f"both came\n{run.log}")
    assert {asked.path for asked in stand_in.pushed()} == {"/notices/gcn"}
    assert ended(run) == 0


def test_topics_can_be_chosen(receivers, stand_in):
    receivers.broker.create("gcn.notices.svom.voevent.grm", "gcn.notices.svom.voevent.mxt")
    receivers.broker.produce("gcn.notices.svom.voevent.grm", b"not asked for")
    receivers.broker.produce("gcn.notices.svom.voevent.mxt", b"asked for")
    receivers.process("gcn_alert.py", stand_in.url, "--topics", "gcn.notices.svom.voevent.mxt")
    until(lambda: stand_in.notices, "it came")
    assert stand_in.notices == [b"asked for"]


@pytest.mark.parametrize("trouble", ["none", "relay away", "relay hangs", "broker away"])
def test_sigterm_ends_it_within_five_seconds_whatever_it_does(receivers, stand_in, trouble):
    if trouble == "relay away":
        stand_in.answers = lambda asked: problem(503)
    if trouble == "relay hangs":
        stand_in.answers = lambda asked: Says(201, after_s=30) if asked.method == "POST" else None
    run = receivers.process("ligo_alert.py", stand_in.url, "--no-heartbeat")
    receivers.broker.produce(TOPIC, b'{"n": 1}')
    until(stand_in.pushed, f"it has begun\n{run.log}")
    if trouble == "broker away":
        receivers.broker.down()
        run.until_said("disconnected")
    assert ended(run) == 0


def test_sigterm_ends_it_while_nobody_answers_its_question_for_a_token(receivers, stand_in, token_server):
    token_server.silent = True
    run = logging_in(receivers, stand_in, token_server)
    until(lambda: token_server.asked, "it asks for a token")
    assert ended(run) == 0


def test_a_login_that_is_refused_is_in_the_status_and_the_credentials_are_nowhere(receivers, stand_in, token_server):
    run = logging_in(receivers, stand_in, token_server)
    until(lambda: any(status["state"] == "unauthorised" for status in stand_in.statuses()), f"it is said\n{run.log}")
    said = run.log + json.dumps([*stand_in.statuses(), *(dict(asked.headers) for asked in stand_in.asked)])
    for word in (SECRET, ID):
        assert word not in said


@pytest.fixture
def invoke(monkeypatch, tmp_path, stand_in):
    """Run a script's `main` in this process."""
    monkeypatch.setattr("ovro_alert.relay.logs.configure", lambda: None)  # or it would log for all tests to come
    for name in ("GCN_CLIENT_ID", "GCN_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"OVRO_ALERT_HOME": str(tmp_path / "home"), "RELAY_URL": stand_in.url, "RELAY_KEY": KEY}.items():
        monkeypatch.setenv(name, value)
    mains = {"ligo_alert": ligo_alert.main, "gcn_alert": gcn_alert.main}
    return lambda script, *words, given=b"": CliRunner().invoke(mains[script], words, input=given)


@SCRIPTS
def test_without_credentials_it_says_in_one_line_where_they_are_made(script, invoke):
    run = invoke(script)
    assert run.exit_code == 1
    assert run.output.startswith(f"{script}: no credentials")
    assert run.output.count("\n") == 1
    for word in ("https://gcn.nasa.gov/quickstart", "GCN_CLIENT_ID", "GCN_CLIENT_SECRET", "--brokers"):
        assert word in run.output


def test_without_any_credentials_the_superevents_say_so_of_both_ways(invoke):
    assert "hop.credentials_file" in invoke("ligo_alert").output


def test_with_a_credential_of_hopskotch_alone_superevents_come_by_that(receivers, stand_in):
    """The status names the path that is off, the log says what is missing."""
    url = f"kafka://{receivers.broker.address}/{TOPIC}"
    receivers.broker.produce(TOPIC, b"by Hopskotch")
    env = {"GCN_CLIENT_ID": "", "HOME": str(receivers.folder)}
    run = receivers.process("ligo_alert.py", stand_in.url, "--hop", url, **env)
    until(lambda: stand_in.notices == [b"by Hopskotch"], "it came")
    until(lambda: stand_in.statuses()[-1]["state"] == "connected", "it is connected")
    paths = stand_in.statuses()[-1]["detail"]["paths"]
    assert {name: path["state"] for name, path in paths.items()} == {"gcn-kafka": "off", "hop": "connected"}
    assert "gcn-kafka is off: no credentials for GCN's Kafka" in run.log
    assert ended(run) == 0


@pytest.mark.parametrize("config", ["no-such-property=3", "session.timeout.ms", "session.timeout.ms=soon"])
def test_what_librdkafka_does_not_understand_is_said_before_it_begins(invoke, monkeypatch, config):
    monkeypatch.setenv("OVRO_ALERT_GCN__CONFIG", config)
    run = invoke("ligo_alert", "--brokers", "127.0.0.1:9")
    assert run.exit_code == 1
    assert re.search(r"^ligo_alert: .*gcn\.config.*$", run.output, re.MULTILINE), run.output
    assert run.output.count("\n") == 1


@SCRIPTS
@pytest.mark.parametrize("way", ["file", "dash"])
def test_a_notice_from_a_file_goes_through_the_spool(script, way, invoke, tmp_path, stand_in):
    file = tmp_path / "notice.xml"
    file.write_bytes(NOTICE)
    run = invoke(script, str(file)) if way == "file" else invoke(script, "-", given=NOTICE)
    assert run.exit_code == 0, run.output
    by_hand(stand_in, script, tmp_path / "home")


@pytest.mark.parametrize(("script", "way"), [("ligo_alert", "standard input"), ("gcn_alert", "pipe")])
def test_a_notice_on_standard_input_goes_through_the_spool(script, way, tmp_path, stand_in):
    file = tmp_path / "notice.xml"
    file.write_bytes(NOTICE)
    env = environment(OVRO_ALERT_HOME=str(tmp_path / "home"), RELAY_URL=stand_in.url, RELAY_KEY=KEY)
    with file.open("rb") as opened:
        given = {"input": NOTICE} if way == "pipe" else {"stdin": opened}
        command = [sys.executable, str(ROOT / f"{script}.py")]
        run = subprocess.run(command, env=env, capture_output=True, check=False, timeout=30, **given)
    assert run.returncode == 0, run.stderr
    by_hand(stand_in, script, tmp_path / "home")


def by_hand(stand_in, script, home):
    """See that one notice was pushed from the spool, which is empty again."""
    (asked,) = stand_in.pushed()
    assert (asked.body, asked.path) == (NOTICE, f"/notices/{'lvk' if script == 'ligo_alert' else 'gcn'}")
    assert asked.query["path"] == "file"
    assert asked.headers["content-type"] == "application/xml"
    assert list((home / "spool").glob("*/*.notice")) == []


def test_what_is_no_notice_is_a_failure_in_one_line(invoke, tmp_path):
    file = tmp_path / "empty.xml"
    file.touch()
    run = invoke("ligo_alert", str(file))
    assert run.exit_code == 1
    assert "empty.xml is no notice: 0 bytes" in run.output
    assert run.output.count("\n") == 1


@pytest.mark.parametrize(("main", "words"), [(ligo_alert.main, LVK.values()), (gcn_alert.main, GCN)])
def test_help_teaches(main, words):
    said = " ".join(CliRunner().invoke(main, ["--help"]).output.split())
    for word in ("--brokers", "GCN_CLIENT_ID", "https://gcn.nasa.gov/quickstart", "RELAY_KEY", "< FILE"):
        assert word in said
    if main is gcn_alert.main:
        for word in words:
            assert word in said


@SCRIPTS
def test_it_can_be_run_by_its_path_alone(script):
    file = ROOT / f"{script}.py"
    assert file.stat().st_mode & 0o111 == 0o111
    assert file.read_text().startswith("#!/usr/bin/env python3\n")
