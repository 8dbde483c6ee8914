"""The loop that every telescope client runs: hear, claim, say that it acts, begin, watch, report."""

from ovro_alert.following.follower import Follower

__all__ = ["Follower"]
