"""Whether a target holds what was sent: the same, rounded beyond what anybody reads, or something else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

from airworthy.adapters.sinks.letter import INSTANTS, Cell

CLOSE = 1e-6
"""Share of a number by which the single precision of a REAL column may move it; more is a difference."""
CLOSE_SECONDS = 1.0


class Match(StrEnum):
    """How a value that came back compares with the one that was sent."""

    SAME = "same"
    ROUNDED = "rounded"
    DIFFERENT = "different"


def match_of(name: str, sent: Cell, held: object) -> Match:
    """How `held` compares with what was `sent` under our own `name`.

    >>> match_of("score", 0.73, Decimal("0.73")), match_of("score", 0.73, 1), match_of("score", 0.73, "0.73")
    (<Match.SAME: 'same'>, <Match.DIFFERENT: 'different'>, <Match.SAME: 'same'>)
    """
    if sent is None or held is None:
        return Match.SAME if sent is held or (sent is None and held == "") else Match.DIFFERENT
    if name in INSTANTS:
        return _instants(str(sent), held)
    if isinstance(sent, float):
        return _numbers(sent, held)
    # CHAR(n) columns fill up with blanks, which nobody sent and nobody reads.
    return Match.SAME if str(held).rstrip(" ") == sent.rstrip(" ") else Match.DIFFERENT


def _numbers(sent: float, held: object) -> Match:
    if isinstance(held, bool) or not isinstance(held, (int, float, Decimal, str)):
        return Match.DIFFERENT
    try:
        number = float(held)
    except ValueError:
        return Match.DIFFERENT
    if number == sent:
        return Match.SAME
    return Match.ROUNDED if math.isclose(number, sent, rel_tol=CLOSE, abs_tol=1e-12) else Match.DIFFERENT


def _instants(sent: str, held: object) -> Match:
    moment = instant_of(held)
    if moment is None:
        return Match.DIFFERENT
    apart = abs((moment - datetime.fromisoformat(sent)).total_seconds())
    return Match.SAME if not apart else Match.ROUNDED if apart < CLOSE_SECONDS else Match.DIFFERENT


def instant_of(held: object) -> datetime | None:
    """The moment that a target gives back; one without a zone is taken as UTC, which is what was sent."""
    if isinstance(held, datetime):
        return held if held.tzinfo else held.replace(tzinfo=UTC)
    if isinstance(held, date) or not isinstance(held, str):
        return None
    try:
        moment = datetime.fromisoformat(held)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def differences(sent: Mapping[str, Cell], held: Mapping[str, object]) -> dict[str, Match]:
    """The columns of one row that did not come back as they were sent."""
    found = {name: match_of(name, cell, held.get(name)) for name, cell in sent.items()}
    return {name: match for name, match in found.items() if match is not Match.SAME}


def difference_words(name: str, sent: Cell, held: object) -> str:
    """One column that came back otherwise, in words.

    >>> difference_words("score", 0.73, 0)
    'score is 0 there, and 0.73 was sent'
    """
    return f"{name} is {_shown(held)} there, and {_shown(sent)} was sent"


def _shown(value: object) -> str:
    if value is None:
        return "empty"
    text = f"{value!r}" if isinstance(value, (str, float)) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"
