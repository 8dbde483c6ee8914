"""The command line: it teaches, it asks the relay, and what goes wrong is one line that says what to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from ovro_alert.actions import TELESCOPES
from ovro_alert.client import RelayClient
from ovro_alert.commands import Report
from ovro_alert.console.entrance import FAMILIES, PLACES, ovro_alert
from ovro_alert.console.plain import plain
from ovro_alert.settings import PREFIX, ROOT
from ovro_alert.statuses import StreamStatus
from ovro_alert.times import SystemClock, iso_us
from tests.notices import chime_gcn, chime_voevent
from tests.relay import KEY, RunningRelay, relay_on
from tests.stand_in import KEY as STAND_IN_KEY
from tests.stand_in import Asked, Says, StandIn, problem, stand_in  # noqa: F401 - a fixture

Ask = Callable[..., Result]
NASTY = "[bold]x[/bold] \x1b[31mred\x1b[0m \x07 \u202eback :smile:"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    """One relay for all tests of this file; each uses events and commands of its own."""
    with relay_on(tmp_path_factory.mktemp("console"), SystemClock()) as running:
        yield running


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for word in list(os.environ):
        if word.startswith(PREFIX) or word in ("RELAY_URL", "RELAY_KEY", "SLACK_TOKEN"):
            monkeypatch.delenv(word)


def asking(url: str, key: str) -> Ask:
    def ask(*words: object, status: int = 0, given: bytes | None = None) -> Result:
        env = {"RELAY_URL": url, "RELAY_KEY": key, "COLUMNS": "240"}
        result = CliRunner().invoke(ovro_alert, [str(word) for word in words], env=env, input=given)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == status, result.output
        return result

    return ask


@pytest.fixture
def ask(house: RunningRelay) -> Ask:
    return asking(house.url, KEY)


@pytest.fixture
def ask_stand_in(stand_in: StandIn) -> Ask:  # noqa: F811 - the fixture
    return asking(stand_in.url, STAND_IN_KEY)


@pytest.fixture
def lwa(house: RunningRelay) -> RelayClient:
    return RelayClient(house.url, lambda: KEY, SystemClock())


def in_(length_s: float) -> str:
    return iso_us(datetime.now(UTC) + timedelta(seconds=length_s))


def sent(ask: Ask, *words: object) -> dict[str, Any]:
    return json.loads(ask("send", *words, "--reason", "a test", "--json").stdout)


def a_beam(ask: Ask, **more: object) -> dict[str, Any]:
    extra = [word for name, value in more.items() for word in (f"--{name}", value)]
    return sent(ask, "lwa", "beam", "--ra-deg", 10, "--dec-deg", -3.5, "--duration-s", 60, "--within", 60, *extra)


def every_command() -> Iterator[tuple[str, ...]]:
    def below(command: click.Command, *names: str) -> Iterator[tuple[str, ...]]:
        yield names
        if isinstance(command, click.Group):
            for name in command.list_commands(click.Context(command)):
                inner = command.get_command(click.Context(command), name)
                assert inner is not None
                yield from below(inner, *names, name)

    return below(ovro_alert)


# ── it teaches ──


@pytest.mark.parametrize("names", list(every_command()), ids=" ".join)
def test_help_teaches_with_an_example_at_each_level(names: tuple[str, ...]) -> None:
    result = CliRunner().invoke(ovro_alert, [*names, "--help"], prog_name="ovro-alert")
    assert result.exit_code == 0
    if names != ("demo",):
        example = " ".join(("ovro-alert", *names))
        assert "Example" in result.output
        assert example in result.output.partition("Example")[2], "an example that can be copied"


def test_each_command_is_in_one_family() -> None:
    assert len(PLACES) == sum(len(places) for places in FAMILIES.values())


def test_help_is_there_without_loading_what_commands_need() -> None:
    """The list of commands is data: neither tables nor HTTP nor the sky is loaded to show it."""
    code = (
        "import sys\nfrom ovro_alert.console.entrance import ovro_alert\n"
        "try: ovro_alert(['--help'])\n"
        "except SystemExit: print(sorted({'rich', 'requests', 'numpy', 'sqlalchemy'} & set(sys.modules)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert found.stdout.strip().endswith("[]")


def test_python_dash_m_is_called_ovro_alert() -> None:
    words = [sys.executable, "-m", "ovro_alert", "--help"]
    found = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert found.stdout.startswith("Usage: ovro-alert ")


def test_each_action_of_each_telescope_can_be_sent() -> None:
    """The table of telescopes is data: an action that is added there is on the command line."""
    commands = set(every_command())
    assert {
        ("send", name, action) for name, telescope in TELESCOPES.items() for action in telescope.actions
    } <= commands


def test_send_shows_units_and_limits() -> None:
    result = CliRunner().invoke(ovro_alert, ["send", "lwa", "beam", "--help"])
    assert "degrees ≥ 0 and < 360" in result.output
    assert "seconds on the source; > 0 and ≤ 43200" in result.output
    assert "pc/cm³" in result.output


# ── asking and telling ──


def test_send_makes_a_command_that_can_be_shown_with_its_history(ask: Ask) -> None:
    made = a_beam(ask, target="[b]a target[/b]")
    assert made["state"] == "pending"
    assert made["args"] == {"ra_deg": 10.0, "dec_deg": -3.5, "duration_s": 60.0, "target": "[b]a target[/b]"}
    shown = ask("command", made["id"]).output
    assert "[b]a target[/b]" in shown
    assert "a test" in shown
    assert "pending" in shown
    assert json.loads(ask("command", made["id"], "--json").stdout)["history"][0]["state"] == "pending"


def test_upcoming_lists_what_is_open_soonest_first(ask: Ask) -> None:
    later = a_beam(ask, start=in_(3000))
    sooner = a_beam(ask, start=in_(1000))
    output = ask("commands", "--upcoming", "--telescope", "lwa").output
    rows = [line.split()[0] for line in output.splitlines() if line.split()]
    assert rows.index(str(sooner["id"])) < rows.index(str(later["id"]))
    numbers = [one["id"] for one in json.loads(ask("commands", "--state", "open", "--json").stdout)]
    assert {later["id"], sooner["id"]} <= set(numbers)


def test_newest_commands_are_listed_not_the_oldest(ask: Ask) -> None:
    made = [sent(ask, "sprite", "test", "--within", 60)["id"] for _ in range(3)]
    listed = json.loads(ask("commands", "--telescope", "sprite", "--limit", 2, "--json").stdout)
    assert [one["id"] for one in listed] == made[1:]
    after = json.loads(ask("commands", "--telescope", "sprite", "--after", made[0], "--limit", 1, "--json").stdout)
    assert [one["id"] for one in after] == [made[1]]


def test_same_word_again_makes_no_second_command(ask: Ask) -> None:
    words = ("lwa", "dump", "--duration-s", 60, "--deadline", in_(60), "--idempotency-key", "once")
    assert sent(ask, *words)["id"] == sent(ask, *words)["id"]


def test_proposal_is_approved(ask: Ask) -> None:
    made = sent(ask, "dsa", "repoint", "--dec-deg", 16.3, "--within", 60)
    assert made["state"] == "proposed"
    assert f"command {made['id']} (dsa repoint) is now pending" in ask("approve", made["id"], "--note", "fine").output
    assert "fine" in ask("command", made["id"]).output


def test_proposal_is_declined_and_then_cannot_be_approved(ask: Ask) -> None:
    made = sent(ask, "dsa", "repoint", "--dec-deg", 16.3, "--within", 60)
    assert "is now declined" in ask("decline", made["id"], "--note", "wind").output
    assert "ovro-alert command ID" in ask("approve", made["id"], status=1).stderr


def test_command_is_cancelled(ask: Ask) -> None:
    made = a_beam(ask)
    assert "is now cancelled" in ask("cancel", made["id"]).output


def test_what_is_not_overdue_cannot_be_closed(ask: Ask) -> None:
    made = a_beam(ask)
    assert ask("close", made["id"], "--note", "gone", status=1).stderr.startswith("Error: ")


def test_notice_is_pushed_judged_and_asked_about(ask: Ask, house: RunningRelay, tmp_path) -> None:
    """From a file to the reasons: push, alerts, alert, whynot, commands, messages."""
    path = tmp_path / "burst.xml"
    path.write_bytes(chime_voevent(time=datetime.now(UTC) - timedelta(hours=3), event="chime:411111111"))
    said = ask("push", path, "--stream", "chime").output
    number = int(said.split()[1])
    assert "on the relay's disk" in said
    assert f"`ovro-alert alert {house.settled(number)['alert']}`" in said
    assert "known already" in ask("push", path, "--stream", "chime").output
    event = "chime:411111111"
    (alert,) = json.loads(ask("alerts", "--event", event, "--json").stdout)
    assert event in ask("alerts", "--stream", "chime", "--cone", 95.87, 83.8, 1).output
    shown = ask("alert", alert["id"]).output
    assert "chime_repeater" in shown
    assert "file" in shown
    why = ask("whynot", event).output
    assert why.startswith("chime_repeater: ")
    assert "against" in why
    ask("messages", "--event", event)
    came = ask("notice", number).output
    assert "read" in came
    assert "file" in came
    assert ask("notice", number, "--raw").stdout_bytes == path.read_bytes()


def test_why_a_burst_was_not_followed_is_still_known_when_more_was_said_of_it(ask: Ask) -> None:
    """An update and a retraction are judged too, and neither is the reason."""
    event, time = "chime:422222222", datetime.now(UTC)
    for kind in ("detection", "update", "retraction"):
        given = chime_gcn(time=time, event=event, kind=kind, source=None, association_probability=None, ra_deg=200.0)
        assert "what came of it: `ovro-alert alert" in ask("push", "-", "--stream", "gcn", given=given).output
    (why,) = (line for line in ask("whynot", event).output.splitlines() if line.startswith("chime_repeater"))
    assert "C5 repeater" in why
    assert why.endswith("; retracted")


def test_pushing_from_standard_input(ask: Ask) -> None:
    said = ask("push", "-", "--stream", "gcn", given=b'{"not": "known"}').output
    assert "on the relay's disk; ignored: " in said, "what is no alert is on no list of alerts"


def test_pushing_for_programs(ask: Ask) -> None:
    answered = json.loads(ask("push", "-", "--stream", "gcn", "--json", given=b'{"not": "known either"}').stdout)
    assert answered["state"] == "kept"


def test_a_key_that_may_only_hand_in_still_hands_in(ask: Ask, house: RunningRelay) -> None:
    token = ask("keys", "add", "hands in", "--scope", "notices:gcn").output.splitlines()[1]
    said = asking(house.url, token)("push", "-", "--stream", "gcn", given=b'{"not": "looked at"}').output
    assert "on the relay's disk; what came of it cannot be seen: " in said


def test_keys_are_made_listed_and_revoked(ask: Ask, house: RunningRelay) -> None:
    made = ask("keys", "add", "night operator", "--scope", "read", "--scope", "approve:dsa").output
    token = made.splitlines()[1]
    reader = asking(house.url, token)
    reader("commands")
    assert "scope" in reader("switch", "lwa", "off", "--why", "x", status=1).stderr
    listed = ask("keys", "list").output
    assert "night operator" in listed
    assert token not in listed
    ask("keys", "revoke", "night operator")
    assert "RELAY_KEY" in reader("commands", status=1).stderr


def test_switch_holds_back_and_lets_go(ask: Ask) -> None:
    assert "sprite is off until" in ask("switch", "sprite", "off", "--why", "[i]snow[/i]", "--until", in_(600)).output
    assert "[i]snow[/i]" in ask("switch").output
    assert "sprite is on" in ask("switch", "sprite", "on").output


def test_status_shows_parts_and_what_is_open(ask: Ask) -> None:
    made = a_beam(ask)
    output = ask("status").output
    assert "is well" in output
    for word in ("journal", "judge", "outbox", str(made["id"])):
        assert word in output
    assert json.loads(ask("status", "--json").stdout)["health"]["ok"] is True


def test_status_names_the_paths_of_a_stream(ask: Ask, lwa: RelayClient) -> None:
    paths = {"gcn-kafka": {"state": "connected"}, "hop": {"state": NASTY}}
    lwa.tell_stream("lvk", StreamStatus(state="connected", detail={"paths": paths}))
    assert f"gcn-kafka connected, hop {plain(NASTY)}" in ask("status").stdout


def test_drill_shows_each_step_and_ends_well(ask: Ask, lwa: RelayClient) -> None:
    over = threading.Event()

    def client() -> None:
        followed = lwa.open_commands("lwa")
        while not over.is_set():
            for one in followed.commands:
                if one.action == "test" and one.state == "pending":
                    fence = lwa.claim(one.id, "lwa@test", "simulator").fence
                    lwa.report(one.id, Report(fence=fence, state="acting", detail={"says": "DRILL begun"}))
                    lwa.report(one.id, Report(fence=fence, state="done", detail={"says": "DRILL done"}))
                    over.set()
            followed = lwa.follow("lwa", followed.seq, 5)

    thread = threading.Thread(target=client, daemon=True)
    thread.start()
    output = ask("drill", "lwa", "--within", 30).output
    over.set()
    thread.join(10)
    for word in ("pending", "claimed", "acting", "DRILL begun", "done", "from end to end"):
        assert word in output


def test_drill_that_nobody_takes_ends_badly_and_says_so(ask: Ask) -> None:
    result = ask("drill", "swift", "--within", 1, status=1)
    assert "ended expired" in result.stderr
    assert "ovro-alert status" in result.stderr


@pytest.mark.parametrize("words", [("drill", "swift"), ("send", "swift", "test", "--reason", "x", "--wait")])
def test_programs_are_given_the_command_once_it_has_ended(ask: Ask, words: tuple[str, ...]) -> None:
    ended = json.loads(ask(*words, "--within", 1, "--json", status=int(words[0] == "drill")).stdout)
    assert (ended["state"], [line["state"] for line in ended["history"]]) == ("expired", ["pending", "expired"])


# ── what goes wrong ──


def test_no_relay_is_one_line_with_what_to_do() -> None:
    result = asking("http://127.0.0.1:9", "x")("status", status=1)
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "http://127.0.0.1:9" in result.stderr
    assert "--relay URL" in result.stderr


def test_relay_option_is_taken_before_and_after_the_command(ask: Ask, house: RunningRelay) -> None:
    lost = asking("http://127.0.0.1:9", KEY)
    lost("--relay", house.url, "commands")
    lost("commands", "--relay", house.url)


def test_no_key_says_where_one_is_looked_for(house: RunningRelay, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVRO_ALERT_HOME", str(tmp_path))
    assert "relay.key" in asking(house.url, "")("commands", status=1).stderr


def test_push_without_a_good_key_says_so(house: RunningRelay) -> None:
    pusher = asking(house.url, "wrong")
    assert "RELAY_KEY" in pusher("push", "-", "--stream", "chime", given=b"<x/>", status=1).stderr


def test_unknown_number_is_an_error(ask: Ask) -> None:
    assert ask("command", 999999, status=1).stderr.count("\n") == 1
    assert ask("alert", 999999, status=1).stderr.count("\n") == 1


def test_unknown_event_says_how_events_are_named(ask: Ask) -> None:
    assert "chime:217097677" in ask("whynot", "nothing", status=1).stderr


def test_wrong_setting_is_one_line(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVRO_ALERT_MODE", "on")
    assert "OVRO_ALERT_MODE" in ask("commands", status=1).stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nonsense",), "No such command"),
        (("send", "lwa", "beam", "--reason", "x"), "--ra-deg"),
        (("send", "lwa", "dump", "--duration-s", 5, "--reason", "x"), "--deadline or --within"),
        (("send", "lwa", "dump", "--duration-s", -5, "--reason", "x", "--within", 5), "--duration-s"),
        (("send", "lwa", "dump", "--duration-s", 5, "--reason", "x", "--deadline", "2026-11-20T12:00"), "zone"),
        (("switch", "lwa"), "message-only"),
        (("switch", "lwa", "off"), "--why"),
        (("keys", "add", "x", "--scope", "everything"), "everything"),
        (("close", 3), "--note"),
        (("push", "/no/such/file", "--stream", "chime"), "/no/such/file"),
    ],
)
def test_wrong_usage_ends_with_status_2_and_says_which_word(words: tuple[object, ...], says: str, ask: Ask) -> None:
    assert says in ask(*words, status=2).stderr


def test_empty_file_is_no_notice(ask: Ask) -> None:
    assert "empty" in ask("push", "-", "--stream", "chime", given=b"", status=1).stderr


@pytest.mark.parametrize(
    "words", [("commands",), ("alerts",), ("switch",), ("messages",), ("keys", "list"), ("command", 1)]
)
@pytest.mark.parametrize("body", [b"<html>not json</html>", b'{"a": [1]}', b"[3]", b"null"])
def test_an_answer_that_is_no_relays_is_one_line(words, body: bytes, stand_in: StandIn, ask_stand_in: Ask) -> None:  # noqa: F811
    stand_in.answers = lambda _: Says(200, body)
    result = ask_stand_in(*words, status=1)
    assert result.stderr.count("\n") == 1


def test_words_of_an_error_do_not_reach_the_terminal_as_they_are(stand_in: StandIn, ask_stand_in: Ask) -> None:  # noqa: F811
    stand_in.answers = lambda _: problem(409, "conflict", f"no\n{NASTY}")
    said = ask_stand_in("approve", 3, status=1).stderr
    assert "\x1b" not in said
    assert said.count("\n") == 1


def test_lost_answer_says_how_to_send_again_safely(stand_in: StandIn, ask_stand_in: Ask) -> None:  # noqa: F811
    stand_in.answers = lambda asked: problem(502) if asked.method == "POST" else None
    said = ask_stand_in("send", "lwa", "test", "--within", 30, "--reason", "x", status=1).stderr
    word = stand_in.asked[0].headers["idempotency-key"]
    assert f"--idempotency-key {word}" in said
    assert json.loads(stand_in.asked[0].body)["deadline"] in said


def test_status_of_a_relay_that_is_not_well_ends_with_status_1(stand_in: StandIn, ask_stand_in: Ask) -> None:  # noqa: F811
    health = {"ok": False, "parts": [{"part": "disk", "state": "failing", "says": f"only 3 MB free {NASTY}"}]}

    def answers(asked: Asked) -> Says:
        if asked.path == "/health":
            return Says(503, json.dumps(health).encode())
        return problem(404) if asked.path.endswith("/status") else Says(200, b"[]")

    stand_in.answers = answers
    result = ask_stand_in("status", status=1)
    assert "only 3 MB free" in result.stdout
    assert "\x1b" not in result.stdout


# ── no relay needed ──


def test_words_from_outside_are_shown_and_not_obeyed() -> None:
    shown = plain(NASTY)
    assert "[bold]x[/bold]" in shown
    assert ":smile:" in shown
    assert not {"\x1b", "\x07", "\u202e", "\n"} & set(shown)


def test_repeaters_are_listed_with_references_and_rows_of_ones_own(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = asking("http://127.0.0.1:9", "x")
    output = ask("repeaters").output
    assert "FRB 20180916B" in output
    assert "doi:" in output
    rows = json.loads(ask("repeaters", "FRB20180916B", "--json").stdout)
    assert [row["name"] for row in rows] == ["FRB 20180916B"]
    mine = tmp_path / "mine.csv"
    shipped = (ROOT / "ovro_alert/catalogue/repeaters.csv").read_text().splitlines()
    head = next(line for line in shipped if line.startswith("name,"))
    mine.write_text(f"{head}\nFRB 20991231A,,1.5,2.5,0.1,0.1,300,1,,arXiv:0000.00000,mine\n")
    monkeypatch.setenv("OVRO_ALERT_REPEATERS_FILE", str(mine))
    assert "FRB 20991231A" in ask("repeaters").output
    assert "FRB 20770101Z" in ask("repeaters", "FRB 20770101Z", status=1).stderr


def test_settings_say_where_each_value_came_from_and_mask_secrets(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    toml = tmp_path / "alert.toml"
    toml.write_text("[lwa]\nmax_beam_s = 1800\n")
    monkeypatch.setenv("OVRO_ALERT_CONFIG", str(toml))
    monkeypatch.setenv("SLACK_TOKEN", "s3cret")
    monkeypatch.setenv("OVRO_ALERT_HOM", "/x")
    ask = asking("http://127.0.0.1:9", "x")
    result = ask("settings")
    assert "s3cret" not in result.output
    assert "OVRO_ALERT_HOM" in result.output
    rows = {row["name"]: row for row in json.loads(ask("settings", "--json").stdout)}
    assert (rows["lwa.max_beam_s"]["value"], rows["lwa.max_beam_s"]["origin"]) == ("1800.0", "file")
    assert rows["slack.token"] | {"says": ""} == {
        "name": "slack.token",
        "value": "********",
        "unit": "",
        "default": "",
        "origin": "environment",
        "says": "",
        "source": "",
    }
    assert rows["lwa.min_elevation_deg"]["source"]
    assert "no setting begins with" in ask("settings", "xyz", status=1).stderr
