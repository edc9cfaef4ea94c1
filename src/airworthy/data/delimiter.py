"""Which character separates the fields: the one that splits the first lines most evenly."""

from __future__ import annotations

import csv
import io

CANDIDATES = ("\t", "|", ";", ",")  # the rarer in prose wins a tie
_LINES = 200
_BYTES = 1 << 18
_ENOUGH = 0.6
"""Share of lines with as many fields as the first, above which it is taken for the header."""


def detect_delimiter(utf8: bytes) -> str:
    """The separator of a text table; a comma where no line holds any candidate.

    A candidate must occur in the header. Of those, the one whose field count agrees with the header's on the
    largest share of lines wins; on a tie, the one that makes more fields.

    >>> detect_delimiter(b"a;b;c\\n1,5;2,5;3\\n")
    ';'
    """
    head = utf8[:_BYTES].decode("utf-8", errors="ignore")
    if len(utf8) > _BYTES:
        head = head[: head.rfind("\n") + 1] or head
    scores = {candidate: _evenness(head, candidate) for candidate in CANDIDATES}
    best = max(CANDIDATES, key=lambda candidate: scores[candidate])
    return best if scores[best][1] > 1 else ","


def detect_below(utf8: bytes, most_lines: int) -> str:
    """As `detect_delimiter`, of the lines below at most `most_lines` titles, where the first one has none.

    >>> detect_below(b"Shops, 2024\\n\\na;b;c\\n1;2;3\\n4;5;6\\n", 20)
    ';'
    """
    found = detect_delimiter(utf8)
    if _evenness(utf8[:_BYTES].decode("utf-8", errors="ignore"), found)[0] >= _ENOUGH:
        return found
    rest = utf8[:_BYTES]
    for _ in range(most_lines):
        rest = rest.partition(b"\n")[2]
        below = detect_delimiter(rest)
        share, fields = _evenness(rest.decode("utf-8", errors="ignore"), below)
        if fields > 1 and share >= _ENOUGH:
            return below
    return found


def _evenness(head: str, delimiter: str) -> tuple[float, int]:
    counts: list[int] = []
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        for fields in reader:
            if fields:
                counts.append(len(fields))
            if len(counts) == _LINES:
                break
    except csv.Error:
        return 0.0, 0
    if not counts or counts[0] < 2:
        return 0.0, 0
    return sum(count == counts[0] for count in counts) / len(counts), counts[0]
