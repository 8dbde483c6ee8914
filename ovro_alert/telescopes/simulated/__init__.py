"""Simulators: they take their time, refuse and remember as the instruments do, and move nothing."""
