"""From a VOEvent broker to the relay through real Comet 3.1, with each of its traps."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time

import pytest
from comet.protocol.subscriber import VOEventSubscriberFactory
from twisted.python import log as twisted_log

from ovro_alert.streams import comet as door
from ovro_alert.streams.subscription import fresh_event_db
from tests.clocks import HandClock
from tests.comet import IAMALIVE, LAUNCHER, ROOT, Broadcaster, Broker, ChimeAlert, Process, environment, voevent
from tests.samples import need_samples, sample
from tests.stand_in import KEY, Says, StandIn, problem, until

RETRACTION = b"""<VOEvent version="2.0" role="utility" ivorn="ivo://ca.chimenet.frb/OBS-RETRACTION-#composed">
  <Who><AuthorIVORN>ivo://ca.chimenet.frb/contact</AuthorIVORN><Date>2026-11-20T09:49:11+00:00</Date></Who>
  <What/>
  <Citations><EventIVORN cite="retraction">ivo://ca.chimenet.frb/FRB-DETECTION-#composed</EventIVORN></Citations>
  <original_prefix>voe</original_prefix>
</VOEvent>
"""


class Chain:
    """A real broker (lenient: it passes on what CHIME's passes on), chime_alert.py, and a relay."""

    def __init__(self, folder):
        self.relay = StandIn()
        self.broker = Broker(folder, lenient=True)
        self.chime = ChimeAlert(self.broker.remote, folder / "home", self.relay.url)
        self.broker.until_subscribed()

    def close(self):
        self.chime.close()
        self.broker.stop()
        self.relay.close()

    def until_pushed(self, *bodies):
        self.chime.until(lambda: set(bodies) <= set(self.relay.notices), f"pushed: {bodies}")


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    one = Chain(tmp_path_factory.mktemp("chain"))
    yield one
    one.close()


@pytest.fixture
def broadcaster():
    one = Broadcaster()
    yield one
    one.close()


@pytest.fixture
def subscribe(tmp_path, stand_in):
    """Return a function that starts chime_alert.py on a broadcaster and waits until it listens."""
    started = []

    def start(broadcaster, relay_url=stand_in.url, home=tmp_path / "home"):
        chime = ChimeAlert(broadcaster.remote, home, relay_url)
        started.append(chime)
        chime.until(lambda: broadcaster.connections, "subscribed")
        return chime

    yield start
    for chime in started:
        chime.close()


def acknowledged(broadcaster, name, within_s=10):
    until(lambda: broadcaster.acknowledged(name), f"ACK for {name}", within_s)


# ── what a broker passes on reaches the relay ──


def test_a_voevent_reaches_the_relay_byte_for_byte(chain):
    event = voevent("plain", "späte Bytes")
    assert chain.broker.submit(event).outcome == "ack"
    chain.until_pushed(event)
    (asked,) = [asked for asked in chain.relay.pushed() if asked.body == event]
    assert asked.path == "/notices/chime"
    assert asked.query["path"] == "comet"
    assert asked.headers["content-type"] == "application/xml"
    assert asked.headers["authorization"] == f"Bearer {KEY}"


def test_identical_bytes_again_are_dropped_by_the_broker_and_harm_nothing(chain):
    event, after = voevent("again"), voevent("after-again")
    assert chain.broker.submit(event).outcome == "ack"
    assert "Previously seen" in chain.broker.submit(event).reason
    chain.broker.submit(after)
    chain.until_pushed(event, after)
    assert chain.relay.notices.count(event) == 1


def test_the_same_ivorn_with_other_bytes_is_another_notice(chain):
    first, second = voevent("same", "one"), voevent("same", "two")
    assert chain.broker.submit(first).outcome == "ack"
    assert chain.broker.submit(second).outcome == "ack"
    chain.until_pushed(first, second)


def test_a_retraction_without_namespace_reaches_the_relay(chain):
    """The form that CHIME published: it breaks the schema, and subscribers are given it all the same."""
    assert chain.broker.submit(RETRACTION).outcome == "ack"
    chain.until_pushed(RETRACTION)


@need_samples
@pytest.mark.parametrize(
    "name", ["detection_2022-03-20_evt217097677", "subsequent_2021-08-22_orig", "retraction_2021-09-07_orig"]
)
def test_real_voevents_reach_the_relay(chain, name):
    event = sample(f"chime/chime_{name}.xml")
    assert chain.broker.submit(event).outcome == "ack"
    chain.until_pushed(event)


def test_a_burst_of_voevents_arrives_whole(chain):
    """Each once; their order is that in which Comet's threads have looked them up."""
    events = [voevent(f"burst-{number}", "x" * 5000) for number in range(40)]
    for event in events:
        chain.broker.submit(event)
    chain.until_pushed(*events)
    assert sorted(body for body in chain.relay.notices if body in events) == sorted(events)
    until(lambda: not chain.chime.spooled(), "the spool is empty")


def test_the_relay_hears_how_the_broker_is(chain):
    until(lambda: any(status["state"] == "connected" for status in chain.relay.statuses()), "connected")
    status = next(status for status in chain.relay.statuses() if status["state"] == "connected")
    assert status["last_heartbeat"] is not None
    assert status["detail"]["refused"] == 0


def test_two_on_one_host_do_not_take_events_from_each_other(chain, tmp_path):
    """Each has its own memory of events; with Comet's default both would use one."""
    others = StandIn()
    chime = ChimeAlert(chain.broker.remote, tmp_path / "home", others.url)
    try:
        chain.broker.until_subscribed(2)
        event = voevent("both")
        chain.broker.submit(event)
        chain.until_pushed(event)
        chime.until(lambda: event in others.notices, "pushed by the second, too")
    finally:
        chime.close()
        others.close()


def test_after_a_restart_of_the_broker_it_subscribes_again(chain):
    """What is broadcast in between is lost: the protocol sends nothing again."""
    chain.broker.stop()
    until(lambda: chain.relay.statuses()[-1]["state"] == "disconnected", "the relay hears it")
    chain.broker.start()
    chain.broker.until_subscribed()
    event = voevent("after-restart")
    assert chain.broker.submit(event).outcome == "ack"
    chain.until_pushed(event)


# ── the acknowledgement ──


def test_a_slow_relay_delays_no_acknowledgement(broadcaster, subscribe, stand_in):
    stand_in.answers = lambda asked: Says(503, after_s=30)
    chime = subscribe(broadcaster)
    for number in range(5):
        broadcaster.say(voevent(f"slow-{number}"))
    for number in range(5):
        acknowledged(broadcaster, f"slow-{number}", within_s=10)
    assert len(chime.spooled()) == 5, "and what is acknowledged is on the disk by then"


def test_while_the_relay_is_away_all_is_kept_and_pushed_in_order_when_it_comes(broadcaster, subscribe, stand_in):
    stand_in.close()
    chime = subscribe(broadcaster)
    events = [voevent(f"away-{number}") for number in range(5)]
    for number, event in enumerate(events):
        broadcaster.say(event)
        acknowledged(broadcaster, f"away-{number}")
    assert len(chime.spooled()) == 5
    again = StandIn(stand_in.port)
    try:
        chime.until(lambda: len(again.notices) == 5, "pushed")
        assert again.notices == events
        until(lambda: not chime.spooled(), "the spool is empty")
    finally:
        again.close()


def test_what_was_acknowledged_survives_kill_9_and_is_pushed_by_the_next_start(broadcaster, subscribe, stand_in):
    stand_in.answers = lambda asked: problem(503)
    chime = subscribe(broadcaster)
    broadcaster.say(voevent("killed"))
    acknowledged(broadcaster, "killed")
    chime.popen.kill()
    chime.ended_s()
    stand_in.answers = None
    subscribe(broadcaster)
    until(lambda: stand_in.notices == [voevent("killed")], "pushed by the next")


def test_what_cannot_be_kept_is_not_acknowledged_and_ends_the_process(broadcaster, subscribe):
    """Comet swallows what a handler raises; the event would be gone and nobody would know."""
    chime = subscribe(broadcaster)
    chime.spool.rename(chime.home / "moved")
    chime.spool.write_text("no folder")
    broadcaster.say(voevent("unkept"))
    chime.ended_s()
    assert chime.popen.returncode == 1
    assert "chime_alert ends: a VOEvent could not be kept" in chime.log
    assert not broadcaster.acknowledged("unkept")


def test_a_full_disk_ends_the_process_before_comet_acknowledges_and_drops(broadcaster, subscribe):
    """Comet's own memory of events fails first, and then it would acknowledge and drop everything."""
    chime = subscribe(broadcaster)
    # its log is on that disk, too
    resource.prlimit(chime.popen.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    broadcaster.say(voevent("full"))
    chime.ended_s()
    assert chime.popen.returncode == 1
    assert not broadcaster.acknowledged("full")


# ── poison ──


@pytest.mark.parametrize(
    "poison",
    [
        b"not XML <",
        b'<?xml version="1.0"?><!DOCTYPE v [<!ENTITY a "b">]><VOEvent role="test" ivorn="ivo://a.test/b#1">&a;</VOEvent>',
        voevent("poison", role="poison"),
        voevent("poison").replace(b"ivorn=", b"nivorn="),
        voevent("bad name with blanks"),
        voevent("long", "x" * 100_000),
        b"",
    ],
    ids=["not XML", "entity", "unknown role", "no ivorn", "bad ivorn", "too long", "empty"],
)
def test_poison_is_told_and_loses_nothing_that_comes_after(poison_chain, poison):
    """Comet drops some with a word in its log and the link with others; then it subscribes again."""
    broadcaster, chime, relay = poison_chain
    links, said = len(broadcaster.connections), chime.log.count("Comet could not use")
    broadcaster.say(poison)
    chime.until(
        lambda: len(broadcaster.connections) > links or chime.log.count("Comet could not use") > said, "noticed"
    )
    after = voevent(f"after-{len(relay.notices)}")

    def passed():
        try:
            broadcaster.say(after)
        except OSError:
            return False
        time.sleep(0.05)
        return after in relay.notices

    chime.until(passed, "the next event")
    assert chime.log.count("Comet could not use") > said


@pytest.fixture(scope="module")
def poison_chain(tmp_path_factory):
    broadcaster, relay = Broadcaster(), StandIn()
    chime = ChimeAlert(broadcaster.remote, tmp_path_factory.mktemp("poison") / "home", relay.url)
    chime.until(lambda: broadcaster.connections, "subscribed")
    yield broadcaster, chime, relay
    chime.close()
    broadcaster.close()
    relay.close()


def test_a_sign_of_life_of_the_broker_is_a_heartbeat(poison_chain):
    broadcaster, _, relay = poison_chain
    broadcaster.say(IAMALIVE)
    until(lambda: any('role="iamalive"' in reply for reply in broadcaster.replies), "answered")
    until(lambda: relay.statuses() and relay.statuses()[-1]["last_heartbeat"], "told")


def test_a_broker_that_comes_back_is_found_soon(monkeypatch):
    """By itself Comet would wait longer and longer, up to an hour, and lose what is broadcast until then."""
    monkeypatch.setattr(VOEventSubscriberFactory, "maxDelay", 3600)
    opened = door.CometDoor(FakeReceiving(), lambda text: None, HandClock())
    opened.open()
    twisted_log.removeObserver(opened.overhear)
    assert VOEventSubscriberFactory().maxDelay == 10


class FakeReceiving:
    """Nothing begins."""

    def __init__(self):
        self.state, self.last_heartbeat, self.detail = "", None, {}

    def say(self, state):
        self.state = state

    def start(self):
        pass

    stop = start


def test_a_broker_that_stays_away_is_told():
    told, clock, receiving = [], HandClock(), FakeReceiving()
    listening = door.CometDoor(receiving, told.append, clock)
    for _ in range(40):
        listening.overhear(
            {"message": ("Connection to IPv4Address(TCP, '127.0.0.1', 8099) failed; will retry",), "isError": 0}
        )
        clock.turn(10)
    assert receiving.state == "disconnected"
    assert len(told) == 1
    listening.overhear({"message": ("Authenticate received from IPv4Address",), "isError": 0})
    assert receiving.state == "connected"
    assert "reached again" in told[1]


# ── starting and ending ──


def test_sigterm_ends_it_within_five_seconds_whatever_the_relay_does(broadcaster, subscribe, stand_in):
    stand_in.answers = lambda asked: Says(503, after_s=8)
    chime = subscribe(broadcaster)
    broadcaster.say(voevent("ending"))
    acknowledged(broadcaster, "ending")
    chime.popen.send_signal(signal.SIGTERM)
    assert chime.ended_s() < 5
    assert chime.popen.returncode in (0, -signal.SIGTERM)
    assert "Received SIGTERM, shutting down" in chime.log
    assert "Server Shut Down" in chime.log
    assert len(chime.spooled()) == 1


def test_comet_without_the_plugin_refuses_to_start(tmp_path):
    """A plugin that cannot be imported is only logged; its option is what makes that an error."""
    command = [sys.executable, "-c", LAUNCHER, "strict", "--nodaemon", "--pidfile=", "comet", "--ovro-alert"]
    comet = Process([*command, "--remote=127.0.0.1:1", f"--eventdb={tmp_path}"], tmp_path, environment())
    comet.ended_s()
    assert comet.popen.returncode == 1
    assert "--ovro-alert not recognized" in comet.log
    comet.close()


def test_a_plugin_that_cannot_be_loaded_is_one_clear_line(tmp_path):
    broken = tmp_path / "comet" / "plugins"
    broken.mkdir(parents=True)
    (broken / "ovro_alert.py").write_text("import nothing_of_that_name\n")
    program = (
        "import sys; from pathlib import Path; import ovro_alert.streams.subscription as s\n"
        "s.PLUGIN_FOLDER = Path(sys.argv[1])\n"
        "try: s.prepare_plugin()\n"
        "except s.CannotStartError as error: sys.exit(str(error))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        timeout=20,
        cwd=ROOT,
    )
    assert done.returncode == 1
    assert "cannot be loaded: No module named 'nothing_of_that_name'" in done.stderr


def test_comets_memory_of_events_is_new_at_each_start_and_the_left_one_is_removed(broadcaster, subscribe):
    chime = subscribe(broadcaster)
    (first,) = (chime.home / "comet").glob("eventdb-*")
    beside = fresh_event_db(chime.home)
    assert first.exists(), "a living process has it"
    assert beside != first
    chime.popen.kill()
    chime.ended_s()
    third = fresh_event_db(chime.home)
    assert not first.exists()
    assert beside.exists(), "held by this process"
    assert list(third.iterdir()) == []


# ── comet --cmd ──


@pytest.mark.parametrize("script", ["chime_alert.py", "ligo_alert.py"])
def test_as_a_command_of_comet_each_voevent_is_pushed(script, tmp_path, stand_in):
    """`--cmd` takes a path alone: the shebang must find this Python, and no options are given."""
    broker = Broker(tmp_path, lenient=True)
    path = f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}"  # noqa: PTH120
    home = tmp_path / "home"
    env = environment(PATH=path, OVRO_ALERT_HOME=str(home), RELAY_URL=stand_in.url, RELAY_KEY=KEY)
    command = [sys.executable, "-c", LAUNCHER, "strict", "--nodaemon", "--pidfile=", "comet", "--verbose"]
    options = [f"--remote={broker.remote}", f"--eventdb={tmp_path}/db", f"--cmd={ROOT / script}"]
    comet = Process([*command, *options], tmp_path, env)
    try:
        broker.until_subscribed()
        events = [voevent(f"cmd-{number}") for number in range(4)]
        for event in events:
            assert broker.submit(event).outcome == "ack"
        comet.until(lambda: set(stand_in.notices) == set(events), "all pushed, by processes that ran side by side")
        assert "returned non-zero" not in comet.log
        until(lambda: not list(home.rglob("*.notice")), "the spool is empty")
    finally:
        comet.close()
        broker.stop()
