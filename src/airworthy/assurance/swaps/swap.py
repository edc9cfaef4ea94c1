"""Finds what tells a text's person, and writes the text in either version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from airworthy.assurance.swaps.kinds import Kind
from airworthy.assurance.swaps.people import GENDER, MAN, PLAIN_NAMES, WOMAN, StandIns, is_name
from airworthy.assurance.swaps.pronouns import is_hers, other_pronoun
from airworthy.assurance.swaps.tokens import Word, cased, words
from airworthy.assurance.swaps.words import (
    BEING,
    HE,
    MALE_TITLES,
    PAIRED,
    SAID_TO_ANYONE,
    SHE,
    SUBJECTS,
    TITLES,
    TO_MAN,
    TO_WOMAN,
)

_WANTED = {*GENDER, *TITLES, *MALE_TITLES, *TO_MAN, *TO_WOMAN, *SHE, *HE, "her", "his"}
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
            found[GENDER[name.lower()]].append(name.capitalize())
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
        given = StandIns(text, self.names)
        for word in said:
            marker = self._named(word, kinds, given, alone) if is_name(word, alone) else _marked(word, kinds)
            if marker is not None:
                found.append(marker)
        return tuple(found if alone else _without_pairs(found, text))

    def _named(self, word: Word, kinds: Sequence[Kind], given: StandIns, alone: bool) -> Marker | None:
        gender = GENDER[word.key]
        if Kind.GROUPS in kinds:
            forms, side = given.of_group(word, gender)
            return Marker(word.start, word.end, Kind.GROUPS, forms, side)
        if Kind.NAMES not in kinds or not self.names[1 - gender]:
            return None
        other = cased(given.other(word, gender), word.text)
        forms = (word.text, other) if gender == WOMAN else (other, word.text)
        return Marker(word.start, word.end, Kind.NAMES, forms, gender)


def written(text: str, markers: Sequence[Marker], side: int) -> str:
    """The text with the first (0) or second (1) form of every marker."""
    parts, at = [], 0
    for marker in markers:
        parts += [text[at : marker.start], marker.forms[side]]
        at = marker.end
    return "".join([*parts, text[at:]])


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
        shouted = word.text in ("MS", "MISS")
        return told if (before_name and word.capital and not shouted) or small else None
    return None


def _is_no_person(word: Word) -> bool:
    """Exclamations, and parts of proper names."""
    key = word.key
    if key in ("man", "bro", "boy", "sis") and (word.ends_phrase or word.starts_sentence):
        spoken = not word.previous or word.previous.lower() in SAID_TO_ANYONE or word.starts_sentence
        if spoken or "," in word.before:
            return True
    if key in ("man", "boy") and word.next.lower() in BEING and word.later.lower() in SUBJECTS:
        return True
    if key == "mom" and word.next.lower() == "and" and word.later.lower() in ("pop", "pops"):
        return True
    if key in ("son", "sons") and word.next.lower() == "of" and word.later.lower() in ("a", "b"):
        return True
    if key in ("aunt", "uncle", "auntie") and word.next.lower() in GENDER:
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
