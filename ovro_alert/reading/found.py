"""What a reader found in a notice."""

from __future__ import annotations

from typing import NamedTuple

from ovro_alert.alerts import Alert
from ovro_alert.notices import Ignored
from ovro_alert.sky_maps import SkyMap


class Reading(NamedTuple):
    """An alert, or why the notice is no concern of ours; with its sky map, if it holds one that can be read."""

    found: Alert | Ignored
    sky_map: SkyMap | None = None
