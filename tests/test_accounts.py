"""Our accounts elsewhere: credentials from the settings or a file, and shown to nobody."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from ovro_alert.accounts import GcnAccount
from ovro_alert.errors import CannotStartError

SECRET = "v3ry-s3cret-w0rd"


def test_credentials_that_are_set_come_before_those_in_the_file(tmp_path):
    account = GcnAccount(client_id="set", client_secret=SecretStr("set too"), credentials_file=tmp_path / "none.toml")
    login = account.login()
    assert (login.id, login.secret.get_secret_value()) == ("set", "set too")


def test_credentials_come_from_a_file_where_none_are_set(tmp_path):
    file = tmp_path / "gcn.toml"
    file.write_text(f'client_id = "ours"\nclient_secret = "{SECRET}"\n')
    login = GcnAccount(credentials_file=file).login()
    assert (login.id, login.secret.get_secret_value()) == ("ours", SECRET)


def test_without_either_there_is_no_login():
    assert GcnAccount().login() is None


@pytest.mark.parametrize("text", [None, "", f'client_id = "{SECRET}"', f"{SECRET} is not TOML", "client_id = 3"])
def test_a_file_that_has_none_is_said_without_what_is_in_it(tmp_path, text):
    file = tmp_path / "gcn.toml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(CannotStartError, match=r"gcn\.toml cannot be read") as error:
        GcnAccount(credentials_file=file).login()
    assert SECRET not in str(error.value)


def test_a_secret_does_not_show_itself():
    account = GcnAccount(client_id="ours", client_secret=SecretStr(SECRET))
    assert SECRET not in f"{account!r} {account.login()!r} {account.model_dump_json()}"
