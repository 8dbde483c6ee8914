"""Our own JSON forms: what Flarescope, GREX and optical surveys send us, each with its published schema."""

from __future__ import annotations

from ovro_alert.reading.forms import flarescope, grex, optical

READERS = {"flarescope": flarescope.read, "grex": grex.read, "optical": optical.read}
"""By the stream on which the form comes."""
