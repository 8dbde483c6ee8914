"""The relay as it runs: what routes and background tasks share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ovro_alert.relay.commanding.alarm import Alarm
    from ovro_alert.relay.digesting import Digesting
    from ovro_alert.relay.journal.journal import Journal
    from ovro_alert.relay.judging import Judging
    from ovro_alert.relay.keyring import Keyring
    from ovro_alert.relay.outbox import Outbox
    from ovro_alert.relay.second_looks import SecondLooks
    from ovro_alert.relay.waiting import Waiting
    from ovro_alert.settings import Settings
    from ovro_alert.times import Clock


@dataclass
class Relay:
    """Made in the application's lifespan; routes find it at `request.app.state.relay`."""

    settings: Settings
    clock: Clock
    journal: Journal
    waiting: Waiting
    keyring: Keyring
    judging: Judging
    looks: SecondLooks
    alarm: Alarm
    outbox: Outbox
    digesting: Digesting
