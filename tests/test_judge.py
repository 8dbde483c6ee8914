"""The judge's process: warm, in order, and never in anybody's way for longer than its limit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ovro_alert.reading import read_whole
from ovro_alert.relay.journal import notices
from ovro_alert.relay.journal.notices import Arrived
from ovro_alert.relay.judge_orders import Bench, Order
from ovro_alert.relay.judge_warming import burst, station_trigger, superevent
from ovro_alert.scenarios.limits import Limits
from tests.bench.processes import free_port, process, until_answering, uvicorn
from tests.clocks import NOON
from tests.notices import chime_voevent
from tests.relay import relay_on, wait_for
from tests.test_journal import Opened

ROOT = Path(__file__).resolve().parent.parent
GREEDY = """
import re
from ovro_alert.relay import judge, judge_main
real = judge.read_whole
def read(raw):
    if raw.body.startswith(b"greedy"):
        re.match(r"(a+)+$", "a" * 60 + "b")  # takes longer than anybody lives, and never lets go of the interpreter
    return real(raw)
judge.read_whole = read
judge_main.main()
"""


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_judge_that_is_stuck_costs_one_notice_and_the_next_is_served(tmp_path):
    """A stopped judge answers nothing: it is killed, its notice failed and told, the next one judged by a new judge."""
    with relay_on(tmp_path / "home", judge_timeout_s=0.5) as relay:
        os.kill(relay.app.relay.judging.judge.pid, signal.SIGSTOP)
        stuck = relay.push(b"<VOEvent/>").json()["id"]
        after = relay.push(chime_voevent(time=NOON)).json()["id"]
        failed, read = relay.settled(stuck), relay.settled(after)
        assert failed["state"] == "failed"
        assert "took more than 0.5 s" in failed["why"]
        assert read["state"] == "read"
        assert any(message["notice"] == stuck for message in relay.http.get("/messages").json())


def test_a_judge_that_died_idle_costs_no_notice(tmp_path):
    with relay_on(tmp_path / "home") as relay:
        os.kill(relay.app.relay.judging.judge.pid, signal.SIGKILL)
        assert relay.settled(relay.push(chime_voevent(time=NOON)).json()["id"])["state"] == "read"


def test_notices_kept_while_nobody_judged_are_judged_in_order_after_the_start(tmp_path):
    opened = Opened(tmp_path / "home")
    bodies = [chime_voevent(time=NOON, event=f"chime:{number}") for number in (11, 12, 13)]
    opened.all_at_once(
        *[lambda txn, body=body: notices.keep(txn, Arrived("chime", body, "text/xml")) for body in bodies]
    )
    opened.journal.close()
    with relay_on(tmp_path / "home") as relay:
        for number in (1, 2, 3):
            relay.settled(number)
        events = [alert["event"] for alert in relay.http.get("/alerts").json()]
        assert events == ["chime:13", "chime:12", "chime:11"]


@pytest.fixture
def greedy_judge(tmp_path):
    """A judge with a greedy regular expression in its reader, and one notice that meets it."""
    opened = Opened(tmp_path)
    (kept,) = opened.all_at_once(lambda txn: notices.keep(txn, Arrived("chime", b"greedy", "text/xml")))
    opened.journal.close()
    judge = subprocess.Popen(
        [sys.executable, "-c", GREEDY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    bench = Bench(journal=opened.path, limits=Limits(), timeout_s=0.4)
    print(bench.model_dump_json(), file=judge.stdin, flush=True)
    assert judge.stdout.readline() == "ready\n"
    yield judge, kept.id
    judge.kill()
    judge.wait()


def test_a_judge_whose_relay_was_killed_ends_even_inside_a_greedy_expression(greedy_judge):
    """Nobody is left to kill it: it has armed its own alarm, which needs no interpreter."""
    judge, notice_id = greedy_judge
    print(Order(notice=notice_id, now=NOON).model_dump_json(), file=judge.stdin, flush=True)
    judge.stdin.close()
    assert judge.wait(5) == -signal.SIGALRM


def test_an_idle_judge_ends_with_its_relay(greedy_judge):
    judge, _ = greedy_judge
    judge.stdin.close()
    assert judge.wait(5) == 0


def test_the_judge_dies_with_a_relay_that_is_killed(tmp_path):
    port = free_port()
    with process(
        *uvicorn("relay_api:app", port), log=tmp_path / "log", OVRO_ALERT_HOME=str(tmp_path / "home")
    ) as relay:
        until_answering(f"http://127.0.0.1:{port}/health")
        children = Path(f"/proc/{relay.pid}/task/{relay.pid}/children")
        judge = int(wait_for(lambda: children.read_text().split(), "the judge")[0])
        relay.kill()
        relay.wait()
        wait_for(lambda: not alive(judge), "the judge to end")


def test_what_warms_the_judge_is_a_burst_a_superevent_with_its_map_and_a_form():
    """Else the first sky map, or the first form, would wait for what reads it to be loaded."""
    every = one, other, form = [read_whole(raw) for raw in (burst(), superevent(), station_trigger())]
    assert [read.found.stream for read in every] == ["chime", "lvk", "grex"]
    assert one.found.time == form.found.time
    assert other.sky_map.total == pytest.approx(1)
    assert (other.found.remarks, form.found.remarks) == (None, None)
    assert {read.found.role for read in every} == {"test"}


def test_a_judge_that_is_ready_has_loaded_what_reads_sky_maps_and_what_holds_forms_to_their_schemas(relay):
    """The first superevent, or trigger, shall not wait for it: the time that a notice may take is short."""
    loaded = Path(f"/proc/{relay.app.relay.judging.judge.pid}/maps").read_text()
    assert "astropy" in loaded
    assert "rpds" in loaded, "the library of jsonschema that is not Python"
