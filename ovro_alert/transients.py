"""What an optical survey says of a transient: the part of an alert that only such a transient has."""

from __future__ import annotations

from ovro_alert.nouns import Noun


class Transient(Noun):
    """One statement on an optical transient; the alert has its name (`source`), first detection and position.

    Attributes
    ----------
    classification, class_probability
        As the survey writes it (TDE, LFBOT, SN IIn …), and how sure it is, 0 to 1.
    error_arcsec
        Of the position, 1 σ, arcseconds.
    mag, filter
        Magnitude in that filter.
    survey
        Who found it.
    """

    classification: str
    class_probability: float | None = None
    error_arcsec: float | None = None
    mag: float | None = None
    filter: str | None = None
    redshift: float | None = None
    survey: str | None = None
