"""POST /lwa/offloaded: a person took the dumps away, and terabytes are counted anew from then on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ovro_alert.commands import Claim, CommandDraft, Report
from ovro_alert.relay.commanding import claiming, making, reporting
from ovro_alert.relay.journal import offloads
from ovro_alert.relay.journal.journal import last_seq
from tests.clocks import NOON
from tests.commanding import relay_without_judge
from tests.entries import written

FILE_TB = 1.0817
"""One file of every pipeline."""


@pytest.fixture
def relay(tmp_path):
    with relay_without_judge(tmp_path / "home") as running:
        yield running


def asked_for(relay, *, duration_s=80.0, role="test"):
    """A dump that waits for its client."""
    draft = CommandDraft(
        telescope="lwa",
        action="dump",
        args={"duration_s": duration_s},
        deadline=relay.clock.now() + timedelta(seconds=60),
        reason="a test",
    )
    return written(relay, lambda txn: making.make(txn, draft, by="a test", role=role, alert_id=None)).id


def told(relay, command, *reports):
    """Its client claims it, tells the telescope, and reports what comes of it."""
    claim = Claim(client="lwa@one")
    fence = written(relay, lambda txn: claiming.claim(txn, command, claim, "rehearsal")).fence
    for state, detail in [("acting", {}), *reports]:
        said = Report(fence=fence, state=state, detail=detail)
        written(relay, lambda txn, said=said: reporting.report(txn, command, said))


def a_dump(relay, *reports, **values):
    """A dump from being asked for to its end."""
    told(relay, asked_for(relay, **values), *reports or [("done", {})])


def offloaded(relay, telescope="lwa", **headers):
    return relay.http.post(f"/{telescope}/offloaded", json={"note": "to the archive"}, headers=headers)


def tb(relay):
    answer = offloaded(relay)
    assert answer.status_code == 200, answer.text
    return answer.json()["tb"]


def test_it_says_who_when_and_how_much_was_counted(relay):
    a_dump(relay)
    assert offloaded(relay).json() == {
        "telescope": "lwa",
        "at": NOON.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "by": "RELAY_KEY",
        "note": "to the archive",
        "tb": pytest.approx(2 * FILE_TB, abs=0.001),
    }


def test_only_what_came_after_the_last_one_counts(relay):
    a_dump(relay)
    assert tb(relay) > 2
    assert tb(relay) == 0
    a_dump(relay, duration_s=41.8)
    assert tb(relay) == pytest.approx(FILE_TB, abs=0.001)


@pytest.mark.parametrize(
    "report",
    [
        ("acting", {"says": "being written"}),
        ("failed", {"outcome": "unknown"}),
        ("failed", {}),
        ("cancelled", {"says": "aborted, full files stay"}),
    ],
)
def test_what_may_have_written_counts_whole(relay, report):
    a_dump(relay, report)
    assert tb(relay) == pytest.approx(2 * FILE_TB, abs=0.001)


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_what_was_not_begun_wrote_nothing(relay, state):
    a_dump(relay, (state, {"outcome": "not begun"}))
    assert tb(relay) == 0


def test_a_dump_counts_from_when_the_telescope_is_told(relay):
    waiting = asked_for(relay)
    assert tb(relay) == 0
    told(relay, waiting)
    assert tb(relay) == pytest.approx(2 * FILE_TB, abs=0.001)


def test_rehearsals_and_observations_are_counted_apart(relay):
    a_dump(relay, role="observation")
    assert tb(relay) == 0


def test_an_offload_in_rehearsal_leaves_the_count_of_observations_alone(relay):
    """Nobody empties disks in a rehearsal."""
    a_dump(relay, role="observation")
    offloaded(relay)
    taken = written(relay, lambda txn: offloads.taken_tb(txn.connection, "lwa", "observation"))
    assert taken == pytest.approx(2 * FILE_TB, abs=0.001)


def test_without_a_body_it_has_no_note(relay):
    assert relay.http.post("/lwa/offloaded").json()["note"] == ""


def test_its_number_in_the_journal_is_not_given_twice(tmp_path):
    """A relay that starts again counts on from it, also if it was the last thing that happened."""
    with relay_without_judge(tmp_path) as relay:
        offloaded(relay)
        before = relay.app.relay.journal.look(last_seq)
    with relay_without_judge(tmp_path) as relay:
        assert relay.app.relay.journal.writer.seq == before == 1


def test_it_needs_a_key_that_opens_everything(relay):
    admin = relay.http.post("/keys", json={"name": "casey", "scopes": ["admin"]}).json()["key"]
    relay.http.headers["Authorization"] = f"Bearer {admin}"
    less = relay.http.post("/keys", json={"name": "client", "scopes": ["follow:lwa", "commands:lwa", "read"]}).json()
    assert offloaded(relay, Authorization="").status_code == 401
    assert offloaded(relay, Authorization=f"Bearer {less['key']}").status_code == 403
    assert offloaded(relay).json()["by"] == "casey"


@pytest.mark.parametrize("telescope", ["dsa", "swift", "sprite", "nowhere"])
def test_only_a_telescope_that_dumps_has_it(relay, telescope):
    assert offloaded(relay, telescope).status_code == 404


def test_what_is_no_note_is_refused_and_counts_on(relay):
    a_dump(relay)
    assert relay.http.post("/lwa/offloaded", json={"note": 7}).status_code == 422
    assert tb(relay) > 2
