"""The operator's page says how the journal is saved and brought back: done as it says."""

from __future__ import annotations

import sqlite3

from tests.pages import OPERATING, blocks
from tests.relay import relay_on


def test_a_backup_taken_from_a_running_relay_is_a_journal_that_a_relay_opens(tmp_path):
    """Notices, commands and keys of that moment are there; what came later is not."""
    assert any("VACUUM INTO" in block for block in blocks(OPERATING, "sh"))
    saved = tmp_path / "new" / "journal.sqlite"
    saved.parent.mkdir()
    command = {"action": "test", "deadline": "2026-11-20T13:00:00Z", "reason": "kept in a backup"}
    with relay_on(tmp_path / "old", judging=False) as relay:
        notice = relay.push(b"<before/>").json()["id"]
        number = relay.http.post("/lwa/commands", json=command).json()["id"]
        key = relay.http.post("/keys", json={"name": "observer", "scopes": ["read"]}).json()["key"]
        journal = sqlite3.connect(tmp_path / "old" / "journal.sqlite")
        journal.execute("VACUUM INTO ?", (str(saved),))
        journal.close()
        later = relay.push(b"<later/>").json()["id"]
    with relay_on(saved.parent, judging=False) as relay:
        reader = {"Authorization": f"Bearer {key}"}
        assert relay.http.get(f"/notices/{notice}/raw", headers=reader).content == b"<before/>"
        assert relay.http.get(f"/commands/{number}", headers=reader).json()["reason"] == "kept in a backup"
        assert relay.http.get(f"/notices/{later}", headers=reader).status_code == 404
        assert relay.push(b"<after/>").status_code == 201
