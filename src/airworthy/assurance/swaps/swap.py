"""Finds what tells a text's person, and writes the text in either version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from zlib import crc32

from airworthy.assurance.swaps.kinds import Kind
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
from airworthy.assurance.swaps.pronouns import is_hers, other_pronoun
from airworthy.assurance.swaps.tokens import Word, cased, words
from airworthy.assurance.swaps.words import (
    AFTER_OBJECT,
    HE,
    MALE_TITLES,
    PAIRED,
    SAID_TO_ANYONE,
    SHE,
    TITLES,
    TO_MAN,
    TO_WOMAN,
)

WOMAN, MAN = 0, 1
_GENDER = {name.lower(): WOMAN for name in WOMEN} | {name.lower(): MAN for name in MEN}
_WANTED = {*_GENDER, *TITLES, *MALE_TITLES, *TO_MAN, *TO_WOMAN, *SHE, *HE, "her", "his"}
_BEFORE_A_SURNAME = {*TITLES, *MALE_TITLES, "dr", "prof"}
_BEFORE_A_NAME = {*GREETING, *AFTER_OBJECT, *_BEFORE_A_SURNAME}
_OF_GROUPS = ((BLACK_WOMEN, WHITE_WOMEN), (BLACK_MEN, WHITE_MEN))
PLAIN_NAMES = (
    tuple(name for name in WOMEN if name.lower() not in AMBIGUOUS),
    tuple(name for name in MEN if name.lower() not in AMBIGUOUS),
)
FEWEST_NAMES = 5
"""Fewer different names of a gender in the rows are joined by the most frequent of the shipped list."""


@dataclass(frozen=True)
class Marker:
    """A stretch of text and its two forms; `side` is the one that was written, None where neither was."""

    start: int
    end: int
    kind: Kind
    forms: tuple[str, str]
    side: int | None


@dataclass(frozen=True)
class Reader:
    """Finds markers. `names` are the women's and men's names that stand in for others.

    >>> reader = Reader()
    >>> found = reader.markers("Ask the waitress for her pen, she likes him.", (Kind.PRONOUNS, Kind.WORDS))
    >>> written("Ask the waitress for her pen, she likes him.", found, 1)
    'Ask the waiter for his pen, he likes him.'
    """

    names: tuple[tuple[str, ...], tuple[str, ...]] = PLAIN_NAMES

    @classmethod
    def of_names(cls, seen: Iterable[str], *, fill: bool = True) -> Reader:
        """One whose names are those of the rows, as often as they stand there.

        Parameters
        ----------
        fill : add shipped names where the rows hold fewer than five of a gender.
        """
        found: tuple[list[str], list[str]] = ([], [])
        for name in seen:
            found[_GENDER[name.lower()]].append(name.capitalize())
        filled = [
            [*own, *shipped[:FEWEST_NAMES]] if fill and len(set(own)) < FEWEST_NAMES else own
            for own, shipped in zip(found, PLAIN_NAMES, strict=True)
        ]
        return cls((tuple(sorted(filled[0])), tuple(sorted(filled[1]))))

    def markers(self, text: str, kinds: Sequence[Kind], *, alone: bool = False) -> tuple[Marker, ...]:
        """The markers of these kinds in the order of the text.

        Parameters
        ----------
        alone : the text is a name by itself, as in a column of names: its first word counts in any case.
        """
        said = words(text)[:1] if alone else words(text, _WANTED)
        found = []
        given = _Given(text, self.names)
        for word in said:
            marker = self._named(word, kinds, given, alone) if _is_name(word, alone) else _marked(word, kinds)
            if marker is not None:
                found.append(marker)
        return tuple(found if alone else _without_pairs(found, text))

    def _named(self, word: Word, kinds: Sequence[Kind], given: _Given, alone: bool) -> Marker | None:
        gender = _GENDER[word.key]
        if Kind.GROUPS in kinds:
            forms, side = given.of_group(word, gender)
            return Marker(word.start, word.end, Kind.GROUPS, forms, side)
        if Kind.NAMES not in kinds or not self.names[1 - gender]:
            return None
        other = cased(given.other(word, gender), word.text)
        forms = (word.text, other) if gender == WOMAN else (other, word.text)
        return Marker(word.start, word.end, Kind.NAMES, forms, gender)


@dataclass
class _Given:
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


def first_name(text: str) -> str | None:
    """The first name with which a cell of a column of names begins, or None.

    >>> first_name("emily walsh"), first_name("Walsh Ltd")
    ('emily', None)
    """
    said = words(text)[:1]
    return said[0].text if said and said[0].key in _GENDER else None


def names_in(text: str) -> list[str]:
    """The first names of people in running text."""
    return [word.text for word in words(text, _GENDER) if _is_name(word, alone=False)]


def written(text: str, markers: Sequence[Marker], side: int) -> str:
    """The text with the first (0) or second (1) form of every marker."""
    parts, at = [], 0
    for marker in markers:
        parts += [text[at : marker.start], marker.forms[side]]
        at = marker.end
    return "".join([*parts, text[at:]])


def _is_name(word: Word, alone: bool) -> bool:
    """Whether a known name is here that of a person, and the first one."""
    if word.key not in _GENDER:
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


def _marked(word: Word, kinds: Sequence[Kind]) -> Marker | None:
    """A pronoun, a title before a name, or a gendered word."""
    key = word.key
    if Kind.PRONOUNS in kinds and (other := other_pronoun(word)):
        return _pair(word, Kind.PRONOUNS, other, WOMAN if is_hers(key) else MAN)
    if Kind.TITLES in kinds and (other := _other_title(word)):
        return _pair(word, Kind.TITLES, other, WOMAN if key in TITLES else MAN)
    if Kind.WORDS not in kinds or (key not in TO_MAN and key not in TO_WOMAN) or _is_no_person(word):
        return None
    return (
        _pair(word, Kind.WORDS, TO_MAN[key], WOMAN)
        if key in TO_MAN
        else _pair(word, Kind.WORDS, TO_WOMAN[key], MAN)
    )


def _pair(word: Word, kind: Kind, other: str, side: int) -> Marker:
    form = cased(other, word.text)
    return Marker(word.start, word.end, kind, (word.text, form) if side == WOMAN else (form, word.text), side)


def _other_title(word: Word) -> str | None:
    key = word.key
    if key == "ma'am" or key == "madam":
        return "sir"
    before_name = word.next[:1].isupper() and word.after in (" ", ". ", ".")
    if key == "sir":
        return "dame" if word.capital and before_name and not word.starts_sentence else "ma'am"
    if key in ("mr", "mrs", "ms", "miss", "dame"):
        told = TITLES.get(key) or MALE_TITLES[key]
        small = key in ("mr", "mrs") and word.next != "" and word.after in (" ", ". ")
        return told if (before_name and word.capital and word.text != "MS") or small else None
    return None


def _is_no_person(word: Word) -> bool:
    """Exclamations, and parts of proper names."""
    key = word.key
    if key in ("man", "bro", "boy", "sis") and (word.ends_phrase or word.starts_sentence):
        spoken = not word.previous or word.previous.lower() in SAID_TO_ANYONE or word.starts_sentence
        if spoken or "," in word.before:
            return True
    if key in ("son", "sons") and word.next.lower() == "of" and word.later.lower() in ("a", "b"):
        return True
    if key in ("aunt", "uncle", "auntie") and word.next.lower() in _GENDER:
        return False
    if key == "man" and word.after == "-":
        return True
    return word.in_name


def _without_pairs(found: Sequence[Marker], text: str) -> list[Marker]:
    """Without both sides of `he or she` and `ladies and gentlemen`: they speak of anyone."""
    dropped: set[int] = set()
    for index, (first, second) in enumerate(pairwise(found)):
        joined = text[first.end : second.start].lower().strip(" .()")
        other_side = None not in (first.side, second.side) and first.side != second.side
        if first.kind is second.kind and first.kind not in _PEOPLE and joined in PAIRED and other_side:
            dropped |= {index, index + 1}
    return [marker for index, marker in enumerate(found) if index not in dropped]


_PEOPLE: frozenset[Kind] = frozenset((Kind.NAMES, Kind.GROUPS))
