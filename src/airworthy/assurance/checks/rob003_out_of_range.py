"""ROB003: what happens to quality when numbers leave the range that training saw?"""

from __future__ import annotations

from typing import ClassVar

from airworthy.assurance.messy_input import MessyInputCheck
from airworthy.assurance.noise import Noise


class OutOfRangeHurts(MessyInputCheck):
    """## What it measures
    How much quality is lost when numbers leave the range that training saw.

    ## Why it matters
    A unit changes from kelvin to celsius, a decimal comma is lost, a counter overflows.

    ## How it is measured
    In each numeric column 5 % of the cells are moved one to ten training ranges outside it, on either
    side; seeded, on a sample of 5,000 rows. Both versions go through the saved scorer, and quality is
    compared on the same rows. Binary: AUC lost, DeLong's paired interval. Multiclass: accuracy lost,
    t-interval. Regression: the share by which RMSE rises, bootstrap.

    On 2,000 rows (1,000 of a model trained elsewhere, none of one behind an address) the dose grows:
    1, 2, 5, 10, 20 and 50 %, each hitting all that a smaller one hit. The curve, and the dose from which the
    limit is passed with its bootstrap interval, stand beside the figure.

    ## Limit
    At most 0.05 AUC or accuracy, or 10 % more RMSE: a bad day of a feed should not cost what a retraining
    wins.

    ## What to do
    Clip the column to its training range, or refuse rows outside it.

    ## Example
    A linear score with a weight of 2 a year and an age of 1,999 swamps all other inputs. RMSE 10
    becomes 13: a rise of 0.30, far beyond the limit.

    ## References
    Breck et al., The ML Test Score, IEEE Big Data 2017 (Data 7, Monitor 2).
    """

    code: ClassVar[str] = "ROB003"
    name: ClassVar[str] = "out-of-range-hurts"
    title: ClassVar[str] = "Holds up when numbers leave their range"
    noise: ClassVar[Noise] = Noise.RANGE
    cells: ClassVar[str] = "numbers moved out of the training range"
    advice: ClassVar[str] = "Clip the column to its training range, or refuse rows outside it."
