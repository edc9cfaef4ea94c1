"""Private keys stay private, and sign as RFC 8032 says."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from airworthy.adapters.keys import Ed25519Signer, Ed25519Verifier, create_key, key_path, load_signer
from airworthy.kernel.errors import InputError, WorkspaceError

# RFC 8032 section 7.1, TEST 2
SECRET = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_the_vector_of_rfc_8032_comes_out() -> None:
    signer = Ed25519Signer(SECRET)
    assert signer.key_id == PUBLIC
    assert signer.sign(b"\x72") == SIGNATURE
    assert Ed25519Verifier().verify(PUBLIC, b"\x72", SIGNATURE)
    assert not Ed25519Verifier().verify(PUBLIC, b"\x73", SIGNATURE)


def test_a_new_key_is_kept_for_its_owner_alone_and_never_overwritten() -> None:
    signer = create_key("ann")
    assert load_signer("ann").key_id == signer.key_id
    assert stat.S_IMODE(key_path("ann").stat().st_mode) == 0o600
    assert stat.S_IMODE(key_path("ann").parent.stat().st_mode) == 0o700
    with pytest.raises(InputError, match="ann has a key already"):
        create_key("ann")


def test_a_key_that_others_may_read_signs_for_nobody() -> None:
    create_key("ann")
    key_path("ann").chmod(0o644)
    with pytest.raises(WorkspaceError, match=r"may be read by other users.*chmod 600"):
        load_signer("ann")


def test_a_missing_and_a_damaged_key_say_what_to_do() -> None:
    with pytest.raises(WorkspaceError, match="bob has no private key on this computer"):
        load_signer("bob")
    create_key("ann")
    key_path("ann").write_text("not hexadecimal")
    with pytest.raises(WorkspaceError, match="is damaged"):
        load_signer("ann")


@pytest.mark.parametrize("name", ["../ann", "", "a/b", "a\x00b", ".hidden"])
def test_a_name_with_a_path_in_it_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="cannot name a key file"):
        key_path(name, Path("/keys"))
