"""The spool: what put has returned for is on the disk."""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from ovro_alert.errors import CannotKeepError
from ovro_alert.keeping.envelope import Envelope, unpack
from ovro_alert.keeping.spool import MAKING, PART, WHOLE, Spool
from tests.clocks import NOON

PUTTER = """
import sys
from pathlib import Path
from ovro_alert.keeping.envelope import Envelope
from ovro_alert.keeping.spool import Spool
from ovro_alert.times import SystemClock

clock = SystemClock()
spool = Spool(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    body = b"%d-%d " % (int(sys.argv[3]), number) * 500
    print(spool.put(Envelope(body, "application/xml", clock.now(), "comet")), flush=True)
"""


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "home" / "spool" / "chime")


def notice(body=b"<VOEvent/>", received=NOON):
    return Envelope(body, "application/xml", received, "comet")


def putter(folder, count, mark=0):
    command = [sys.executable, "-c", PUTTER, str(folder), str(count), str(mark)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_what_is_read_is_what_was_put(spool):
    received = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)
    body = bytes(range(256)) + b"\n\n"
    name = spool.put(notice(body, received))
    assert spool.read(name) == Envelope(body, "application/xml", received, "comet")


def test_names_sort_as_notices_came_even_if_the_clock_is_set_back(spool):
    moments = [NOON, NOON, NOON + timedelta(seconds=1), NOON - timedelta(hours=1), NOON]
    names = [spool.put(notice(b"%d" % number, moment)) for number, moment in enumerate(moments)]
    assert spool.waiting() == names
    assert spool.oldest() == names[0]


def test_what_was_dropped_is_gone_and_dropping_twice_is_no_error(spool):
    name = spool.put(notice())
    spool.drop(name)
    spool.drop(name)
    assert spool.waiting() == []
    assert spool.oldest() is None


def test_what_is_set_aside_is_kept_with_the_reason_and_no_longer_waits(spool):
    name = spool.put(notice(b"poison"))
    aside = spool.set_aside(name, "422: no")
    assert spool.waiting() == []
    assert unpack(aside.read_bytes()).body == b"poison"
    assert aside.with_suffix(".why").read_text() == "422: no\n"
    assert spool.refused_count() == 1


def test_a_new_spool_on_the_same_folder_finds_what_waits(spool):
    name = spool.put(notice())
    assert Spool(spool.folder).waiting() == [name]


def test_a_torn_file_does_not_wait_and_is_removed_once_nobody_makes_it(spool):
    torn = spool.folder / ("1" + PART)
    torn.write_bytes(notice().pack()[:-3])
    assert spool.waiting() == []
    with (spool.folder / MAKING).open() as making:
        fcntl.flock(making, fcntl.LOCK_SH)
        Spool(spool.folder)
        assert torn.exists(), "it may be another process's that is just being written"
    Spool(spool.folder)
    assert not torn.exists()


def test_a_whole_file_that_a_crash_left_unnamed_is_taken_in(spool):
    """A crash between writing and renaming loses nothing either."""
    (spool.folder / ("1" + PART)).write_bytes(notice(b"whole").pack())
    (name,) = Spool(spool.folder).waiting()
    assert spool.read(name).body == b"whole"


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:-1], lambda data: b"", lambda data: data.replace(b"comet", b"gomet")]
)
def test_a_file_that_the_disk_spoilt_is_not_read_as_a_notice(spool, spoil):
    name = spool.put(notice())
    file = spool.folder / (name + WHOLE)
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(ValueError, match="torn or spoilt"):
        spool.read(name)


def test_one_empties_at_a_time_and_whoever_comes_second_is_told(spool):
    other = Spool(spool.folder)
    with spool.emptying() as mine:
        assert mine
        with other.emptying() as theirs:
            assert not theirs
    with other.emptying() as theirs:
        assert theirs


def test_a_process_that_dies_lets_go_of_the_spool(spool):
    hold = "import sys,time; from pathlib import Path; from ovro_alert.keeping.spool import Spool; "
    hold += "\nwith Spool(Path(sys.argv[1])).emptying() as mine:"
    hold += "\n  print(mine, flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", hold, str(spool.folder)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "True\n"
    with spool.emptying() as mine:
        assert not mine
    holder.kill()
    holder.communicate(timeout=10)
    with spool.emptying() as mine:
        assert mine


def test_a_full_spool_says_so_and_keeps_what_it_has(tmp_path):
    spool = Spool(tmp_path / "spool", limit_bytes=3000)
    names = [spool.put(notice(b"x" * 1000)), spool.put(notice(b"y" * 1000))]
    with pytest.raises(CannotKeepError, match="is full: 2 notices"):
        spool.put(notice(b"z" * 1000))
    assert spool.waiting() == names


def test_a_disk_that_does_not_take_it_is_an_error_and_leaves_nothing_behind(spool):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(CannotKeepError, match="File too large"):
            spool.put(notice(b"x" * 1000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert spool.waiting() == []
    assert list(spool.folder.glob("*" + PART)) == []


def test_a_place_that_is_no_folder_is_one_clear_error(tmp_path):
    (tmp_path / "spool").write_text("a file")
    with pytest.raises(CannotKeepError, match="cannot be opened"):
        Spool(tmp_path / "spool" / "chime")


def test_putting_wakes_whoever_pushes(spool):
    assert not spool.arrived.is_set()
    spool.put(notice())
    assert spool.arrived.is_set()


def test_kill_9_while_putting_loses_nothing_that_was_acknowledged(spool):
    """Six times killed at any moment: every name that was given out is there, whole."""
    acknowledged = []
    for round_ in range(6):
        process = putter(spool.folder, 10_000, round_)
        acknowledged += [process.stdout.readline().strip() for _ in range(5 + 7 * round_)]
        os.kill(process.pid, signal.SIGKILL)
        acknowledged += [
            line.strip() for line in process.communicate(timeout=10)[0].splitlines(keepends=True) if line.endswith("\n")
        ]
    waiting = spool.waiting()
    assert set(acknowledged) <= set(waiting)
    assert all(len(spool.read(name).body) > 500 for name in waiting)
    assert len(acknowledged) >= sum(5 + 7 * round_ for round_ in range(6))


def test_several_processes_and_threads_put_at_once_and_none_overwrites_another(spool):
    processes = [putter(spool.folder, 40, mark) for mark in range(3)]
    threads = [threading.Thread(target=lambda: [spool.put(notice()) for _ in range(20)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    names = {line for process in processes for line in process.communicate(timeout=30)[0].split()}
    for thread in threads:
        thread.join(30)
    assert len(names) == 120
    assert len(spool.waiting()) == 180
    assert len({spool.read(name).body for name in names}) == 120
