"""A watched folder: each JSON file once, and again when it was written anew; also after restarts."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ovro_alert.errors import CannotKeepError, CannotStartError
from ovro_alert.keeping.seen import Seen
from ovro_alert.notices import NOTICE_LIMIT_BYTES
from ovro_alert.streams.folder import HISTORY_S, POLL_S, REST_AT_MOST_S, TORN_S, Folder
from tests.clocks import HandClock

FLAT = json.dumps({"trigname": "261120aaaa", "mjds": 61364.5, "dm": 312.4, "probability": None}).encode()
NESTED = json.dumps({"261120aaaa": {"mjds": 61364.5, "dm": 312.4}}).encode()


class Watched:
    """A folder with its watcher; `again` is the next life of the process."""

    def __init__(self, tmp_path: Path, clock: HandClock, told: list[str]) -> None:
        self.folder, self.memory, self.clock, self.told = tmp_path / "T3", tmp_path / "seen.jsonl", clock, told
        self.folder.mkdir()
        self.kept: list[bytes] = []
        self.paths: set[tuple[str, str]] = set()
        self.full = False
        self.begin()

    def begin(self) -> None:
        self.seen = Seen(self.memory)
        self.watcher = Folder(self.folder, self.seen, self.keep, lambda: None, self.told.append, self.clock)

    def again(self) -> None:
        self.seen.close()
        self.begin()

    def keep(self, body: bytes, content_type: str, path: str) -> str:
        if self.full:
            raise CannotKeepError("the spool is full")
        self.kept.append(body)
        self.paths.add((content_type, path))
        return "a name"

    def put(self, name: str, body: bytes = FLAT, age_s: float = 0.0) -> Path:
        file = self.folder / name
        file.write_bytes(body)
        written_ns = int((self.clock.now().timestamp() - age_s) * 1e9)
        os.utime(file, ns=(written_ns, written_ns))
        return file

    def look(self, after_s: float = 1.0) -> list[bytes]:
        """Look again; return what that brought."""
        self.clock.turn(after_s)
        before = len(self.kept)
        self.watcher.look()
        return self.kept[before:]


@pytest.fixture
def watched(tmp_path: Path, clock: HandClock, told: list[str]) -> Iterator[Watched]:
    watched = Watched(tmp_path, clock, told)
    watched.look()
    yield watched
    watched.seen.close()


@pytest.mark.parametrize("body", [FLAT, NESTED, b'{"dm": NaN}'], ids=["flat", "nested", "nan"])
def test_a_file_is_handed_in_at_the_first_look_as_it_is_and_once(watched: Watched, body: bytes) -> None:
    watched.put("261120aaaa.json", body)
    assert watched.look() == [body]
    assert watched.look() == []
    assert watched.paths == {("application/json", "folder")}
    assert watched.told == []


def test_a_file_that_is_written_anew_is_a_new_notice(watched: Watched) -> None:
    watched.put("a.json", NESTED)
    watched.look()
    watched.put("a.json", FLAT)
    assert watched.look() == [FLAT]
    watched.put("a.json", FLAT)
    assert watched.look() == [], "touched, and its content is the same"


def test_a_file_in_the_making_is_waited_for(watched: Watched) -> None:
    watched.put("a.json", FLAT[:20])
    assert watched.look() == []
    watched.put("a.json", FLAT[:40])
    assert watched.look(TORN_S - 1) == []
    watched.put("a.json", FLAT)
    assert watched.look(2) == [FLAT]


def test_a_file_that_stays_torn_is_handed_in_after_a_minute_so_that_the_relay_says_so(watched: Watched) -> None:
    watched.put("a.json", FLAT[:20])
    assert watched.look() == []
    assert watched.watcher.health().detail["torn"] == 1
    assert watched.look(TORN_S - 1) == []
    assert watched.look(1) == [FLAT[:20]]
    assert watched.look(TORN_S) == []
    assert watched.watcher.health().detail["torn"] == 0


def test_what_lay_there_before_the_first_look_is_history_if_it_is_old(watched: Watched, tmp_path: Path) -> None:
    fresh = tmp_path / "another"
    watched.folder = fresh
    fresh.mkdir()
    watched.put("old.json", NESTED, age_s=HISTORY_S + 2)
    watched.put("new.json", FLAT, age_s=HISTORY_S - 2)
    watched.again()
    assert watched.look(0) == [FLAT]
    watched.again()
    assert watched.look(100_000) == []
    watched.put("old.json", FLAT)
    assert watched.look() == [FLAT], "history that is written anew is new"


def test_what_comes_while_nobody_looks_is_handed_in_by_the_next_life_however_old(watched: Watched) -> None:
    watched.put("a.json", FLAT)
    watched.look()
    watched.put("b.json", NESTED, age_s=1_000_000)
    watched.again()
    assert watched.look(300_000) == [NESTED]


def test_a_file_is_noted_only_after_it_was_kept(watched: Watched) -> None:
    watched.full = True
    watched.put("a.json")
    with pytest.raises(CannotKeepError):
        watched.look()
    watched.full = False
    watched.again()
    assert watched.look() == [FLAT]


def test_oldest_first(watched: Watched) -> None:
    watched.put("a.json", b"1", age_s=1)
    watched.put("b.json", b"2", age_s=3)
    watched.put("c.json", b"3", age_s=2)
    assert watched.look() == [b"2", b"3", b"1"]


def test_what_is_no_file_of_ours_is_left_alone(watched: Watched, tmp_path: Path) -> None:
    secret = tmp_path / "relay.key"
    secret.write_bytes(FLAT)
    (watched.folder / "link.json").symlink_to(secret)
    (watched.folder / "folder.json").mkdir()
    os.mkfifo(watched.folder / "pipe.json")
    for name in ("a.xml", ".a.json", "a.json.part", "a\n.json"):
        watched.put(name)
    (watched.folder / os.fsdecode(b"\xff.json")).write_bytes(FLAT)
    for _ in range(3):
        assert watched.look() == []
    assert watched.told == [f"{watched.folder}/link.json is a link: not followed"]


def test_what_is_too_large_or_empty_is_told_once(watched: Watched) -> None:
    watched.put("large.json", b"[" + b" " * NOTICE_LIMIT_BYTES + b"]")
    watched.look()
    assert len(watched.told) == 1
    assert "large.json has 4194306 bytes, and a notice 4194304 at most" in watched.told[0]
    watched.put("empty.json", b"")
    watched.look()
    watched.look(TORN_S)
    watched.look(600)
    watched.look(600)
    assert [word.split(" is ")[1] for word in watched.told[1:]] == [
        "empty: not handed in (the last of 1 more of the kind: see the log)"
    ]
    watched.again()
    assert watched.look() == []
    watched.put("large.json")
    assert watched.look() == [FLAT]


def test_a_file_that_cannot_be_read_does_not_hold_up_the_others_and_is_tried_on(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = watched.put("a.json", NESTED)
    watched.put("b.json", FLAT)
    opened = os.open

    def refusing(path: object, *args: object, **named: object) -> int:
        if path == closed:
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refusing)
    assert watched.look() == [FLAT]
    assert watched.look() == []
    monkeypatch.undo()
    assert watched.look() == [NESTED]
    assert watched.told == [f"{closed} cannot be read, and is tried on: Permission denied"]


def test_a_file_that_vanishes_or_grows_between_two_glances_is_no_trouble(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, grown = watched.put("gone.json"), watched.put("grown.json", b"[1]")
    listed = Folder._listed

    def meanwhile(self: Folder) -> Iterator[tuple[str, tuple[int, int]]]:
        yield from listed(self)
        gone.unlink()
        grown.write_bytes(b"[1, 2]")

    with monkeypatch.context() as patched:
        patched.setattr(Folder, "_listed", meanwhile)
        assert watched.look() == []
    assert watched.look() == [b"[1, 2]"]
    assert watched.told == []


def test_a_folder_that_is_not_there_is_waited_for_and_told(watched: Watched) -> None:
    watched.folder.rmdir()
    watched.look()
    assert watched.watcher.health().state == "no folder"
    assert watched.told == []
    watched.look(60)
    watched.look(600)
    assert watched.told == [
        f"the folder {watched.folder} has not been reached for 60 s and is tried on: No such file or directory"
    ]
    watched.folder.mkdir()
    watched.put("a.json")
    assert watched.look() == [FLAT]
    assert watched.watcher.health().state == "connected"
    assert watched.told[1] == f"the folder {watched.folder} is reached again, after 661 s"


def test_ten_thousand_files_are_looked_through_without_being_read(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10_000):
        watched.put(f"{number}.json", b"1", age_s=HISTORY_S + 10)
    watched.folder = watched.folder.rename(watched.folder.with_name("many"))
    watched.again()
    assert watched.look() == []
    opened: list[object] = []
    monkeypatch.setattr(os, "open", lambda path, *_: opened.append(path))
    assert watched.look() == []
    assert opened == []
    assert watched.watcher.health().detail["files"] == 10_000
    assert len(watched.memory.read_text().splitlines()) == 2


def rest_after(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> float:
    """Run for one look; return how long would be rested then, seconds."""
    rests: list[float] = []

    def rest(stopping: object, rest_s: float) -> bool:
        rests.append(rest_s)
        watched.watcher.stop()
        return True

    monkeypatch.setattr(watched.clock, "wait", rest)
    watched.watcher.run()
    return rests[0]


def test_a_storm_of_files_that_takes_long_to_hand_in_does_not_keep_the_next_one_waiting(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched.watcher, "_keep", lambda *_: watched.clock.turn(60))
    watched.put("a.json")
    assert rest_after(watched, monkeypatch) == POLL_S


@pytest.mark.parametrize(("takes_s", "rests_s"), [(0.0, POLL_S), (0.5, 5.0), (100.0, REST_AT_MOST_S)])
def test_a_disk_that_is_slow_to_list_is_asked_less_often(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, takes_s: float, rests_s: float
) -> None:
    def slowly(self: Folder) -> Iterator[tuple[str, tuple[int, int]]]:
        watched.clock.turn(takes_s)
        return iter(())

    monkeypatch.setattr(Folder, "_listed", slowly)
    assert rest_after(watched, monkeypatch) == rests_s


def test_a_memory_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "seen.jsonl").write_text('{"ledger": "abc"}\n')
    with pytest.raises(CannotStartError, match="is not a list of files that were seen"):
        Seen(tmp_path / "seen.jsonl")


def test_one_process_at_a_time_remembers(watched: Watched) -> None:
    with pytest.raises(CannotStartError, match="held by another running process"):
        Seen(watched.memory)
