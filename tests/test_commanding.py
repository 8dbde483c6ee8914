"""The rules of a command's life, one by one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ovro_alert.circumstances import Used
from ovro_alert.commands import FINAL, NEXT, Claim, CommandDraft, Report
from ovro_alert.errors import ConflictError, NotFoundError, TooLateError, UnprocessableError, WrongMovesError
from ovro_alert.messages import MessageDraft
from ovro_alert.relay.commanding import approving, claiming, ending, expiring, making, reporting
from ovro_alert.relay.commanding.reporting import DETAIL_BYTES
from ovro_alert.relay.commanding.steps import step
from ovro_alert.relay.journal import budgets, commands, messages, offloads
from ovro_alert.relay.journal.history import Line
from tests.commanding import BEAM, EVENT, SCENARIO, Rules


@pytest.fixture
def rules(tmp_path):
    room = Rules(tmp_path)
    yield room
    room.close()


# ── making ──


def test_a_new_command_waits_for_its_client_and_is_published(rules):
    command = rules.make()
    assert (command.state, command.visible, command.by) == ("pending", rules.clock.now(), "relay")
    assert [change.thing.id for change in rules.published] == [command.id]
    assert [(line.state, line.by, line.why) for line in rules.lines(command)] == [("pending", "relay", "a test")]


def test_a_scenario_makes_a_command_once_for_an_event_whoever_asks_again(rules):
    draft = CommandDraft(
        telescope="lwa", action="beam", args=BEAM, deadline=rules.after(60), reason="r", event=EVENT, scenario=SCENARIO
    )
    first = rules.do(making.make, draft, by="relay", role="observation", alert_id=None)
    again = rules.do(making.make, draft, by="relay", role="observation", alert_id=None)
    other_turn = draft.model_copy(update={"turn": 2})
    replacement = rules.do(making.make, other_turn, by="relay", role="observation", alert_id=None)
    assert again is None
    assert replacement.id != first.id


def test_people_may_ask_for_the_same_thing_as_often_as_they_like(rules):
    assert rules.make(scenario=None, turn=1).id != rules.make(scenario=None, turn=1).id


@pytest.mark.parametrize(("telescope", "action", "args"), [("dsa", "repoint", {"dec_deg": 16.3})])
def test_what_needs_approval_is_proposed_and_not_visible(rules, telescope, action, args):
    command = rules.make(telescope=telescope, action=action, args=args)
    assert (command.state, command.visible) == ("proposed", None)


def test_a_scenario_may_propose_what_alone_would_need_nobody(rules):
    assert rules.make(proposal=True).state == "proposed"


def test_a_persons_proposal_is_told_loudly_and_a_scenarios_with_its_verdict(rules):
    rules.make(telescope="dsa", action="repoint", args={"dec_deg": 16.3})
    assert not rules.messages()
    rules.make(telescope="dsa", action="repoint", args={"dec_deg": 16.3}, scenario=None, by="carol")
    assert [(message.level, message.facts["state"]) for message in rules.messages()] == [("loud", "proposed")]


def test_a_drill_is_always_a_test(rules):
    assert rules.make(action="test", args={}).role == "test"
    assert rules.make().role == "observation"


def test_arguments_are_kept_as_they_were_given(rules):
    assert rules.make(args=BEAM).args == BEAM


@pytest.mark.parametrize(
    "args",
    [
        {**BEAM, "colour": "red"},
        {**BEAM, "dec_deg": 91},
        {**BEAM, "ra_deg": float("nan")},
        {**BEAM, "duration_s": float("inf")},
        {"ra_deg": 1.0, "dec_deg": 2.0},
        {**BEAM, "start": "2026-11-20T12:00:00"},
    ],
)
def test_arguments_that_cannot_be_are_refused_and_named(rules, args):
    with pytest.raises(UnprocessableError, match=r"args\."):
        rules.make(args=args)


def test_an_unknown_action_or_telescope_is_refused(rules):
    with pytest.raises(UnprocessableError, match="knows no 'repoint'; it knows dump, beam, test"):
        rules.make(action="repoint")
    with pytest.raises(NotFoundError):
        rules.make(telescope="vla")


def test_the_moment_of_becoming_visible_is_unique_and_grows_though_the_clock_does_not(rules):
    first, second = rules.make().visible, rules.make().visible
    rules.clock.jump(-3600)
    third = rules.make().visible
    assert first < second < third
    assert third - first == timedelta(microseconds=2)


# ── claiming ──


def test_a_claim_gives_a_fence_and_a_lease_of_fifteen_seconds(rules):
    claimed = rules.claim(rules.make())
    assert (claimed.state, claimed.client, claimed.lease_until) == ("claimed", "lwa@one", rules.after(15))
    assert claimed.fence > 0


def test_the_lease_ends_with_the_deadline_if_that_is_sooner(rules):
    assert rules.claim(rules.make(left_s=4)).lease_until == rules.after(4)


def test_the_same_client_again_gets_a_new_fence_and_the_old_one_is_dead(rules):
    command = rules.make()
    first, second = rules.claim(command), rules.claim(command)
    assert second.fence > first.fence
    with pytest.raises(ConflictError):
        rules.report(first, "acting")
    assert rules.report(second, "acting").state == "acting"


def test_another_client_is_told_that_somebody_has_it(rules):
    command = rules.make()
    rules.claim(command)
    with pytest.raises(ConflictError, match="lwa@one"):
        rules.claim(command, "lwa@two")


def test_after_the_lease_another_client_may_claim_and_the_old_fence_is_dead(rules):
    command = rules.make()
    first = rules.claim(command)
    rules.clock.turn(15)
    second = rules.claim(command, "lwa@two")
    assert second.fence > first.fence
    assert [line.state for line in rules.lines(command)] == ["pending", "claimed", "pending", "claimed"]
    with pytest.raises(ConflictError):
        rules.report(first, "acting")


def test_what_waits_for_approval_or_acts_cannot_be_claimed(rules):
    with pytest.raises(ConflictError):
        rules.claim(rules.make(proposal=True))
    with pytest.raises(ConflictError):
        rules.claim(rules.acting())


def test_nothing_is_claimed_at_its_deadline_whether_the_timer_came_by_or_not(rules):
    command = rules.make(left_s=10)
    rules.clock.turn(10)
    with pytest.raises(TooLateError):
        rules.claim(command)
    rules.do(expiring.fall, command.id)
    with pytest.raises(TooLateError):
        rules.claim(command)


@pytest.mark.parametrize("moves", ["simulator", "nothing"])
def test_in_production_only_the_telescope_may_claim_but_anyone_a_drill(rules, moves):
    asked = Claim(client="lwa@sim", moves=moves)
    beam, drill = rules.make(), rules.make(action="test", args={})
    with pytest.raises(WrongMovesError):
        rules.do(claiming.claim, beam.id, asked, "production")
    assert rules.do(claiming.claim, drill.id, asked, "production").moves == moves
    assert rules.do(claiming.claim, beam.id, asked, "rehearsal").moves == moves


def test_what_was_made_in_rehearsal_moves_no_telescope_after_a_change_to_production(rules):
    draft = CommandDraft(telescope="lwa", action="beam", args=BEAM, deadline=rules.after(60), reason="r")
    rehearsed = rules.do(making.make, draft, by="carol", role="test", alert_id=None)
    with pytest.raises(WrongMovesError, match="made in rehearsal"):
        rules.claim(rehearsed, mode="production")
    assert rules.claim(rehearsed, mode="rehearsal").state == "claimed"


def test_moves_left_out_means_the_telescope(rules):
    assert rules.claim(rules.make()).moves == "telescope"


# ── reporting ──


def test_acting_holds_the_command_beyond_lease_and_deadline(rules):
    claimed = rules.acting(left_s=20)
    rules.clock.turn(30)
    rules.do(expiring.fall, claimed.id)
    assert rules.now_is(claimed).state == "acting"
    with pytest.raises(ConflictError):
        rules.claim(claimed, "lwa@two")


def test_nothing_is_begun_at_its_deadline_though_the_fence_is_good(rules):
    claimed = rules.claim(rules.make(left_s=10))
    rules.clock.turn(10)
    with pytest.raises(TooLateError):
        rules.report(claimed, "acting")


def test_nothing_is_begun_after_the_lease_though_nobody_else_has_claimed(rules):
    claimed = rules.claim(rules.make())
    rules.clock.turn(15)
    for state in ("acting", "refused", "failed", "cancelled"):
        with pytest.raises(ConflictError, match="lease"):
            rules.report(claimed, state)


@pytest.mark.parametrize("fence", [-1, 0, 2, 10**30])
def test_a_wrong_fence_reports_nothing(rules, fence):
    command = rules.make()
    for _ in range(2):
        with pytest.raises(ConflictError):
            rules.do(reporting.report, command.id, Report(fence=fence, state="acting"))
        rules.claim(command)


def test_acting_again_is_progress_its_details_join(rules):
    claimed = rules.acting()
    rules.report(claimed, "acting", detail={"file": "a"})
    command = rules.report(claimed, "acting", detail={"gb": 3}, until=rules.after(900))
    assert (command.detail, command.until) == ({"file": "a", "gb": 3}, rules.after(900))
    assert rules.report(claimed, "acting").until == rules.after(900)


def test_a_client_that_does_not_say_until_when_is_expected_to_speak_again_soon(rules):
    claimed = rules.claim(rules.make())
    assert rules.report(claimed, "acting").until == rules.clock.now()
    rules.clock.turn(30)
    assert rules.report(claimed, "acting").until == rules.clock.now()


def test_the_same_end_again_changes_nothing_and_more_detail_joins(rules):
    claimed = rules.acting()
    done = rules.report(claimed, "done", detail={"gb": 59})
    assert rules.report(claimed, "done", detail={"gb": 59}) == done
    more = rules.report(claimed, "done", detail={"job": "queued"})
    assert more.detail == {"gb": 59, "job": "queued"}
    assert more.seq > done.seq
    assert [line.detail for line in rules.lines(claimed) if line.state == "done"] == [{"gb": 59}, {"job": "queued"}]
    assert len(rules.messages()) == 1


def test_another_end_than_the_first_is_refused(rules):
    claimed = rules.acting()
    rules.report(claimed, "done")
    for state in ("failed", "cancelled", "refused"):
        with pytest.raises(ConflictError):
            rules.report(claimed, state)
    with pytest.raises(TooLateError):
        rules.report(claimed, "acting")


def test_a_claimed_command_may_be_refused_but_not_done(rules):
    claimed = rules.claim(rules.make())
    with pytest.raises(ConflictError):
        rules.report(claimed, "done")
    assert rules.report(claimed, "refused", detail={"says": "disk full"}).state == "refused"
    assert rules.lines(claimed)[-1].why == "disk full"


def test_what_acts_cannot_be_refused_any_more(rules):
    with pytest.raises(ConflictError):
        rules.report(rules.acting(), "refused")


def test_a_client_cannot_fill_the_journal_with_details(rules):
    claimed = rules.acting()
    with pytest.raises(UnprocessableError):
        rules.report(claimed, "acting", detail={"log": "x" * DETAIL_BYTES})


# ── people ──


def test_an_approved_proposal_gets_a_new_number_so_that_followers_hear_of_it(rules):
    old = rules.make(proposal=True)
    newer = rules.make()
    approved = rules.do(approving.approve, old.id, "carol", "")
    assert (approved.state, approved.seq > newer.seq, approved.visible > newer.visible) == ("pending", True, True)
    assert [(line.state, line.by) for line in rules.lines(old)] == [("proposed", "relay"), ("pending", "carol")]
    assert [(message.level, message.facts["by"]) for message in rules.messages()] == [("normal", "carol")]


@pytest.mark.parametrize("rule", [approving.approve, approving.decline])
def test_one_person_decides_and_may_say_so_again(rules, rule):
    command = rules.make(proposal=True)
    first = rules.do(rule, command.id, "carol", "go")
    assert rules.do(rule, command.id, "carol", "go") == first
    other = approving.decline if rule is approving.approve else approving.approve
    for wrong, by in ((rule, "dave"), (other, "dave"), (other, "carol")):
        with pytest.raises(ConflictError, match="by carol"):
            rules.do(wrong, command.id, by, "")


def test_approving_again_is_fine_when_it_has_already_been_done(rules):
    command = rules.make(proposal=True)
    rules.do(approving.approve, command.id, "carol", "")
    claimed = rules.claim(command)
    rules.report(claimed, "acting")
    rules.report(claimed, "done")
    assert rules.do(approving.approve, command.id, "carol", "").state == "done"


@pytest.mark.parametrize("rule", [approving.approve, approving.decline, ending.cancel])
def test_at_the_deadline_nobody_decides_any_more(rules, rule):
    command = rules.make(proposal=True, left_s=10)
    rules.clock.turn(10)
    with pytest.raises(TooLateError):
        rules.do(rule, command.id, "carol", "")
    rules.do(expiring.fall, command.id)
    with pytest.raises(TooLateError):
        rules.do(rule, command.id, "carol", "")


def test_an_approval_one_second_before_the_deadline_counts(rules):
    command = rules.make(proposal=True, left_s=10)
    rules.clock.turn(9)
    assert rules.do(approving.approve, command.id, "carol", "").state == "pending"


def test_what_was_never_proposed_waits_for_nobodys_decision(rules):
    for rule in (approving.approve, approving.decline):
        with pytest.raises(ConflictError, match="nobody's decision"):
            rules.do(rule, rules.make().id, "carol", "")


# ── cancelling, withdrawing, closing ──


@pytest.mark.parametrize("state", ["proposed", "pending", "claimed"])
def test_what_waits_is_cancelled_at_once_and_again_by_the_same_person(rules, state):
    command = rules.make(proposal=state == "proposed")
    claimed = rules.claim(command) if state == "claimed" else None
    cancelled = rules.do(ending.cancel, command.id, "carol", "not today")
    assert (cancelled.state, cancelled.lease_until) == ("cancelled", None)
    assert rules.do(ending.cancel, command.id, "carol", "") == cancelled
    with pytest.raises(ConflictError, match="by carol"):
        rules.do(ending.cancel, command.id, "dave", "")
    if claimed:
        with pytest.raises(TooLateError):
            rules.report(claimed, "acting")


def test_cancelling_what_acts_is_a_wish_with_a_new_number(rules):
    claimed = rules.acting()
    before = rules.now_is(claimed)
    wished = rules.do(ending.cancel, claimed.id, "carol", "fire")
    assert (wished.state, wished.stop.by, wished.stop.why) == ("acting", "carol", "fire")
    assert wished.seq > before.seq
    assert rules.do(ending.cancel, claimed.id, "carol", "").seq == wished.seq
    with pytest.raises(ConflictError):
        rules.do(ending.cancel, claimed.id, "dave", "")
    ended = rules.report(claimed, "cancelled")
    assert ended.state == "cancelled"
    assert rules.do(ending.cancel, claimed.id, "carol", "") == ended


def test_what_ended_otherwise_cannot_be_cancelled(rules):
    claimed = rules.acting()
    rules.report(claimed, "done")
    with pytest.raises(TooLateError):
        rules.do(ending.cancel, claimed.id, "carol", "")


def test_a_scenario_withdraws_what_waits_and_leaves_alone_what_acts_or_ended(rules):
    waiting, acting = rules.make(), rules.acting()
    assert rules.do(ending.withdraw, waiting.id, "relay", "retracted").state == "cancelled"
    assert rules.do(ending.withdraw, waiting.id, "relay", "retracted").state == "cancelled"
    assert rules.do(ending.withdraw, acting.id, "relay", "retracted").stop is None
    assert rules.do(ending.withdraw, acting.id, "relay", "retracted", stop=True).stop.by == "relay"


def test_only_what_is_overdue_can_be_closed_and_its_outcome_is_unknown(rules):
    claimed = rules.acting()
    with pytest.raises(ConflictError):
        rules.do(ending.close, claimed.id, "carol", "")
    rules.clock.turn(660)
    rules.do(expiring.fall, claimed.id)
    closed = rules.do(ending.close, claimed.id, "carol", "")
    assert (closed.state, closed.detail, closed.overdue) == ("failed", {"outcome": "unknown"}, False)
    assert rules.do(ending.close, claimed.id, "carol", "") == closed
    with pytest.raises(TooLateError):
        rules.do(ending.close, claimed.id, "dave", "")
    with pytest.raises(ConflictError):
        rules.report(claimed, "done")


# ── time ──


def test_a_command_that_nobody_claimed_says_that_an_old_client_may_have_acted(rules):
    command = rules.make(left_s=10)
    rules.clock.turn(10)
    rules.do(expiring.fall, command.id)
    assert rules.now_is(command).state == "expired"
    assert "an old client" in rules.lines(command)[-1].why
    assert [(message.level, message.facts["state"]) for message in rules.messages()] == [("loud", "expired")]


@pytest.mark.parametrize(("proposal", "word"), [(True, "nobody approved"), (False, "not begun")])
def test_a_proposal_or_a_claim_that_expires_has_other_words(rules, proposal, word):
    command = rules.make(left_s=10, proposal=proposal)
    if not proposal:
        rules.claim(command)
    rules.clock.turn(10)
    rules.do(expiring.fall, command.id)
    assert rules.now_is(command).state == "expired"
    assert word in rules.lines(command)[-1].why


def test_a_lease_that_ran_out_gives_the_command_a_new_number(rules):
    claimed = rules.claim(rules.make())
    rules.clock.turn(15)
    rules.do(expiring.fall, claimed.id)
    free = rules.now_is(claimed)
    assert (free.state, free.client, free.moves) == ("pending", None, None)
    assert free.seq > claimed.seq


def test_a_silent_client_is_overdue_after_a_minute_and_told_once(rules):
    claimed = rules.acting()
    rules.clock.turn(659)
    rules.do(expiring.fall, claimed.id)
    assert not rules.now_is(claimed).overdue
    for _ in range(3):
        rules.clock.turn(1)
        rules.do(expiring.fall, claimed.id)
    assert rules.now_is(claimed).overdue
    assert [message.level for message in rules.messages()] == ["loud"]
    assert not rules.report(claimed, "acting", until=rules.after(10)).overdue
    rules.clock.turn(70)
    rules.do(expiring.fall, claimed.id)
    assert len(rules.messages()) == 2


def test_an_end_beyond_all_calendars_overdues_nothing(rules):
    claimed = rules.claim(rules.make())
    rules.report(claimed, "acting", until="9999-12-31T23:59:59Z")
    rules.do(expiring.fall, claimed.id)
    assert not rules.now_is(claimed).overdue


# ── the table of states ──


@pytest.mark.parametrize("before", NEXT)
def test_no_step_leads_where_the_table_does_not(rules, before):
    command = rules_command(rules, before)
    held = rules.do(lambda txn: commands.hold(txn.connection, command.id))
    for after in NEXT.keys() - NEXT[before] - {before}:
        with pytest.raises(ConflictError):
            rules.do(step, held, after, Line("test"))


@pytest.mark.parametrize("state", sorted(FINAL))
def test_people_are_told_of_every_end(rules, state):
    command = rules.make(proposal=state == "declined")
    rules_command(rules, state, command)
    loud = state in ("failed", "refused", "expired")
    assert [message.level for message in rules.messages()] == ["loud" if loud else "normal"]


@pytest.mark.parametrize("state", sorted(FINAL - {"declined"}))
def test_a_drill_is_one_step_less_loud(rules, state):
    rules_command(rules, state, rules.make(action="test", args={}))
    loud = state in ("failed", "refused", "expired")
    assert [message.level for message in rules.messages()] == ["normal" if loud else "quiet"]


def test_every_change_is_published_in_the_order_of_its_number(rules):
    claimed = rules.acting()
    rules.report(claimed, "done")
    numbers = [changed.seq for changed in rules.published]
    assert numbers == sorted(numbers)


# ── what the journal is asked ──


def test_drills_of_the_relays_own_are_not_for_old_clients(rules):
    def shown():
        return rules.do(lambda txn: commands.newest_shown(txn.connection, "lwa"))

    beam = rules.make()
    rules.make(action="test", args={})
    assert shown().id == beam.id
    by_hand = rules.make(action="test", args={}, by="carol")
    assert shown().id == by_hand.id


def test_what_occupies_a_beam_is_what_waits_or_acts_or_was_done_lately(rules):
    done, waiting, declined = rules.acting(), rules.make(), rules.make(proposal=True)
    rules.report(done, "done")
    rules.do(approving.decline, declined.id, "carol", "")
    rules.clock.turn(3600)
    acting = rules.acting()

    def running(since_s: float) -> set[int]:
        after = rules.after(-since_s)
        return {one.id for one in rules.do(lambda txn: commands.running(txn.connection, after))}

    assert running(7200) == {done.id, waiting.id, acting.id}
    assert running(1800) == {waiting.id, acting.id}


def test_budgets_count_what_ran_or_may_run(rules):
    rules.acting()
    rules.make(args={**BEAM, "mode": "power", "beam": 5})
    rules.do(approving.decline, rules.make(proposal=True).id, "carol", "")
    rules.do(ending.cancel, rules.make().id, "carol", "")
    rules.make(action="dump", args={"duration_s": 60})
    used = used_since(rules, rules.after(-1))
    assert (used.beams, used.beam_hours, round(used.beam_tb, 4)) == (2, pytest.approx(1200 / 3600), 0.0474)
    assert used_since(rules, rules.after(-1), "test") == Used(), "a rehearsal has its own"
    rules.clock.turn(86400)
    assert used_since(rules, rules.after(-1)) == Used(dump_tb=used.dump_tb), "disks are emptied by people alone"


def test_a_session_that_was_taken_back_while_the_telescope_had_it_scheduled_took_nothing(rules):
    for outcome in ({"outcome": "not begun"}, {}):
        acting = rules.acting()
        rules.do(ending.cancel, acting.id, "carol", "")
        rules.report(acting, "cancelled", detail=outcome)
    assert used_since(rules, rules.after(-1)).beams == 1, "one that had begun took its time"


def used_since(rules: Rules, since, role: str = "observation") -> Used:
    return rules.do(lambda txn: budgets.used(txn.connection, "lwa", since, role))


def test_dumps_of_a_day_and_what_they_take_are_counted_apart_from_beams(rules):
    """One that waits takes its room on the disks as well; one that ended before it began took nothing."""
    dump = {"action": "dump", "args": {"duration_s": 80.0}}
    rules.make(**dump)
    rules.acting(**dump)
    rules.report(rules.claim(rules.make(**dump)), "refused")
    rules.do(ending.cancel, rules.make(**dump).id, "carol", "")
    used = used_since(rules, rules.after(-1))
    assert (used.beams, used.dumps, used.dump_tb) == (0, 2, pytest.approx(4 * 1.0817, abs=0.001))


def test_an_offload_frees_what_was_written_and_not_what_still_waits(rules):
    dump = {"action": "dump", "args": {"duration_s": 40.0}}
    rules.report(rules.acting(**dump), "done")
    rules.make(**dump)
    rules.do(offloads.record, "lwa", "observation", "carol", "")
    used = used_since(rules, rules.after(-1))
    assert (used.dumps, used.dump_tb) == (2, pytest.approx(1.0817, abs=0.001))


def test_who_was_told_of_an_event_is_known_by_scenario_and_loudness(rules):
    """Sent or not; the quiet words, other events and what no scenario said are not counted."""

    def tell(level, scenario="lvk_dump", event="lvk:S1a"):
        draft = MessageDraft(subject="verdict", level=level, scenario=scenario, event=event)
        rules.do(messages.add, draft)

    def told():
        return rules.do(lambda txn: messages.told_of(txn.connection, "lvk:S1a"))

    tell("quiet")
    tell("loud", event="lvk:S1b")
    tell("loud", scenario=None)
    assert told() == {}
    tell("normal")
    tell("normal", scenario="short_grb")
    assert told() == {"lvk_dump": "normal", "short_grb": "normal"}
    tell("loud")
    tell("normal")
    assert told() == {"lvk_dump": "loud", "short_grb": "normal"}


def rules_command(rules: Rules, state: str, command=None):
    """Bring a command to that state by the shortest way."""
    command = command or rules.make(proposal=state in ("proposed", "declined"))
    if state in ("claimed", "acting", "done", "failed", "refused"):
        claimed = rules.claim(command)
        if state in ("acting", "done"):
            rules.report(claimed, "acting")
        if state in ("done", "failed", "refused"):
            rules.report(claimed, state)
    elif state == "declined":
        rules.do(approving.decline, command.id, "carol", "")
    elif state == "cancelled":
        rules.do(ending.cancel, command.id, "carol", "")
    elif state == "expired":
        rules.clock.turn(60)
        rules.do(expiring.fall, command.id)
    assert rules.now_is(command).state == state
    return command
