"""GET /health: 200 or 503, and to whoever may look one line for each part. GET /metrics: the same for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Request, Response

from ovro_alert.errors import MissingKeyError
from ovro_alert.relay.health import Health, Seen, look
from ovro_alert.relay.journal import lateness
from ovro_alert.relay.journal.lateness import Usual
from ovro_alert.relay.routes.doors import Reader, held
from ovro_alert.relay.running import Relay

router = APIRouter(tags=["watching"])


@router.get("/health", response_model_exclude_defaults=True)
async def show_health(request: Request, response: Response) -> Health:
    """How the relay is; without a key that reads, only whether it is well."""
    relay: Relay = request.app.state.relay
    health = (await look(relay)).health
    response.status_code = 200 if health.ok else 503
    response.headers["Cache-Control"] = "no-store"
    return health if _may_read(request) else Health(ok=health.ok)


@router.get("/metrics")
async def show_metrics(request: Request, _: Reader) -> Response:
    """Show the figures that are worth a graph or an alarm."""
    relay: Relay = request.app.state.relay
    seen = await look(relay)
    usual = await relay.journal.search(lateness.usual) if seen.standing is not None else []
    lines = "\n".join((*figures(seen), *figures_of_paths(usual)))
    return Response(lines + "\n", media_type="text/plain; version=0.0.4; charset=utf-8")


def figures(seen: Seen) -> Iterator[str]:
    """Return metrics in Prometheus' text form; every label is one of our own words."""
    yield "# HELP ovro_alert_well 1 if every part of the relay works\n# TYPE ovro_alert_well gauge"
    yield f"ovro_alert_well {int(seen.health.ok)}"
    yield "# HELP ovro_alert_part_well 1 if that part works, or that sender was heard lately"
    yield "# TYPE ovro_alert_part_well gauge"
    for part in seen.health.parts:
        yield f'ovro_alert_part_well{{part="{part.part}"}} {int(part.state == "ok")}'
    found = seen.standing
    if found is None:
        return
    yield "# HELP ovro_alert_journal_seq number of changes\n# TYPE ovro_alert_journal_seq counter"
    yield f"ovro_alert_journal_seq {found.seq}"
    yield "# HELP ovro_alert_waiting things that wait to be judged or told\n# TYPE ovro_alert_waiting gauge"
    yield f'ovro_alert_waiting{{noun="notice"}} {found.notices_waiting}'
    yield f'ovro_alert_waiting{{noun="message"}} {found.messages_waiting}'
    yield "# HELP ovro_alert_commands_open commands that are not over\n# TYPE ovro_alert_commands_open gauge"
    for (telescope, state), number in sorted(found.commands_open.items()):
        yield f'ovro_alert_commands_open{{telescope="{telescope}",state="{state}"}} {number}'


def figures_of_paths(usual: list[Usual]) -> Iterator[str]:
    """Return how late each path was lately; a path's name is its receiver's word, and quoted."""
    if not usual:
        return
    yield "# HELP ovro_alert_path_alerts of the newest alerts, those that came by this path"
    yield "# TYPE ovro_alert_path_alerts gauge"
    yield from (f"ovro_alert_path_alerts{_labels(one)} {one.alerts}" for one in usual)
    yield "# HELP ovro_alert_path_age_seconds from the event to its arrival by this path, median"
    yield "# TYPE ovro_alert_path_age_seconds gauge"
    yield from (f"ovro_alert_path_age_seconds{_labels(one)} {one.age_s:g}" for one in usual if one.age_s is not None)
    yield "# HELP ovro_alert_path_behind_seconds from the first arrival to that by this path, median"
    yield "# TYPE ovro_alert_path_behind_seconds gauge"
    yield from (f"ovro_alert_path_behind_seconds{_labels(one)} {one.behind_s:g}" for one in usual)


def _labels(one: Usual) -> str:
    path = one.path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{{stream="{one.stream}",path="{path}"}}'


def _may_read(request: Request) -> bool:
    try:
        return held(request).opens("read")
    except MissingKeyError:
        return False
