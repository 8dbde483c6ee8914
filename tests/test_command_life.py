"""Whatever clients, people and time do to a command, in any order: it is begun at most once, and never late."""

from __future__ import annotations

import contextlib
import tempfile
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ovro_alert.commands import FINAL, NEXT, Claim, Report
from ovro_alert.errors import AlertError, ConflictError, TooLateError
from ovro_alert.relay.commanding import approving, claiming, ending, expiring, reporting
from tests.commanding import Rules

CLIENTS = st.sampled_from(["lwa@one", "lwa@two"])
PEOPLE = st.sampled_from(["carol", "dave"])
ENDS = ["done", "failed", "refused", "cancelled"]


class Life(RuleBasedStateMachine):
    """One command; two clients that keep every fence they ever got and use any of them; two people; the clock."""

    @initialize(proposal=st.sampled_from([False, False, True]), left_s=st.sampled_from([20, 60, 1]))
    def born(self, proposal, left_s):
        self.folder = tempfile.TemporaryDirectory()
        self.rules = Rules(Path(self.folder.name))
        self.command = self.rules.make(left_s=left_s, proposal=proposal)
        self.fences: list[tuple[str, int]] = []
        self.begun: list[int] = []
        self.seq = self.command.seq
        self.state = self.command.state

    def teardown(self):
        if hasattr(self, "rules"):
            self.rules.close()
            self.folder.cleanup()

    @rule(client=CLIENTS)
    def claim(self, client):
        with contextlib.suppress(ConflictError, TooLateError):
            claimed = self.rules.do(claiming.claim, self.command.id, Claim(client=client), "production")
            assert self.rules.clock.now() < self.command.deadline, "claimed after its deadline"
            assert all(claimed.fence > fence for _, fence in self.fences), "a fence that does not grow"
            self.fences.append((client, claimed.fence))

    @rule(data=st.data())
    def act(self, data):
        if not self.fences:
            return
        _, fence = data.draw(st.sampled_from(self.fences))
        was = self.rules.now_is(self.command)
        with contextlib.suppress(ConflictError, TooLateError):
            self.rules.do(reporting.report, self.command.id, Report(fence=fence, state="acting"))
            assert fence == self.fences[-1][1], "an old fence was taken"
            if was.state != "acting":
                assert self.rules.clock.now() < self.command.deadline, "begun after its deadline"
                assert self.rules.clock.now() < was.lease_until, "begun after its lease"
                self.begun.append(fence)

    @rule(data=st.data(), state=st.sampled_from(ENDS))
    def end(self, data, state):
        if self.fences:
            _, fence = data.draw(st.sampled_from(self.fences))
            with contextlib.suppress(ConflictError, TooLateError):
                self.rules.do(reporting.report, self.command.id, Report(fence=fence, state=state))
                assert fence == self.fences[-1][1], "an old fence was taken"

    @rule(by=PEOPLE)
    def approve(self, by):
        with contextlib.suppress(AlertError):
            self.rules.do(approving.approve, self.command.id, by, "")

    @precondition(lambda self: self.begun or self.rules.clock.seconds > 20)
    @rule(by=PEOPLE, decision=st.sampled_from([approving.decline, ending.cancel, ending.close]))
    def decide(self, by, decision):
        with contextlib.suppress(AlertError):
            self.rules.do(decision, self.command.id, by, "")

    @precondition(lambda self: self.begun)
    @rule(stop=st.booleans())
    def withdraw(self, stop):
        self.rules.do(ending.withdraw, self.command.id, "relay", "retracted", stop=stop)

    @rule(seconds=st.sampled_from([0.001, 1, 14.999, 15, 61]))
    def pass_time(self, seconds):
        self.rules.clock.turn(seconds)

    @rule()
    def ring(self):
        self.rules.do(expiring.fall, self.command.id)

    @invariant()
    def it_holds(self):
        if not hasattr(self, "rules"):
            return
        command = self.rules.now_is(self.command)
        assert len(self.begun) <= 1, "begun twice"
        assert command.seq >= self.seq
        if command.state != self.state:
            self.follow_history(command)
        seen = command.seen_at(self.rules.clock.now())
        assert seen.state in {*FINAL, "acting"} or self.rules.clock.now() < command.deadline, "shown open, too late"
        self.seq, self.state = command.seq, command.state

    def follow_history(self, command):
        """Each pair of neighbours in the history is a step that the table of states knows."""
        states = [line.state for line in self.rules.lines(command)]
        assert states[-1] == command.state
        assert command.seq > self.seq, "a change that followers would not see"
        assert all(after == before or after in NEXT[before] for before, after in pairwise(states))


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=150, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
