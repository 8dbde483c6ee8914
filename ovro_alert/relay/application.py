"""Settings in, application out. Everything that can fail on a disk happens in the lifespan and ends in one line."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator, Sequence

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ovro_alert.errors import CannotStartError
from ovro_alert.relay.commanding.alarm import Alarm
from ovro_alert.relay.deciding import CommandRole
from ovro_alert.relay.digesting import Digesting
from ovro_alert.relay.ending import end_on_signals
from ovro_alert.relay.journal.journal import Journal
from ovro_alert.relay.judge_orders import Bench
from ovro_alert.relay.judge_process import JudgeProcess
from ovro_alert.relay.judging import Judging
from ovro_alert.relay.keyring import Keyring
from ovro_alert.relay.lock import lock_home
from ovro_alert.relay.outbox import Outbox
from ovro_alert.relay.routes import ROUTERS
from ovro_alert.relay.routes.bodies import Bodies
from ovro_alert.relay.routes.problems import handle_problems
from ovro_alert.relay.running import Relay
from ovro_alert.relay.second_looks import SecondLooks
from ovro_alert.relay.waiting import Waiting
from ovro_alert.settings import Settings
from ovro_alert.tellers import Teller
from ovro_alert.times import Clock, SystemClock

log = logging.getLogger(__name__)
DESCRIPTION = "Notices in, commands out. Every 2xx means: on disk."


def make_app(
    settings: Settings,
    teller: Teller,
    pages: Sequence[APIRouter] = (),
    clock: Clock | None = None,
) -> OneLine:
    """Return the relay as an application; nothing is opened before its lifespan begins."""
    clock = clock or SystemClock()

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(settings, teller, clock) as relay:
            app.state.relay = relay
            restore = end_on_signals(lambda: relay.waiting.loop.call_soon_threadsafe(relay.waiting.end))
            gc.freeze()  # what is here now stays: the collector need not look at it again between notice and command
            log.info("the relay runs in %s, mode %s", settings.home, settings.mode)
            yield
            restore()

    # FastAPI's own pages would be open to everybody, with scripts from elsewhere
    app = FastAPI(title="ovro-alert relay", description=DESCRIPTION, lifespan=lifespan, openapi_url=None)
    handle_problems(app)
    for router in (*pages, *ROUTERS):  # the last of ROUTERS take any word for a telescope
        app.include_router(router)
    app.add_middleware(Bodies)
    return OneLine(app)


@contextlib.asynccontextmanager
async def running(settings: Settings, teller: Teller, clock: Clock) -> AsyncIterator[Relay]:
    """Open everything, in the order in which it is needed; close it in the other."""
    async with contextlib.AsyncExitStack() as closing:
        closing.enter_context(lock_home(settings.home))
        waiting = Waiting(asyncio.get_running_loop(), clock)
        journal = Journal(settings.home / "journal.sqlite", clock, waiting.publish)
        closing.callback(journal.close)
        key = settings.relay_key
        keyring = Keyring(journal, settings.home / "relay.key", key.get_secret_value() if key else None)
        await keyring.open()
        judging = _judging(journal, settings, clock)
        relay = Relay(
            settings=settings,
            clock=clock,
            journal=journal,
            waiting=waiting,
            keyring=keyring,
            judging=judging,
            looks=SecondLooks(journal, judging, clock),
            alarm=Alarm(journal, clock),
            outbox=Outbox(journal, teller, clock),
            digesting=Digesting(journal, settings, clock, judging.role),
        )
        for part in (relay.judging, relay.looks, relay.alarm, relay.outbox):
            waiting.listen(part.heard)
            await part.start()
            closing.push_async_callback(part.stop)
        await relay.digesting.start()
        closing.push_async_callback(relay.digesting.stop)
        closing.callback(waiting.end)
        yield relay


def _judging(journal: Journal, settings: Settings, clock: Clock) -> Judging:
    role: CommandRole = "observation" if settings.mode == "production" else "test"
    bench = Bench(
        journal=journal.path,
        limits=settings.limits,
        repeaters=settings.repeaters_file,
        timeout_s=settings.judge_timeout_s,
        role=role,
    )
    return Judging(journal, JudgeProcess(bench), clock, role)


class OneLine:
    """The application, with a start that fails in one clear line instead of a stack."""

    def __init__(self, app: FastAPI) -> None:
        self.inner = app

    @property
    def relay(self) -> Relay:
        """The relay, while it runs."""
        relay: Relay = self.inner.state.relay
        return relay

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; the lifespan with an ear for its failure."""
        app: ASGIApp = self.inner
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return

        async def quietly(message: Message) -> None:
            if message["type"] != "lifespan.startup.failed":
                await send(message)

        try:
            await app(scope, receive, quietly)
        except CannotStartError as error:
            await send({"type": "lifespan.startup.failed", "message": f"cannot start: {error}"})
        except Exception as error:
            # left to itself the server would take this for an application without a lifespan, and serve it
            log.exception("the start broke")
            await send({"type": "lifespan.startup.failed", "message": f"cannot start: {error}"})
