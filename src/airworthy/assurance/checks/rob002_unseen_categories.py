"""ROB002: what happens to quality when categories appear that training never saw?"""

from __future__ import annotations

from typing import ClassVar

from airworthy.assurance.messy_input import MessyInputCheck
from airworthy.assurance.noise import Noise


class UnseenCategoriesHurt(MessyInputCheck):
    """## What it measures
    How much quality is lost when categories appear that training never saw.

    ## Why it matters
    New products, shops and codes appear every week; none was in the training rows.

    ## How it is measured
    In each category column 5 % of the cells become a value that no training row had; seeded, on a sample
    of 5,000 rows. Both versions go through the saved scorer, and quality is compared on the same rows.
    Binary: AUC lost, DeLong's paired interval. Multiclass: accuracy lost, t-interval. Regression: the
    share by which RMSE rises, bootstrap.

    On 2,000 rows (1,000 of a model trained elsewhere, none of one behind an address) the dose grows:
    1, 2, 5, 10, 20 and 50 %, each hitting all that a smaller one hit. The curve, and the dose from which the
    limit is passed with its bootstrap interval, stand beside the figure.

    ## Limit
    At most 0.05 AUC or accuracy, or 10 % more RMSE: a bad day of a feed should not cost what a retraining
    wins.

    ## What to do
    Group rare categories before training, or fall back to the rule for unseen ones.

    ## Example
    A shop opened last week has no code; its rows are scored as "unseen", which is not the same as
    missing. Of 5,000 rows 4,500 were decided right, now 4,400: accuracy falls by 0.02.

    ## References
    Breck et al., The ML Test Score, IEEE Big Data 2017 (Data 7, Monitor 2).
    """

    code: ClassVar[str] = "ROB002"
    name: ClassVar[str] = "unseen-categories-hurt"
    title: ClassVar[str] = "Holds up when new categories appear"
    noise: ClassVar[Noise] = Noise.UNSEEN
    cells: ClassVar[str] = "categories replaced by ones never seen in training"
    advice: ClassVar[str] = "Group rare categories before training, or fall back to the rule for unseen ones."
