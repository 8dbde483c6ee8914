"""Notices of one event by many ways, people, clients, time and crashes, in a thousand random orders."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from ovro_alert.relay.commanding import approving, ending
from ovro_alert.times import seconds
from tests.clocks import NOON
from tests.dsa_notices import dsa_t2, dsa_t3
from tests.forms import flarescope_request, grex_trigger, optical_transient
from tests.histories import World
from tests.lvk_notices import lvk_json
from tests.notices import chime_gcn, chime_voevent

pytestmark = pytest.mark.timeout(600)
"""Each quarter of the thousand takes half a minute on a quiet machine."""
WHICH = st.sampled_from([1, 1, 2])
HIGH = {"ra_deg": 95.9, "dec_deg": 83.8}
"""Always up at OVRO."""
SOURCES = st.sampled_from(["FRB 20181226F", "60792403", None])
PEOPLE = st.sampled_from(["carol", "dave"])
DECISIONS = st.sampled_from([approving.approve, approving.decline, ending.cancel, ending.close])
SWITCHES = st.sampled_from(["chime_repeater", "chime_new_repeater", "lvk_dump", "dsa_beam", "lwa", "dsa"])
STATUSES = (
    ("dsa", {"state": "observing", "pointing": {"ra_deg": 10.0, "dec_deg": 55.3}, "detail": {"agents_enabled": True}}),
    ("swift", {"state": "idle", "detail": {"host": "127.0.0.1"}}),
    ("lwa", {"state": "idle"}),
)


class Histories(RuleBasedStateMachine):
    """A few events that are told again and again, retracted, acted on; nothing is ever done twice, late or untold."""

    @initialize()
    def begin(self):
        self.world = World()
        self.first = NOON - seconds(13)
        self.notices = 0
        for name, status in STATUSES:
            self._says(name, status)

    def teardown(self):
        if hasattr(self, "world"):
            try:
                self.world.end()
                self.world.check()
            finally:
                self.world.close()

    def _comes(self, stream, body, path):
        """Keep a notice, and most times decide on it before anything else happens."""
        self.world.receive(stream, body, path)
        self.notices += 1
        if self.notices % 4:
            self.world.decide_all()

    # ── notices ──

    @rule(
        which=WHICH,
        source=SOURCES,
        gcn=st.booleans(),
        axis_deg=st.sampled_from([0.3, 0.9]),
        off_deg=st.sampled_from([0, 0.6]),
    )
    def chime_burst(self, which, source, gcn, axis_deg, off_deg):
        kind = "subsequent" if source else "detection"
        place = {"ra_deg": 95.9, "dec_deg": (43.0 if source == "60792403" else 83.8) - off_deg}
        write = chime_gcn if gcn else chime_voevent
        body = write(
            time=self.first, event=f"chime:{which}", kind=kind, source=source, ra_error_deg=axis_deg,
            dec_error_deg=axis_deg, **place,
        )  # fmt: skip
        self._comes("gcn" if gcn else "chime", body, "gcn-kafka" if gcn else "comet")

    @rule(which=WHICH)
    def chime_retraction(self, which):
        body = chime_gcn(time=self.first, event=f"chime:{which}", kind="retraction")
        self._comes("gcn", body, "gcn-kafka")

    @rule(
        which=WHICH,
        probability=st.sampled_from([0.0, 0.3, 0.99]),
        label=st.sampled_from([None, None, "rfi"]),
        placed=st.booleans(),
    )
    def dsa_discovery(self, which, probability, label, placed):
        place = {"ra": 275.0, "dec": 80.0} if placed else {"ra": 0.0, "dec": 0.0}
        name = f"261120aaa{'ab'[which - 1]}"
        if probability or label:
            body = dsa_t3(time=self.first, name=name, dm=240.1, probability=probability, label=label, **place)
        else:
            body = dsa_t2(time=self.first, name=name, dm=240.1, **place)
        self._comes("dsa", body, "put" if probability else "folder")

    @rule(
        which=WHICH,
        alert_type=st.sampled_from(["PRELIMINARY", "PRELIMINARY", "UPDATE", "RETRACTION"]),
        terrestrial=st.sampled_from([0.0, 0.5]),
    )
    def superevent(self, which, alert_type, terrestrial):
        classes = {"BNS": 1 - terrestrial, "NSBH": 0.0, "BBH": 0.0, "Terrestrial": terrestrial}
        body = lvk_json(
            f"S261120{'ab'[which - 1]}", alert_type, time=self.first, issued=self.world.now, classification=classes
        )
        self._comes("lvk", body, "gcn-kafka")

    @rule(which=WHICH, stations=st.sampled_from([["OVRO"], ["OVRO", "HCRO"]]))
    def galactic_burst(self, which, stations):
        body = grex_trigger(id=f"G{which}", time_utc=self.first, stations=stations)
        self._comes("grex", body, "http")

    @rule(
        which=WHICH,
        mode=st.sampled_from(["power", "voltage"]),
        cancel=st.booleans(),
        duration_s=st.sampled_from([600, 900]),
    )
    def request(self, which, mode, cancel, duration_s):
        body = flarescope_request(
            request_id=f"FS-{which}", start=NOON + seconds(600), mode=mode, cancel=cancel, duration_s=duration_s, **HIGH
        )
        self._comes("flarescope", body, "http")

    @rule(which=WHICH, sure=st.sampled_from([0.9, 0.1]))
    def transient(self, which, sure):
        body = optical_transient(id=f"Z{which}", name=f"AT2026{which}", class_probability=sure, time=self.first, **HIGH)
        self._comes("optical", body, "http")

    # ── the relay, people, clients ──

    @rule()
    def look(self):
        self.world.judge_next()

    @rule()
    def write(self):
        self.world.write_next()

    @rule()
    def decide_all(self):
        self.world.decide_all()

    @rule()
    def restart(self):
        self.world.restart()

    @rule(telescope=st.sampled_from(STATUSES))
    def telescope_speaks(self, telescope):
        self._says(*telescope)

    def _says(self, name, status):
        if "pointing" in status:
            status = status | {"pointing": status["pointing"] | {"at": self.world.now}}
        self.world.say(name, status)

    @rule(name=SWITCHES, state=st.sampled_from(["on", "message-only", "off"]))
    def throw(self, name, state):
        self.world.throw(name, state)

    @rule(data=st.data(), by=PEOPLE, decision=DECISIONS)
    def person_decides(self, data, by, decision):
        self._on_one(data, lambda command: self.world.decide(decision, command, by))

    @rule(data=st.data())
    def approve_what_waits(self, data):
        if proposed := [one for one in self.world.commands() if one.state == "proposed"]:
            self.world.decide(approving.approve, data.draw(st.sampled_from(proposed)), "carol")

    @rule(data=st.data(), client=st.sampled_from(["one", "two"]))
    def claim(self, data, client):
        self._on_one(data, lambda command: self.world.claim(command, client))

    @rule(data=st.data())
    def claim_and_begin(self, data):
        self._on_one(data, self._begin)

    def _begin(self, command):
        self.world.claim(command, "one")
        self.world.report(command, "acting")

    @rule(data=st.data(), state=st.sampled_from(["acting", "acting", "done", "failed", "refused", "cancelled"]))
    def report(self, data, state):
        self._on_one(data, lambda command: self.world.report(command, state))

    def _on_one(self, data, do):
        """Do something to one of the commands, rather to one that has not ended."""
        every = self.world.commands()
        open_ = [command for command in every if not command.final]
        if every:
            do(data.draw(st.sampled_from(open_ * 3 + every)))

    @rule(seconds=st.sampled_from([0.5, 1, 5, 5, 16, 120, 700, 80000]))
    def pass_time(self, seconds):
        self.world.rules.clock.turn(seconds)

    @rule()
    def ring(self):
        self.world.ring()


def of_another_seed(number: int) -> type:
    """Return a quarter of the thousand, with a start of its own: each is a test that can be run alone."""
    machine = seed(number)(type(f"Histories{number}", (Histories,), {}))
    case = machine.TestCase
    case.settings = settings(
        max_examples=250, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )
    return case


TestFirst, TestSecond, TestThird, TestFourth = map(of_another_seed, range(4))
