"""Slips of one word that a person reads over: one a word, inside it, and never into another known word."""

from __future__ import annotations

from collections.abc import Container
from enum import StrEnum

import numpy as np

FEWEST_LETTERS = 4
"""Shorter words carry negations and numbers, and one letter more or less makes another word of them."""

INVISIBLE = "\N{ZERO WIDTH SPACE}"

LOOKALIKES = {
    "a": "\N{CYRILLIC SMALL LETTER A}",
    "c": "\N{CYRILLIC SMALL LETTER ES}",
    "e": "\N{CYRILLIC SMALL LETTER IE}",
    "i": "\N{CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I}",
    "j": "\N{CYRILLIC SMALL LETTER JE}",
    "o": "\N{CYRILLIC SMALL LETTER O}",
    "p": "\N{CYRILLIC SMALL LETTER ER}",
    "s": "\N{CYRILLIC SMALL LETTER DZE}",
    "x": "\N{CYRILLIC SMALL LETTER HA}",
    "y": "\N{CYRILLIC SMALL LETTER U}",
    "A": "\N{CYRILLIC CAPITAL LETTER A}",
    "B": "\N{CYRILLIC CAPITAL LETTER VE}",
    "C": "\N{CYRILLIC CAPITAL LETTER ES}",
    "E": "\N{CYRILLIC CAPITAL LETTER IE}",
    "H": "\N{CYRILLIC CAPITAL LETTER EN}",
    "K": "\N{CYRILLIC CAPITAL LETTER KA}",
    "M": "\N{CYRILLIC CAPITAL LETTER EM}",
    "O": "\N{CYRILLIC CAPITAL LETTER O}",
    "P": "\N{CYRILLIC CAPITAL LETTER ER}",
    "T": "\N{CYRILLIC CAPITAL LETTER TE}",
    "X": "\N{CYRILLIC CAPITAL LETTER HA}",
}
"""Letters drawn alike (Unicode Technical Standard 39, confusables)."""

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NEIGHBOURS = {
    letter: "".join(row[max(0, at - 1) : at] + row[at + 1 : at + 2])
    for row in _ROWS
    for at, letter in enumerate(row)
}
"""Keys left and right of each letter on a QWERTY keyboard."""


class Edit(StrEnum):
    """What is done to a word."""

    SWAPPED = "two letters swapped"
    DROPPED = "a letter dropped"
    NEIGHBOUR = "the key beside"
    LOOKALIKE = "a letter that looks alike"
    SPLIT = "a space inside"
    JOINED = "the space after it dropped"
    INVISIBLE = "an invisible sign inside"


def edited(word: str, draws: np.ndarray, known: Container[str]) -> list[tuple[Edit, str]]:
    """The word with each slip that is possible, once; first and last letter stay.

    Parameters
    ----------
    draws : (6,) numbers from 0 to 1 that say where each slip falls.
    known : words in small letters that no slip may lead to.

    >>> [new for edit, new in edited("flight", np.zeros(6), {"fight"}) if edit is not Edit.LOOKALIKE][:3]
    ['filght', 'fkight', 'f light']
    """
    inner = range(1, len(word) - 1)
    if len(word) < FEWEST_LETTERS:
        return []
    at = [1 + int(draw * len(inner)) for draw in draws]
    second = min(at[0], len(word) - 3)
    made = [
        (Edit.SWAPPED, word[:second] + word[second + 1] + word[second] + word[second + 2 :]),
        (Edit.DROPPED, word[: at[1]] + word[at[1] + 1 :]),
        (Edit.NEIGHBOUR, _beside(word, at[2])),
        (Edit.LOOKALIKE, _alike(word, float(draws[3]))),
        (Edit.SPLIT, word[: at[4]] + " " + word[at[4] :]),
        (Edit.INVISIBLE, word[: at[5]] + INVISIBLE + word[at[5] :]),
    ]
    return [(edit, new) for edit, new in made if new != word and not _another(new, known)]


def _another(new: str, known: Container[str]) -> bool:
    """Whether it reads as another word, or as two."""
    return all(part in known for part in new.lower().split())


def _beside(word: str, at: int) -> str:
    """The inner letter replaced by the key beside it; where a letter has no key, the word as it is."""
    keys = NEIGHBOURS.get(word[at].lower(), "")
    if not keys:
        return word
    key = keys[at % len(keys)]
    return word[:at] + (key.upper() if word[at].isupper() else key) + word[at + 1 :]


def _alike(word: str, draw: float) -> str:
    places = [at for at in range(1, len(word) - 1) if word[at] in LOOKALIKES]
    if not places:
        return word
    at = places[int(draw * len(places))]
    return word[:at] + LOOKALIKES[word[at]] + word[at + 1 :]


def shown(word: str) -> str:
    r"""The word with every sign beyond ASCII written out, so that what looks alike can be told apart.

    >>> shown("fl" + INVISIBLE + "ight")
    'fl\\u200bight'
    """
    return word.encode("ascii", "backslashreplace").decode("ascii")
