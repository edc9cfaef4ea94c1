"""What a copy of the model means, in words: answers needed, and what a limit for each caller makes of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from airworthy.assurance.extraction.found import SAME
from airworthy.assurance.wording import percent

DAILY = (100, 1_000, 10_000)
"""Answers that one caller may have in a day, if somebody limits them; `airworthy serve` limits nobody."""


def needed_words(needed: Mapping[str, Any], first: int, last: int) -> str:
    """When a copy agrees so far, `needed` as `Needed.as_json` writes it.

    Parameters
    ----------
    first, last : the fewest and the most answers that were tried.

    >>> needed_words({"target": 0.95, "queries": 532, "low": 281, "high": 1000}, 100, 3000)
    '95 % is reached with 532 answers (281 to 1,000)'
    >>> needed_words({"target": 0.99, "queries": None, "low": 2500, "high": None}, 100, 3000)
    '99 % is not reached within 3,000 answers'
    """
    target = percent(needed["target"], 0)
    if needed["queries"] == 0:
        return f"{target} needs no question: deciding always alike agrees as far"
    if needed["queries"] is None:
        return f"{target} is not reached within {last:,} answers"
    if needed["queries"] <= first:
        return f"{target} is reached with {first:,} answers or fewer"
    low, high = needed["low"], needed["high"]
    upper = f"more than {last:,}" if high is None else f"{high:,}"
    return f"{target} is reached with {needed['queries']:,} answers ({low:,} to {upper})"


def free_words(measure: str) -> str:
    """What needs no question: one decision, or one number, for every row.

    >>> free_words(SAME), free_words("R2")
    ('deciding always alike', 'always the same number')
    """
    return "deciding always alike" if measure == SAME else "always the same number"


def days(queries: int, daily: int) -> int:
    """Days that one caller needs for so many answers.

    >>> days(532, 100)
    6
    """
    return math.ceil(queries / daily)
