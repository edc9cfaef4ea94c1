"""The texts of one row as places where a word stands, and the same texts with some words changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from airworthy.assurance.swaps.tokens import Word, words
from airworthy.assurance.text_attack.edits import FEWEST_LETTERS


@dataclass(frozen=True)
class Change:
    """A word and what stands in its place; `joined` takes the space after it too."""

    new: str
    joined: bool = False


@dataclass(frozen=True)
class Spot:
    """One word that may be changed, and the column that it stands in."""

    column: str
    word: Word


@dataclass(frozen=True)
class Passage:
    """The text cells of one row.

    Attributes
    ----------
    spots : words of four letters and more; addresses, handles and numbers are left alone.
    count : all words, short ones too.
    """

    cells: Mapping[str, str]
    spots: tuple[Spot, ...]
    count: int

    @classmethod
    def of(cls, cells: Mapping[str, str | None]) -> Passage:
        """Read the words of each cell.

        >>> [spot.word.text for spot in Passage.of({"note": "It was late, @you"}).spots]
        ['late']
        """
        held = {column: text for column, text in cells.items() if text}
        found = [Spot(column, word) for column, text in held.items() for word in words(text)]
        long = tuple(spot for spot in found if len(spot.word.text) >= FEWEST_LETTERS)
        return cls(held, long, len(found))

    def can_join(self, spot: int) -> bool:
        """Whether one space and another word follow, no short one: it may be a negation."""
        word = self.spots[spot].word
        return word.after == " " and len(word.next) >= FEWEST_LETTERS

    def written(self, changes: Mapping[int, Change]) -> dict[str, str]:
        """The cells with the words at these spots changed.

        >>> Passage.of({"note": "very late today"}).written({1: Change("laet", joined=True)})
        {'note': 'very laettoday'}
        """
        made = dict(self.cells)
        for at in sorted(changes, key=lambda spot: -self.spots[spot].word.start):
            spot, change = self.spots[at], changes[at]
            text, end = made[spot.column], spot.word.end + change.joined
            made[spot.column] = text[: spot.word.start] + change.new + text[end:]
        return made
