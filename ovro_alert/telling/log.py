"""Without a token people are told through the log: nothing is lost, and nobody is disturbed."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from ovro_alert.messages import Level
from ovro_alert.tellers import Posted, Told
from ovro_alert.telling.words import collected, words

log = logging.getLogger(__name__)
LEVELS: dict[Level, int] = {"loud": logging.WARNING, "normal": logging.INFO, "quiet": logging.DEBUG}


class LogTeller:
    """The log's door."""

    name = "log"

    def tell(self, tolds: Sequence[Told], thread: Posted | None = None) -> Posted:  # noqa: ARG002 - a log has none
        """Write one message, or several as one."""
        level = max(LEVELS[told.message.level] for told in tolds)
        log.log(level, "%s", words(tolds[0]) if len(tolds) == 1 else collected(tolds))
        return Posted(channel="log")

    def find(self, tolds: Sequence[Told], thread: Posted | None = None) -> dict[int, Posted]:  # noqa: ARG002
        """Return nothing: a log is not searched, and after a crash a message may stand there twice."""
        return {}
