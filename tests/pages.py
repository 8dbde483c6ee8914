"""The pages that people read, taken apart: what they say of commands, files, routes and settings."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README, CHANGELOG = ROOT / "README.md", ROOT / "CHANGELOG.md"
OPERATING, INSTALLING = ROOT / "docs" / "OPERATING.md", ROOT / "deploy" / "README.md"
FORMATS = ROOT / "docs" / "FORMATS.md"
PAGES = (README, CHANGELOG, OPERATING, INSTALLING, FORMATS)

FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
STEP = re.compile(r"&&|\|\||;|\|")


def blocks(page: Path, language: str) -> list[str]:
    """What stands in fenced blocks of this language."""
    return [text for kind, text in FENCED.findall(page.read_text()) if kind == language]


def inline(page: Path) -> list[str]:
    """What stands between single backticks."""
    return INLINE.findall(FENCED.sub("", page.read_text()))


def shell(page: Path) -> Iterator[list[str]]:
    """Each command of the page's shell blocks, as words."""
    for block in blocks(page, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            yield from (words for part in STEP.split(line) if (words := shlex.split(part, comments=True)))


def asked_of_us(words: list[str]) -> list[str] | None:
    """What follows `ovro-alert` or `python -m ovro_alert`; None if neither is in it."""
    for place, word in enumerate(words):
        if word == "ovro-alert" or words[place - 1 : place + 1] == ["-m", "ovro_alert"]:
            return words[place + 1 :]
    return None


def rows(page: Path, heading: str) -> list[list[str]]:
    """The cells of the table whose first heading this is."""
    lines = page.read_text().splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith(f"| {heading} |")) + 2
    table = []
    for line in lines[begin:]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table


def anchors(page: Path) -> set[str]:
    """The names by which a page's headings are linked to."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
