"""Comet's way in: `--ovro-alert` hands every VOEvent to ovro-alert. The folder comet_door goes on PYTHONPATH."""

from __future__ import annotations

import logging
import sys

from comet.icomet import IHandler, IHasOptions
from comet.utility.xml import xml_document
from twisted.internet import reactor
from twisted.plugin import IPlugin
from zope.interface import implementer

from ovro_alert.client import RelayClient
from ovro_alert.errors import AlertError
from ovro_alert.relay import logs
from ovro_alert.settings import load_settings
from ovro_alert.streams.comet import CometDoor, end_process
from ovro_alert.streams.receiving import Receiving, spool_of
from ovro_alert.telling import direct_teller
from ovro_alert.times import SystemClock


@implementer(IPlugin, IHandler, IHasOptions)
class OvroAlert:
    """Made by Comet whether it is wanted or not; opened if its option is given, when the reactor runs."""

    name = "ovro-alert"

    def __init__(self) -> None:
        self.given: dict[str, str | None] = {}

    def get_options(self) -> list[tuple[str, str, str]]:
        """Name the options: --ovro-alert-home, --ovro-alert-relay."""
        return [("home", "", "Where the spool lives."), ("relay", "", "Where the relay answers.")]

    def set_option(self, name: str, value: str) -> None:
        """Take an option; Comet does so only if the plugin is wanted."""
        if not self.given:
            reactor.callWhenRunning(self.open)
        self.given[name] = value or None

    def open(self) -> None:
        """Build the door and begin."""
        # not to what Twisted has put in place of stderr, not even when the log's disk is full: the door listens there
        logging.raiseExceptions = False
        logs.configure(stream=sys.__stderr__)
        clock = SystemClock()
        try:
            settings = load_settings(home=self.given["home"], relay_url=self.given["relay"])
            tell = direct_teller(settings.slack)
            relay = RelayClient(settings.relay_url, settings.find_key, clock)
            receiving = Receiving("chime", spool_of(settings.home, "chime"), relay, tell, clock)
        except AlertError as error:
            end_process(str(error))
        self.door = CometDoor(receiving, tell, clock)
        self.door.open()

    def __call__(self, event: xml_document) -> None:
        """Take a VOEvent: it is on the disk when this returns."""
        self.door.take(event.raw_bytes)


ovro_alert = OvroAlert()
