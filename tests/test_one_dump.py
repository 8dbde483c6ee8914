"""At most one dump for each superevent, ever: the journal itself refuses a second, whoever asks for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from ovro_alert.commands import CommandDraft
from ovro_alert.relay.commanding import ending, expiring, making
from tests.commanding import Rules
from tests.test_journal import Opened

EVENT = "lvk:S230529ay"


@pytest.fixture
def rules(tmp_path):
    room = Rules(tmp_path)
    yield room
    room.close()


def draft(turn, deadline, **values):
    """Return what the scenario asks for."""
    fields = {"telescope": "lwa", "action": "dump", "args": {"duration_s": 861.9}, "reason": "a merger"}
    fields |= {"event": EVENT, "scenario": "lvk_dump", "turn": turn, "deadline": deadline}
    return CommandDraft(**(fields | values))


def dump(rules, turn=1, left_s=60, **values):
    """Ask for a dump; None when there is one."""
    wanted = draft(turn, rules.after(left_s), **values)
    return rules.do(making.make, wanted, by="relay", role="observation", alert_id=None)


def raw_insert(rules, like, event="event"):
    names = [row.name for row in rules.connection.execute(text("PRAGMA table_info(commands)"))]
    rules.connection.rollback()
    copied = {"id": "id + 1000", "turn": "turn + 1000", "state": "'pending'", "event": event}
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(copied.get(name, f'"{name}"') for name in names)
    with rules.connection.begin():
        copy = text(f"INSERT INTO commands ({columns}) SELECT {values} FROM commands WHERE id = :this")
        rules.connection.execute(copy, {"this": like.id})


def test_two_drafts_of_whatever_turn_are_one_dump(rules):
    assert dump(rules, turn=1) is not None
    assert dump(rules, turn=2) is None
    assert dump(rules, turn=1) is None


def test_two_that_are_decided_on_at_the_same_time_are_one_dump(tmp_path):
    """Both in one commit of the relay's own writer, neither knowing of the other."""
    opened = Opened(tmp_path)
    deadline = opened.journal.clock.now() + timedelta(seconds=60)
    drafts = [draft(turn, deadline) for turn in (1, 2)]
    made = opened.all_at_once(
        *(lambda txn, one=one: making.make(txn, one, by="relay", role="observation", alert_id=None) for one in drafts)
    )
    opened.journal.close()
    assert [one is not None for one in made] == [True, False]


def test_nobody_writes_a_second_one_past_the_program(rules):
    first = dump(rules)
    with pytest.raises(IntegrityError):
        raw_insert(rules, first)
    raw_insert(rules, first, event="'lvk:S1a'")


@pytest.mark.parametrize("end", ["refused", "failed"])
def test_one_that_ended_before_it_began_may_be_made_again_and_that_one_stands(rules, end):
    rules.report(rules.claim(dump(rules)), end)
    again = dump(rules, turn=2)
    assert again is not None
    assert not again.begun
    assert dump(rules, turn=3) is None


def test_one_that_expired_may_be_made_again(rules):
    first = dump(rules)
    rules.clock.turn(61)
    rules.do(expiring.fall, first.id)
    assert rules.now_is(first).state == "expired"
    assert dump(rules, turn=2) is not None


@pytest.mark.parametrize("end", ["failed", "done", "cancelled"])
def test_one_that_was_ever_begun_is_the_last(rules, end):
    claimed = rules.claim(dump(rules))
    rules.report(claimed, "acting", until=rules.after(600))
    assert rules.now_is(claimed).begun
    rules.report(claimed, end)
    assert rules.now_is(claimed).begun
    assert dump(rules, turn=2) is None


def test_one_that_was_taken_back_while_it_waited_is_the_last(rules):
    """A superevent that is retracted is not dumped when somebody speaks of it again."""
    rules.do(ending.withdraw, dump(rules).id, "relay", "retracted")
    assert dump(rules, turn=2) is None


def test_other_superevents_other_scenarios_and_people_are_not_concerned(rules):
    dump(rules)
    assert dump(rules, event="lvk:S1a") is not None
    assert dump(rules, scenario="short_grb") is not None
    assert dump(rules, scenario=None, event=None) is not None
    assert dump(rules, scenario=None, event=None) is not None
    assert dump(rules, action="test", args={}) is not None


def test_a_superevent_has_one_drill_for_each_turn(rules):
    assert dump(rules, action="test", args={}) is not None
    assert dump(rules, action="test", args={}) is None
