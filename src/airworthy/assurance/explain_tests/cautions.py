"""What is said beside reasons when a test of them failed, could not tell, or was cut off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from airworthy.kernel.result import Result, Verdict


@dataclass(frozen=True)
class _Words:
    """What a reader must know where the test `failed`, and what was `asked`."""

    failed: str
    asked: str


WORDS: Mapping[str, _Words] = {
    "EXP002": _Words(
        "The reasons named first move the score no more than columns drawn at random.",
        "whether the reasons named first move the score",
    ),
    "EXP003": _Words(
        "The first reasons change when the values move by a hundredth of their spread.",
        "whether the reasons hold when the values move slightly",
    ),
    "EXP004": _Words(
        "A model trained again on other rows names other reasons.",
        "whether a model trained again names the same reasons",
    ),
    "EXP005": _Words(
        "Another way to compute reasons names other columns.",
        "whether another way to compute reasons agrees",
    ),
    "EXP006": _Words(
        "The reasons tell more about a protected column than the score does.",
        "whether the reasons tell who the person is",
    ),
}
_SILENT = (Verdict.NOT_RUN, Verdict.ERROR)


def cautions(results: Iterable[Result]) -> tuple[str, ...]:
    """One sentence for each test of the reasons that failed or could not tell; empty when all passed.

    A test that does not apply to this model says nothing.

    >>> failed = Result("EXP002", "unfaithful-reasons", "model", Verdict.FAIL, "", "")
    >>> cautions([failed])
    ('The reasons named first move the score no more than columns drawn at random.',)
    """
    given = tuple(results)
    tests = {code: [result.verdict for result in given if result.code == code] for code in WORDS}
    return tuple(said for code, verdicts in tests.items() if (said := _said(WORDS[code], verdicts)))


def _said(words: _Words, verdicts: list[Verdict]) -> str:
    """The worst that the subjects of one test say."""
    if Verdict.FAIL in verdicts:
        return words.failed
    if Verdict.UNSURE in verdicts:
        return f"The rows cannot tell {words.asked}."
    return f"It was not tested {words.asked}." if any(v in _SILENT for v in verdicts) else ""
