"""A journal that an older program has written: brought up to date at the start, and everything in it still readable."""

from __future__ import annotations

import sqlite3

import pytest
from alembic import command
from alembic.config import Config

from ovro_alert.relay.journal import alerts, commands, history, notices, offloads, verdicts
from ovro_alert.relay.journal.opening import MIGRATIONS, writing_engine
from tests.test_journal import Opened

FIRST = """
INSERT INTO alerts VALUES (1, 2, 'chime', 'chime:217097677', 'chime:217097677/detection', 'detection', 'real',
    '2026-11-20T11:59:46.876544Z', 95.9, 83.8, 'FRB20181226F', 'ivo://x/y#z', NULL, 0, '2026-11-20T12:00:00.000001Z',
    '{"stream": "chime", "event": "chime:217097677", "statement": "chime:217097677/detection", "kind": "detection",
      "role": "real", "time": "2026-11-20T11:59:46.876544Z", "ra_deg": 95.9, "dec_deg": 83.8, "dm_pc_cm3": 240.1}');
INSERT INTO notices (id, seq, stream, sha256, content_type, size_bytes, state, why, history, alert_id, path, received,
    kept, doubles, body) VALUES (1, 6, 'chime', 'aa', 'application/xml', 10, 'read', NULL, 0, 1, 'comet',
    '2026-11-20T11:59:59.5Z', '2026-11-20T12:00:00.000000Z', 1, X'3c564f4576656e742f3e');
INSERT INTO arrivals VALUES (1, 1, 'gcn-kafka', '2026-11-20T12:00:40.000000Z', '2026-11-20T12:00:40.100000Z');
INSERT INTO verdicts VALUES (1, 3, 1, 1, 'chime_repeater', 'command', 'a beam',
    '[{"gate": "C1 kind", "value": null, "limit": null, "unit": "", "result": "pass", "says": "detection"}]', '[1]',
    '{"caught": 1.0}', '2026-11-20T12:00:00.000001Z');
INSERT INTO commands (id, seq, telescope, action, args, role, state, priority, deadline, reason, event, alert_id,
    scenario, turn, made, visible, "by", fence, overdue, detail) VALUES (1, 4, 'lwa', 'beam',
    '{"ra_deg": 95.9, "dec_deg": 83.8, "duration_s": 522.0}', 'test', 'pending', 70, '2026-11-20T12:05:00.000000Z',
    'a burst', 'chime:217097677', 1, 'chime_repeater', 1, '2026-11-20T12:00:00.000001Z',
    '2026-11-20T12:00:00.000001Z', 'relay', 0, 0, '{}');
INSERT INTO history VALUES (5, 1, '2026-11-20T12:00:00.000001Z', 'pending', 'relay', 'a burst', '{}');
"""
ENDED = """
INSERT INTO commands (id, seq, telescope, action, args, role, state, priority, deadline, reason, turn, made, "by",
    fence, overdue, detail) VALUES ({number}, {number}, 'lwa', 'dump', '{{"duration_s": 40.0}}', 'test', '{state}', 90,
    '2026-11-20T12:05:00.000000Z', 'a person asks', 1, '2026-11-20T12:00:00.000001Z', 'carol', 1, 0, '{{}}');
INSERT INTO history VALUES ({number}, {number}, '2026-11-20T12:00:01.000000Z', '{before}', 'lwa@one', '', '{{}}');
"""
EMPTIED = """
INSERT INTO offloads VALUES (1, 900, 'lwa', '2026-11-20T12:10:00.000000Z', 'carol', 'said in rehearsal or not');
"""


@pytest.fixture
def first_version(tmp_path):
    """A journal as the first version of the program would have left it, with a burst, its beam and a second arrival."""
    path = tmp_path / "journal.sqlite"
    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    with writing_engine(path).connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.commit()
    with sqlite3.connect(path) as connection:
        connection.executescript(FIRST)
    return tmp_path


def test_a_journal_of_the_first_version_is_brought_up_to_date_with_all_that_is_in_it(first_version):
    opened = Opened(first_version)
    try:
        look = opened.journal.look
        (alert,) = look(lambda connection: alerts.of_event(connection, "chime:217097677"))
        (notice,) = look(lambda connection: notices.of_alert(connection, alert.id))
        (verdict,) = look(lambda connection: verdicts.of_alert(connection, alert.id))
        (beam,) = look(lambda connection: commands.of_event(connection, alert.event))
        (line,) = look(lambda connection: history.of(connection, beam.id))
        assert (alert.dm_pc_cm3, alert.time.microsecond) == (240.1, 876544)
        assert [arrival.path for arrival in notice.arrivals] == ["comet", "gcn-kafka"]
        assert (verdict.commands, verdict.gates[0].gate) == ((1,), "C1 kind")
        assert (beam.state, beam.args["duration_s"], line.state) == ("pending", 522.0, "pending")
        assert opened.journal.writer.seq == 6
    finally:
        opened.journal.close()


def dump(folder):
    with sqlite3.connect(folder / "journal.sqlite") as connection:
        return list(connection.iterdump())


def test_bringing_it_up_to_date_twice_changes_nothing(first_version):
    Opened(first_version).journal.close()
    before = dump(first_version)
    Opened(first_version).journal.close()
    assert dump(first_version) == before


def test_what_had_begun_is_known_from_its_history(first_version):
    ends = [
        ("done", "acting"),
        ("failed", "acting"),
        ("failed", "claimed"),
        ("refused", "claimed"),
        ("acting", "acting"),
    ]
    with sqlite3.connect(first_version / "journal.sqlite") as connection:
        for number, (state, before) in enumerate(ends, start=100):
            connection.executescript(ENDED.format(number=number, state=state, before=before))
    opened = Opened(first_version)
    try:
        every = [opened.journal.look(lambda connection, n=n: commands.find(connection, n)) for n in range(100, 105)]
        assert [one.begun for one in every] == [True, True, False, False, True]
    finally:
        opened.journal.close()


def test_an_offload_of_before_counts_for_observations_and_rehearsals(first_version):
    with sqlite3.connect(first_version / "journal.sqlite") as connection:
        connection.executescript(ENDED.format(number=100, state="done", before="acting") + EMPTIED)
    opened = Opened(first_version)
    try:
        taken = [
            opened.journal.look(lambda connection, role=role: offloads.taken_tb(connection, "lwa", role))
            for role in ("test", "observation")
        ]
        assert taken == [0.0, 0.0]
    finally:
        opened.journal.close()
