"""The loop of a telescope client beside a real relay: begun at most once, in time, and ended truthfully."""

from __future__ import annotations

import errno
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ovro_alert.commands import Command
from ovro_alert.doors import Progress
from ovro_alert.errors import RelayAwayError, RelayRefusedError, TelescopeFailedError
from ovro_alert.telescopes.simulated.faults import Faults
from ovro_alert.telescopes.simulated.lwa import SimulatedLwa
from ovro_alert.times import iso, parse_utc
from tests.lwa_commands import BURST, DM, DOWN, STOP
from tests.relay import relay_on
from tests.telescope_clients import Bench, Client, Died, Life, bench, read

__all__ = ["bench"]


class Trick:
    """A door that does something else first, once; all else is the simulator's."""

    def __init__(self, door: SimulatedLwa, **tricks: Any) -> None:
        self._door = door
        self._tricks = tricks

    def __getattr__(self, name: str) -> Any:
        trick = self._tricks.pop(name, None)
        if trick is None:
            return getattr(self._door, name)

        def tricked(*args: Any) -> Any:
            trick()
            return getattr(self._door, name)(*args)

        return tricked


def tricky(bench: Bench, **tricks: Any) -> Client:
    """Return a client whose telescope plays such tricks."""
    return bench.client(door=Trick(SimulatedLwa(bench.home / "a" / "record.jsonl"), **tricks))


def states(bench: Bench, number: int) -> list[str]:
    """Every state that a command went through, once each time."""
    history = [change["state"] for change in bench.command(number)["history"]]
    return [state for state, before in zip(history, [None, *history], strict=False) if state != before]


def failing(error: BaseException) -> Any:
    def fail() -> None:
        raise error

    return fail


# ── the straight way ──


def test_a_beam_is_claimed_begun_watched_and_reported_with_what_it_caught(bench: Bench) -> None:
    sweep = {"stop": iso(STOP), "time_inf": iso(BURST), "dm_pc_cm3": DM, "duration_s": 751}
    number, client = bench.ask(**sweep), bench.client()
    client.step()
    assert bench.state(number) == "acting"
    client.step()
    assert parse_utc(bench.command(number)["until"]) == parse_utc(iso(STOP))
    client.live(24, 4)
    assert bench.command(number)["detail"]["says"] == "SIMULATED: beam 1 records"
    client.live(800, 20)
    command = bench.command(number)
    assert states(bench, number) == ["pending", "claimed", "acting", "done"]
    assert command["moves"] == "simulator"
    assert command["client"].startswith("lwa@")
    detail = command["detail"]
    assert detail["says"].startswith("SIMULATED: recorded ")
    assert detail["off"] == iso(STOP)
    assert detail["lead_s"] == 18
    assert detail["caught"] == 1.0
    assert detail["gb"] == pytest.approx(57.7, abs=0.1)
    assert "/lustre/ubuntu/beam01/" in detail["file"]
    assert bench.told(number) == 1


def test_what_the_telescope_refuses_is_refused_before_anything_acts(bench: Bench) -> None:
    number, client = bench.ask(**DOWN), bench.client()
    client.live(2)
    assert states(bench, number) == ["pending", "claimed", "refused"]
    assert "elevation -" in bench.command(number)["detail"]["says"]
    assert bench.told(number) == 0


def test_the_loop_goes_on_while_a_beam_runs(bench: Bench) -> None:
    beam, client = bench.ask(duration_s=300), bench.client()
    client.live(20)
    dump, drill = bench.ask("dump", duration_s=60), bench.ask("test")
    client.live(5)
    assert [bench.state(number) for number in (beam, dump, drill)] == ["acting", "acting", "done"]


def test_of_two_that_want_the_same_beam_the_more_urgent_gets_it(bench: Bench) -> None:
    low, high = bench.ask(priority=40), bench.ask(priority=70)
    client = bench.client()
    client.live(3)
    assert bench.state(high) == "acting"
    assert bench.state(low) == "refused"
    assert f"taken by command {high}" in bench.command(low)["detail"]["says"]


def test_a_start_far_ahead_is_claimed_at_once_and_a_nearer_one_just_in_time(bench: Bench) -> None:
    far = bench.ask(start=bench.at(400), duration_s=30, within_s=390)
    near = bench.ask(start=bench.at(60), duration_s=30)
    client = bench.client()
    client.live(2)
    assert bench.state(far) == "acting"
    assert bench.state(near) == "pending"
    client.live(39)
    assert bench.state(near) == "pending"
    client.live(3)
    assert bench.state(near) == "acting"
    client.live(440, 10)
    assert [bench.state(number) for number in (far, near)] == ["done", "done"]
    for number in (far, near):
        assert states(bench, number) == ["pending", "claimed", "acting", "done"]
    assert parse_utc(bench.command(near)["detail"]["on"]) - parse_utc(bench.command(near)["args"]["start"]) <= (
        timedelta(seconds=1)
    )


def test_progress_is_reported_and_not_more_often_than_it_is_worth(bench: Bench) -> None:
    number, client = bench.ask("dump", duration_s=861.9, within_s=300), bench.client()
    client.live(720, 4)
    history = bench.command(number)["history"]
    assert bench.state(number) == "done"
    assert 20 <= len(history) <= 28
    assert bench.command(number)["detail"]["files"] == 21


# ── several clients ──


def test_two_clients_at_once_begin_each_command_once_between_them(bench: Bench) -> None:
    numbers = [bench.ask("test") for _ in range(6)]
    first, second = bench.client("a"), bench.client("b")
    for _ in range(3):
        for name in ("hearing", "beginning", "running", "reports"):
            first.step(name)
            second.step(name)
        bench.hand.turn(1)
    for number in numbers:
        assert bench.told(number, "a") + bench.told(number, "b") == 1
        assert bench.state(number) == "done"


def test_a_lease_that_ran_out_on_the_way_gives_no_leave_and_the_next_claim_does(bench: Bench) -> None:
    number = bench.ask(within_s=300)
    client = tricky(bench, refusal=lambda: bench.hand.turn(16))
    client.step("hearing", "beginning")
    assert bench.told(number) == 0
    client.live(90)
    assert states(bench, number) == ["pending", "claimed", "pending", "claimed", "acting", "done"]
    assert bench.told(number) == 1


def test_an_old_fence_gives_no_leave(bench: Bench) -> None:
    """Somebody with our name claimed in between: its fence counts, ours does not."""
    number = bench.ask()

    def claim_again() -> None:
        name = bench.command(number)["client"]
        claimed = bench.relay.http.post(f"/commands/{number}/claim", json={"client": name, "moves": "simulator"})
        assert claimed.status_code == 200

    client = tricky(bench, refusal=claim_again)
    client.live(3)
    assert bench.told(number) == 0
    assert bench.state(number) == "claimed"


def test_what_was_claimed_when_the_client_died_is_claimed_again_at_once(bench: Bench) -> None:
    """Within the lease: the relay knows the client by its ledger, and gives it a new fence."""
    number = bench.ask()
    client = tricky(bench, refusal=failing(Died()))
    with pytest.raises(Died):
        client.step()
    client.die()
    assert bench.state(number) == "claimed"
    bench.hand.turn(1)
    bench.client().step()
    assert states(bench, number) == ["pending", "claimed", "acting"]
    assert bench.told(number) == 1


def test_leave_from_a_life_before_is_used_or_returned_as_failed(bench: Bench, monkeypatch: Any) -> None:
    """It died with the relay's leave and before it touched anything: on return the telescope is asked once more."""
    used, returned = bench.ask(duration_s=20), bench.ask(duration_s=20, beam=1)
    client = bench.client()
    monkeypatch.setattr(client.ledger, "beginning", lambda *_: failing(Died())())
    for _ in range(2):
        with pytest.raises(Died):
            client.step()
    client.die()
    assert [bench.state(number) for number in (used, returned)] == ["acting", "acting"]
    client = bench.client()
    client.live(60, 5)
    assert bench.state(used) == "done"
    assert bench.state(returned) == "failed"
    detail = bench.command(returned)["detail"]
    assert detail["outcome"] == "not begun"
    assert f"taken by command {used}" in detail["says"]
    assert (bench.told(used), bench.told(returned)) == (1, 0)


# ── the deadline ──


def test_a_deadline_that_passed_on_the_way_gives_no_leave(bench: Bench) -> None:
    number = bench.ask(within_s=5)
    client = tricky(bench, refusal=lambda: bench.hand.turn(5.1))
    client.live(3)
    assert bench.told(number) == 0
    assert bench.state(number) == "expired"


def test_leave_that_came_in_time_is_no_leave_when_the_ledger_was_slow(bench: Bench, monkeypatch: Any) -> None:
    number, client = bench.ask(within_s=5), bench.client()
    beginning = client.ledger.beginning

    def slow(*args: Any) -> None:
        beginning(*args)
        bench.hand.turn(5.1)

    monkeypatch.setattr(client.ledger, "beginning", slow)
    client.live(3)
    assert bench.told(number) == 0
    assert states(bench, number) == ["pending", "claimed", "acting", "failed"]
    assert "not begun: its deadline came first" in bench.command(number)["detail"]["says"]


def test_seconds_left_are_counted_from_the_question_not_from_the_answer(bench: Bench, monkeypatch: Any) -> None:
    """An answer that was eight seconds on its way has eight seconds less to give."""
    number, client = bench.ask(within_s=7), bench.client()
    report = client.line.report

    def late(*args: Any) -> Any:
        answer = report(*args)
        bench.hand.turn(8)
        return answer

    monkeypatch.setattr(client.line, "report", late)
    client.live(2)
    assert bench.told(number) == 0
    assert bench.command(number)["detail"]["outcome"] == "not begun"


@pytest.mark.parametrize("off_s", [-10.0, 10.0, 86400.0])
def test_a_client_whose_clock_is_off_goes_by_the_relay_s(bench: Bench, off_s: float) -> None:
    number = bench.ask(stop=bench.at(100), duration_s=100, within_s=8)
    client = bench.client(off_s=off_s)
    bench.hand.turn(5)
    client.live(120, 5)
    detail = bench.command(number)["detail"]
    assert bench.state(number) == "done"
    assert parse_utc(detail["on"]) == parse_utc(bench.command(number)["made"]) + timedelta(seconds=23)
    assert parse_utc(detail["off"]) == parse_utc(bench.command(number)["args"]["stop"])
    assert len([word for word in client.told if "clock" in word]) == 1
    status = bench.relay.http.get("/lwa/status").json()
    assert status["detail"]["clock_ahead_s"] == pytest.approx(off_s, abs=0.1)


# ── the relay is away ──


def test_while_the_relay_is_away_the_telescope_goes_on_and_the_report_is_kept(bench: Bench) -> None:
    number, client = bench.ask(), bench.client()
    client.live(5)
    client.line.cut = True
    client.live(100, 5)
    assert bench.state(number) == "acting"
    assert [line["step"] for line in bench.record()] == ["told", "on", "off"]
    assert len(client.told) == 1
    assert "has not reached the relay for 6" in client.told[0]
    client.line.cut = False
    client.live(4)
    assert bench.state(number) == "done"
    assert "reaches the relay again" in client.told[1]


def test_a_report_outlives_the_client_that_could_not_give_it(bench: Bench) -> None:
    number, client = bench.ask(), bench.client()
    client.live(5)
    client.line.cut = True
    client.live(100, 5)
    client.die()
    client = bench.client()
    client.step("reports")
    assert bench.state(number) == "done"
    assert bench.told(number) == 1


def test_a_relay_that_is_away_at_the_start_is_waited_for(bench: Bench) -> None:
    number, client = bench.ask("test"), bench.client()
    client.line.cut = True
    client.live(20, 5)
    client.line.cut = False
    client.live(3)
    assert bench.state(number) == "done"


def test_a_relay_that_is_away_for_59_s_is_nobody_s_business(bench: Bench) -> None:
    client = bench.client()
    client.line.cut = True
    client.live(55, 5)
    client.line.cut = False
    client.live(3)
    assert client.told == []


def test_no_leave_until_the_deadline_is_no_leave(bench: Bench, monkeypatch: Any) -> None:
    number, client = bench.ask(within_s=12), bench.client()
    monkeypatch.setattr(client.line, "report", lambda *_: failing(RelayAwayError("away"))())
    client.step("hearing", "beginning")
    assert bench.told(number) == 0
    monkeypatch.undo()
    client.live(3)
    assert bench.told(number) == 0
    assert bench.state(number) == "expired"


@pytest.mark.parametrize("lost", ["claim", "acting", "done"])
def test_an_answer_that_was_lost_is_asked_for_again_and_nothing_is_done_twice(
    bench: Bench, monkeypatch: Any, lost: str
) -> None:
    number, client = bench.ask("test"), bench.client()
    claim, report = client.line.claim, client.line.report
    losses = [lost]

    def lossy_claim(*args: Any) -> Any:
        answer = claim(*args)
        if losses == ["claim"]:
            losses.clear()
            raise RelayAwayError("the answer was lost")
        return answer

    def lossy_report(number: int, said: Any) -> Any:
        answer = report(number, said)
        if losses == [said.state]:
            losses.clear()
            raise RelayAwayError("the answer was lost")
        return answer

    monkeypatch.setattr(client.line, "claim", lossy_claim)
    monkeypatch.setattr(client.line, "report", lossy_report)
    client.live(6)
    assert losses == []
    assert bench.state(number) == "done"
    assert bench.told(number) == 1


def test_a_report_that_the_relay_refuses_for_good_is_told_and_not_repeated(bench: Bench, monkeypatch: Any) -> None:
    number, client = bench.ask("test"), bench.client()
    report, refusals = client.line.report, []

    def refuse(number: int, said: Any) -> Any:
        if said.state == "done":
            refusals.append(number)
            raise RelayRefusedError("422")
        return report(number, said)

    monkeypatch.setattr(client.line, "report", refuse)
    client.live(5)
    assert refusals == [number]
    assert len(client.told) == 1


def test_another_journal_is_begun_anew_and_its_command_1_is_another(bench: Bench, tmp_path: Path) -> None:
    for _ in range(3):
        bench.ask("test")
    client = bench.client()
    client.live(3)
    assert bench.told(1) == 1
    bench.hand.turn(10)
    with relay_on(tmp_path / "new", clock=bench.hand, judging=False) as other:
        bench.relay, old = other, bench.relay
        client.line._relay.url = other.url
        number = bench.ask("test")
        client.live(5)
        assert number == 1
        assert bench.state(1) == "done"
        assert bench.told(1) == 2
        bench.relay = old


# ── stop ──


def test_a_cancel_before_the_claim_leaves_nothing_to_do(bench: Bench) -> None:
    number, client = bench.ask(start=bench.at(60)), bench.client()
    client.live(2)
    bench.cancel(number)
    client.live(60, 4)
    assert bench.state(number) == "cancelled"
    assert bench.told(number) == 0


def test_a_cancel_between_claim_and_leave_gives_no_leave(bench: Bench) -> None:
    number = bench.ask()
    client = tricky(bench, refusal=lambda: bench.cancel(number))
    client.live(3)
    assert bench.state(number) == "cancelled"
    assert bench.told(number) == 0


def test_a_beam_that_waits_is_taken_back(bench: Bench) -> None:
    number, client = bench.ask(), bench.client()
    client.live(5)
    bench.cancel(number)
    client.live(2)
    assert bench.state(number) == "cancelled"
    assert [line["step"] for line in bench.record()] == ["told", "cancelled"]


def test_a_beam_that_runs_cannot_be_stopped_and_that_is_said(bench: Bench) -> None:
    number, client = bench.ask(), bench.client()
    client.live(30, 5)
    bench.cancel(number)
    client.live(3)
    command = bench.command(number)
    assert command["state"] == "acting"
    assert "cannot be stopped" in command["detail"]["stop"]
    client.live(60, 10)
    assert bench.state(number) == "done"
    assert "cannot be stopped" in bench.command(number)["detail"]["stop"]


def test_a_dump_is_aborted_and_its_files_stay(bench: Bench) -> None:
    number, client = bench.ask("dump", duration_s=861.9), bench.client()
    client.live(354, 6)
    bench.cancel(number)
    client.live(3)
    assert bench.state(number) == "cancelled"
    assert bench.command(number)["detail"]["files"] == 10


def test_a_wish_to_stop_that_comes_while_it_is_begun_is_not_lost(bench: Bench) -> None:
    number = bench.ask("dump", duration_s=400)
    client: Client | None = None

    def cancel_and_hear() -> None:
        assert client is not None
        bench.cancel(number)
        client.step("hearing")

    client = tricky(bench, begin=cancel_and_hear)
    client.live(3)
    assert bench.state(number) == "cancelled"
    assert bench.told(number) == 1


def test_a_beam_that_somebody_cancelled_before_the_telescope_was_told_is_not_begun(bench: Bench) -> None:
    """It died with the relay's leave in its hand; while it was away a person took the command back."""
    number = bench.ask(duration_s=15)
    first = bench.client(life=Life(3))
    with pytest.raises(Died):
        first.step("hearing", "beginning")
    first.die()
    assert (bench.state(number), bench.told(number)) == ("acting", 0)
    bench.cancel(number)
    bench.client().live(5)
    command = bench.command(number)
    assert (command["state"], bench.told(number)) == ("cancelled", 0)
    assert "not begun" in command["detail"]["says"]


def test_a_stop_that_the_telescope_does_not_answer_is_tried_three_times(bench: Bench, monkeypatch: Any) -> None:
    number, client = bench.ask("dump", duration_s=861.9), bench.client()
    client.live(3)
    tries: list[Any] = []

    def fail(command: Command, now: datetime) -> Progress:
        tries.append(now)
        raise TelescopeFailedError("no answer in 10 s")

    monkeypatch.setattr(client.door, "stop", fail)
    bench.cancel(number)
    client.live(740, 20)
    assert len(tries) == 3
    assert bench.state(number) == "done"


# ── a telescope that is not well ──


def test_an_error_before_anything_is_touched_is_a_failure_with_its_reason(bench: Bench) -> None:
    number = bench.ask()
    client = tricky(bench, refusal=failing(OSError("etcd: connection refused")))
    client.live(3)
    assert bench.state(number) == "failed"
    detail = bench.command(number)["detail"]
    assert (detail["outcome"], bench.told(number)) == ("not begun", 0)
    assert "etcd: connection refused" in detail["says"]


def test_an_error_while_it_is_told_leaves_it_to_the_telescope_to_say(bench: Bench) -> None:
    number = bench.ask()
    client = tricky(bench, begin=failing(TelescopeFailedError("no answer in 10 s")))
    client.live(3)
    assert bench.state(number) == "failed"
    detail = bench.command(number)["detail"]
    assert detail["outcome"] == "not begun"
    assert "no answer in 10 s" in detail["says"]


def test_an_error_after_it_was_told_is_no_end_if_the_telescope_acts(bench: Bench, monkeypatch: Any) -> None:
    number, client = bench.ask(), bench.client()
    begin = client.door.begin

    def break_after(*args: Any) -> Any:
        begin(*args)
        raise TelescopeFailedError("the answer was lost")

    monkeypatch.setattr(client.door, "begin", break_after)
    client.live(3)
    assert bench.state(number) == "acting"
    client.live(90, 5)
    assert bench.state(number) == "done"
    assert bench.told(number) == 1


def test_what_nobody_can_find_out_is_failed_unknown_and_told_and_never_tried_again(bench: Bench) -> None:
    number, client = bench.ask(), bench.client()
    client.live(5)
    client.die()
    client = bench.client(faults=Faults(forgets=True))
    client.live(3)
    assert bench.state(number) == "failed"
    assert bench.command(number)["detail"]["outcome"] == "unknown"
    assert any(f"command {number}" in word and "not tried again" in word for word in client.told)
    client.live(200, 10)
    assert bench.told(number) == 1


def test_a_telescope_that_falls_silent_is_waited_for_and_then_unknown(bench: Bench, monkeypatch: Any) -> None:
    number, client = bench.ask(), bench.client()
    client.live(5)

    def silent(*_: Any) -> Any:
        raise TelescopeFailedError("no answer in 10 s")

    monkeypatch.setattr(client.door, "progress", silent)
    client.live(100, 5)
    assert bench.state(number) == "acting"
    assert "does not answer" in bench.command(number)["detail"]["says"]
    client.live(300, 10)
    assert bench.command(number)["detail"]["outcome"] == "unknown"
    assert client.told


def test_a_telescope_that_comes_back_ends_it_well(bench: Bench, monkeypatch: Any) -> None:
    number, client = bench.ask(), bench.client()
    client.live(5)
    monkeypatch.setattr(client.door, "progress", lambda *_: failing(TelescopeFailedError("no answer"))())
    client.live(100, 5)
    monkeypatch.undo()
    client.live(3)
    assert bench.state(number) == "done"


def test_a_door_that_answers_rubbish_does_not_hold_up_the_others(bench: Bench, monkeypatch: Any) -> None:
    beam, client = bench.ask(), bench.client()
    client.live(2)
    progress = client.door.progress

    def rubbish(command: Command, now: datetime) -> Any:
        return "rubbish" if command.id == beam else progress(command, now)

    monkeypatch.setattr(client.door, "progress", rubbish)
    dump = bench.ask("dump", duration_s=60)
    client.live(60, 5)
    assert bench.state(dump) == "done"
    assert bench.state(beam) == "acting"
    client.live(400, 10)
    assert bench.command(beam)["detail"]["outcome"] == "unknown"


def test_a_run_that_ends_with_the_calendar_does_not_hold_up_the_others(bench: Bench, monkeypatch: Any) -> None:
    """The telescope says that it will be over in the year 9999: the others are watched all the same."""
    endless, client = bench.ask(), bench.client()
    client.live(2)
    progress = client.door.progress

    def far(command: Command, now: datetime) -> Any:
        until = parse_utc("9999-12-31T23:59:59Z")
        return Progress("acting", until, {}) if command.id == endless else progress(command, now)

    monkeypatch.setattr(client.door, "progress", far)
    dump = bench.ask("dump", duration_s=60)
    client.live(60, 5)
    assert (bench.state(endless), bench.state(dump)) == ("acting", "done")


def test_the_status_says_unavailable_when_the_telescope_cannot_be_asked(bench: Bench) -> None:
    client = tricky(bench, status=failing(OSError("no etcd")))
    client.step("status")
    status = bench.relay.http.get("/lwa/status").json()
    assert (status["state"], status["moves"]) == ("unavailable", "simulator")
    assert "no etcd" in status["detail"]["says"]
    client.step("status")
    assert bench.relay.http.get("/lwa/status").json()["state"] == "idle"


# ── a client that is not well ──


@pytest.mark.parametrize("line", ["claimed", "beginning", "ended", "closed"])
def test_a_ledger_on_a_full_disk_begins_nothing_and_loses_no_end(bench: Bench, monkeypatch: Any, line: str) -> None:
    number, client = bench.ask("test"), bench.client()

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(client.ledger, line, full)
    client.live(5)
    if line in ("claimed", "beginning"):
        assert bench.state(number) == "failed"
        assert bench.told(number) == 0
        assert "No space left" in bench.command(number)["detail"]["says"]
    else:
        assert bench.state(number) == "done"
        assert bench.told(number) == 1
    monkeypatch.undo()
    client.die()
    bench.client().live(5)
    assert bench.told(number) <= 1


def test_a_lost_ledger_is_told_and_nothing_is_begun_again(bench: Bench) -> None:
    number, client = bench.ask(), bench.client()
    client.live(5)
    client.die()
    path = bench.home / "a" / "ledger.jsonl"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    client = bench.client()
    client.live(100, 5)
    assert bench.state(number) == "acting"
    assert bench.told(number) == 1
    assert any("its ledger does not know it" in word for word in client.told)


def test_a_journal_from_a_backup_has_nothing_begun_again(bench: Bench, monkeypatch: Any) -> None:
    """The relay gives what it has forgotten to have given: the ledger has not forgotten."""
    number, client = bench.ask(within_s=300), bench.client()
    key = Command.model_validate(bench.command(number)).key
    client.ledger.claimed(key, number, 1)
    client.ledger.beginning(key, number, "before the backup")
    client.live(5)
    assert bench.told(number) == 0
    assert states(bench, number) == ["pending", "claimed", "failed"]
    assert bench.command(number)["detail"]["outcome"] == "begun before"


def test_the_end_is_said_again_to_a_relay_that_has_forgotten_it(bench: Bench) -> None:
    number, client = bench.ask("test"), bench.client()
    client.step("hearing", "beginning")
    key = Command.model_validate(bench.command(number)).key
    client.ledger.closed(key, number, "taken")
    client.die()
    assert bench.state(number) == "acting"
    bench.client().live(3)
    assert bench.state(number) == "done"
    assert bench.told(number) == 1


def test_a_command_that_cannot_be_considered_does_not_hold_up_the_next(bench: Bench, monkeypatch: Any) -> None:
    first, second = bench.ask("test"), bench.ask("test")
    client = bench.client()
    take = type(client.ledger).entry

    def broken(ledger: Any, key: str) -> Any:
        if key.startswith(f"{first}@"):
            raise RuntimeError("broken")
        return take(ledger, key)

    monkeypatch.setattr(type(client.ledger), "entry", broken)
    client.live(5)
    assert bench.state(second) == "done"
    assert client.told


def test_in_production_a_simulator_gets_drills_only(tmp_path: Path) -> None:
    with relay_on(tmp_path / "relay", judging=False, mode="production") as relay:
        bench = Bench(relay, tmp_path)
        beam, drill = bench.ask(), bench.ask("test")
        client = bench.client()
        client.live(3)
        assert bench.state(beam) == "pending"
        assert bench.state(drill) == "done"
        assert "moves simulator" in client.told[0]
        bench.close()


# ── a dry run ──


def test_a_dry_run_does_drills_and_says_once_what_it_would_have_done_with_the_rest(bench: Bench) -> None:
    drill, beam, down = bench.ask("test"), bench.ask(target="FRB 20180916B"), bench.ask(beam=2)
    client = bench.dry()
    client.live(5)
    client.die()
    bench.dry().live(5)
    assert [bench.state(number) for number in (drill, beam, down)] == ["done", "pending", "pending"]
    assert bench.command(drill)["detail"]["says"].startswith("DRY RUN")
    would = [line for line in read(bench.home / "dry" / "ledger.jsonl") if line.get("step") == "would"]
    assert [line["id"] for line in would] == [beam, down]
    assert would[0]["says"].startswith(
        "DRY RUN: would have done this: voltage beam 1 at RA 180.000 Dec +60.000 (FRB 20180916B), on 2026-11-20 12:00:1"
    )
    assert would[1]["says"] == "DRY RUN: would have refused beam: beam 2 has no voltage recorder: only beam 1 has"


def test_a_dry_run_beside_the_real_client_gets_in_nobody_s_way(bench: Bench) -> None:
    real, dry = bench.client(), bench.dry()
    real.step()
    dry.step()
    number = bench.ask()
    for _ in range(20):
        real.step()
        dry.step()
        bench.hand.turn(5)
    assert bench.state(number) == "done"
    assert bench.told(number) == 1
    assert len([line for line in read(bench.home / "dry" / "ledger.jsonl") if line.get("step") == "would"]) == 1
    assert bench.relay.http.get("/lwa/status").json()["moves"] == "simulator"


def test_a_dry_run_alone_describes_itself(bench: Bench) -> None:
    dry = bench.dry()
    dry.step("status")
    assert bench.relay.http.get("/lwa/status").json()["moves"] == "nothing"
    dry.step("status")
    bench.client().step("status")
    assert bench.relay.http.get("/lwa/status").json()["moves"] == "simulator"


# ── the status ──


def test_the_status_says_what_the_telescope_does_and_until_when(bench: Bench) -> None:
    client = bench.client(speed=60)
    client.step("status")
    assert bench.relay.http.get("/lwa/status").json()["state"] == "idle"
    bench.ask(duration_s=600)
    client.step()
    client.step()
    status = bench.relay.http.get("/lwa/status").json()
    assert status["state"] == "observing"
    assert parse_utc(status["until"]) == bench.hand.now() + timedelta(seconds=618 / 60)
    assert status["schedule"][0]["beam"] == 1
    assert status["detail"]["says"] == "SIMULATED, 60 times faster than the sky: OVRO-LWA"
