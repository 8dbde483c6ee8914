"""A digest's figures are those of its window, and what people read of them is short and in order of importance."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from ovro_alert.alerts import Alert
from ovro_alert.commands import Claim, CommandDraft, Report
from ovro_alert.console.entrance import ovro_alert
from ovro_alert.digests import CommandDay, Digest, Line, StreamDay, Use, WhyNot
from ovro_alert.messages import MessageDraft
from ovro_alert.notices import STREAMS
from ovro_alert.relay.commanding import claiming, expiring, making, reporting
from ovro_alert.relay.journal import alerts, messages, notices, posting, verdicts
from ovro_alert.relay.journal.notices import Arrived
from ovro_alert.relay.journal.tables import messages as messages_table
from ovro_alert.relay.journal.windows import Window, written_in
from ovro_alert.telling.words import words
from ovro_alert.verdicts import Gate, Judgement
from tests.clocks import NOON
from tests.commanding import BEAM, Rules, relay_without_judge
from tests.entries import written
from tests.relay import KEY
from tests.tolds import message, told

FILE_TB = 1.0817
"""One file of every pipeline of a dump."""
MORNING = NOON + timedelta(hours=20)
"""When the digest is asked for."""


class Day:
    """A day that is composed, thing by thing, at the hours of its clock."""

    def __init__(self, relay) -> None:
        self.relay = relay

    def at(self, hours: float) -> None:
        """Have it be so many hours after noon."""
        self.relay.hand.jump((NOON + timedelta(hours=hours) - self.relay.hand.now()).total_seconds())

    def notice(self, event="chime:1", *, stream="chime", late_s=10.0, body=b"", history=False, **fields):
        """A notice that came so late after its event, with its alert; the same event again is the same alert."""
        now = self.relay.hand.now()
        values = {"stream": event.partition(":")[0], "event": event, "kind": "detection", "role": "real"}
        values |= {"statement": f"{event}/{fields.get('kind', 'detection')}"}
        if late_s is not None:
            values["time"] = now - timedelta(seconds=late_s)
        alert = Alert(**values | fields)

        def write(txn):
            kept = notices.keep(txn, Arrived(stream, body or f"{event} {now}".encode(), "text/xml", history=history))
            known = alerts.by_statement(txn.connection, alert.statement)
            mine = known or alerts.put(txn, alert, None, retracted=False)
            notices.settle(txn, kept.id, "read", None, mine.id)
            return kept.id, mine.id

        return written(self.relay, write)

    def verdict(self, of, answer, *gates, scenario="chime_repeater"):
        """What a scenario thought of a notice's alert."""
        judged = tuple(Gate(gate=name, result=result, says=name) for name, result in gates)
        judgement = Judgement(scenario=scenario, answer=answer, summary="so", gates=judged)
        written(self.relay, lambda txn: verdicts.add(txn, judgement, of[1], of[0], ()))

    def command(self, action="beam", args=BEAM, *, telescope="lwa", left_s=600.0, proposal=False, event=None):
        draft = CommandDraft(
            telescope=telescope,
            action=action,
            args=args,
            deadline=self.relay.hand.now() + timedelta(seconds=left_s),
            reason="a test",
            event=event,
        )
        made = written(
            self.relay,
            lambda txn: making.make(txn, draft, by="relay", role="test", alert_id=None, proposal=proposal),
        )
        return made.id

    def done(self, command):
        claim = Claim(client="lwa@one", moves="simulator")
        fence = written(self.relay, lambda txn: claiming.claim(txn, command, claim, "rehearsal")).fence
        for state in ("acting", "done"):
            said = Report(fence=fence, state=state)
            written(self.relay, lambda txn, said=said: reporting.report(txn, command, said))

    def status(self, stream, state="connected", **fields):
        assert self.relay.http.put(f"/streams/{stream}/status", json={"state": state, **fields}).status_code == 200

    def message(self, level, scenario=None):
        draft = MessageDraft(subject="verdict", level=level, scenario=scenario)
        return written(self.relay, lambda txn: messages.add(txn, draft)).id

    def digest(self, **query) -> Digest:
        """The digest; of all that has been until now, for a window's end is not in it."""
        self.relay.hand.jump(0.001)
        answer = self.relay.http.get("/digest", params=query)
        assert answer.status_code == 200, answer.text
        return Digest.model_validate(answer.json())

    def stream(self, name="chime", **query) -> StreamDay:
        return next(one for one in self.digest(**query).streams if one.stream == name)


@pytest.fixture
def day(tmp_path):
    with relay_without_judge(tmp_path) as relay:
        yield Day(relay)


# ── what came in ──


def test_notices_and_alerts_are_counted_by_stream_and_lateness_by_the_first_arrival(day):
    """Twenty bursts, 1 s to 20 s late; a second way brings each an hour later and is late by itself."""
    for late_s in range(1, 21):
        day.notice(f"chime:{late_s}", late_s=float(late_s))
    day.at(1)
    for late_s in range(1, 21):
        day.notice(f"chime:{late_s}", stream="gcn")
    chime, gcn = day.stream("chime"), day.stream("gcn")
    assert (chime.notices, chime.alerts, chime.unread, chime.imported) == (20, 20, 0, 0)
    assert (chime.late_p50_s, chime.late_p95_s) == (pytest.approx(10.5, abs=0.01), pytest.approx(19.05, abs=0.01))
    assert (gcn.alerts, gcn.late_p50_s) == (20, pytest.approx(3610.5, abs=0.01))
    assert chime.last_seen == NOON


def test_one_burst_alone_has_its_own_lateness_and_one_without_a_time_none(day):
    day.notice(late_s=13.25)
    day.notice("lvk:S1", stream="lvk", late_s=None)
    day.notice("gecam:1", stream="gcn", late_s=-31.5)
    assert (day.stream("chime").late_p50_s, day.stream("chime").late_p95_s) == (13.25, 13.25)
    assert (day.stream("lvk").alerts, day.stream("lvk").late_p50_s) == (1, None)
    assert day.stream("gcn").late_p95_s == -31.5


def test_the_same_bytes_again_and_the_same_statement_again_add_no_alert(day):
    day.notice(body=b"the same")
    day.at(2)
    written(day.relay, lambda txn: notices.keep(txn, Arrived("chime", b"the same", "text/xml", path="comet-2")))
    day.notice(body=b"in another form")
    chime = day.stream()
    assert (chime.notices, chime.alerts, chime.late_p50_s) == (2, 1, 10.0)


def test_mocks_are_counted_apart_and_archives_not_at_all(day):
    day.notice("lvk:MS1", stream="lvk", role="test")
    day.notice("lvk:S2", stream="lvk")
    old = day.notice("lvk:S3", stream="lvk", late_s=1e7, history=True)
    day.verdict(old, "nothing", ("L1", "fail"))
    lvk = day.stream("lvk")
    assert (lvk.notices, lvk.alerts, lvk.mocks, lvk.imported, lvk.late_p95_s) == (2, 2, 1, 1, 10.0)
    assert (day.digest().mocks, day.digest().why_not) == (1, ())


def test_what_cannot_be_read_is_counted(day):
    for state in ("unreadable", "failed", "ignored"):
        kept = written(day.relay, lambda txn, one=state: notices.keep(txn, Arrived("dsa", one.encode(), "x"))).id
        written(day.relay, lambda txn, one=state, of=kept: notices.settle(txn, of, one, "why", None))
    assert (day.stream("dsa").notices, day.stream("dsa").unread) == (3, 2)


def test_only_what_lies_in_the_window_counts_its_beginning_with_it_and_its_end_not(day):
    for hour in range(6):
        day.at(hour)
        day.notice(f"chime:{hour}")
        day.message("quiet", "chime_repeater")
        day.command()
    since, until = NOON + timedelta(hours=1), NOON + timedelta(hours=4)
    found = day.digest(since=since.isoformat(), until=until.isoformat())
    assert (found.since, found.until) == (since, until)
    assert [one.notices for one in found.streams if one.stream == "chime"] == [3]
    assert [one.alerts for one in found.streams if one.stream == "chime"] == [3]
    assert (found.quiet, [one.made for one in found.commands]) == ({"chime_repeater": 3}, [3])


# ── silence ──


def test_a_stream_is_silent_if_it_is_not_connected_or_its_receiver_is_dumb_or_it_brings_nothing(day):
    day.status("lvk")
    day.notice("grex:1", stream="grex")
    day.at(30)
    day.status("chime")
    day.status("gcn", "gcn-kafka connected, hop silent")
    assert {one.stream: one.silent for one in day.digest().silent} == {
        "lvk": "no word from its receiver since 2026-11-20T12:00:00.000Z",
        "gcn": "gcn-kafka connected, hop silent",
        "grex": "neither notice nor heartbeat since 2026-11-20T12:00:00.000Z",
    }


def test_of_a_past_day_only_a_stream_without_any_word_is_silent(day):
    """Whether it was connected then nobody knows; a stream that has never been there is not missed."""
    day.status("lvk", "disconnected")
    day.at(100)
    day.status("chime", "disconnected")
    until = NOON + timedelta(hours=50)
    assert {one.stream for one in day.digest(until=until.isoformat()).silent} == {"lvk"}


# ── what was asked ──


def test_commands_are_counted_by_what_they_became_and_those_that_were_not_done_are_named(day):
    day.done(day.command())
    late = day.command(left_s=60, event="chime:7")
    day.at(1)
    written(day.relay, lambda txn: expiring.fall(txn, late))
    day.done(day.command("test", {}))
    day.command("test", {}, left_s=9e4)
    found = day.digest()
    assert found.asked == (CommandDay(telescope="lwa", action="beam", made=2, ended={"done": 1, "expired": 1}),)
    assert found.drills == (CommandDay(telescope="lwa", action="test", made=2, ended={"done": 1}),)
    (undone,) = found.undone
    assert (undone.command, undone.state, undone.event) == (late, "expired", "chime:7")
    assert undone.why.startswith("nobody claimed it")


def test_a_command_of_yesterday_that_ends_today_is_today_s_end_and_yesterday_s_beginning(day):
    command = day.command(left_s=9e5)
    day.at(20)
    day.done(command)
    cut = (NOON + timedelta(hours=10)).isoformat()
    yesterday, today = day.digest(until=cut), day.digest(since=cut)
    assert [(one.made, one.ended) for one in yesterday.commands] == [(1, {})]
    assert [(one.made, one.ended) for one in today.commands] == [(0, {"done": 1})]


def test_hours_and_terabytes_are_those_of_beams_and_dumps_and_what_is_left_is_said(day):
    day.done(day.command(args={**BEAM, "duration_s": 1800.0}))
    day.command(args={**BEAM, "duration_s": 900.0, "mode": "power"})
    gone = day.command(left_s=10)
    day.done(day.command("dump", {"duration_s": 80.0}))
    day.at(0.1)
    written(day.relay, lambda txn: expiring.fall(txn, gone))
    found = day.digest()
    (use,) = found.use
    assert (use.telescope, use.beams, use.beam_hours, use.dumps) == ("lwa", 2, 0.75, 1)
    assert use.beam_tb == pytest.approx(1800 * 79e6 / 1e12, rel=0.02)
    assert use.dump_tb == use.on_disks_tb == pytest.approx(2 * FILE_TB, abs=0.001)
    assert found.dumps_at_most_tb == 50
    assert day.relay.http.post("/lwa/offloaded", json={}).status_code == 200
    assert [one.on_disks_tb for one in day.digest().use] == [0]


def test_what_waits_for_a_person_and_what_is_overdue_is_as_of_now(day):
    proposed = day.command("repoint", {"dec_deg": 71.6}, telescope="dsa", left_s=7200, proposal=True, event="chime:9")
    gone = day.command("repoint", {"dec_deg": 22.0}, telescope="dsa", left_s=60, proposal=True)
    acting = day.command()
    claim = Claim(client="lwa@one", moves="simulator")
    fence = written(day.relay, lambda txn: claiming.claim(txn, acting, claim, "rehearsal")).fence
    said = Report(fence=fence, state="acting", until=NOON + timedelta(seconds=30))
    written(day.relay, lambda txn: reporting.report(txn, acting, said))
    day.at(0.1)
    written(day.relay, lambda txn: expiring.fall(txn, acting))
    found = day.digest()
    assert [one.command for one in found.proposals] == [proposed]
    assert gone not in {one.command for one in found.proposals}, "its deadline is over, whoever has noted it"
    assert [one.command for one in found.overdue] == [acting]


# ── why not, what was taken back, what was not told ──


def test_the_gates_that_said_no_most_often_come_first(day):
    for number in range(3):
        of = day.notice(f"chime:{number}")
        day.verdict(of, "message", ("C1", "pass"), ("C5 known", "unknown"), ("C6", "fail"))
    day.verdict(of, "nothing", ("C1", "fail"), ("C5 known", "fail"))
    day.verdict(of, "command", ("C1", "pass"))
    day.verdict(of, "message", ("S1", "pass"), ("S2", "off"), scenario="short_grb")
    day.verdict(of, "failed", scenario="lvk_dump")
    assert day.digest().why_not == (
        WhyNot(scenario="chime_repeater", gate="C5 known", times=3),
        WhyNot(scenario="chime_repeater", gate="C1", times=1),
        WhyNot(scenario="lvk_dump", gate="the scenario broke", times=1),
    )


def test_a_gate_whose_words_look_like_a_result_is_not_taken_for_one(day):
    of = day.notice()
    day.verdict(of, "nothing", ('"result": "fail"', "pass"), ("C2", "fail"))
    assert [one.gate for one in day.digest().why_not] == ["C2"]


def test_events_that_were_taken_back_are_named_once_and_tests_are_not(day):
    day.notice("chime:1")
    day.notice("chime:1", kind="retraction", late_s=None)
    day.notice("chime:1", kind="retraction", statement="chime:1/retraction/2", late_s=None)
    day.notice("lvk:MS1", stream="lvk", kind="retraction", role="test", late_s=None)
    found = day.digest()
    assert (found.retractions, found.retracted) == (1, ("chime:1",))


def test_quiet_words_are_counted_by_what_they_are_of_and_those_that_could_not_be_told(day):
    for scenario in ("lvk_dump", "lvk_dump", "chime_repeater", None):
        day.message("quiet", scenario)
    lost = day.message("loud")
    written(day.relay, lambda txn: posting.give_up(txn, [lost], "Slack says no"))
    found = day.digest()
    assert (found.quiet, found.unsent) == ({"lvk_dump": 2, "chime_repeater": 1, "verdict": 1}, 1)


# ── the doors ──


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2026-11-20T12:00:00Z", "until": "2026-11-20T12:00:00Z"},
        {"since": "2026-11-21T12:00:00Z"},
        {"since": "2026-10-01T12:00:00Z"},
        {"until": "0001-01-01T00:00:00Z"},
        {"since": "yesterday"},
        {"until": "2026-11-20T12:00:00"},
    ],
    ids=["empty", "ahead", "months", "the-first-day", "words", "no-zone"],
)
def test_a_window_that_is_none_or_too_long_is_refused(relay_of_module, query):
    answer = relay_of_module.http.get("/digest", params=query)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def asked(relay, *words_):
    env = {"RELAY_URL": relay.url, "RELAY_KEY": KEY, "COLUMNS": "240", "OVRO_ALERT_HOME": str(relay.home)}
    result = CliRunner().invoke(ovro_alert, ["digest", *words_], env=env)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_line_shows_it_in_tables_or_as_it_was_answered(day):
    day.verdict(day.notice("chime:1", late_s=13.25), "message", ("C3", "fail"))
    day.done(day.command())
    late = day.command(left_s=60)
    day.at(1)
    written(day.relay, lambda txn: expiring.fall(txn, late))
    day.relay.hand.jump(0.5)
    shown = asked(day.relay)
    for said in (
        "from 2026-11-19 13:00:00 to 2026-11-20 13:00:00 UTC",
        "13.25",
        "1 expired",
        "C3",
        "nobody claimed it",
    ):
        assert said in shown
    assert json.loads(asked(day.relay, "--json")) == day.relay.http.get("/digest").json()
    early = asked(day.relay, "--since", "2026-11-19", "--until", "2026-11-20")
    assert "from 2026-11-19 00:00:00 to 2026-11-20 00:00:00 UTC" in early
    assert "no commands" in early


def test_a_window_is_found_by_ids_also_where_some_are_missing_or_none_are_there(tmp_path):
    rules = Rules(tmp_path)
    table = messages_table
    for hour in range(40):
        rules.clock.turn(3600)
        rules.do(messages.add, MessageDraft(subject="trouble", level="quiet", facts={"hour": hour + 1}))
    with rules.connection.begin():
        rules.connection.execute(table.delete().where(table.c.id.in_([1, 2, 7, 8, 9, 20, 39, 40])))
    every = {1, *range(1, 41)} - {1, 2, 7, 8, 9, 20, 39, 40}
    for since, until in [(0, 50), (0, 1), (6.5, 10), (8, 9), (20, 21), (38, 99), (41, 50), (5, 5), (9, 3), (-9, -1)]:
        window = Window(*(NOON + timedelta(hours=hour) for hour in (since, until)))
        with rules.connection.begin():
            these = written_in(rules.connection, table.c.id, table.c.made, window).these
            found = set(rules.connection.scalars(table.select().with_only_columns(table.c.id).where(these)))
        assert found == {hour for hour in every if since <= hour < until}, (since, until)
    with rules.connection.begin():
        rules.connection.execute(table.delete())
        window = Window(NOON, NOON + timedelta(days=9))
        assert written_in(rules.connection, table.c.id, table.c.made, window)[1:] == (0, 0)
    rules.close()


# ── the words ──

SINCE = datetime(2026, 11, 19, 17, tzinfo=UTC)
QUIET_DAY = Digest(since=SINCE, until=SINCE + timedelta(days=1), made=SINCE + timedelta(days=1))


def said(day, **moves):
    facts = {"digest": day.model_dump(mode="json", exclude_defaults=True)}
    one = message(subject="digest", event=None, alert=None, scenario=None, facts=facts)
    return words(told(message=one, alert=None, notice=None, verdict=None, commands=(), moves=moves)).split("\n")


def test_an_empty_day_is_one_line():
    streams = tuple(StreamDay(stream=name) for name in STREAMS)
    first, *footer = said(QUIET_DAY.model_copy(update={"streams": streams, "use": (Use(telescope="lwa"),)}))
    assert first == (
        "REAL  Digest from 2026-11-19 17:00 to 2026-11-20 17:00 UTC: nothing came in, nothing was asked, all is quiet"
    )
    assert footer == ["message 5"]


@pytest.mark.parametrize(
    ("moves", "word"),
    [
        ({}, "REAL"),
        ({"lwa": "simulator"}, "SIMULATED"),
        ({"lwa": "nothing"}, "DRY RUN"),
        ({"lwa": "nothing", "dsa": "simulator"}, "SIMULATED"),
        ({"lwa": "telescope", "dsa": "simulator"}, "REAL"),
    ],
    ids=["nobody", "simulator", "dry-run", "both", "telescope"],
)
def test_the_first_word_says_what_moves(moves, word):
    assert said(QUIET_DAY, **moves)[0].startswith(f"{word}  Digest from ")


def line(number, action="beam", state="expired", why="nobody claimed it", **fields):
    values = {"command": number, "telescope": "lwa", "action": action, "state": state, "why": why}
    return Line(**values | {"deadline": SINCE, "event": f"chime:{number}"} | fields)


ENDED = {"done": 2, "expired": 1}


def full(many: int) -> Digest:
    """A day with as much of everything."""
    return QUIET_DAY.model_copy(
        update={
            "streams": tuple(
                StreamDay(
                    stream=name,
                    notices=many,
                    unread=1,
                    imported=2,
                    alerts=many,
                    mocks=1,
                    late_p50_s=13.2,
                    late_p95_s=180.0,
                    last_seen=SINCE,
                    silent="disconnected",
                )
                for name in STREAMS
            ),
            "commands": (
                *(CommandDay(telescope="lwa", action=f"a{n}", made=3, ended=ENDED) for n in range(many)),
                CommandDay(telescope="lwa", action="test", made=2, ended={"done": 2}),
            ),
            "undone": tuple(line(n) for n in range(many)),
            "why_not": tuple(WhyNot(scenario="chime_repeater", gate=f"C{n}", times=9) for n in range(many)),
            "use": (
                Use(telescope="lwa", beams=3, beam_hours=0.62, beam_tb=0.18, dumps=1, dump_tb=2.16, on_disks_tb=22.7),
            ),
            "dumps_at_most_tb": 50.0,
            "retractions": many,
            "retracted": tuple(f"chime:{n}" for n in range(many)),
            "quiet": {f"scenario{n}": 30 for n in range(many)},
            "unsent": 2,
            "proposals": tuple(line(n, "repoint", "proposed", telescope="dsa") for n in range(many)),
            "overdue": tuple(line(n, state="acting") for n in range(many)),
        }
    )


def test_what_is_wrong_comes_before_what_was_done_and_that_before_what_came():
    text = said(full(1), lwa="simulator")
    assert text[0] == (
        "SIMULATED  Digest from 2026-11-19 17:00 to 2026-11-20 17:00 UTC: 3 commands, 7 notices, 7 alerts "
        "(7 of them tests)"
    )
    assert text[1] == "Overdue, somebody must look: OVRO-LWA beam 0 of chime:0"
    assert text[2] == "Could not be told: 2 messages (ovro-alert messages --state unsent)"
    assert text[3].startswith("Silent: CHIME (disconnected), LVK (disconnected)")
    assert text[4] == "Waiting for a person: DSA-110 repointing 0 of chime:0 until 2026-11-19 17:00:00.0 UTC"
    assert text[5] == "OVRO-LWA a0: 3 made; 2 done, 1 expired"
    assert text[6] == "OVRO-LWA beam 0 of chime:0 expired: nobody claimed it"
    assert text[7] == (
        "Used of OVRO-LWA: 3 beams, 0.6 h, 0.18 TB; 1 dump, 2.2 TB; "
        "on its disks 22.7 TB of 50, 27.3 left until somebody takes them away"
    )
    assert text[8] == (
        "CHIME: 1 notice, 1 could not be read, 2 imported, 1 alert (1 of them tests), "
        "late by 13.2 s (95 %: 180 s), last 2026-11-19 17:00:00.0 UTC"
    )
    assert text[-5:-1] == [
        "Why not: chime_repeater C0 × 9",
        "Drills: OVRO-LWA drill: 2 made; 2 done",
        "Taken back: 1 event: chime:0",
        "Quiet: scenario0 × 30",
    ]


def test_however_much_happened_it_is_25_lines_at_most():
    text = said(full(40))
    assert len(text) <= 25
    assert "and 35 more" in text[1]


def test_nothing_in_it_is_more_than_one_line_of_plain_words():
    evil = "\n*<!channel>*\x1b[31m" + "x" * 5000
    day = full(2).model_copy(
        update={
            "streams": (StreamDay(stream="chime", notices=1, silent=evil),),
            "undone": (line(1, why=evil, event=evil),),
            "why_not": (WhyNot(scenario=evil, gate=evil, times=1),),
            "retracted": (evil,),
        }
    )
    text = "\n".join(said(day))
    assert "\x1b" not in text
    assert len(text) < 3500
    assert len(text.split("\n")) <= 25
