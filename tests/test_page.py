"""GET /: one page, complete in itself, on which nothing from outside is ever markup."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta
from html.parser import HTMLParser

import httpx
import pytest

from ovro_alert.commands import CommandDraft
from ovro_alert.messages import MessageDraft
from ovro_alert.relay.commanding import making
from ovro_alert.relay.journal import messages, verdicts
from ovro_alert.verdicts import Judgement
from tests.clocks import NOON
from tests.entries import alert, enter, written
from tests.relay import KEY

EVIL = "<script>alert(1)</script>\"'&"


class Tags(HTMLParser):
    """Collects tags and their attributes; complains of what is not closed."""

    EMPTY = frozenset({"meta", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page(relay_of_module):
    relay = relay_of_module
    [kept, *_] = enter(
        relay,
        alert("chime:1", time=NOON - timedelta(minutes=5), ra_deg=95.9, dec_deg=83.8, dm_pc_cm3=220.125),
        alert(EVIL, role="test", source=EVIL, words=EVIL),
    )
    draft = CommandDraft(
        telescope="lwa",
        action="beam",
        args={"ra_deg": 95.9, "dec_deg": 83.8, "duration_s": 300},
        deadline=NOON + timedelta(seconds=60),
        reason=EVIL,
        event="chime:1",
        scenario="chime_repeater",
    )

    def decide(txn):
        command = making.make(txn, draft, by="relay", role="test", alert_id=kept.id)
        judgement = Judgement(scenario="chime_repeater", answer="command", summary=EVIL)
        verdicts.add(txn, judgement, kept.id, kept.id, (command.id,))
        messages.add(txn, MessageDraft(subject="trouble", level="quiet", event=EVIL))

    # the verdict needs a notice to hang on
    relay.push(b"<x/>")
    written(relay, decide)
    relay.http.put("/switches/dsa", json={"state": "off", "why": EVIL})
    relay.http.put("/streams/chime/status", json={"state": EVIL[:80]})
    return relay.http.get("/")


def test_it_shows_alerts_commands_switches_and_parts(page):
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    text = re.sub(r"<[^>]*>", " ", page.text)
    for words in ("chime:1", "95.9", "220.125", "5 min", "pending", "60 s", "Held back", "rehearsal", "journal"):
        assert words in text


def test_it_is_well_formed_and_links_to_what_it_speaks_of(page):
    links = [attrs["href"] for tag, attrs in Tags(page.text).found if tag == "a"]
    assert {"/docs", "/commands/1", "/alerts/1", "/alerts/2"} == set(links)


def test_it_needs_nothing_from_elsewhere_and_runs_no_script(page):
    tags = Tags(page.text).found
    assert not {"script", "img", "link", "iframe", "form"} & {tag for tag, _ in tags}
    assert not any(name.startswith("on") or name in ("src", "style") for _, attrs in tags for name in attrs)
    assert "://" not in page.text


def test_what_comes_from_outside_is_text(page):
    assert EVIL not in page.text
    assert page.text.count("&lt;script&gt;") >= 5


def test_its_policy_forbids_everything_but_its_own_style(page):
    policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    style = re.search(r"<style>(.*)</style>", page.text, re.DOTALL).group(1)
    sha256 = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == f"'sha256-{sha256}'"
    assert policy["frame-ancestors"] == "'none'"
    assert page.headers["cache-control"] == "no-store"


def test_a_browser_opens_it_with_the_key_as_password(relay_of_module):
    answer = httpx.get(relay_of_module.url, auth=("casey", KEY), trust_env=False)
    assert answer.status_code == 200


def test_an_empty_journal_has_a_page_too(relay):
    assert "none" in relay.http.get("/").text
