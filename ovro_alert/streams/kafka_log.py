"""The log of librdkafka: what it says of one connection again and again is written once in a minute."""

from __future__ import annotations

import logging

SELDOM_S = 60.0


class Seldom(logging.Filter):
    """Passes a line if its part of librdkafka has said nothing for a minute; it is `FAC [client] [thread]: …`."""

    def __init__(self) -> None:
        super().__init__()
        self._passed: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether it is written."""
        part = record.getMessage().partition("]: ")[0]
        if record.created - self._passed.get(part, -SELDOM_S) < SELDOM_S:
            return False
        self._passed[part] = record.created
        return True


LOG = logging.getLogger("ovro_alert.kafka")
LOG.addFilter(Seldom())
