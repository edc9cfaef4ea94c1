"""FAI006: how often does a category score above the median, beside the one that does so most?"""

from __future__ import annotations

from typing import ClassVar

from airworthy.assurance.impact import ABOVE, ImpactCheck
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.result import NO_LIMIT, Limit, Subject


class ImpactRatioOfScores(ImpactCheck):
    """## What it measures
    The scoring rate of a category is the share of its rows that score above the median of all rows; the
    impact ratio is that share over the highest one of any category.

    ## Why it matters
    A tool that only scores selects nobody by itself; somebody further on takes those with high scores. This
    is the figure that Local Law 144 of New York City defines for such a tool.

    ## How it is measured
    As FAI005. The median is that of all measured rows; rows that score exactly the median are not above it.

    ## Limit
    None: it informs only. Set `checks.limits.FAI006` to have it judged.

    ## What to do
    Read it beside FAI001 and FAI005, at the threshold that is really used.

    ## Example
    40 of 100 above the median against 60 of 100: a ratio of 0.67.

    ## References
    6 RCNY 5-300 ("scoring rate") and 5-301(c).
    """

    code: ClassVar[str] = "FAI006"
    name: ClassVar[str] = "scoring-ratio"
    title: ClassVar[str] = "Categories score above the median at similar rates"
    tasks: ClassVar[tuple[Task, ...]] = (Task.BINARY, Task.REGRESSION)
    counted: ClassVar[str] = ABOVE

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, NO_LIMIT)
