"""The shape of a text table, read from its bytes: quotation marks, blank lines, ragged rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

QUOTE, NEWLINE, RETURN = 34, 10, 13
_CHUNK = 1 << 24


@dataclass(frozen=True)
class Ragged:
    """A row whose number of fields differs from the header's; `line` is 1-based and physical."""

    line: int
    fields: int


def quotes_are_regular(utf8: bytes, delimiter: str) -> bool:
    """Whether every quotation mark opens or closes a whole field, or is doubled inside one (RFC 4180).

    A fast reader toggles on every mark; only for such files does that give the right fields.

    >>> quotes_are_regular(b'a,b\\n"x, y",1\\n', ","), quotes_are_regular(b'a,b\\n5" pipe,1\\n', ",")
    (True, False)
    """
    marks = np.flatnonzero(np.frombuffer(utf8, np.uint8) == QUOTE)
    if marks.size % 2:
        return False
    if marks.size == 0:
        return True
    data = np.frombuffer(utf8, np.uint8)
    opening, closing = marks[0::2], marks[1::2]
    before = data[np.maximum(opening - 1, 0)]
    after = data[np.minimum(closing + 1, data.size - 1)]
    edge = ord(delimiter)
    starts = (opening == 0) | (before == edge) | (before == NEWLINE)
    # `""` inside a quoted field closes and opens at once; the pair is one literal mark.
    doubled = np.zeros(opening.size, bool)
    doubled[1:] = opening[1:] == closing[:-1] + 1
    redoubled = np.zeros(closing.size, bool)
    redoubled[:-1] = doubled[1:]
    ends = (closing == data.size - 1) | (after == edge) | (after == NEWLINE) | (after == RETURN)
    return bool(((starts | doubled) & (ends | redoubled)).all())


def first_ragged(utf8: bytes, delimiter: str, fields: int) -> Ragged | None:
    """The first row without exactly `fields` fields, in a file whose quotes are regular.

    Blank lines count as ragged rows of one field.
    """
    inside, carried, start = 0, 0, 0
    for start in range(0, len(utf8), _CHUNK):
        chunk = np.frombuffer(utf8, np.uint8, min(_CHUNK, len(utf8) - start), start)
        is_quote = chunk == QUOTE
        outside = np.ones(chunk.size, bool)
        if inside or is_quote.any():
            parity = np.bitwise_xor.accumulate(is_quote.view(np.uint8)) ^ inside
            outside = parity == 0
            inside = int(parity[-1])
        ends = np.flatnonzero((chunk == NEWLINE) & outside)
        separators = np.flatnonzero((chunk == ord(delimiter)) & outside)
        upto = np.searchsorted(separators, ends)
        counts = np.diff(upto, prepend=-carried) + 1
        wrong = np.flatnonzero(counts != fields)
        if wrong.size:
            at = start + int(ends[wrong[0]])
            return Ragged(utf8.count(b"\n", 0, at) + 1, int(counts[wrong[0]]))
        carried = int(separators.size - upto[-1]) if ends.size else carried + int(separators.size)
    if utf8.endswith(b"\n") or carried + 1 == fields:
        return None
    return Ragged(utf8.count(b"\n") + 1, carried + 1)


def has_blank_line(utf8: bytes) -> bool:
    """Whether two line ends follow each other (also inside quotes: then the careful reader decides)."""
    return b"\n\n" in utf8 or b"\n\r\n" in utf8
