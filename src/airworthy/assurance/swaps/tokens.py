"""A text as words with what stands around them; addresses, handles and hashtags hold no words."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

_WORD = re.compile(r"[Mm][Aa]['’][Aa][Mm]|(?<!['’])[^\W\d_]+|(?<=['’])[^\W\d_]{3,}")
"""Letters in a row. What follows an apostrophe (she's, don't) is no word of its own."""
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[@#]\w+|[\w.+-]+@[\w.-]+|&#?\w+;", re.IGNORECASE)
_STOPS = '.!?:;\n"“”()[]…*|>-–—'

_END = re.compile(r"[ \t]*[^\w\s\"“‘'$£€]|\s*\n")
"""Quotes and numbers do not end a phrase: her "men", his 75 years."""
_CLOSE = (" ", "'s ", "’s ")


@dataclass(frozen=True)
class Word:
    """One word: its place, and the text between it and the words beside it."""

    text: str
    start: int
    end: int
    before: str  # between the word before and this one
    after: str  # between this one and the next
    previous: str = ""  # the words beside it; empty at either end
    next: str = ""
    later: str = ""  # the one after the next

    @property
    def key(self) -> str:
        """How lists hold it.

        >>> [word.key for word in words("Ma’am")]
        ["ma'am"]
        """
        return self.text.lower().replace("’", "'")

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def starts_sentence(self) -> bool:
        """Whether its capital may be the sentence's."""
        return not self.previous or any(stop in self.before for stop in _STOPS)

    @property
    def ends_phrase(self) -> bool:
        """Whether nothing that belongs to it can follow."""
        return not self.next or _END.match(self.after) is not None

    @property
    def in_name(self) -> bool:
        """Whether it is capitalised beside another capital, as part of a proper name is."""
        if not self.capital or self.text.isupper():
            return False
        left = self.previous[:1].isupper() and self.previous != "I" and self.before in _CLOSE
        right = self.next[:1].isupper() and self.next != "I" and self.after in _CLOSE
        return (left or right) and not (self.starts_sentence and not right)


def words(text: str, wanted: Container[str] | None = None) -> list[Word]:
    """The words of `text` that are written out; only those whose key is `wanted`, where that is given.

    >>> [word.text for word in words("@amy wrote to amy@home.org: see #Amy, Amy!")]
    ['wrote', 'to', 'see', 'Amy']
    """
    if wanted is not None and not any(key in wanted for key in _WORD.findall(text.lower().replace("’", "'"))):
        return []  # most texts: the rest of the work is for the few that hold a wanted word
    found = list(_spans(text))
    said = ["", *(text[start:end] for start, end in found), "", ""]
    edges = [0, *(edge for span in found for edge in span), len(text)]
    return [
        Word(
            said[i + 1],
            start,
            end,
            before=text[edges[2 * i] : start],
            after=text[end : edges[2 * i + 3]],
            previous=said[i],
            next=said[i + 2],
            later=said[i + 3],
        )
        for i, (start, end) in enumerate(found)
        if wanted is None or said[i + 1].lower().replace("’", "'") in wanted
    ]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each word outside addresses, and not grown together with digits."""
    hidden = [match.span() for match in _ADDRESS.finditer(text)]
    for match in _WORD.finditer(text):
        start, end = match.span()
        while hidden and hidden[0][1] <= start:
            hidden.pop(0)
        inside = bool(hidden) and hidden[0][0] < end
        if not inside and not (_grown(text[start - 1 : start]) or _grown(text[end : end + 1])):
            yield start, end


def _grown(beside: str) -> bool:
    return beside == "_" or beside.isdigit()


def cased(word: str, like: str) -> str:
    """`word` in the letters' case of `like`.

    >>> cased("his", "Her"), cased("his", "HER"), cased("Mr", "ms")
    ('His', 'HIS', 'mr')
    """
    if like.isupper() and len(like) > 1:
        return word.upper()
    if like[:1].isupper():
        return word[:1].upper() + word[1:]
    return word.lower()


def listed(text: str) -> tuple[str, ...]:
    """A list of words that is written as text, so that two hundred of them can be read.

    >>> listed("Emily  Greg")
    ('Emily', 'Greg')
    """
    return tuple(text.split())
