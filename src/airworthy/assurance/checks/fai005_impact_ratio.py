"""FAI005: is a category selected less than four fifths as often as the one selected most?"""

from __future__ import annotations

from typing import ClassVar

from airworthy.assurance.impact import SELECTED, SPARED, ImpactCheck
from airworthy.charter.model import Selection, Task
from airworthy.charter.scope import Scope
from airworthy.kernel.result import Limit, Subject


class ImpactRatioOfSelection(ImpactCheck):
    """## What it measures
    The impact ratio: the share of a category's rows that are selected, over the highest such share of any
    category. For each protected column, and for each pair of columns (sex by race, for example).

    ## Why it matters
    Where few are selected, a small gap in points is a large ratio: 9.7 % against 6.4 % is a gap of 3.2
    points, and a ratio of 0.67. Hiring rules in the United States look at the ratio.

    ## How it is measured
    Categories come from the contract, before measuring; rows without a value are counted and named, and are
    no category. A category below 2 % of the rows is left out and named with its rows and rate. The interval
    (Donner and Zou, from Wilson's; exact ones below 20 rows) is that of the ratio to the truly highest
    category: that the highest was picked from the same rows is part of it. Holm's correction over all planned
    categories. Beside it stands the chance that equal categories would look so: exact (Fisher) for two,
    drawn for more, Holm-corrected within the table, not given where rows repeat entities.

    ## Limit
    Four fifths (29 CFR 1607.4(D)), against the whole interval and never the bare ratio: of seven equal groups
    of 100 rows the lowest ratio is below 0.8 in 94 % of samples. Local Law 144 of New York City asks for the
    table and sets no limit. A category below `fairness.min_rows` is shown and does not shut a gate, nor does
    a crossing of columns.

    ## Known problems
    The rule was made for hiring: it takes being selected for a good. Where it is a burden (a refusal, an
    inspection), say so with `fairness.selection = "burden"`: then the rows that are *not* selected are
    counted, and the category that bears most has the lowest ratio.

    ## What to do
    Ask the domain expert whether the ratio has a reason that may count, look at the inputs that stand for
    the group, or set another limit and say why. A limit on paper is no legal advice.

    ## Example
    157 of 2,435 against 235 of 2,435: a ratio of 0.67, interval 0.55 to 0.81. Alone it cannot tell.

    ## References
    6 RCNY 5-301. 29 CFR 1607.4(D). Donner and Zou, Statistical Methods in Medical Research 21 (2012) 347.
    """

    code: ClassVar[str] = "FAI005"
    name: ClassVar[str] = "impact-ratio"
    title: ClassVar[str] = "No category is selected less than four fifths as often as another"
    tasks: ClassVar[tuple[Task, ...]] = (Task.BINARY,)
    counted: ClassVar[str] = SELECTED

    def good(self, scope: Scope) -> str:
        return SPARED if scope.charter.fairness.selection is Selection.BURDEN else SELECTED

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(low=0.8, source="the four-fifths rule"))
