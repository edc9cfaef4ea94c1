"""Who is named in a text, and whose name stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from zlib import crc32

from airworthy.assurance.swaps.names import (
    AMBIGUOUS,
    BLACK_MEN,
    BLACK_WOMEN,
    GREETING,
    MEN,
    PLACE_AFTER,
    PLACE_BEFORE,
    WHITE_MEN,
    WHITE_WOMEN,
    WOMEN,
)
from airworthy.assurance.swaps.tokens import Word, cased, words
from airworthy.assurance.swaps.words import AFTER_OBJECT, MALE_TITLES, TITLES

WOMAN, MAN = 0, 1
GENDER = {name.lower(): WOMAN for name in WOMEN} | {name.lower(): MAN for name in MEN}
_BEFORE_A_SURNAME = {*TITLES, *MALE_TITLES, "dr", "prof"}
_BEFORE_A_NAME = {*GREETING, *AFTER_OBJECT, *_BEFORE_A_SURNAME}
_OF_GROUPS = ((BLACK_WOMEN, WHITE_WOMEN), (BLACK_MEN, WHITE_MEN))
PLAIN_NAMES = (
    tuple(name for name in WOMEN if name.lower() not in AMBIGUOUS),
    tuple(name for name in MEN if name.lower() not in AMBIGUOUS),
)


def is_name(word: Word, alone: bool) -> bool:
    """Whether a known name is here that of a person, and the first one."""
    if word.key not in GENDER:
        return False
    if alone:
        return True
    if word.key in AMBIGUOUS or not word.capital or (len(word.text) > 1 and word.text.isupper()):
        return False
    before, after = word.previous.lower(), word.next.lower()
    if word.after[:2] in ("'t", "’t"):  # don't
        return False
    if before in PLACE_BEFORE and word.before.strip(".") == " ":
        return False
    if word.after == " " and word.next[:1].isupper() and {after, word.later.lower()} & PLACE_AFTER:
        return False
    if before in _BEFORE_A_SURNAME and not (word.after == " " and word.next[:1].isupper()):
        return False
    if word.after.startswith(", ") and len(word.next) == 2 and word.next.isupper():
        return False
    follows_name = word.before == " " and word.previous[:1].isupper() and word.previous != "I"
    return not follows_name or before in _BEFORE_A_NAME


def first_name(text: str) -> str | None:
    """The first name with which a cell of a column of names begins, or None.

    >>> first_name("emily walsh"), first_name("Walsh Ltd")
    ('emily', None)
    """
    said = words(text)[:1]
    return said[0].text if said and said[0].key in GENDER else None


def names_in(text: str) -> list[str]:
    """The first names of people in running text."""
    return [word.text for word in words(text, GENDER) if is_name(word, alone=False)]


@dataclass
class StandIns:
    """Who stands in for whom in one text: the same name each time, two names never the same."""

    text: str
    names: tuple[tuple[str, ...], tuple[str, ...]]
    chosen: dict[tuple[str, int], str] = field(default_factory=dict)

    def other(self, word: Word, gender: int) -> str:
        return self._one(word, self.names[1 - gender], 1 - gender)

    def of_group(self, word: Word, gender: int) -> tuple[tuple[str, str], int | None]:
        """A form of each group, of the name's own gender."""
        lists = _OF_GROUPS[gender]
        own = next((i for i, names in enumerate(lists) if word.key in map(str.lower, names)), None)
        forms = [
            word.text if side == own else cased(self._one(word, names, 2 + side), word.text)
            for side, names in enumerate(lists)
        ]
        return (forms[0], forms[1]), own

    def _one(self, word: Word, names: Sequence[str], use: int) -> str:
        key = (word.key, use)
        if key not in self.chosen:
            at, taken = crc32(f"{word.key}\x1f{self.text}".encode()), set(self.chosen.values())
            turns = (names[(at + step) % len(names)] for step in range(len(names)))
            self.chosen[key] = next((n for n in turns if n not in taken), names[at % len(names)])
        return self.chosen[key]
