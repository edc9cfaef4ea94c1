"""A password or token: used where it is needed, shown nowhere."""

from __future__ import annotations

from typing import NoReturn

HIDDEN = "***"


class Secret:
    """A text that no message, log or file tells: only `reveal` does.

    >>> token = Secret("hunter2")
    >>> f"{token} {token!r}"
    '*** Secret(***)'
    >>> token.reveal()
    'hunter2'
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one call that needs it."""
        return self._text

    def __str__(self) -> str:
        return HIDDEN

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __format__(self, spec: str) -> str:
        return HIDDEN

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self  # `dataclasses.asdict` copies what it finds

    def __getstate__(self) -> NoReturn:
        raise TypeError("a secret is not written down")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")
