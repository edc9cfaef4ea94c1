"""Passwords and tokens: found by the charter's reference when they are needed, and cut out of messages."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from airworthy.kernel.errors import InputError, MissingExtra
from airworthy.kernel.secret import HIDDEN, Secret

ENVIRONMENT, KEYRING = "env:", "keyring:"
LEAST_LETTERS = 4
"""Of an encoded form: a shorter one stands in every text by chance."""


def secret_of(reference: str) -> Secret:
    """The secret that a reference names: `env:NAME` or `keyring:SERVICE/USER`.

    Raises
    ------
    InputError : nothing is kept under that name, or the keyring cannot be asked.
    MissingExtra : without the package keyring, where a keyring is named.
    """
    if reference.startswith(ENVIRONMENT):
        return _of_environment(reference.removeprefix(ENVIRONMENT))
    if reference.startswith(KEYRING):
        service, _, user = reference.removeprefix(KEYRING).partition("/")
        return _of_keyring(service, user)
    raise InputError(
        "A secret is named by neither env:NAME nor keyring:SERVICE/USER.",
        value=HIDDEN,  # what stands there may be the secret itself
        remedy='Write for example secret = "env:SHOP_PASSWORD" in [[sources]].',
    )


def _of_environment(name: str) -> Secret:
    text = os.environ.get(name, "")
    if not text:
        state = "is empty" if name in os.environ else "is not set"
        raise InputError(
            f"The secret env:{name} is missing: that environment variable {state}.",
            value=name,
            remedy=f"Set it in the shell that runs this command, for example: read -rs {name}; export {name}",
        )
    return Secret(text)


def _of_keyring(service: str, user: str) -> Secret:
    try:
        import keyring  # an extra: only sources that name one need it
        from keyring.errors import KeyringError
    except ModuleNotFoundError as error:
        raise MissingExtra("keyring", "keyring") from error
    try:
        text = keyring.get_password(service, user)
        said = "holds no password of that name" if not text else ""
    except KeyringError as error:
        text, said = None, f"cannot be asked ({str(error).splitlines()[0]})"
    if not text:
        raise InputError(
            f"The secret keyring:{service}/{user} is missing: the keyring {said}.",
            value=f"{service}/{user}",
            remedy=f"Store it: keyring set {service} {user}; or name an environment variable: env:NAME.",
        )
    return Secret(text)


def scrubbed(text: str, secrets: Iterable[Secret]) -> str:
    """A library's message without the secrets, in whichever form it may quote them.

    >>> scrubbed("GET /?key=hunter%202 failed", [Secret("hunter 2")])
    'GET /?key=*** failed'
    """
    for form in sorted((form for secret in secrets for form in written_forms(secret)), key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    return text


def written_forms(secret: Secret) -> frozenset[str]:
    """The texts in which a secret may appear: plain, escaped, URL-encoded, and in base64 at any place.

    Base64 writes three bytes as four letters, so a secret behind `user:` looks different at each of three
    places; the letters that mix with its neighbours are left out.
    """
    plain = secret.reveal()
    forms = {plain, quote(plain, safe=""), quote(plain), quote_plus(plain), json.dumps(plain)[1:-1]}
    forms.add(repr(plain)[1:-1])
    raw = plain.encode()
    for before in range(3):
        letters = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
        whole = letters[(0, 2, 3)[before] : None if (before + len(raw)) % 3 == 0 else -1]
        forms |= {whole, whole.replace("+", "-").replace("/", "_")}
    return frozenset(form for form in forms if len(form) >= LEAST_LETTERS) | {plain}
