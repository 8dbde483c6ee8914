"""chime_alert.py with a notice on standard input, and what it says when it cannot start."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

import chime_alert
from tests.comet import ROOT, Process, environment, voevent
from tests.relay import KEY as RELAY_KEY
from tests.stand_in import KEY, problem, until

SCRIPT = ROOT / "chime_alert.py"


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def env(home, stand_in):
    return environment(OVRO_ALERT_HOME=str(home), RELAY_URL=stand_in.url, RELAY_KEY=KEY)


def start(body, env, *options):
    """Begin a run with that on its standard input."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    run = subprocess.Popen([sys.executable, str(SCRIPT), *options], env=env, **pipes)
    threading.Thread(target=lambda: (run.stdin.write(body), run.stdin.close()), daemon=True).start()
    return run


def ended(run, within_s=20):
    """Return its status and what it said."""
    try:
        run.wait(within_s)
    finally:
        run.kill()
    return run.returncode, run.stdout.read().decode()


def spooled(home):
    return sorted((home / "spool" / "chime").glob("*.notice"))


def within(monkeypatch, home, stand_in, seconds):
    """Return a function that runs it in this process, pushing for at most so long."""
    monkeypatch.setattr(chime_alert, "PUSH_WITHIN_S", seconds)
    monkeypatch.setattr(chime_alert.logs, "configure", lambda: None)  # or it would log for all tests to come
    for name, value in {"OVRO_ALERT_HOME": str(home), "RELAY_URL": stand_in.url, "RELAY_KEY": KEY}.items():
        monkeypatch.setenv(name, value)
    return lambda body: CliRunner().invoke(chime_alert.main, [], input=body)


def test_a_notice_on_standard_input_is_pushed(env, home, stand_in):
    status, _ = ended(start(voevent("stdin"), env))
    assert status == 0
    assert stand_in.notices == [voevent("stdin")]
    assert stand_in.pushed()[0].query["path"] == "comet"
    assert spooled(home) == []


def test_what_it_logs_is_in_utc(env):
    """Its lines stand beside the relay's, whatever zone the machine is in."""
    status, said = ended(start(voevent("stdin"), env | {"TZ": "America/Los_Angeles"}))
    assert status == 0
    logged = re.search(r"^(\S+Z) INFO \S+: notice .* is kept by the relay", said, re.MULTILINE)
    assert logged, said
    assert abs(datetime.now(UTC) - datetime.fromisoformat(logged[1])) < timedelta(minutes=1)


def test_while_the_relay_is_away_the_notice_is_kept_and_that_is_success(monkeypatch, home, stand_in):
    run = within(monkeypatch, home, stand_in, 0.3)
    stand_in.answers = lambda asked: problem(503)
    assert run(voevent("kept")).exit_code == 0
    assert len(spooled(home)) == 1


def test_the_next_run_pushes_what_an_earlier_one_left_in_order(monkeypatch, home, stand_in):
    run = within(monkeypatch, home, stand_in, 0.1)
    stand_in.answers = lambda asked: problem(503)
    for number in range(3):
        run(voevent(f"left-{number}"))
    stand_in.answers = None
    assert run(voevent("left-3")).exit_code == 0
    assert stand_in.notices == [voevent(f"left-{number}") for number in range(4)]
    assert spooled(home) == []


def test_many_at_once_push_each_notice_once(env, home, stand_in):
    runs = [start(voevent(f"many-{number}"), env) for number in range(5)]
    assert [ended(run)[0] for run in runs] == [0] * 5
    assert sorted(asked.body for asked in stand_in.pushed()) == [voevent(f"many-{number}") for number in range(5)]
    assert spooled(home) == []


def test_killed_while_it_pushes_it_has_kept_the_notice(env, home, stand_in):
    stand_in.answers = lambda asked: problem(503)
    run = start(voevent("killed"), env)
    until(stand_in.pushed, "it tries to push")
    run.kill()
    ended(run)
    assert len(spooled(home)) == 1


def test_a_notice_that_the_relay_refuses_is_set_aside_and_said(env, home, stand_in):
    stand_in.answers = lambda asked: problem(422, detail="not for this stream")
    status, said = ended(start(b"not even XML", env))
    assert status == 0
    assert "set aside" in said
    assert "not for this stream" in said
    assert len(list((home / "spool" / "chime" / "refused").glob("*.notice"))) == 1


def test_what_cannot_be_kept_is_a_failure_in_one_line(env, home):
    home.write_text("a file where the home should be")
    status, said = ended(start(voevent("unkept"), env))
    assert status == 1
    assert said.startswith("chime_alert: the spool ")
    assert said.count("\n") == 1


@pytest.mark.parametrize("body", [b"", b"x" * (4 * 1024 * 1024 + 1)], ids=["empty", "too large"])
def test_what_is_no_notice_is_a_failure_in_one_line(env, home, stand_in, body):
    status, said = ended(start(body, env))
    assert status == 1
    assert said.startswith("chime_alert: standard input is no notice")
    assert said.count("\n") == 1
    assert stand_in.asked == []


@pytest.mark.parametrize("remote", ["a host", "host:port", "ftp://host", "host:1:2", "host:65536", "--eventdb", ""])
def test_a_remote_that_is_none_is_a_failure_in_one_line(env, remote):
    status, said = ended(start(b"", env, f"--remote={remote}"))
    assert status == 1
    assert "is not HOST or HOST:PORT" in said
    assert said.count("\n") == 1


def test_a_home_that_cannot_be_used_is_said_before_comet_begins(env, home):
    home.write_text("a file where the home should be")
    status, said = ended(start(b"", env, "--remote=127.0.0.1:1"))
    assert status == 1
    assert said.startswith("chime_alert: the spool ")
    assert said.count("\n") == 1


def test_a_wrong_setting_is_said_in_one_line(env):
    status, said = ended(start(b"", {**env, "RELAY_URL": "nowhere"}))
    assert status == 1
    assert "relay_url" in said
    assert said.count("\n") == 1


def test_help_teaches():
    said = CliRunner().invoke(chime_alert.main, ["--help"]).output
    for word in ("--remote", "comet --cmd", "supervisor", "RELAY_KEY", "< notice.xml"):
        assert word in said


def test_it_can_be_run_by_its_path_alone():
    """As `comet --cmd` does: executable, with the Python that is on PATH."""
    assert SCRIPT.stat().st_mode & 0o111 == 0o111
    assert SCRIPT.read_text().startswith("#!/usr/bin/env python3\n")


def test_sigterm_ends_it_before_it_has_subscribed_too(tmp_path, home, env):
    """Nobody listens at that port: it tries for ever, and still ends at once."""
    home.mkdir()
    run = Process([sys.executable, str(SCRIPT), "--remote", "127.0.0.1:1"], home, env)
    run.until_said("failed; will retry")
    run.popen.terminate()
    assert run.ended_s() < 5
    run.close()


def test_a_notice_reaches_a_real_relay_and_is_known_again(live_relay, home):
    env = environment(OVRO_ALERT_HOME=str(home / "receiver"), RELAY_URL=live_relay.url, RELAY_KEY=RELAY_KEY)
    for _ in range(2):
        status, said = ended(start(voevent("real"), env))
        assert status == 0, said
    notice = live_relay.settled(1)
    assert [arrival["path"] for arrival in notice["arrivals"]] == ["comet", "comet"]
    assert live_relay.http.get("/notices/1/raw").content == voevent("real")
    assert spooled(home / "receiver") == []
