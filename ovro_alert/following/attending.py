"""What is done with each command that is heard of, and what is done again after a crash.

The ledger's last line on a command says how far this client came, wherever it died:

========== ================== ======================= ==========================================================
ledger     the relay may show the telescope           on return
========== ================== ======================= ==========================================================
nothing    pending, claimed   has not been told       claimed again: the same client gets a new fence
claimed    claimed            has not been told       likewise
claimed    acting             has not been told       leave is asked again by the same fence; without time: `failed`
beginning  acting             may have been told      asked what came of it; never begun again
ended      acting … final     is through with it      the report is given again until it is taken
closed     acting             is through with it      the relay forgot: the same report once more
closed     any other          is through with it      nothing
nothing    acting, by us      nobody here knows       the ledger was lost: people are told, the relay counts it overdue
========== ================== ======================= ==========================================================

Each line is on the disk before the next step: the fence before the relay hears `acting`, `beginning` before the
telescope is touched, the report before it is sent, `closed` after it was taken.
"""

from __future__ import annotations

import logging

from ovro_alert.commands import Command
from ovro_alert.following.outfit import Outfit
from ovro_alert.following.reports import Reports
from ovro_alert.following.running import Running
from ovro_alert.following.waiting import Waiting

log = logging.getLogger(__name__)


class Attending:
    """Sorts what is heard: to wait, to be stopped, to be forgotten, to be taken up again."""

    def __init__(self, outfit: Outfit, waiting: Waiting, reports: Reports, running: Running) -> None:
        self._outfit = outfit
        self._waiting = waiting
        self._reports = reports
        self._running = running

    def opening(self, command: Command) -> None:
        """Consider a command of the list with which following begins."""
        if command.state == "claimed" and command.client == self._outfit.name:
            self._waiting.put(command)
        elif command.state == "acting" and not self._running.has(command.key):
            self._return_to(command)
        else:
            self.heard(command)

    def heard(self, command: Command) -> None:
        """Consider a command that has changed."""
        if command.state == "pending":
            self._waiting.put(command)
        elif command.state == "claimed" and command.client != self._outfit.name:
            self._waiting.drop(command.key)
        elif command.final:
            self._waiting.drop(command.key)
            self._running.forget(command.key)
        elif command.state == "acting" and command.stop is not None and self._ours(command):
            self._running.wish(command.key, command.stop)

    def _ours(self, command: Command) -> bool:
        return self._outfit.ledger.entry(command.key) is not None

    def _return_to(self, command: Command) -> None:
        """Take up a command that acted when this client, or one with its name, was last here."""
        entry = self._outfit.ledger.entry(command.key)
        if command.stop is not None and entry is not None:
            self._running.wish(command.key, command.stop)
        if entry is None:
            self._lost(command)
        elif entry.step == "claimed":
            self._waiting.put(command)
        elif entry.step == "beginning":
            log.info("command %s was beginning when this client ended: the telescope is asked", command.id)
            self._running.take_back(command, entry.fence)
        elif entry.step == "closed":
            self._reports.end_again(entry)

    def _lost(self, command: Command) -> None:
        if command.client == self._outfit.name:
            self._outfit.tell(
                f"command {command.id} acts in this client's name, but its ledger does not know it: look at the"
                " telescope, then close the command"
            )
