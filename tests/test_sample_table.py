"""Every real notice goes through the relay, its clock standing as it did that day, and gives what the table says."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ovro_alert import meridian
from ovro_alert.alerts import Alert
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import RawNotice
from ovro_alert.reading import read
from ovro_alert.times import iso_us, seconds
from tests.clocks import HandClock
from tests.relay import RunningRelay, relay_on
from tests.sample_table import COUNT, NO_NOTICES, TABLE, Row
from tests.samples import SAMPLES, need_samples

AFTER_VOEVENT_S, AFTER_CHIME_S, AFTER_JSON_S = 2.0, 13.0, 60.0
"""How long after what it is stamped with a notice is here: LVK and GCN VOEvents, CHIME's, any other JSON."""
DSA_DEC_OF_DATE_DEG = 55.4
LONG_AGO = datetime(2010, 1, 1, tzinfo=UTC)
LEVELS = ("loud", "normal", "quiet")
FOLDERS = (
    "chime",
    "lvk/voevent",
    "lvk/mocks_2026",
    "lvk/userguide",
    "lvk/kafka",
    "gcn/voevent",
    "gcn/captured_2026",
    "gcn/svom",
    "gcn/schema_examples",
    "outside",
)
"""One relay for each, so that no event of one is known from another."""

pytestmark = need_samples


class Sample(NamedTuple):
    """One real notice, its row of the table, and when it is here."""

    path: str
    row: Row
    body: bytes
    found: Alert | None
    here: datetime


def files() -> list[str]:
    return sorted(path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*") if path.is_file())


def row_of(path: str) -> Row | None:
    return next((row for row in TABLE if fnmatch.fnmatchcase(path, row.pattern)), None)


def is_no_notice(path: str) -> bool:
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in NO_NOTICES)


def test_every_file_is_in_the_table_or_named_as_no_notice():
    assert len(files()) == COUNT
    assert [path for path in files() if row_of(path) is None and not is_no_notice(path)] == []


def test_no_row_of_the_table_is_empty():
    named = {row.pattern for path in files() if (row := row_of(path)) is not None and not is_no_notice(path)}
    assert [row.pattern for row in TABLE if row.pattern not in named] == []


def samples_of(folder: str) -> list[Sample]:
    """Return the notices of a folder in the order in which they come."""
    found = []
    for path in files():
        row = row_of(path)
        if path.startswith(f"{folder}/") and not is_no_notice(path) and row is not None:
            body = (SAMPLES / path).read_bytes()
            found.append(Sample(path, row, body, *_when(body, row.stream, path)))
    return sorted(found, key=lambda one: (one.here, one.row.last, _order(one), one.path))


def _when(body: bytes, stream: str, path: str) -> tuple[Alert | None, datetime]:
    try:
        alert = read(RawNotice(stream=stream, body=body))
    except UnreadableNoticeError:
        return None, LONG_AGO
    if not isinstance(alert, Alert):
        return None, LONG_AGO
    if alert.stream == "chime" and path.endswith(".xml"):
        return alert, (alert.time or alert.issued or LONG_AGO) + seconds(AFTER_CHIME_S)
    if stream == "lvk" or path.endswith(".xml"):
        return alert, (alert.issued or alert.time or LONG_AGO) + seconds(AFTER_VOEVENT_S)
    return alert, (alert.time or alert.issued or LONG_AGO) + seconds(AFTER_JSON_S)


def _order(one: Sample) -> int:
    kinds = ("detection", "subsequent", "update", "retraction")
    return kinds.index(one.found.kind) if one.found is not None and one.found.kind in kinds else 0


class Outcome(NamedTuple):
    """What the relay made of a notice."""

    state: str
    role: str | None
    verdicts: list[dict[str, Any]]
    commands: list[dict[str, Any]]
    level: str | None


def sent(relay: RunningRelay, one: Sample) -> Outcome:
    """Push a notice at its moment, telescopes idle, and return what came of it; who has a dump to make makes it."""
    relay.hand.jump((one.here - relay.hand.now()).total_seconds())
    for telescope, status in (("lwa", {"state": "idle", "moves": "telescope"}), ("dsa", dsa_at(one.here))):
        relay.http.put(f"/{telescope}/status", json=status).raise_for_status()
    pushed = relay.push(one.body, one.row.stream)
    assert pushed.status_code in (200, 201), pushed.text
    notice = relay.settled(pushed.json()["id"])
    if notice["alert"] is None:
        return Outcome(notice["state"], None, [], [], _level(relay, notice["id"]))
    story = relay.http.get(f"/alerts/{notice['alert']}").json()
    verdicts = [verdict for verdict in story["verdicts"] if verdict["notice"] == notice["id"]]
    commands = [relay.http.get(f"/commands/{number}").json() for verdict in verdicts for number in verdict["commands"]]
    for command in commands:
        if command["action"] == "dump":
            carry_out(relay, command["id"])
    return Outcome(notice["state"], story["role"], verdicts, commands, _level(relay, notice["id"]))


def dsa_at(moment: datetime) -> dict[str, Any]:
    """Return DSA-110's status where its dishes stand at declination +55.4 of date (elevation 108.17)."""
    there = meridian.icrs(meridian.sidereal_deg(moment), DSA_DEC_OF_DATE_DEG, moment)
    return {"state": "observing", "pointing": {**there._asdict(), "at": iso_us(moment)}}


def carry_out(relay: RunningRelay, number: int) -> None:
    claimed = relay.http.post(f"/commands/{number}/claim", json={"client": "lwa@tests"}).json()
    for state in ("acting", "done"):
        report = {"fence": claimed["fence"], "state": state}
        relay.http.post(f"/commands/{number}/report", json=report).raise_for_status()


def _level(relay: RunningRelay, notice: int) -> str | None:
    levels = {one["level"] for one in relay.http.get("/messages").json() if one["notice"] == notice}
    return next((level for level in LEVELS if level in levels), None)


def faults(one: Sample, outcome: Outcome) -> Iterator[str]:
    """Say where the outcome is not what the table says."""
    row, verdicts = one.row, outcome.verdicts
    against = [gate["gate"] for verdict in verdicts for gate in verdict["gates"] if failed(gate)]
    summary = " | ".join(verdict["summary"] for verdict in verdicts)
    pairs = [
        ("state", row.state, outcome.state),
        ("role", row.role or outcome.role, outcome.role),
        ("answers", row.answers, answers(verdicts)),
        ("level", row.level, outcome.level),
        ("commands", row.commands, tuple(command["action"] for command in outcome.commands)),
    ]
    yield from (f"{name}: {got!r} instead of {want!r} ({summary})" for name, want, got in pairs if want != got)
    if row.fails and row.fails not in against:
        yield f"{row.fails} does not fail, but {against}"
    said = [summary, *(gate["says"] for verdict in verdicts for gate in verdict["gates"])]
    if not any(row.says in words for words in said):
        yield f"nobody says {row.says!r}: {said}"
    for command in outcome.commands[:1]:
        for name, value in row.args.items():
            if command["args"][name] != pytest.approx(value, abs=0.1):
                yield f"{name}: {command['args'][name]} instead of {value}"
        if row.deadline_s is not None and one.found is not None and one.found.time is not None:
            after_s = (datetime.fromisoformat(command["deadline"]) - one.found.time).total_seconds()
            if after_s != pytest.approx(row.deadline_s, abs=0.1):
                yield f"deadline: {after_s} s after the event instead of {row.deadline_s}"


def answers(verdicts: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return every answer that is more than nothing; if all are nothing, that; if nobody judges it, none."""
    said = tuple(verdict["answer"] for verdict in verdicts)
    return tuple(answer for answer in said if answer != "nothing") or said[:1]


def failed(gate: dict[str, Any]) -> bool:
    return gate["result"] in ("fail", "unknown")


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_real_notice_gives_what_the_table_says(folder: str, tmp_path: Path):
    settings = {"drills": {"from_tests_every_s": 0}}
    with relay_on(tmp_path / "home", HandClock(LONG_AGO), **settings) as relay:
        wrong = [f"{one.path}: {fault}" for one in samples_of(folder) for fault in faults(one, sent(relay, one))]
    assert wrong == [], "\n".join(wrong)
