"""The keyring: the first key and its file agree after any crash, and what was withdrawn opens nothing."""

from __future__ import annotations

import asyncio
import stat
from contextlib import asynccontextmanager

import pytest

from ovro_alert.errors import CannotStartError, ConflictError
from ovro_alert.relay.journal.journal import Journal
from ovro_alert.relay.key_file import TOKEN, make_token, read_token, write_token
from ovro_alert.relay.keyring import Keyring, hashed
from ovro_alert.relay.scopes import NewKey
from tests.clocks import HandClock

EVERYTHING = frozenset({"*"})


@asynccontextmanager
async def opened(home, relay_key=None):
    journal = Journal(home / "journal.sqlite", HandClock(), lambda _changes: None)
    try:
        keyring = Keyring(journal, home / "relay.key", relay_key)
        await keyring.open()
        yield keyring
    finally:
        journal.close()


def token_in(home):
    return (home / "relay.key").read_text().strip()


def test_the_first_start_makes_a_key_that_opens_everything_in_a_file_of_its_user_only(tmp_path, caplog):
    async def story():
        async with opened(tmp_path) as keyring:
            return keyring.holder(token_in(tmp_path))

    holder = asyncio.run(story())
    assert (holder.name, holder.scopes) == ("local", EVERYTHING)
    assert stat.S_IMODE((tmp_path / "relay.key").stat().st_mode) == 0o600
    assert str(tmp_path / "relay.key") in caplog.text
    assert token_in(tmp_path) not in caplog.text


def test_the_journal_holds_no_secret(tmp_path):
    async def story():
        async with opened(tmp_path) as keyring:
            return (await keyring.make(NewKey(name="casey", scopes=("read",)))).key

    made = asyncio.run(story())
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("journal.sqlite*"))
    assert made.encode() not in kept
    assert token_in(tmp_path).encode() not in kept


def test_the_next_start_keeps_the_key(tmp_path):
    async def start():
        async with opened(tmp_path) as keyring:
            return token_in(tmp_path), keyring.holder(token_in(tmp_path))

    assert asyncio.run(start()) == asyncio.run(start())


def test_a_crash_after_the_file_and_before_the_journal_leaves_the_file_s_key_good(tmp_path):
    token = make_token()
    write_token(tmp_path / "relay.key", token)

    async def start():
        async with opened(tmp_path) as keyring:
            return keyring.holder(token)

    assert asyncio.run(start()).scopes == EVERYTHING
    assert token_in(tmp_path) == token


def test_a_crash_while_the_file_is_written_leaves_no_half_of_it(tmp_path):
    (tmp_path / "relay.key.new").write_text("ovro_half")

    async def start():
        async with opened(tmp_path) as keyring:
            return keyring.holder(token_in(tmp_path))

    assert asyncio.run(start()).name == "local"
    assert not (tmp_path / "relay.key.new").exists()


@pytest.mark.parametrize("content", [None, "", "something else\n"])
def test_a_lost_or_spoilt_file_is_written_anew_and_the_old_key_opens_nothing(tmp_path, content):
    async def start():
        async with opened(tmp_path) as keyring:
            return keyring

    asyncio.run(start())
    old = token_in(tmp_path)
    (tmp_path / "relay.key").unlink()
    if content is not None:
        (tmp_path / "relay.key").write_text(content)
    keyring = asyncio.run(start())
    assert keyring.holder(token_in(tmp_path)).name == "local"
    assert keyring.holder(old) is None


def test_a_file_with_another_good_key_is_left_as_it_is(tmp_path):
    """An operator may give local clients a smaller key than the first one."""

    async def story():
        async with opened(tmp_path) as keyring:
            first = token_in(tmp_path)
            small = await keyring.make(NewKey(name="small", scopes=("read",)))
            write_token(tmp_path / "relay.key", small.key)
        async with opened(tmp_path) as keyring:
            return keyring.holder(token_in(tmp_path)).name, keyring.holder(first).name

    assert asyncio.run(story()) == ("small", "local")


def test_a_withdrawn_first_key_does_not_come_back(tmp_path):
    async def story():
        async with opened(tmp_path) as keyring:
            first = token_in(tmp_path)
            await keyring.make(NewKey(name="casey", scopes=("admin",)))
            await keyring.revoke("local")
        async with opened(tmp_path) as keyring:
            return keyring.holder(first), [key.name for key in keyring.list_keys()]

    assert asyncio.run(story()) == (None, ["casey"])


def test_when_every_key_was_withdrawn_the_next_start_makes_a_new_one(tmp_path):
    async def story():
        async with opened(tmp_path) as keyring:
            first = token_in(tmp_path)
            await keyring.revoke("local")
        async with opened(tmp_path) as keyring:
            return keyring.holder(first), keyring.holder(token_in(tmp_path)).scopes

    assert asyncio.run(story()) == (None, EVERYTHING)


def test_with_relay_key_no_key_is_made_and_it_opens_everything(tmp_path):
    async def story():
        async with opened(tmp_path, "from the environment ") as keyring:
            return keyring.holder("from the environment"), keyring.holder("other")

    holder, other = asyncio.run(story())
    assert (holder.name, holder.scopes, other) == ("RELAY_KEY", EVERYTHING, None)
    assert not (tmp_path / "relay.key").exists()


@pytest.mark.parametrize(("scope", "good"), [("read", True), ("admin", False), ("*", False)])
def test_relay_key_counts_while_the_journal_holds_no_key_that_opens_everything(tmp_path, scope, good):
    async def story():
        async with opened(tmp_path, "environment") as keyring:
            await keyring.make(NewKey(name="casey", scopes=(scope,)))
            before = keyring.holder("environment") is not None
            await keyring.revoke("casey")
            return before, keyring.holder("environment") is not None

    assert asyncio.run(story()) == (good, True)


def test_an_empty_relay_key_is_none(tmp_path):
    async def story():
        async with opened(tmp_path, "  ") as keyring:
            return keyring.holder(""), keyring.holder("  ")

    assert asyncio.run(story()) == (None, None)
    assert (tmp_path / "relay.key").exists()


def test_a_withdrawn_key_opens_nothing_at_once_and_its_name_may_be_given_again(tmp_path):
    async def story():
        async with opened(tmp_path) as keyring:
            old = await keyring.make(NewKey(name="casey", scopes=("read", "read")))
            with pytest.raises(ConflictError):
                await keyring.make(NewKey(name="casey", scopes=("read",)))
            await keyring.revoke("casey")
            await keyring.revoke("casey")
            gone = keyring.holder(old.key)
            new = await keyring.make(NewKey(name="casey", scopes=("follow:lwa",)))
            return gone, keyring.holder(old.key), keyring.holder(new.key).scopes

    assert asyncio.run(story()) == (None, None, frozenset({"follow:lwa"}))


def test_a_file_that_cannot_be_written_ends_the_start_in_one_sentence(tmp_path):
    (tmp_path / "home").write_text("a file where the home should be")
    with pytest.raises(CannotStartError, match="cannot be written"):
        write_token(tmp_path / "home" / "relay.key", make_token())


def test_a_key_is_256_bits_and_known_by_its_first_letters(tmp_path):
    token = make_token()
    assert TOKEN.fullmatch(token)
    assert len({make_token() for _ in range(100)}) == 100
    assert len(hashed(token)) == 64
    assert read_token(tmp_path / "none") is None
