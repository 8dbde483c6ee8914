"""Notices from an archive, brought in as history: kept and judged as of their own time, nothing commanded or told."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import click

from ovro_alert.client import Receipt
from ovro_alert.client.answers import anything, for_people
from ovro_alert.client.exchange import Question
from ovro_alert.console.desk import Desk, at_desk, read
from ovro_alert.console.tables import line, table, utc
from ovro_alert.errors import TooLargeError, UnprocessableError, UnreadableNoticeError
from ovro_alert.notices import NOTICE_LIMIT_BYTES, STREAMS, Ignored, RawNotice, content_type_of
from ovro_alert.reading import read as read_notice
from ovro_alert.reading.streams import stream_of
from ovro_alert.times import iso_us

OF_THE_FILE = "the file's own time: the notice has none that can be read"


class Found(NamedTuple):
    """A file that is a notice: its stream, its own time, and what is to be said of it."""

    path: Path
    stream: str
    received: datetime
    says: str = ""


class Left(NamedTuple):
    """A file that is not brought in, or not as it should be, and why."""

    path: Path
    why: str


@click.command(name="import")
@click.argument("folders", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="FOLDER...")
@click.option(
    "--stream", type=click.Choice(list(STREAMS)), help="Of all of them; told from each one's bytes if left out."
)
@click.option("--dry-run", is_flag=True, help="Say what would be brought in, and do nothing.")
@at_desk
def import_(desk: Desk, folders: tuple[Path, ...], stream: str | None, dry_run: bool) -> None:
    """Bring archived notices in: every file in these folders, and in the folders inside.

    Each is kept with its own time and judged as of then; nothing is commanded and nobody is told. What is here already
    stays as it is, so the same folder may be brought in again. The key needs the scope `admin`. Then
    `ovro-alert judge` says what would have been done.

    \b
    Examples:
      ovro-alert import archive/2026-10 --dry-run
      ovro-alert import archive/lvk archive/chime
    """  # noqa: D301 - click's own sign for "leave these lines as they are"
    notices, others = _sorted_out(folders, stream)
    answer = {"found": len(notices), "no_notices": [_written(one) for one in others]}
    refused: list[Left] = []
    if not dry_run:
        fresh, again, refused = _handed_in(desk, notices)
        answer |= {"new": fresh, "known": again, "refused": [_written(one) for one in refused]}
    answer["remarks"] = [_written(Left(one.path, one.says)) for one in notices if one.says]
    desk.show(answer, dict, lambda _: _draw(answer, notices if dry_run else []))
    if refused:
        message = f"{len(refused)} of {len(notices)} notices were refused; the others are on the relay's disk."
        raise click.ClickException(message)


# ── what there is ──


def _sorted_out(folders: Iterable[Path], stream: str | None) -> tuple[list[Found], list[Left]]:
    """Look at every file; return the notices, the first first, and what is none."""
    looked = [_looked_at(path, stream) for path in dict.fromkeys(_files(folders))]
    notices = [one for one in looked if isinstance(one, Found)]
    notices.sort(key=lambda one: (one.received, one.path))
    return notices, [one for one in looked if isinstance(one, Left)]


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        if not folder.exists():
            message = f"{folder}: there is no such file or folder; nothing was brought in."
            raise click.ClickException(message)
        inside = sorted(folder.rglob("*")) if folder.is_dir() else [folder]
        yield from (path for path in inside if path.is_file())


def _looked_at(path: Path, stream: str | None) -> Found | Left:
    try:
        with path.open("rb") as file:
            body = file.read(NOTICE_LIMIT_BYTES + 1)
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        return Left(path, f"cannot be read: {error}")
    if not 0 < len(body) <= NOTICE_LIMIT_BYTES:
        return Left(path, "over 4 MiB: no notice" if body else "empty")
    stream = stream or stream_of(body)
    return Left(path, "no notice of any stream") if stream is None else _dated(path, stream, body, changed)


def _dated(path: Path, stream: str, body: bytes, changed: datetime) -> Found:
    """Return a notice with the time at which it was made, else that of its event, else the file's."""
    try:
        found = read_notice(RawNotice(stream=stream, body=body))
    except UnreadableNoticeError as error:
        return Found(path, stream, changed, f"unreadable: {error}; {OF_THE_FILE}")
    if isinstance(found, Ignored):
        return Found(path, stream, changed, f"ignored: {found.why}; {OF_THE_FILE}")
    own = found.issued or found.time
    return Found(path, stream, changed, OF_THE_FILE) if own is None else Found(path, stream, own)


# ── bringing it in ──


def _handed_in(desk: Desk, notices: list[Found]) -> tuple[int, int, list[Left]]:
    """Hand in all of them, the first first; return how many are new, how many were known, and what was refused."""
    known, refused = 0, []
    label = f"bringing in {len(notices)} notices"
    with click.progressbar(notices, label=label, file=sys.stderr) as bar:
        for one in bar:
            try:
                known += _hand_in(desk, one).duplicate
            # any other error would meet the next one too, and all of them may be handed in again
            except (UnprocessableError, TooLargeError, OSError) as error:
                refused.append(Left(one.path, str(error)))
    return len(notices) - known - len(refused), known, refused


def _hand_in(desk: Desk, one: Found) -> Receipt:
    body = one.path.read_bytes()
    asked = {"received": iso_us(one.received), "path": "archive", "history": "true"}
    question = Question("POST", f"/notices/{one.stream}", asked, body, {"Content-Type": content_type_of(body)})
    return read(Receipt, anything(for_people(desk.exchange.ask(question))))


# ── what is said of it ──


def _written(one: Left) -> dict[str, str]:
    return {"file": str(one.path), "why": one.why}


def _draw(answer: dict[str, object], shown: list[Found]) -> None:
    if shown:
        table(("file", "stream", "time (UTC)"), [(one.path, one.stream, utc(one.received)) for one in shown])
    for word, title in (("no_notices", "no notices"), ("remarks", "with a remark"), ("refused", "refused")):
        rows = answer.get(word)
        if isinstance(rows, list) and rows:
            line(f"{title}:")
            table(("file", "why"), [(row["file"], row["why"]) for row in rows])
    if "new" in answer:
        line(f"{answer['found']} notices: {answer['new']} new, {answer['known']} here already")
    else:
        line(f"{answer['found']} notices would be brought in")
