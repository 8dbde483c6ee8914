"""Hopskotch's broker: where it is, as whom we log in, and how a reader of its topic is opened with hop-client.

hop-client and adc assign every partition themselves: the group is only where our place is kept, and two readers of
one group both get everything. They open nothing that does not answer at once, and then say so only after ten seconds;
so it is asked first whether anybody listens there.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from confluent_kafka import Consumer, KafkaError
from hop import Stream
from hop.auth import Auth, load_auth, select_matching_auth
from hop.io import StartPosition

from ovro_alert.accounts import HopAccount
from ovro_alert.errors import CannotStartError

PORT = 9092
LISTENS_S = 3.0
HERE = ("127.0.0.1", "localhost")
CONFIRM = timedelta(seconds=1)
"""How often what is done is noted there, in the background; what was not yet comes again, and does no harm."""
RECONNECT = timedelta(seconds=1)
"""Not hop's tenth of a second: librdkafka logs each try."""


class Hopskotch(NamedTuple):
    """One topic of one broker; without a credential there is no login."""

    url: str
    credential: Auth | None
    group: str

    def listens(self) -> None:
        """Raise OSError if nobody listens there; quickly, and without a word in the log."""
        host, _, port = address_of(self.url).partition(":")
        socket.create_connection((host, int(port or PORT)), LISTENS_S).close()

    def open(self, on_error: Callable[[KafkaError], None]) -> Any:  # noqa: ANN401 - hop has no types
        """Return a reader that goes on where its group has confirmed, at first at the earliest that is there.

        Test messages are not dropped: mocks of superevents may be marked so. What is kept outside of a message is not
        fetched from there.
        """
        stream = Stream(auth=self.credential or False, start_at=StartPosition.EARLIEST)
        return stream.open(
            self.url,
            "r",
            group_id=self.group,
            ignoretest=False,
            fetch_external=False,
            error_callback=on_error,
            offset_commit_interval=CONFIRM,
            reconnect_backoff_time=RECONNECT,
        )


def within(reader: Any) -> Consumer:  # noqa: ANN401 - hop has no types
    """Return the Kafka consumer of a reader, which knows what hop does not tell: what is done, what is still there."""
    consumer: Consumer = reader._consumer._consumer
    return consumer


def hopskotch(account: HopAccount) -> Hopskotch | None:
    """Return how Hopskotch is read: on this machine without a login, else with credentials; None without them."""
    if address_of(account.url).partition(":")[0] in HERE:
        return Hopskotch(account.url, None, account.group)
    credential = _credential(account)
    if credential is None:
        return None
    # Hopskotch lets each credential use the groups that begin with its name
    return Hopskotch(account.url, credential, f"{credential.username}-{account.group}")


def address_of(url: str) -> str:
    """Return the broker's HOST or HOST:PORT."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _credential(account: HopAccount) -> Auth | None:
    if account.username and account.password is not None:
        return Auth(account.username, account.password.get_secret_value())
    if account.credentials_file is None:
        return None
    try:
        held = load_auth(str(account.credentials_file))
        return select_matching_auth(held, address_of(account.url), urlsplit(account.url).username)
    except (OSError, RuntimeError, KeyError, TypeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error).replace("\n", "; ")
        message = f"hop.credentials_file {account.credentials_file} cannot be used: {why}"
        raise CannotStartError(message) from None
