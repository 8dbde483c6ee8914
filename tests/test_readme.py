"""What the pages for people say is so: commands, settings, states, scenarios, links."""

from __future__ import annotations

import re
import shlex
import tomllib

import click
import pytest

from ovro_alert.commands import FINAL, NEXT
from ovro_alert.console.discovery import DISCOVERY_STEPS
from ovro_alert.console.entrance import PLACES, ovro_alert
from ovro_alert.console.journey import STEPS
from ovro_alert.console.superevent import SUPEREVENT_STEPS
from ovro_alert.relay.scopes import SCOPES
from ovro_alert.scenarios.judging import SCENARIOS
from ovro_alert.settings import CONFIG, PREFIX, ROOT, SHORT_NAMES, Settings, entries, nested
from ovro_alert.verdicts import SCENARIO_TITLES
from tests.pages import (
    CHANGELOG,
    INLINE,
    LINK,
    OPERATING,
    PAGES,
    README,
    anchors,
    asked_of_us,
    blocks,
    inline,
    rows,
    shell,
)
from tests.scripts import take_options

NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


def take(words: list[str], *, whole: bool) -> None:
    """Read a command line as ours does, without doing it; with no more than its name if not `whole`."""
    command: click.Command = ovro_alert
    context = click.Context(ovro_alert)
    words = list(words)
    while isinstance(command, click.Group) and words:
        found = command.get_command(context, words.pop(0))
        assert found is not None
        command = found
    if "--help" not in words and (whole or words):
        command.make_context(command.name or "", words)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_each_command_of_ours_in_a_block_is_one_that_would_be_taken(page):
    for words in shell(page):
        asked = asked_of_us(words)
        if asked is not None:
            take(asked, whole=True)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_each_command_of_ours_in_the_text_exists(page):
    for text in inline(page):
        if text.startswith(("ovro-alert ", "python -m ovro_alert ")):
            take(asked_of_us(shlex.split(text)) or [], whole=False)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_each_process_in_the_text_takes_the_options_that_are_named(page):
    named = [text.split() for text in inline(page)] + list(shell(page))
    for words in named:
        take_options(words)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_each_target_of_make_exists(page):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for text in inline(page):
        if text.startswith("make "):
            assert text.split()[1] in targets


def test_the_command_line_is_there_whole():
    """Each command stands in the README's table, and nothing else does."""
    named = [name for row in rows(README, "command") for name in INLINE.findall(row[0])]
    assert sorted(named) == sorted(PLACES)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_each_link_leads_somewhere(page):
    for target in LINK.findall(page.read_text()):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_each_setting_that_is_named_exists(page):
    known = {name for name, _ in entries()}
    environment = {PREFIX + name.upper().replace(".", "__") for name in known} | {CONFIG}
    tables = {name.split(".")[0] for name in known if "." in name}
    text = page.read_text()
    assert set(re.findall(PREFIX + r"[A-Z0-9_]+", text)) <= environment
    for word in INLINE.findall(text):
        table, dot, rest = word.partition(".")
        if dot and table in tables and re.fullmatch(r"[a-z_0-9]+", rest):
            assert word in known
    for block in blocks(page, "toml"):
        Settings(**nested(tomllib.loads(block)))


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_each_secret_goes_by_a_name_that_is_read(page):
    for word in re.findall(r"\b(?:RELAY|SLACK)_[A-Z]+\b", page.read_text()):
        assert word in SHORT_NAMES


def test_each_scenario_stands_in_the_table_and_only_what_is_judged_works():
    table = {INLINE.findall(row[0])[0]: row[2] for row in rows(README, "scenario")}
    assert list(table) == list(SCENARIO_TITLES)
    assert {name for name, today in table.items() if today == "**works**"} == {one.id for one in SCENARIOS}
    assert set(table.values()) <= {"**works**", "not yet"}


def test_the_picture_of_a_commands_life_is_the_table_of_states():
    picture = next(block for block in blocks(README, "mermaid") if block.startswith("stateDiagram"))
    arrows = re.findall(r"^\s*(\S+) --> (\w+)", picture, re.MULTILINE)
    drawn = {(before, after) for before, after in arrows if before != "[*]"}
    assert drawn == {(before, after) for before, every in NEXT.items() for after in every}
    assert {after for before, after in arrows if before == "[*]"} == {"proposed", "pending"}


def test_the_promise_names_every_end_of_a_command():
    promised = re.search(r"until it is over \(([^)]+)\)", README.read_text())
    assert promised
    assert set(promised[1].split(", ")) == FINAL


def test_what_make_run_prints_has_the_steps_of_the_demo():
    excerpt = next(block for block in blocks(README, "") if "published" in block)
    steps = re.findall(r"^  (\w+(?: on)?) +\d\d:\d\d:\d\d\.\d{3} UTC", excerpt, re.MULTILINE)
    assert steps == [*STEPS, *SUPEREVENT_STEPS, *DISCOVERY_STEPS]


def test_each_scope_that_is_handed_out_exists():
    for row in rows(OPERATING, "for"):
        assert set(INLINE.findall(row[1])) <= set(SCOPES)


def test_the_version_is_the_newest_of_the_changelog():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert re.findall(r"^## (\S+?),", CHANGELOG.read_text(), re.MULTILINE)[0] == version
