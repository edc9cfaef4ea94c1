"""DSSE v1 envelopes: what a person signed, with the type of it, so that it cannot be read as something else.

Source: https://github.com/secure-systems-lab/dsse, protocol.md and envelope.md, version 1.0.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Mapping
from typing import Any

from airworthy.kernel.canonical import Json
from airworthy.kernel.errors import IntegrityError
from airworthy.kernel.ports import Signer
from airworthy.registry.ed25519 import is_signed_by

IN_TOTO = "application/vnd.in-toto+json"


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """PAE(type, body), the bytes that are signed: lengths are of UTF-8 bytes, in decimal.

    >>> pre_authentication_encoding("http://example.com/HelloWorld", b"hello world")
    b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
    """
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign_envelope(payload: bytes, signer: Signer, payload_type: str = IN_TOTO) -> dict[str, Json]:
    """Put `payload` into an envelope with one signature."""
    signature = signer.sign(pre_authentication_encoding(payload_type, payload))
    return {
        "payload": base64.b64encode(payload).decode("ascii"),
        "payloadType": payload_type,
        "signatures": [{"keyid": signer.key_id, "sig": base64.b64encode(signature).decode("ascii")}],
    }


def open_envelope(
    envelope: Mapping[str, Any], trusted: Collection[str], payload_type: str = IN_TOTO
) -> tuple[bytes, str]:
    """The payload and the trusted public key that signed it.

    Parameters
    ----------
    envelope : a DSSE envelope as JSON.
    trusted : public keys, 64 hex digits each; the envelope's own `keyid` is a hint, not a proof.

    Raises
    ------
    IntegrityError
        When the envelope is malformed, of another type, or no trusted key signed it.
    """
    try:
        payload = base64.b64decode(envelope["payload"], validate=True)
        kind = str(envelope["payloadType"])
        signatures = [base64.b64decode(item["sig"], validate=True) for item in envelope["signatures"]]
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise _refused(f"The signed statement cannot be read: {error}.") from error
    if kind != payload_type:
        raise _refused(f"The signed statement is of type {kind}, not {payload_type}.")
    signed = pre_authentication_encoding(kind, payload)
    for key in trusted:
        if any(is_signed_by(key, signed, signature) for signature in signatures):
            return payload, key
    raise _refused("No declared key made the signature of this statement.")


def _refused(message: str) -> IntegrityError:
    return IntegrityError(message, remedy="Run `airworthy verify`, then have the person sign again.")
