"""What every part of the loop works with."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ovro_alert.client import RelayClient
from ovro_alert.doors import Door
from ovro_alert.following.relay_time import RelayTime
from ovro_alert.keeping.ledger import Ledger
from ovro_alert.times import Clock


class Outfit(NamedTuple):
    """One client of one telescope.

    Attributes
    ----------
    name
        By which the relay knows this client: the same after a restart, never that of a client with another ledger.
    tell
        Says one line to people; it does not raise and does not block for long.
    """

    telescope: str
    name: str
    door: Door
    relay: RelayClient
    ledger: Ledger
    clock: Clock
    time: RelayTime
    tell: Callable[[str], None]
