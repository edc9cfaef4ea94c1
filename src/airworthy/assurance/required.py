"""Which checks must pass before a release when the charter does not say: at most eight for each task."""

from __future__ import annotations

from airworthy.charter.model import Task

REQUIRED: dict[Task, tuple[str, ...]] = {
    Task.BINARY: (
        "PER001",  # ranks better than a guess that needs no model
        "PER002",  # its decisions cost less than deciding without it
        "CAL001",  # its probabilities mean what they say
        "STA002",  # expected to lead the guess in the next period too
        "FAI001",  # protected groups are selected at similar rates
        "FAI002",  # protected groups are found at similar rates
        "SRV001",  # one decision is fast enough
        "SRV002",  # the server gives the score that was tested
    ),
    Task.MULTICLASS: ("PER001", "PER002", "CAL001", "STA002", "SRV001", "SRV002"),
    Task.REGRESSION: ("PER001", "PER002", "CAL001", "STA002", "FAI003", "SRV001", "SRV002"),
    Task.RANKING: (
        "REC001",  # its lists are better than the same one for all
        "FAI004",  # groups of users get lists as good
        "SRV001",  # one list is fast enough
        "SRV002",  # the server gives the list that was tested
    ),
}
"""A code without a subject (no protected column, no time of decision) plans nothing and blocks nothing."""


def default_required(task: Task | str) -> tuple[str, ...]:
    """The codes that must pass when the charter's `checks.required` is absent.

    >>> len(default_required("binary")), "SRV002" in default_required("regression")
    (8, True)
    """
    return REQUIRED[Task(task)]
