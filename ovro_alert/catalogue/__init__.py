"""Figures of the sky with their sources, in our own form."""
