"""The journal: one writer, many callers; on disk before anyone hears of it."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text

from ovro_alert.errors import CannotStartError, ConflictError, JournalFullError
from ovro_alert.nouns import Noun
from ovro_alert.relay.journal import notices
from ovro_alert.relay.journal.journal import Journal
from ovro_alert.relay.journal.notices import Arrived
from ovro_alert.relay.journal.opening import migrate, writing_engine
from ovro_alert.relay.journal.tables import metadata, switches
from ovro_alert.relay.journal.unjudged import unjudged
from ovro_alert.relay.journal.writer import Changed, Txn
from tests.clocks import HandClock


class Opened:
    """A journal on a path, and what it has published."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "journal.sqlite"
        self.published: list[Changed] = []
        self.journal = Journal(self.path, HandClock(), self.published.extend)

    def all_at_once(self, *jobs):
        """Hand the writer all jobs before it looks, so that they share a commit; return outcomes and errors."""

        async def run():
            writes = [asyncio.ensure_future(self.journal.write(job)) for job in jobs]
            return await asyncio.gather(*writes, return_exceptions=True)

        return asyncio.run(run())

    def switch_names(self) -> set[str]:
        return set(self.journal.look(lambda connection: connection.scalars(select(switches.c.name)).all()))


@pytest.fixture
def opened(tmp_path: Path):
    one = Opened(tmp_path)
    yield one
    one.journal.close()


def put(name: str, *, fail: bool = False):
    def job(txn: Txn) -> int:
        seq = txn.next_seq()
        values = {"name": name, "seq": seq, "state": "off", "why": "", "by": "test", "since": txn.now}
        txn.connection.execute(insert(switches).values(**values))
        txn.changed("status", Noun(), seq)
        if fail:
            raise ConflictError(f"{name} fails after it has written")
        return seq

    return job


def test_one_callers_failure_is_its_own(opened):
    """What a failing job has written is undone, it alone hears of it, and its neighbours are on disk."""
    first, failed, last = opened.all_at_once(put("first"), put("failed", fail=True), put("last"))
    assert isinstance(failed, ConflictError)
    assert opened.switch_names() == {"first", "last"}
    assert [changed.seq for changed in opened.published] == [first, last]


def test_the_journal_number_grows_in_commit_order_and_over_restarts(tmp_path):
    one = Opened(tmp_path)
    before = one.all_at_once(put("a"), put("b"), put("c"))
    one.journal.close()
    again = Opened(tmp_path)
    (after,) = again.all_at_once(put("d"))
    again.journal.close()
    assert before == sorted(before)
    assert after > before[-1]


def test_a_statement_that_breaks_a_rule_of_the_schema_fails_alone(opened):
    outcomes = opened.all_at_once(put("one"), put("one"), put("two"))
    assert [isinstance(outcome, Exception) for outcome in outcomes] == [False, True, False]
    assert opened.switch_names() == {"one", "two"}


def test_on_a_full_disk_nothing_is_half_written_and_room_heals_it(opened):
    """507 for whoever asked while it was full; the same again is kept as soon as there is room."""
    engine = opened.journal.writer.engine
    body = b"x" * 200_000

    def keep(txn: Txn):
        return notices.keep(txn, Arrived("chime", body, "application/xml"))

    def pages(limit: int):
        return lambda txn: txn.connection.execute(text(f"PRAGMA max_page_count = {limit}")).scalar()

    assert engine.url.database == str(opened.path)
    opened.all_at_once(pages(1))  # as small as it already is
    (error,) = opened.all_at_once(keep)
    assert isinstance(error, JournalFullError)
    assert opened.journal.look(unjudged) == ((), ())
    opened.all_at_once(pages(1_000_000))
    (kept,) = opened.all_at_once(keep)
    assert opened.journal.look(lambda connection: notices.body(connection, kept.id))[1] == body


def test_commits_are_synced_and_the_log_is_written_ahead(opened):
    def pragmas(txn: Txn):
        ask = txn.connection.exec_driver_sql
        return (
            ask("PRAGMA synchronous").scalar(),
            ask("PRAGMA journal_mode").scalar(),
            ask("PRAGMA foreign_keys").scalar(),
        )

    full = 2
    assert opened.all_at_once(pragmas) == [(full, "wal", 1)]


def test_readers_cannot_write(opened):
    with pytest.raises(Exception, match="readonly"):
        opened.journal.look(lambda connection: connection.exec_driver_sql("DELETE FROM switches"))


def test_the_migrations_alone_make_the_schema_that_queries_expect(tmp_path):
    engine = writing_engine(tmp_path / "journal.sqlite")
    migrate(engine, tmp_path / "journal.sqlite")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_file_that_is_no_journal_is_one_clear_line(tmp_path):
    (tmp_path / "journal.sqlite").write_bytes(b"not a database, by far" * 100)
    with pytest.raises(CannotStartError, match="cannot be opened"):
        Opened(tmp_path)


def test_a_journal_of_a_newer_program_is_one_clear_line(tmp_path):
    Opened(tmp_path).journal.close()
    with sqlite3.connect(tmp_path / "journal.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(CannotStartError, match="another version"):
        Opened(tmp_path)


def test_the_same_bytes_again_are_one_notice_with_two_arrivals(opened):
    def keep(path: str):
        return lambda txn: notices.keep(txn, Arrived("chime", b"<VOEvent/>", "application/xml", None, path))

    first, second = opened.all_at_once(keep("comet"), keep("gcn-kafka"))
    notice = opened.journal.look(lambda connection: notices.find(connection, first.id))
    assert (first.id, first.duplicate, second.duplicate) == (second.id, False, True)
    assert [arrival.path for arrival in notice.arrivals] == ["comet", "gcn-kafka"]


def test_the_same_bytes_on_another_stream_are_another_notice(opened):
    def keep(stream: str):
        return lambda txn: notices.keep(txn, Arrived(stream, b"{}", "application/json"))

    first, second = opened.all_at_once(keep("gcn"), keep("lvk"))
    assert first.id != second.id
