"""ROB001: what happens to quality when inputs become missing?"""

from __future__ import annotations

from typing import ClassVar

from airworthy.assurance.messy_input import MessyInputCheck
from airworthy.assurance.noise import Noise


class MissingValuesHurt(MessyInputCheck):
    """## What it measures
    How much quality is lost when inputs become missing.

    ## Why it matters
    Feeds drop out: a sensor is silent, a field is left blank, a join finds no match.

    ## How it is measured
    In each input column 5 % of the cells are emptied; seeded, on a sample of 5,000 rows. Both versions go
    through the saved scorer, and quality is compared on the same rows. Binary: AUC lost, DeLong's paired
    interval. Multiclass: accuracy lost, t-interval. Regression: the share by which RMSE rises, bootstrap.

    On 2,000 rows (1,000 of a model trained elsewhere, none of one behind an address) the dose grows:
    1, 2, 5, 10, 20 and 50 %, each hitting all that a smaller one hit. The curve, and the dose from which the
    limit is passed with its bootstrap interval, stand beside the figure, and what each column costs
    when it alone is empty.

    ## Limit
    At most 0.05 AUC or accuracy, or 10 % more RMSE: a bad day of a feed should not cost what a retraining
    wins.

    ## What to do
    Train with the column's real gaps, take it from a more reliable source, or leave it out.

    ## Example
    A model that leans on one column, which training never saw empty, sends such rows to an arbitrary
    branch: AUC .800 as the rows are, .770 with the gaps, 0.030 lost.

    ## References
    Breck et al., The ML Test Score, IEEE Big Data 2017 (Data 7, Monitor 2).
    """

    code: ClassVar[str] = "ROB001"
    name: ClassVar[str] = "missing-values-hurt"
    title: ClassVar[str] = "Holds up when values are missing"
    noise: ClassVar[Noise] = Noise.MISSING
    cells: ClassVar[str] = "input cells emptied"
    advice: ClassVar[str] = (
        "Train with the column's real gaps, take it from a more reliable source, or leave it out."
    )
