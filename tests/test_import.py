"""Archives come in as history: each notice with its own time, nothing commanded, nobody told, and the same again."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ovro_alert.console.entrance import ovro_alert
from ovro_alert.notices import NOTICE_LIMIT_BYTES
from ovro_alert.reading.streams import stream_of
from ovro_alert.times import iso, iso_us, seconds
from tests.clocks import NOON
from tests.lvk_notices import lvk_avro, lvk_json, lvk_voevent
from tests.notices import chime_gcn, chime_voevent
from tests.relay import KEY, RunningRelay, wait_for
from tests.samples import SAMPLES, need_samples
from tests.stand_in import KEY as STAND_IN_KEY
from tests.stand_in import StandIn, problem, stand_in  # noqa: F401 - a fixture

THEN = datetime(2025, 3, 1, 7, 30, tzinfo=UTC)
DSA = {"mjds": 60000.5, "dm": 100.0, "snr": 12.0, "ibox": 2, "trigname": "250301aaaa"}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A burst of a repeater on two paths, a superevent, and what is no notice."""
    folder = tmp_path / "archive"
    put(folder / "chime" / "b.xml", chime_voevent(time=THEN, event="chime:41"))
    put(folder / "gcn" / "a.json", chime_gcn(time=THEN, event="chime:41", also={"alert_datetime": iso(THEN)}))
    put(folder / "lvk" / "S250302b.json", lvk_json("S250302b", time=THEN + seconds(86400)))
    put(folder / "README.txt", b"what these are")
    return folder


def put(path: Path, body: bytes, changed: datetime | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    if changed is not None:
        os.utime(path, (changed.timestamp(), changed.timestamp()))
    return path


def brought_in(relay: RunningRelay | StandIn, *words: object) -> Any:
    result = run(relay, "import", *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def run(relay: RunningRelay | StandIn, *words: object) -> Result:
    home = relay.home if isinstance(relay, RunningRelay) else "/nowhere"
    key = KEY if isinstance(relay, RunningRelay) else STAND_IN_KEY
    env = {"RELAY_URL": relay.url, "RELAY_KEY": key, "COLUMNS": "240", "OVRO_ALERT_HOME": str(home)}
    return CliRunner().invoke(ovro_alert, [str(word) for word in words], env=env)


def judged(relay: RunningRelay, number: int) -> list[dict[str, Any]]:
    """Return that many notices, once they have been judged."""
    wait_for(lambda: relay.http.get(f"/notices/{number}").status_code == 200, f"{number} notices")
    return [relay.settled(notice) for notice in range(1, number + 1)]


def test_an_archive_becomes_alerts_with_verdicts_and_nothing_else_and_judge_says_what_would_have_come(relay, archive):
    answer = brought_in(relay, archive)
    assert (answer["found"], answer["new"], answer["known"], answer["refused"]) == (3, 3, 0, [])
    assert [Path(one["file"]).name for one in answer["no_notices"]] == ["README.txt"]
    notices = judged(relay, 3)
    assert all(notice["history"] and notice["state"] == "read" for notice in notices)
    alerts = relay.http.get("/alerts").json()
    assert {alert["event"] for alert in alerts} == {"chime:41", "lvk:S250302b"}
    for alert in alerts:
        story = relay.http.get(f"/alerts/{alert['id']}").json()
        assert story["verdicts"]
        assert (story["commands"], story["messages"]) == ([], [])
    assert relay.http.get("/messages").json() == []
    outcome = json.loads(run(relay, "judge", "--since", "2025-03-01T00:00Z", "--json").stdout)
    assert outcome["history"] == 3
    assert [(one["event"], one["how"]) for one in outcome["differences"]] == [
        ("chime:41", "new"),
        ("lvk:S250302b", "new"),
    ]
    assert {line["action"]: line["now"]["commands"] for line in outcome["lines"]} == {"beam": 1, "dump": 1}


def test_each_has_its_own_time_and_the_first_comes_first(stand_in, archive):  # noqa: F811 - the fixture
    brought_in(stand_in, archive)
    pushed = stand_in.pushed()
    assert [one.query["received"] for one in pushed] == [iso_us(THEN), iso_us(THEN), iso_us(THEN + seconds(86428))]
    assert {(one.query["history"], one.query["path"]) for one in pushed} == {("true", "archive")}
    assert [one.path for one in pushed] == ["/notices/chime", "/notices/gcn", "/notices/lvk"]


def test_the_same_folder_again_changes_nothing_and_what_came_live_stays_live(relay, archive):
    live = relay.push((archive / "chime" / "b.xml").read_bytes()).json()["id"]
    relay.settled(live)
    assert (answer := brought_in(relay, archive))["known"] == 1, answer
    judged(relay, 3)
    alerts = relay.http.get("/alerts").json()
    again = brought_in(relay, archive)
    assert (again["new"], again["known"]) == (0, 3)
    assert relay.http.get("/alerts").json() == alerts
    assert not relay.http.get(f"/notices/{live}").json()["history"]


def test_a_dry_run_says_what_would_come_and_asks_nobody(stand_in, archive):  # noqa: F811 - the fixture
    answer = brought_in(stand_in, archive, "--dry-run")
    assert answer["found"] == 3
    assert "new" not in answer
    shown = run(stand_in, "import", archive, "--dry-run").stdout
    assert "3 notices would be brought in" in shown
    assert "2025-03-02 07:30:28" in shown
    assert stand_in.asked == []


def test_one_that_cannot_be_read_has_the_time_of_its_file_and_is_said(stand_in, tmp_path):  # noqa: F811 - the fixture
    file = put(tmp_path / "broken.xml", chime_voevent(time=THEN, event="chime:41")[:900], NOON)
    (said,) = brought_in(stand_in, file)["remarks"]
    assert "unreadable" in said["why"]
    assert "file's own time" in said["why"]
    (pushed,) = stand_in.pushed()
    assert pushed.query["received"] == iso_us(NOON)


def test_one_whose_event_alone_has_a_time_has_that(stand_in, tmp_path):  # noqa: F811 - the fixture
    brought_in(stand_in, put(tmp_path / "one.json", chime_gcn(time=THEN, event="chime:41", issued=None), NOON))
    assert stand_in.pushed()[0].query["received"] == iso_us(THEN)


def test_the_stream_may_be_said(stand_in, tmp_path):  # noqa: F811 - the fixture
    brought_in(stand_in, put(tmp_path / "note.txt", b"GREX 1 2 3", NOON), "--stream", "grex")
    assert stand_in.pushed()[0].path == "/notices/grex"


def test_what_is_too_large_or_empty_is_no_notice(stand_in, tmp_path):  # noqa: F811 - the fixture
    put(tmp_path / "a" / "huge.json", b"{" * (NOTICE_LIMIT_BYTES + 1))
    put(tmp_path / "a" / "empty.xml", b"")
    answer = brought_in(stand_in, tmp_path / "a")
    assert {Path(one["file"]).name: one["why"] for one in answer["no_notices"]} == {
        "empty.xml": "empty",
        "huge.json": "over 4 MiB: no notice",
    }


def test_a_folder_that_is_not_there_is_said_and_nothing_is_brought_in(stand_in, archive):  # noqa: F811 - the fixture
    answer = run(stand_in, "import", archive, archive / "lvk2")
    assert answer.exit_code == 1
    assert "no such file or folder" in answer.stderr
    assert stand_in.asked == []


def test_what_the_relay_refuses_is_listed_and_the_others_come_in(stand_in, archive):  # noqa: F811 - the fixture
    stand_in.answers = lambda asked: problem(422, detail="no such year") if asked.path.endswith("gcn") else None
    answer = run(stand_in, "import", archive)
    assert answer.exit_code == 1
    assert "no such year" in answer.stdout
    assert "1 of 3 notices were refused" in answer.stderr
    assert len(stand_in.notices) == 2


def test_a_key_without_the_scope_is_told_so_at_once(stand_in, archive):  # noqa: F811 - the fixture
    stand_in.answers = lambda _: problem(403, "wrong-scope", "this needs the scope admin")
    answer = run(stand_in, "import", archive)
    assert answer.exit_code == 1
    assert "admin" in answer.stderr
    assert len(stand_in.pushed()) == 1


# ── which stream ──


@pytest.mark.parametrize(
    ("body", "stream"),
    [
        (chime_voevent(time=NOON), "chime"),
        (chime_voevent(time=NOON)[:900], "chime"),
        (chime_voevent(time=NOON, kind="retraction"), "chime"),
        (b"\xef\xbb\xbf" + chime_gcn(time=NOON), "gcn"),
        (lvk_json(), "lvk"),
        (lvk_json("MS261120a", "RETRACTION"), "lvk"),
        (lvk_avro(), "lvk"),
        (lvk_voevent(), "lvk"),
        (b'<v:VOEvent xmlns:v="x" ivorn="ivo://nasa.gsfc.gcn/Fermi#GBM_Flt_Pos" role="observation"/>', "gcn"),
        (json.dumps(DSA).encode(), "dsa"),
        (json.dumps({"250301aaaa": DSA}).encode(), "dsa"),
        (b'{"schema": "grex-trigger/1", "id": "1"}', "grex"),
        (b'{"schema": "optical-transient/1", "id": "1"}', "optical"),
        (b'{"schema": "flarescope-request/1"}', "flarescope"),
        (b'{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "a schema"}', None),
        (b'{"mission": "of somebody"}', None),
        (b"{truncated", None),
        (b"[1, 2]", None),
        (b"<html/>", None),
        (b"Obj\x01 of another schema", None),
        (b"\x00\xff\xfe", None),
        (b"", None),
    ],
)
def test_the_stream_is_told_from_the_bytes(body, stream):
    assert stream_of(body) == stream


@need_samples
@pytest.mark.parametrize(
    ("pattern", "stream"),
    [
        ("lvk/voevent/*/*.xml", "lvk"),
        ("lvk/kafka/*.json", "lvk"),
        ("lvk/mocks_2026/*/*.xml", "lvk"),
        ("chime/*.xml", "chime"),
        ("gcn/captured_2026/*/*/*", "gcn"),
        ("gcn/voevent/*/*/*.xml", "gcn"),
        ("gcn/schema_examples/**/*.example.json", "gcn"),
        ("lvk/schema/*", None),
        ("gcn/xsd/*.xsd", None),
    ],
)
def test_the_stream_of_real_notices_is_known(pattern, stream):
    found = sorted(SAMPLES.glob(pattern))
    assert found
    assert {stream_of(path.read_bytes()) for path in found} == {stream}
