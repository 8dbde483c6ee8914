"""The digest: what came in, what was done and what was not, in one window of time; what people read each morning."""

from __future__ import annotations

from ovro_alert.commands import State
from ovro_alert.nouns import Noun
from ovro_alert.times import Utc

LISTED = 20
"""At most so many events, commands or reasons are named one by one; the counts beside them are of all."""


class StreamDay(Noun):
    """One stream in the window. Archives that were brought in are counted as `imported` and nowhere else.

    Attributes
    ----------
    notices
        Kept in the window, each once, by whatever paths it came; `unread` of them could not be read or judged.
    alerts
        New statements that this stream told of, `mocks` of them not real. One that two streams told of counts in both.
    late_p50_s, late_p95_s
        From the event to its first arrival by this stream, seconds: median and 95th percentile over those alerts;
        negative for a warning before the event, None where none gave a time.
    last_seen
        UTC at which its receiver last had a notice.
    silent
        Why it is to be called silent; empty if it is not.
    """

    stream: str
    notices: int = 0
    unread: int = 0
    imported: int = 0
    alerts: int = 0
    mocks: int = 0
    late_p50_s: float | None = None
    late_p95_s: float | None = None
    last_seen: Utc | None = None
    silent: str = ""


class CommandDay(Noun):
    """What was asked of one telescope: `made` in the window, and how many `ended` in it, by the state they ended in."""

    telescope: str
    action: str
    made: int = 0
    ended: dict[State, int] = {}


class Use(Noun):
    """What the window's commands take of one telescope: as they were asked for, without what never began.

    Attributes
    ----------
    beam_hours, beam_tb
        Hours of beams; terabytes, of voltage beams alone.
    dump_tb
        Terabytes of the window's dumps.
    on_disks_tb
        Terabytes of dumps, begun or waiting, since somebody last took them away.
    """

    telescope: str
    beams: int = 0
    beam_hours: float = 0.0
    beam_tb: float = 0.0
    dumps: int = 0
    dump_tb: float = 0.0
    on_disks_tb: float = 0.0


class WhyNot(Noun):
    """The gate that kept a scenario from acting, the first that failed, and how many verdicts it decided."""

    scenario: str
    gate: str
    times: int


class Line(Noun):
    """One command in a line; `why` is what its end says, or as long as it has none, what it was made for."""

    command: int
    telescope: str
    action: str
    event: str | None = None
    state: State
    deadline: Utc
    why: str = ""


class Digest(Noun):
    """All of it, for [since, until); what is open, overdue or on disks is as it was at `made`.

    Attributes
    ----------
    commands
        By telescope and action; the action `test` is a drill.
    undone
        Those that ended in the window and were not done, newest first.
    why_not
        Of verdicts that commanded nothing, the most frequent first.
    use
        By telescope, of the role that this relay's commands have; `dumps_at_most_tb` is where that stops.
    retractions
        How many real events were taken back; `retracted` names them.
    quiet
        Words that were for nobody's ears, by the scenario, or the subject, that they are of.
    unsent
        Messages of the window that could not be told.
    proposals, overdue
        What waits for a person now; what should have ended and has not.
    """

    since: Utc
    until: Utc
    made: Utc
    streams: tuple[StreamDay, ...] = ()
    commands: tuple[CommandDay, ...] = ()
    undone: tuple[Line, ...] = ()
    why_not: tuple[WhyNot, ...] = ()
    use: tuple[Use, ...] = ()
    dumps_at_most_tb: float | None = None
    retractions: int = 0
    retracted: tuple[str, ...] = ()
    quiet: dict[str, int] = {}
    unsent: int = 0
    proposals: tuple[Line, ...] = ()
    overdue: tuple[Line, ...] = ()

    @property
    def drills(self) -> tuple[CommandDay, ...]:
        """What was asked as a drill, of every telescope."""
        return tuple(one for one in self.commands if one.action == "test")

    @property
    def asked(self) -> tuple[CommandDay, ...]:
        """What was asked in earnest."""
        return tuple(one for one in self.commands if one.action != "test")

    @property
    def mocks(self) -> int:
        """How many alerts were tests, drills or injections."""
        return sum(one.mocks for one in self.streams)

    @property
    def silent(self) -> tuple[StreamDay, ...]:
        """Streams that should have said something."""
        return tuple(one for one in self.streams if one.silent)
