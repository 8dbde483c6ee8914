"""Alerts are looked for, and one is shown with all that came of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from ovro_alert.actions import Declination
from ovro_alert.alerts import KeptAlert, Role
from ovro_alert.commands import Command
from ovro_alert.errors import UnprocessableError
from ovro_alert.messages import Message
from ovro_alert.notices import Arrival, Notice, PathLateness
from ovro_alert.nouns import Form
from ovro_alert.relay.journal import searching
from ovro_alert.relay.journal.searching import Cone, Story, Wanted
from ovro_alert.relay.routes.doors import Reader
from ovro_alert.relay.routes.paths import LAST_ID, Id
from ovro_alert.relay.running import Relay
from ovro_alert.stories import Best, Companion, Happening
from ovro_alert.times import Utc, age_s
from ovro_alert.verdicts import Verdict

router = APIRouter(tags=["alerts"])


class Search(Form):
    """The query of GET /alerts; a name that it does not have is a mistake and refused."""

    stream: str | None = Field(None, max_length=40, description="that of the event's source")
    event: str | None = Field(None, max_length=200, description="as `chime:217097677`")
    role: Role | None = None
    since: Utc | None = Field(None, description="earliest time of the event (or of its arrival here, if it has none)")
    until: Utc | None = Field(None, description="latest time of the event, likewise")
    ra: float | None = Field(None, ge=0, le=360, description="ICRS degrees, with dec and radius: a cone search")
    dec: Declination | None = None
    radius: float | None = Field(None, ge=0, le=180, description="degrees")
    text: str | None = Field(
        None, min_length=1, max_length=200, description="in event, source, IVORN, type, pipeline, instrument or words"
    )
    before: int | None = Field(None, ge=1, le=LAST_ID, description="only alerts with a smaller id: the next page")
    limit: int = Field(100, ge=1, le=1000)

    def wanted(self) -> Wanted:
        """Return it as the journal is asked."""
        named = self.model_dump(exclude={"ra", "dec", "radius"})
        return Wanted(**named, cone=self._cone())

    def _cone(self) -> Cone | None:
        given = (self.ra, self.dec, self.radius)
        if all(value is None for value in given):
            return None
        if self.ra is None or self.dec is None or self.radius is None:
            message = "a cone search needs `ra`, `dec` and `radius`, all three, in degrees"
            raise UnprocessableError(message)
        return Cone(self.ra, self.dec, self.radius)


class LateArrival(Arrival):
    """An arrival with how long it took: from the event to our receiver, and from there to the relay's disk."""

    latency_s: float | None
    kept_after_s: float


class LateNotice(Notice):
    """A notice of an alert: by which path it first came, and how late."""

    path: str | None
    latency_s: float | None
    arrivals: tuple[LateArrival, ...]


class AlertStory(KeptAlert):
    """An alert with its notices and verdicts, and the commands and messages of its event.

    `paths`: when its statement first came by each path, the earliest first. `companions`: who else saw the same burst,
    with all that they said. `best`: position and DM that were decided on, over both sides, and from where they are.
    `history`: what happened to the event and to that of its companions, oldest first; `history_cut` if there is more.
    """

    paths: tuple[PathLateness, ...]
    notices: list[LateNotice]
    verdicts: tuple[Verdict, ...]
    commands: list[Command]
    messages: list[Message]
    companions: tuple[Companion, ...]
    best: Best
    history: tuple[Happening, ...]
    history_cut: bool


@router.get("/alerts")
async def search_alerts(request: Request, _: Reader, search: Annotated[Search, Query()]) -> list[KeptAlert]:
    """Alerts, newest first."""
    relay: Relay = request.app.state.relay
    wanted = search.wanted()
    return await relay.journal.search(lambda connection: searching.find_alerts(connection, wanted))


@router.get("/alerts/{alert_id}")
async def show_alert(request: Request, _: Reader, alert_id: Id) -> AlertStory:
    """One alert with all that came of it, and the bigger picture of its event."""
    relay: Relay = request.app.state.relay
    story = await relay.journal.search(lambda connection: searching.tell_story(connection, alert_id))
    now = relay.clock.now()
    return AlertStory(
        **dict(story.alert),
        paths=story.paths,
        notices=[_late(notice, story) for notice in story.notices],
        verdicts=story.verdicts,
        commands=[command.seen_at(now) for command in story.commands],
        messages=story.messages,
        **dict(story.picture),
    )


def _late(notice: Notice, story: Story) -> LateNotice:
    event_time = story.alert.time
    arrivals = tuple(
        LateArrival(
            **dict(arrival),
            latency_s=None if event_time is None else round(age_s(event_time, arrival.received), 3),
            kept_after_s=round(age_s(arrival.received, arrival.kept), 3),
        )
        for arrival in notice.arrivals
    )
    first = min(arrivals, key=lambda arrival: arrival.received)
    values = {**dict(notice), "arrivals": arrivals, "path": first.path, "latency_s": first.latency_s}
    return LateNotice(**values)
