"""Words of a text and their linear score: the tokeniser that training and scoring share."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from itertools import pairwise

from airworthy.scoring.spec import TextScore

_WORD = re.compile(r"\w\w+")  # scikit-learn's default token pattern, so that its vocabularies carry over


def tokens_of(text: str, pairs: bool = True) -> list[str]:
    """Lower-case words of two or more characters, then (if `pairs`) neighbouring words joined by a space.

    >>> tokens_of("Not a GOOD flight")
    ['not', 'good', 'flight', 'not good', 'good flight']
    """
    words = _WORD.findall(text.lower())
    if not pairs:
        return words
    return words + [f"{first} {second}" for first, second in pairwise(words)]


def text_score(feature: TextScore, text: str | None) -> float:
    """intercept + sum(tf * idf * weight) / norm over known tokens; the intercept alone where there are none.

    `norm` is the Euclidean length of the tf-idf values. Null counts as an empty text.

    >>> text_score(TextScore(column="t", intercept=1.0, tokens={"good": (2.0, 3.0)}), "good, good!")
    4.0
    """
    if not text:
        return feature.intercept
    counts: dict[str, int] = {}
    for token in _known(tokens_of(text, feature.pairs), feature):
        counts[token] = counts.get(token, 0) + 1
    weighted = squares = 0.0
    for token, count in counts.items():  # insertion order: the order in the text
        idf, weight = feature.tokens[token]
        value = count * idf
        weighted += value * weight
        squares += value * value
    return feature.intercept + weighted / math.sqrt(squares) if squares > 0.0 else feature.intercept


def _known(tokens: Iterable[str], feature: TextScore) -> Iterable[str]:
    return (token for token in tokens if token in feature.tokens)
