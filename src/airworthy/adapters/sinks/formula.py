"""Texts that a spreadsheet would carry out: `=cmd|…` in a key or a reason is somebody else's program."""

from __future__ import annotations

import re

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
GUARD = "'"


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may take a text for a formula; a plain number is none.

    >>> is_formula("=1+1"), is_formula("-12.5"), is_formula("C-17")
    (True, False, False)
    """
    return text.startswith(_STARTS) and not _NUMBER.fullmatch(text)


def guarded(text: str) -> str:
    """The text with an apostrophe before it where it could be a formula, for files without cell types.

    >>> guarded("=cmd|' /C calc'!A0")
    "'=cmd|' /C calc'!A0"
    """
    return GUARD + text if is_formula(text) or _is_guarded(text) else text


def unguarded(text: str) -> str:
    """The inverse of `guarded`.

    >>> unguarded(guarded("=1")), unguarded(guarded("'=1")), unguarded("it's")
    ('=1', "'=1", "it's")
    """
    return text[1:] if _is_guarded(text) else text


def _is_guarded(text: str) -> bool:
    """Whether a text starts as one that got its apostrophe here; such a text gets a further one."""
    bare = text.lstrip(GUARD)
    return bare != text and is_formula(bare)
