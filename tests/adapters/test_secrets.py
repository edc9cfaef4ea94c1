"""Secrets are found by reference, and shown nowhere."""

from __future__ import annotations

import base64
import copy
import json
import pickle
import traceback
from dataclasses import asdict, dataclass

import pytest

from airworthy.adapters.secrets import scrubbed, secret_of, written_forms
from airworthy.kernel.errors import InputError
from airworthy.kernel.secret import Secret

UNLIKELY = 'zebra/quartz "vow"+77%'


@dataclass(frozen=True)
class Holder:
    secret: Secret


def test_no_way_of_writing_a_secret_down_shows_it() -> None:
    secret = Secret(UNLIKELY)
    shown = [
        repr(secret),
        str(secret),
        f"{secret!s:>20}",
        repr(Holder(secret)),
        str(asdict(Holder(secret))),
        json.dumps({"it": secret}, default=str),
        repr(copy.deepcopy(secret)),
        repr([copy.copy(secret)]),
    ]
    try:
        raise InputError("it failed", value=secret)
    except InputError as error:
        shown += [json.dumps(error.as_json()), str(error)]
        shown += traceback.TracebackException.from_exception(error, capture_locals=False).format()
    assert not [text for text in shown if any(form in text for form in written_forms(secret))]
    for write in (pickle.dumps, Secret.__getstate__):
        with pytest.raises(TypeError):
            write(secret)


@pytest.mark.parametrize("before", ["", "u", "us", "user:"])
def test_a_message_loses_a_secret_in_every_form(before: str) -> None:
    secret = Secret(UNLIKELY)
    header = base64.b64encode((before + UNLIKELY).encode()).decode()
    text = f"GET /?k=zebra%2Fquartz%20%22vow%22%2B77%25 Authorization: Basic {header} password={UNLIKELY}"
    told = scrubbed(text, [secret])
    assert not [form for form in written_forms(secret) if form in told]
    assert told.startswith("GET /?k=*** Authorization: Basic ")


def test_a_missing_secret_is_named_and_an_empty_one_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOP_PASSWORD", raising=False)
    with pytest.raises(InputError, match="SHOP_PASSWORD is missing: that environment variable is not set"):
        secret_of("env:SHOP_PASSWORD")
    monkeypatch.setenv("SHOP_PASSWORD", "")
    with pytest.raises(InputError, match="is empty"):
        secret_of("env:SHOP_PASSWORD")
    monkeypatch.setenv("SHOP_PASSWORD", UNLIKELY)
    assert secret_of("env:SHOP_PASSWORD").reveal() == UNLIKELY


def test_a_reference_that_may_be_the_secret_itself_is_not_repeated() -> None:
    with pytest.raises(InputError) as raised:
        secret_of("hunter2")
    assert "hunter2" not in json.dumps(raised.value.as_json())


def test_a_keyring_is_asked_by_service_and_user(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = pytest.importorskip("keyring", reason="keyring is an extra and not installed")
    kept = {("shop", "reader"): UNLIKELY}

    class Ring(keyring.backend.KeyringBackend):  # type: ignore[misc,name-defined]
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            if service == "locked":
                raise keyring.errors.KeyringLocked("it is locked")
            return kept.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            raise NotImplementedError

        def delete_password(self, service: str, username: str) -> None:
            raise NotImplementedError

    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    try:
        assert secret_of("keyring:shop/reader").reveal() == UNLIKELY
        with pytest.raises(InputError, match=r"holds no password of that name.*keyring set shop nobody"):
            secret_of("keyring:shop/nobody")
        with pytest.raises(InputError, match="it is locked"):
            secret_of("keyring:locked/x")
    finally:
        keyring.set_keyring(before)
