"""The keyring: who stands at the door, and what their key opens.

The journal holds keys hashed; here they are in memory, and change when the journal's do. The first key is made so that
a crash at any line leaves relay and clients in agreement after the next start: the file is written first, and what the
file says is then entered in the journal. A file that is lost, or that the journal does not know, is put right the same
way, as long as the key `local` has not been withdrawn.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

from ovro_alert.relay.journal import keys
from ovro_alert.relay.journal.journal import Journal
from ovro_alert.relay.journal.keys import HashedKey
from ovro_alert.relay.journal.writer import Txn
from ovro_alert.relay.key_file import make_token, read_token, write_token
from ovro_alert.relay.scopes import EVERYTHING, Key, MadeKey, NewKey

log = logging.getLogger(__name__)
T = TypeVar("T")

LOCAL = "local"
"""The key that the relay makes for itself, and for whoever may read its file."""

FROM_ENVIRONMENT = "RELAY_KEY"
"""The name of whoever comes with the key of the relay's own environment."""


class Holder(NamedTuple):
    """Whoever came with a good key."""

    name: str
    scopes: frozenset[str]

    def opens(self, *scopes: str) -> bool:
        """Whether the key has one of these scopes, or all."""
        return not self.scopes.isdisjoint({*EVERYTHING, *scopes})


class Keyring:
    """Every key, by its hash; `relay_key` counts while the journal holds none that opens everything."""

    def __init__(self, journal: Journal, path: Path, relay_key: str | None = None) -> None:
        self.journal = journal
        self.path = path
        relay_key = (relay_key or "").strip()
        self._environment = hashed(relay_key) if relay_key else None
        self._live: tuple[HashedKey, ...] = ()
        self._changing = asyncio.Lock()

    async def open(self) -> None:
        """Take the keys from the journal, and see that the first one and its file agree."""
        self._live = await self.journal.read(keys.live)
        local = any(held.key.name == LOCAL for held in self._live)
        if local or (not self._live and self._environment is None):
            await self._agree_with_file(known=local)
        if self._environment is not None and self._ruled():
            log.warning("RELAY_KEY opens nothing: the journal holds a key with the scope admin or *")

    def holder(self, token: str) -> Holder | None:
        """Return whose key this is; every key is compared, each in the same time."""
        sha256 = hashed(token)
        found = None
        for held in self._live:
            if hmac.compare_digest(held.sha256, sha256):
                found = Holder(held.key.name, frozenset(held.key.scopes))
        by_environment = hmac.compare_digest(self._environment or "", sha256)
        if found is None and by_environment and not self._ruled():
            return Holder(FROM_ENVIRONMENT, frozenset({"*"}))
        return found

    def list_keys(self) -> list[Key]:
        """Return every key that opens something, by name, without secrets."""
        return [held.key for held in self._live]

    async def make(self, new: NewKey) -> MadeKey:
        """Make a key; its secret is in this answer and nowhere else."""
        token = make_token()
        scopes = tuple(dict.fromkeys(new.scopes))
        key = await self._change(lambda txn: keys.add(txn, new.name, scopes, hashed(token)))
        return MadeKey(**key.model_dump(), key=token)

    async def revoke(self, name: str) -> None:
        """Withdraw a key: it opens nothing from now on."""
        await self._change(lambda txn: keys.revoke(txn, name))
        if not self._ruled() and self._environment is None:
            log.warning("no key opens everything any more: start the relay with RELAY_KEY to make new ones")

    async def _change(self, work: Callable[[Txn], T]) -> T:
        # a caller that goes away must not leave a withdrawn key in memory
        return await asyncio.shield(asyncio.create_task(self._write(work)))

    async def _write(self, work: Callable[[Txn], T]) -> T:
        async with self._changing:
            result, self._live = await self.journal.write(lambda txn: (work(txn), keys.live(txn.connection)))
        return result

    async def _agree_with_file(self, *, known: bool) -> None:
        token = await asyncio.to_thread(read_token, self.path)
        if token is not None:
            if any(hmac.compare_digest(held.sha256, hashed(token)) for held in self._live):
                return
            if await self.journal.read(lambda connection: keys.is_revoked(connection, hashed(token or ""))):
                token = None
        if token is None:
            token = make_token()
            await asyncio.to_thread(write_token, self.path, token)
        sha256 = hashed(token)
        if known:
            await self._write(lambda txn: keys.replace_secret(txn, LOCAL, sha256))
        else:
            await self._write(lambda txn: keys.add(txn, LOCAL, ("*",), sha256))
        log.warning("a key that opens everything is in %s, readable by its user only", self.path)

    def _ruled(self) -> bool:
        return any(not EVERYTHING.isdisjoint(held.key.scopes) for held in self._live)


def hashed(token: str) -> str:
    """Return the SHA-256 of a secret. It has 256 random bits: nothing slower is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
