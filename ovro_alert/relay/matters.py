"""What the judge is to look at next: fresh notices first, then second looks, then notices that may wait."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple


class Matter(NamedTuple):
    """One notice, or one second look, by its number in the journal."""

    notice: int = 0
    look: int = 0

    def __str__(self) -> str:
        """Name it."""
        return f"second look {self.look}" if self.look else f"notice {self.notice}"


class Matters:
    """Three queues in one order."""

    def __init__(self) -> None:
        self.fresh: deque[Matter] = deque()
        self.looks: deque[Matter] = deque()
        self.backlog: deque[Matter] = deque()
        self._filled = asyncio.Event()

    def take_up(self, fresh: Sequence[int], backlog: Sequence[int]) -> None:
        """Put what waited before in front of what came meanwhile."""
        self.fresh.extendleft(Matter(number) for number in reversed(fresh))
        self.backlog.extendleft(Matter(number) for number in reversed(backlog))
        self._filled.set()

    def keep(self, notice: int, *, may_wait: bool) -> None:
        """Queue a notice."""
        (self.backlog if may_wait else self.fresh).append(Matter(notice))
        self._filled.set()

    def look(self, look: int) -> None:
        """Queue a second look, unless it waits already."""
        if Matter(look=look) not in self.looks:
            self.looks.append(Matter(look=look))
            self._filled.set()

    @property
    def next(self) -> deque[Matter] | None:
        """The queue whose first matter is next, or None."""
        return self.fresh or self.looks or self.backlog or None

    async def wait(self) -> None:
        """Return when there may be something to look at."""
        await self._filled.wait()
        self._filled.clear()
