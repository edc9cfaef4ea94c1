"""Steps that clean a text before a model reads it: each measured by what it undoes, none applied silently."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from airworthy.assurance.swaps.tokens import words
from airworthy.assurance.text_attack.edits import FEWEST_LETTERS, LOOKALIKES

_LATIN = str.maketrans({alike: letter for letter, alike in LOOKALIKES.items()})
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
SEEN_TWICE = 2
ZERO_WIDTH_JOINER = "\N{ZERO WIDTH JOINER}"
"""It makes one emoji of several, and stays."""


class Step(StrEnum):
    """One way to clean a text."""

    SIGNS = "invisible signs out, Unicode NFKC"
    LETTERS = "letters that look alike to Latin ones"
    SPELLING = "unknown words to the one known word a slip away"
    ALL = "all three"


@dataclass(frozen=True)
class Cleaner:
    """Cleans with what the texts of other rows say is spelt rightly; `counts` of their words."""

    counts: Mapping[str, int]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Cleaner:
        """Learn the words that at least two places hold."""
        seen = Counter(word.text.lower() for text in texts for word in words(text))
        return cls({word: count for word, count in seen.items() if count >= SEEN_TWICE})

    def cleaned(self, step: Step, text: str) -> str:
        r"""The text after a step.

        >>> Cleaner({"flight": 9}).cleaned(Step.ALL, "a fl\u200bight, a fl\u0456ght, a filght, a fli ght")
        'a flight, a flight, a flight, a flight'
        """
        for one, clean in self._steps().items():
            if step in (one, Step.ALL):
                text = clean(text)
        return text

    def _steps(self) -> dict[Step, Callable[[str], str]]:
        return {Step.SIGNS: visible, Step.LETTERS: latin, Step.SPELLING: self.spelt}

    def spelt(self, text: str) -> str:
        """Unknown words of four letters and more as the most frequent known one that is one slip away."""
        text = self._rejoined(text)
        for word in reversed(words(text)):
            key = word.text.lower()
            if len(key) < FEWEST_LETTERS or key in self.counts:
                continue
            if near := self._nearest(key):
                text = text[: word.start] + _cased(near, word.text) + text[word.end :]
        return text

    def _rejoined(self, text: str) -> str:
        """Without the space between two words that are one known word together and not two apart."""
        for word in reversed(words(text)):
            one, other = word.text.lower(), word.next.lower()
            apart = one in self.counts and other in self.counts
            if word.after == " " and one + other in self.counts and not apart:
                text = text[: word.end] + text[word.end + 1 :]
        return text

    def _nearest(self, word: str) -> str | None:
        near = [other for other in _one_slip_away(word) if other in self.counts]
        if near:
            return max(near, key=lambda other: (self.counts[other], other))
        halves = ((word[:at], word[at:]) for at in range(2, len(word) - 1))
        both = [pair for pair in halves if pair[0] in self.counts and pair[1] in self.counts]
        if not both:
            return None
        return " ".join(max(both, key=lambda pair: (min(self.counts[half] for half in pair), pair)))


def visible(text: str) -> str:
    r"""Without signs that take no room, and with one code for each letter (Unicode NFKC).

    >>> visible("fl\u200bight \ufb01ne")
    'flight fine'
    """
    kept = "".join(sign for sign in text if unicodedata.category(sign) != "Cf" or sign == ZERO_WIDTH_JOINER)
    return unicodedata.normalize("NFKC", kept)


def latin(text: str) -> str:
    """Letters of other scripts as the Latin ones that they look like, in words that also hold Latin ones."""

    def one(word: re.Match[str]) -> str:
        mixed = any("a" <= letter.lower() <= "z" for letter in word.group())
        return word.group().translate(_LATIN) if mixed else word.group()

    return re.sub(r"\w+", one, text)


def _one_slip_away(word: str) -> set[str]:
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {left + right[1:] for left, right in cuts if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    found |= {left + letter + right[1:] for left, right in cuts if right for letter in _LETTERS}
    return found | {left + letter + right for left, right in cuts for letter in _LETTERS}


def _cased(word: str, like: str) -> str:
    if like.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if like[:1].isupper() else word
