"""The ledger: what was begun is known after any crash, by one process at a time."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from ovro_alert.errors import CannotStartError
from ovro_alert.keeping import lines
from ovro_alert.keeping.ledger import Entry, Ledger
from ovro_alert.keeping.lines import Lines
from tests.clocks import HandClock

KEY = "17@2026-11-20T12:00:00.000Z"
REPORT = {"fence": 3, "state": "done", "detail": {"says": "recorded"}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledgers" / "lwa.jsonl"


def opened(path: Path) -> Ledger:
    return Ledger(path, HandClock())


def reopened(ledger: Ledger, path: Path) -> Ledger:
    ledger.close()
    return opened(path)


def test_every_step_is_known_after_a_restart(path: Path) -> None:
    ledger = opened(path)
    ledger.claimed(KEY, 17, 3)
    ledger = reopened(ledger, path)
    assert ledger.entry(KEY) == Entry(KEY, 17, "claimed", fence=3)
    ledger.beginning(KEY, 17, "point the beam")
    ledger = reopened(ledger, path)
    assert ledger.entry(KEY) == Entry(KEY, 17, "beginning", fence=3, begun=True)
    ledger.ended(KEY, 17, REPORT)
    ledger = reopened(ledger, path)
    assert ledger.untaken() == [Entry(KEY, 17, "ended", fence=3, begun=True, report=REPORT)]
    ledger.closed(KEY, 17, "taken")
    ledger = reopened(ledger, path)
    assert ledger.untaken() == []
    assert ledger.entry(KEY) == Entry(KEY, 17, "closed", fence=3, begun=True, report=REPORT)


def test_what_was_begun_stays_begun_when_the_relay_gives_it_again(path: Path) -> None:
    ledger = opened(path)
    ledger.claimed(KEY, 17, 3)
    ledger.beginning(KEY, 17, "point the beam")
    ledger.claimed(KEY, 17, 4)
    entry = reopened(ledger, path).entry(KEY)
    assert entry is not None
    assert entry.begun


def test_command_17_of_another_journal_is_another_command(path: Path) -> None:
    ledger = opened(path)
    ledger.beginning(KEY, 17, "point the beam")
    assert ledger.entry("17@2027-01-01T00:00:00.000Z") is None


def test_reports_that_wait_are_listed_in_the_order_in_which_they_ended(path: Path) -> None:
    ledger = opened(path)
    for number in (1, 2, 3):
        ledger.claimed(f"{number}@", number, 1)
    for number in (3, 1, 2):
        ledger.ended(f"{number}@", number, REPORT)
    assert [entry.id for entry in reopened(ledger, path).untaken()] == [3, 1, 2]


def test_a_ledger_keeps_its_name_and_another_has_another(path: Path, tmp_path: Path) -> None:
    ledger = opened(path)
    name = ledger.name
    assert reopened(ledger, path).name == name
    assert opened(tmp_path / "other.jsonl").name != name


def test_a_second_client_on_the_same_ledger_is_told_in_one_line(path: Path) -> None:
    ledger = opened(path)
    with pytest.raises(CannotStartError, match="held by another running process") as refused:
        opened(path)
    assert "\n" not in str(refused.value)
    ledger.close()
    opened(path).close()


def test_a_second_client_does_not_touch_the_line_that_the_first_is_writing(path: Path) -> None:
    """Only its holder may take an unfinished line for a torn one."""
    ledger = opened(path)
    with path.open("ab") as file:
        file.write(b'{"half')
    with pytest.raises(CannotStartError):
        opened(path)
    assert path.read_bytes().endswith(b'{"half')
    ledger.close()


@pytest.mark.parametrize("torn", [b"{", b'{"at": "2026', b'{"command": "17@", "step": "ended"}', b"\x00\x00"])
def test_a_torn_last_line_never_happened(path: Path, torn: bytes) -> None:
    ledger = opened(path)
    ledger.claimed(KEY, 17, 3)
    ledger.close()
    whole = path.read_bytes()
    path.write_bytes(whole + torn)
    ledger = opened(path)
    assert ledger.entry(KEY) == Entry(KEY, 17, "claimed", fence=3)
    assert path.read_bytes() == whole
    ledger.beginning(KEY, 17, "point the beam")
    assert all(json.loads(line) for line in path.read_bytes().splitlines())


def test_a_crash_at_its_very_first_line_leaves_an_empty_ledger(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'{"ledger": "a1')
    assert len(opened(path).name) == 6


@pytest.mark.parametrize("rubbish", [b"rubbish\n", b"[1]\n", b'{"ledger": "a1"}\n{"step": "closed"}\n', b'{"at": 1}\n'])
def test_a_file_that_is_no_ledger_is_not_guessed_at(path: Path, rubbish: bytes) -> None:
    """A ledger that cannot be read might have said that something was begun."""
    path.parent.mkdir()
    path.write_bytes(rubbish)
    with pytest.raises(CannotStartError, match="move"):
        opened(path)
    assert path.read_bytes() == rubbish


def test_a_full_disk_leaves_no_half_line_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = opened(path)
    ledger.claimed(KEY, 17, 3)
    monkeypatch.setattr(lines.os, "pwrite", full_after(10))
    with pytest.raises(OSError, match="No space"):
        ledger.beginning(KEY, 17, "point the beam")
    monkeypatch.undo()
    assert ledger.entry(KEY) == Entry(KEY, 17, "claimed", fence=3)
    ledger.closed(KEY, 17, "not begun")
    assert reopened(ledger, path).entry(KEY) == Entry(KEY, 17, "closed", fence=3)


def full_after(size: int):
    """A disk that takes so many bytes of a line, and no more."""
    pwrite, left = os.pwrite, [size]

    def write(fd: int, data: bytes, offset: int) -> int:
        if not left:
            raise OSError(errno.ENOSPC, "No space left on device")
        return pwrite(fd, data[: left.pop()], offset)

    return write


def test_a_line_is_synced_before_it_counts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = opened(path)

    def broken(fd: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(lines.os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output"):
        ledger.beginning(KEY, 17, "point the beam")
    assert ledger.entry(KEY) is None


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStartError, match="cannot be opened"):
        opened(tmp_path / "file" / "lwa.jsonl")


def test_nan_is_no_json_and_leaves_no_line(tmp_path: Path) -> None:
    held = Lines(tmp_path / "lines.jsonl")
    with pytest.raises(ValueError, match="JSON"):
        held.append({"gb": float("nan")})
    assert held.path.read_bytes() == b""
