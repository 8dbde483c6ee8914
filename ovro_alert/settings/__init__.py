"""The settings: option, environment, TOML file, default, in that order, made into one frozen typed value.

In the environment each name has `OVRO_ALERT_` before it, in capitals, with `__` for a dot: `lwa.max_beam_s` is
`OVRO_ALERT_LWA__MAX_BEAM_S`. A few names have a short form that receivers and clients share: see `SHORT_NAMES`.
"""

from ovro_alert.settings.every import PREFIX, ROOT, SECRETS, Settings, entries
from ovro_alert.settings.layers import CONFIG, SHORT_NAMES, layers, nested
from ovro_alert.settings.loading import load_settings

__all__ = [
    "CONFIG",
    "PREFIX",
    "ROOT",
    "SECRETS",
    "SHORT_NAMES",
    "Settings",
    "entries",
    "layers",
    "load_settings",
    "nested",
]
