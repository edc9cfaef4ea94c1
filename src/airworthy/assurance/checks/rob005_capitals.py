"""ROB005: what happens to quality when texts come in capitals?"""

from __future__ import annotations

from typing import ClassVar

from airworthy.assurance.messy_input import MessyTextCheck
from airworthy.assurance.noise import Noise


class CapitalsHurt(MessyTextCheck):
    """## What it measures
    How much quality is lost when texts come in capitals.

    ## Why it matters
    People who are angry, and old systems, write in capitals. A model that tells "late" from "LATE" does not
    know what it reads.

    ## How it is measured
    One text in twenty, and one category in twenty beside it, is written in capitals; seeded, on a
    sample of 5,000 rows. Both versions go through the saved scorer, and quality is compared on the same
    rows. Binary: AUC lost, DeLong's paired interval. Multiclass: accuracy lost, t-interval. Regression: the
    share by which RMSE rises, bootstrap.

    On 2,000 rows (1,000 of a model trained elsewhere, none of one behind an address) the dose grows:
    1, 2, 5, 10, 20 and 50 %, each hitting all that a smaller one hit. The curve, and the dose from which the
    limit is passed with its bootstrap interval, stand beside the figure.

    ## Limit
    At most 0.05 AUC or accuracy, or 10 % more RMSE: a bad day of a feed should not cost what a retraining
    wins.

    ## What to do
    Read texts in small letters, in training and in serving.

    ## Example
    "refund" decides; "REFUND" is unknown and says nothing. AUC .90 falls to .88: 0.02 lost.

    ## References
    Breck et al., The ML Test Score, IEEE Big Data 2017 (Data 7, Monitor 2).
    """

    code: ClassVar[str] = "ROB005"
    name: ClassVar[str] = "capitals-hurt"
    title: ClassVar[str] = "Holds up when texts come in capitals"
    noise: ClassVar[Noise] = Noise.CASING
    cells: ClassVar[str] = "texts and categories in capitals"
    advice: ClassVar[str] = "Read texts in small letters, in training and in serving."
