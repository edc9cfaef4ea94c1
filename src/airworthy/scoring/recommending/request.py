"""One request for a list: JSON bytes to a user or a basket, how many items, and which never."""

from __future__ import annotations

import msgspec

from airworthy.scoring.decode import BadJson, BadRow
from airworthy.scoring.recommending.recommender import Recommended, Recommender

MOST_ITEMS = 1000
"""Items of one list, and names in one basket or exclusion."""


class ListRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Either `user`, or the items of a `basket`; `k` of the charter unless given; none of `exclude`."""

    user: str | int | None = None
    basket: list[str | int] | None = None
    k: int | None = None
    exclude: list[str | int] = []
    request_id: str | None = None


_decoder = msgspec.json.Decoder(ListRequest)
EXAMPLE = '{"user": "c007", "k": 5, "exclude": []}'


def decode_request(body: bytes) -> ListRequest:
    """Read a request.

    Raises `BadRow` where it is no such JSON, names neither or both of user and basket, or asks for too much.

    >>> decode_request(b'{"user": "c007", "k": 3}').k
    3
    """
    try:
        found = _decoder.decode(body)
    except msgspec.ValidationError as error:
        raise BadRow(f"The request does not fit: {error}.", remedy=f"Send for example {EXAMPLE}") from error
    except msgspec.DecodeError as error:
        raise BadJson(
            f"The request body cannot be read as JSON: {error}.", remedy=f"Send for example {EXAMPLE}"
        ) from error
    if (found.user is None) == (found.basket is None):
        both = "both user and basket" if found.user is not None else "neither user nor basket"
        raise BadRow(
            f"The request names {both}.", field="user", remedy=f"Name one of them, for example {EXAMPLE}"
        )
    if found.k is not None and not 1 <= found.k <= MOST_ITEMS:
        remedy = f"Give a whole number from 1 to {MOST_ITEMS:,}."
        raise BadRow(f"k is {found.k}.", value=found.k, field="k", remedy=remedy)
    for name, items in (("basket", found.basket or []), ("exclude", found.exclude)):
        if len(items) > MOST_ITEMS:
            message = f"{name} holds {len(items):,} items; the limit is {MOST_ITEMS:,}."
            raise BadRow(message, value=len(items), field=name, remedy="Send the latest of them.")
    return found


def answer_request(recommender: Recommender, request: ListRequest) -> Recommended:
    """The list that a request asks for: what `Recommender.for_user` or `for_history` gives, bit for bit."""
    if request.basket is not None:
        return recommender.for_history(request.basket, request.k, request.exclude)
    return recommender.for_user(request.user, request.k, request.exclude)
