"""SPRITE's client: one whole file for each command that a person approved, or a clear word why not."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ovro_alert.commands import Command
from ovro_alert.console.entrance import ovro_alert
from ovro_alert.errors import CannotStartError, TelescopeRefusedError
from ovro_alert.telescopes import sprite
from ovro_alert.telescopes.dry_run import DryRun
from ovro_alert.telescopes.sprite import FileDrop
from ovro_alert.times import iso, seconds
from tests.clocks import NOON
from tests.lwa_commands import command
from tests.pages import FORMATS, blocks
from tests.relay import KEY, live_relay, wait_for
from tests.telescope_clients import Bench, Died, Life, bench

__all__ = ["bench", "live_relay"]

ROOT = Path(__file__).parents[1]
ENDS_WITHIN_S = 5.0
STARTS_WITHIN_S = 30.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "wishes"
    folder.mkdir()
    return folder


def wish(number: int = 17, role: str = "observation", now: datetime = NOON, **args: Any) -> Command:
    """An observation that was agreed to; without further arguments of the next hours."""
    given = {
        "ra_deg": 187.3,
        "dec_deg": 24.1,
        "target": "AT2026abc",
        "start": iso(now + seconds(3600)),
        "stop": iso(now + seconds(14400)),
        "class": "TDE",
        "mag": 17.8,
    }
    asked = command("observe", given | args, number, now)
    return asked.model_copy(update={"telescope": "sprite", "role": role, "event": "optical:ZTF26aaaaaaa"})


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


# ── the file ──


def test_a_wish_is_one_whole_file_that_says_what_it_is(folder: Path) -> None:
    ended = FileDrop(folder).begin(wish(), NOON)
    assert ended.state == "done"
    assert ended.detail["says"] == "handed to SPRITE as 17-at2026abc.json; whether it observes is not known"
    assert files(folder) == ["17-at2026abc.json"]
    content = json.loads((folder / "17-at2026abc.json").read_text())
    assert content == {
        "schema": "sprite-observe/1",
        "about": sprite.ABOUT,
        "role": "observation",
        "command": 17,
        "key": wish().key,
        "event": "optical:ZTF26aaaaaaa",
        "ra_deg": 187.3,
        "dec_deg": 24.1,
        "target": "AT2026abc",
        "start": iso(NOON + seconds(3600)),
        "stop": iso(NOON + seconds(14400)),
        "class": "TDE",
        "mag": 17.8,
        "priority": 50,
        "reason": "a test",
        "written": iso(NOON),
    }


def test_the_form_is_described_field_by_field() -> None:
    fields = json.loads(sprite.written(wish(), NOON))
    section = FORMATS.read_text().partition("## sprite-observe/1")[2]
    assert all(f"`{field}`" in section for field in fields)
    (example,) = blocks(FORMATS, "json5")
    assert list(json.loads(example)) == list(fields)


def test_in_rehearsal_nobody_who_looks_for_json_finds_it_and_it_says_that_it_is_a_test(folder: Path) -> None:
    FileDrop(folder).begin(wish(role="test"), NOON)
    assert list(folder.glob("*.json")) == []
    assert json.loads((folder / "17-at2026abc.json.test").read_text())["role"] == "test"


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("AT 2026abc", "at-2026abc"),
        ("../../etc/passwd", "etc-passwd"),
        ("/", "target"),
        ("", "target"),
        (".json", "json"),
        ("a\x00b\nc", "a-b-c"),
        ("Ångström\u202ex", "angstromx"),
        ("x" * 200, "x" * 60),
        ("%2e%2e%2f$(reboot)", "2e-2e-2f-reboot"),
    ],
    ids=repr,
)
def test_of_a_target_s_name_only_what_is_safe_comes_into_the_path(folder: Path, target: str, name: str) -> None:
    FileDrop(folder).begin(wish(target=target), NOON)
    (file,) = files(folder)
    assert file == f"17-{name}.json"
    assert json.loads((folder / file).read_text())["target"] == target


def test_a_drill_writes_nothing(folder: Path) -> None:
    door, drill = FileDrop(folder), command("test", {}, 18, NOON)
    assert door.refusal(drill, NOON) is None
    assert door.begin(drill, NOON).state == "done"
    assert door.progress(drill, NOON) == door.begin(drill, NOON)
    assert files(folder) == []


# ── refused ──


def test_without_its_folder_it_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(CannotStartError, match="is not there"):
        FileDrop(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    with pytest.raises(CannotStartError, match="is not there"):
        FileDrop(tmp_path / "file")


def test_a_folder_that_goes_away_later_is_said_and_nothing_is_handed_over(folder: Path) -> None:
    door = FileDrop(folder)
    folder.rmdir()
    assert door.refusal(wish(), NOON) == f"the folder {folder} is not there"
    with pytest.raises(TelescopeRefusedError, match="nothing was handed over"):
        door.begin(wish(), NOON)
    status = door.status(NOON)
    assert (status.state, status.detail["folder"]) == ("unavailable", str(folder))


def test_a_folder_that_is_not_ours_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    door = FileDrop(folder)
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    assert door.refusal(wish(), NOON) == f"the folder {folder} is not ours to write"


def test_a_full_disk_hands_nothing_over(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    door = FileDrop(folder)

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TelescopeRefusedError, match="No space left on device; nothing was handed over"):
        door.begin(wish(), NOON)
    assert list(folder.glob("*.json")) == []


def test_a_window_that_is_over_is_refused(folder: Path) -> None:
    assert "its window ended" in str(FileDrop(folder).refusal(wish(), NOON + seconds(14400)))


def test_the_file_of_another_journal_s_command_is_never_overwritten(folder: Path) -> None:
    door = FileDrop(folder)
    door.begin(wish(now=NOON - seconds(3600)), NOON)
    before = (folder / "17-at2026abc.json").read_bytes()
    assert "is there already" in str(door.refusal(wish(), NOON))
    with pytest.raises(TelescopeRefusedError):
        door.begin(wish(), NOON)
    assert (folder / "17-at2026abc.json").read_bytes() == before
    assert door.progress(wish(), NOON) is None


def test_what_sprite_does_not_know_is_refused(folder: Path) -> None:
    with pytest.raises(TelescopeRefusedError, match="knows no 'beam'"):
        FileDrop(folder).intention(command("beam", {}, 1, NOON), NOON)


# ── after a crash ──


def test_the_file_tells_what_came_of_it(folder: Path) -> None:
    door = FileDrop(folder)
    assert door.progress(wish(), NOON) is None, "never written, or taken by whoever reads the folder: nobody can say"
    ended = door.begin(wish(), NOON)
    assert door.progress(wish(), NOON) == door.stop(wish(), NOON) == ended


def test_a_file_that_was_not_whole_was_not_handed_over(folder: Path) -> None:
    (folder / ".17-at2026abc.json.part").write_bytes(b'{"schema": "spr')
    door = FileDrop(folder)
    progress = door.progress(wish(), NOON)
    assert progress is not None
    assert (progress.state, progress.detail["outcome"]) == ("failed", "not begun")
    door.begin(wish(18), NOON)
    assert list(folder.glob("*.json")) == [folder / "18-at2026abc.json"]


def asked(bench: Bench, approved: bool = True) -> int:
    """Have the relay make a proposal to SPRITE, and a person agree."""
    args = wish(now=bench.hand.now()).args
    body = {"action": "observe", "args": args, "reason": "a test", "deadline": bench.at(7200)}
    number = int(bench.relay.http.post("/sprite/commands", json=body).json()["id"])
    if approved:
        assert bench.relay.http.post(f"/commands/{number}/approve", json={"note": "yes"}).status_code == 200
    return number


def test_what_nobody_approved_is_not_written(bench: Bench, folder: Path) -> None:
    number = asked(bench, approved=False)
    client = bench.client(door=FileDrop(folder), telescope="sprite")
    client.live(5)
    assert (bench.state(number), files(folder)) == ("proposed", [])


def test_an_approved_proposal_is_written_once_and_done(bench: Bench, folder: Path) -> None:
    number = asked(bench)
    client = bench.client(door=FileDrop(folder), telescope="sprite")
    client.live(5)
    assert bench.state(number) == "done"
    assert files(folder) == [f"{number}-at2026abc.json.test"], "the relay is in rehearsal"
    assert bench.command(number)["detail"]["says"].endswith("whether it observes is not known")
    status = bench.relay.http.get("/sprite/status").json()
    assert (status["state"], status["moves"], status["detail"]["folder"]) == ("idle", "telescope", str(folder))


@pytest.mark.parametrize("steps", range(8))
def test_killed_between_any_two_steps_it_writes_one_file_at_most_and_says_what_is_true(
    bench: Bench, folder: Path, steps: int
) -> None:
    number = asked(bench)
    first = bench.client(life=Life(steps), door=FileDrop(folder), telescope="sprite")
    with contextlib.suppress(Died):
        first.live(4)
    first.die()
    bench.client(door=FileDrop(folder), telescope="sprite").live(20)
    written = files(folder)
    assert len(written) <= 1
    found = bench.command(number)
    if written:
        assert found["state"] == "done"
    else:
        assert (found["state"], found["detail"]["outcome"]) == ("failed", "unknown")


def test_a_dry_run_says_what_would_be_written(bench: Bench, folder: Path) -> None:
    number = asked(bench)
    dry = bench.client("dry", door=DryRun(sprite.intention), telescope="sprite")
    dry.live(3)
    (line,) = [line for line in (bench.home / "dry" / "ledger.jsonl").read_text().splitlines() if "would" in line]
    assert f"{number}-at2026abc.json" in line
    assert (files(folder), bench.state(number)) == ([], "pending")


# ── as a process ──


class Process:
    """One run of `ovro-alert follow sprite`."""

    def __init__(self, home: Path, url: str, *options: str) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.log = home / f"log-{time.monotonic_ns()}"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ovro_alert", "follow", "sprite", *options],
                env={**kept, "RELAY_URL": url, "RELAY_KEY": KEY, "OVRO_ALERT_HOME": str(home)},
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        return self.log.read_text()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    processes: list[Process] = []

    def begin(url: str, *options: str) -> Process:
        processes.append(Process(tmp_path, url, *options))
        return processes[-1]

    yield begin
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            process.process.kill()
        process.process.wait()


def test_it_follows_and_ends_at_once_on_sigterm_with_a_relay_that_is_away(start: Any, folder: Path) -> None:
    client = start("http://127.0.0.1:9", "--folder", str(folder))
    wait_for(lambda: "follows, moves: telescope" in client.said(), "the client", STARTS_WITHIN_S)
    client.process.send_signal(signal.SIGTERM)
    assert client.process.wait(ENDS_WITHIN_S) == 0


def test_a_proposal_becomes_a_file_while_it_runs(start: Any, live_relay: Any, folder: Path) -> None:
    client = start(live_relay.url, "--folder", str(folder))
    wait_for(lambda: live_relay.http.get("/sprite/status").status_code == 200, "its status", STARTS_WITHIN_S)
    now = live_relay.clock.now()
    body = {"action": "observe", "args": wish(now=now).args, "reason": "a test", "deadline": iso(now + seconds(600))}
    number = live_relay.http.post("/sprite/commands", json=body).json()["id"]
    live_relay.http.post(f"/commands/{number}/approve", json={})
    wait_for(lambda: live_relay.http.get(f"/commands/{number}").json()["state"] == "done", "the file")
    assert files(folder) == [f"{number}-at2026abc.json.test"]
    client.process.send_signal(signal.SIGINT)
    assert client.process.wait(ENDS_WITHIN_S) == 0


def following(home: Path, *words: str) -> Any:
    env = {"RELAY_URL": "http://127.0.0.1:9", "RELAY_KEY": KEY, "OVRO_ALERT_HOME": str(home)}
    return CliRunner().invoke(ovro_alert, ["follow", *words], env=env)


def test_what_cannot_start_says_why_in_one_line(tmp_path: Path) -> None:
    said = following(tmp_path, "sprite", "--folder", str(tmp_path / "nowhere"))
    assert said.exit_code == 1
    assert said.stderr.startswith(f"Error: the folder {tmp_path / 'nowhere'} is not there; make it")
    assert said.stderr.count("\n") == 1


def test_the_folder_must_be_named_and_the_telescope_be_one_that_has_no_program_of_its_own(tmp_path: Path) -> None:
    assert "--folder" in following(tmp_path, "sprite").stderr
    assert "'sprite'" in following(tmp_path, "lwa", "--folder", str(tmp_path)).stderr


def test_the_ledger_is_this_client_s_alone(start: Any, folder: Path) -> None:
    first = start("http://127.0.0.1:9", "--folder", str(folder))
    wait_for(lambda: "follows" in first.said(), "the first client", STARTS_WITHIN_S)
    second = start("http://127.0.0.1:9", "--folder", str(folder))
    assert second.process.wait(STARTS_WITHIN_S) == 1
    assert "held by another running process" in second.said()
    assert second.said().count("\n") == 1
    assert stat.S_ISREG((folder.parent / "ledgers" / "sprite.jsonl").stat().st_mode)
