"""Which character separates the fields: the one that splits the first lines most evenly."""

from __future__ import annotations

import csv
import io

CANDIDATES = ("\t", "|", ";", ",")  # the rarer in prose wins a tie
_LINES = 200
_BYTES = 1 << 18


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
