"""Keys in the journal: hashed, never as they are; one that was withdrawn stays as a line that opens nothing."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from ovro_alert.errors import ConflictError, NotFoundError
from ovro_alert.relay.journal.tables import keys
from ovro_alert.relay.journal.writer import Txn
from ovro_alert.relay.scopes import Key


class HashedKey(NamedTuple):
    """A key that opens doors, and the SHA-256 of its secret."""

    key: Key
    sha256: str


def live(connection: Connection) -> tuple[HashedKey, ...]:
    """Return every key that has not been withdrawn, by name."""
    rows = connection.execute(select(keys).where(keys.c.revoked.is_(None)).order_by(keys.c.name))
    return tuple(HashedKey(Key(name=row.name, scopes=tuple(row.scopes), made=row.made), row.sha256) for row in rows)


def is_revoked(connection: Connection, sha256: str) -> bool:
    """Whether a secret was withdrawn."""
    withdrawn = select(keys.c.name).where(keys.c.sha256 == sha256, keys.c.revoked.is_not(None)).limit(1)
    return connection.scalar(withdrawn) is not None


def add(txn: Txn, name: str, scopes: tuple[str, ...], sha256: str) -> Key:
    """Enter a new key; a name that was withdrawn may be given again."""
    taken = txn.connection.execute(select(keys.c.revoked).where(keys.c.name == name)).one_or_none()
    if taken is not None and taken.revoked is None:
        message = f"there is a key called {name!r} already; choose another name, or DELETE it first"
        raise ConflictError(message)
    txn.connection.execute(delete(keys).where(keys.c.name == name))
    txn.connection.execute(insert(keys).values(name=name, sha256=sha256, scopes=list(scopes), made=txn.now))
    return Key(name=name, scopes=scopes, made=txn.now)


def replace_secret(txn: Txn, name: str, sha256: str) -> None:
    """Give a key another secret; the old one opens nothing from now on."""
    txn.connection.execute(update(keys).where(keys.c.name == name).values(sha256=sha256))


def revoke(txn: Txn, name: str) -> None:
    """Withdraw a key; doing so again changes nothing."""
    row = txn.connection.execute(select(keys.c.revoked).where(keys.c.name == name)).one_or_none()
    if row is None:
        message = f"no key is called {name!r:.80}"
        raise NotFoundError(message)
    if row.revoked is None:
        txn.connection.execute(update(keys).where(keys.c.name == name).values(revoked=txn.now))
