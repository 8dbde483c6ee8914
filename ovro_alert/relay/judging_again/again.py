"""Judging again what came between two moments: in the order in which it came, each notice as of its own receipt."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from ovro_alert.catalogue.repeaters import Repeater
from ovro_alert.commands import Command, CommandDraft
from ovro_alert.errors import CannotStartError
from ovro_alert.relay import deciding
from ovro_alert.relay.commanding import making
from ovro_alert.relay.commanding.expiring import NEVER
from ovro_alert.relay.journal import notices, offloads, past
from ovro_alert.relay.journal.looking import Looker, Picture
from ovro_alert.relay.journal.notices import Arrived, WaitingNotice
from ovro_alert.relay.journal.opening import beside_engine
from ovro_alert.relay.journal.past import Came, Emptied, Window
from ovro_alert.relay.journal.scratch import Scratch
from ovro_alert.relay.judge import Judge
from ovro_alert.relay.judging_again.perfect_client import PerfectClient
from ovro_alert.scenarios.beam import lead_s
from ovro_alert.scenarios.limits import Limits

BEFORE = timedelta(days=1)
"""So much is judged first and not counted: budgets and most events then begin as they would have been."""
AT_ONCE = 32
"""Notices whose bytes are in memory together: some may have 4 MiB."""
ROLE: deciding.CommandRole = "observation"
"""What is tried is what telescopes would have done, whatever the mode was."""


@contextlib.contextmanager
def journal_beside(path: Path) -> Iterator[Looker]:
    """Open a journal that a relay may be writing; nothing in it is changed."""
    if not path.is_file():
        raise CannotStartError(f"there is no journal at {path}: OVRO_ALERT_HOME says where the relay keeps it")
    looker = Looker(path, beside_engine)
    try:
        yield looker
    finally:
        looker.close()


class Again:
    """One what-if: a judge, a journal of its own, and clients that do what they are told.

    Telescopes say nothing of themselves, every switch is on; disks hold at first what they truly held, of commands of
    that `role`, and are emptied when they truly were.
    """

    def __init__(
        self,
        journal: Looker,
        window: Window,
        limits: Limits,
        repeaters: tuple[Repeater, ...],
        role: deciding.CommandRole = ROLE,
    ) -> None:
        self.journal = journal
        self.window = window
        self.scratch = Scratch()
        self._same_version()
        self.judge = Judge(limits, repeaters, ROLE, self._bytes_of)
        self.client = PerfectClient(self.scratch, lead_s(limits.lwa, ()), limits.lwa.ring_max_s)
        begin = window.since - min(BEFORE, window.since - datetime.min.replace(tzinfo=window.since.tzinfo))
        self.came = journal.look(lambda picture: past.came(picture, window._replace(since=begin)))
        self.emptied = journal.look(lambda picture: past.emptied(picture, begin, window.until))
        self._fill(journal.look(lambda picture: offloads.on_disks(picture, begin, role)))
        self.ids: dict[int, int] = {}
        self.real_ids: dict[int, int] = {}

    def run(self) -> Iterator[Came]:
        """Judge one notice after the other; yields each when it is done."""
        emptied = list(self.emptied)
        for first in range(0, len(self.came), AT_ONCE):
            together = self.came[first : first + AT_ONCE]
            for came, notice in zip(together, self._bodies(together), strict=True):
                while emptied and emptied[0].at <= came.received:
                    self._empty(emptied.pop(0))
                self.client.live(came.received)
                self._judge(notice)
                yield came
            self.scratch.commit()
        self.client.live(NEVER)

    def close(self) -> None:
        """Forget it all."""
        self.scratch.close()

    def _same_version(self) -> None:
        if self.journal.look(past.version) != past.version(self.scratch.connection):
            self.scratch.close()
            message = "the journal is of another version than this program: start this version's relay on it first"
            raise CannotStartError(message)

    def _fill(self, dumps: Sequence[Command]) -> None:
        """Have dumps from before written once more."""
        for dump in dumps:
            self.client.live(dump.made)
            draft = CommandDraft.model_validate(dump.model_dump(include=set(CommandDraft.model_fields)))
            make = partial(making.make, draft=draft, by=dump.by, role=ROLE, alert_id=None)
            _, changes = self.scratch.do(dump.made, make)
            self.client.heard(changes)

    def _bodies(self, together: Sequence[Came]) -> list[WaitingNotice]:
        ids = [came.id for came in together]
        return self.journal.look(lambda picture: past.as_they_came(picture, ids))

    def _bytes_of(self, _picture: Picture, scratch_id: int) -> tuple[str, bytes]:
        """Return the bytes of a notice that was judged before: they lie in the real journal alone."""
        return self.journal.look(lambda picture: notices.body(picture, self.real_ids[scratch_id]))

    def _empty(self, one: Emptied) -> None:
        self.client.live(one.at)
        self.scratch.do(one.at, lambda txn: offloads.record(txn, one.telescope, ROLE, one.by, one.note))

    def _judge(self, notice: WaitingNotice) -> None:
        """Keep, judge and write one notice, as the relay does; its bytes go to the judge alone."""
        raw, now = notice.raw, notice.received
        # bytes of no other notice, and none of its megabytes
        arrived = Arrived(raw.stream, str(notice.id).encode(), raw.content_type, now, raw.path)
        kept, _ = self.scratch.do(now, partial(notices.keep, arrived=arrived))
        self.ids[notice.id], self.real_ids[kept.id] = kept.id, notice.id
        decision = self.judge.decide(self.scratch.connection, notice._replace(id=kept.id), now)
        _, changes = self.scratch.do(now, partial(deciding.settle, decision=decision, role=ROLE))
        self.client.heard(changes)
        self.client.live(now)
