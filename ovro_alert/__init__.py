"""Astronomical alerts in, telescope commands out: notice → alert → verdict → command → report → message."""
