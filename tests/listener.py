"""Somebody who hears everything that people are told, and remembers it."""

from __future__ import annotations

from collections.abc import Sequence

from ovro_alert.tellers import Posted, Told
from ovro_alert.telling.log import LogTeller
from ovro_alert.telling.words import words


class Listener(LogTeller):
    """A teller that keeps how loudly people were told, and in which words."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    def tell(self, tolds: Sequence[Told], thread: Posted | None = None) -> Posted:
        self.heard += [(told.message.level, words(told)) for told in tolds]
        return super().tell(tolds, thread)

    def heard_of(self, word: str) -> list[tuple[str, str]]:
        return [(level, text) for level, text in self.heard if word in text]
