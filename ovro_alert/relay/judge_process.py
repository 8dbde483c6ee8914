"""The judge's process as the relay holds it: started warm, asked one thing at a time, killed when it is stuck."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from ovro_alert.errors import UnavailableError
from ovro_alert.relay.judge_orders import Bench, Order
from ovro_alert.times import EXACT
from ovro_alert.verdicts import Decision

log = logging.getLogger(__name__)
ANSWER_LIMIT_BYTES = 8 * 1024 * 1024
START_S = 30.0
ROOT = Path(__file__).resolve().parent.parent.parent


class StuckError(UnavailableError):
    """The judge did not answer in time and was killed."""


class DiedError(StuckError):
    """The judge ended: over this notice, or before it had it."""


class JudgeProcess:
    """One process; after a failure it must be started again."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.process: Process | None = None
        self.warm = False

    @property
    def pid(self) -> int | None:
        """The process, once it is ready to judge."""
        return self.process.pid if self.process is not None and self.warm else None

    async def start(self) -> None:
        """Start it and wait until it is warm."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "ovro_alert.relay.judge_main",
            stdin=PIPE,
            stdout=PIPE,
            limit=ANSWER_LIMIT_BYTES,
            cwd=ROOT,
        )
        try:
            answer = await self._exchange(self.bench.model_dump_json(), START_S)
        except StuckError as error:
            raise UnavailableError(f"the judge did not start: {error}") from error
        if answer != b"ready\n":
            await self.kill()
            raise UnavailableError(f"the judge did not start: it said {answer[:80]!r}")
        self.warm = True

    async def decide(self, order: Order) -> Decision | None:
        """Return its decision; None when the notice no longer waits. Raises `StuckError` and is dead after that."""
        answer = await self._exchange(order.model_dump_json(context=EXACT), self.bench.timeout_s)
        return None if answer == b"null\n" else Decision.model_validate_json(answer)

    async def kill(self) -> None:
        """End it at once."""
        process, self.process, self.warm = self.process, None, False
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    async def _exchange(self, line: str, timeout_s: float) -> bytes:
        process = self.process
        if process is None or process.stdin is None or process.stdout is None:
            raise DiedError("the judge is not running")
        try:
            process.stdin.write(line.encode() + b"\n")
            async with asyncio.timeout(timeout_s):
                await process.stdin.drain()
                answer = await process.stdout.readline()
        except TimeoutError:
            await self.kill()
            raise StuckError(f"took more than {timeout_s:g} s and was killed") from None
        except (ConnectionError, RuntimeError, ValueError) as error:  # the loop says RuntimeError of a closed pipe
            await self.kill()
            raise DiedError(f"the judge died over it: {error}") from error
        if not answer.endswith(b"\n"):
            await self.kill()
            raise DiedError("the judge died over it")
        return answer
