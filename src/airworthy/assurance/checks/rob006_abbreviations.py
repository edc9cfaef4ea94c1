"""ROB006: what happens to quality when words are abbreviated?"""

from __future__ import annotations

from typing import ClassVar

from airworthy.assurance.messy_input import MessyTextCheck
from airworthy.assurance.noise import Noise


class AbbreviationsHurt(MessyTextCheck):
    """## What it measures
    How much quality is lost when words are abbreviated.

    ## Why it matters
    Clerks and telephones shorten words. What carries the decision comes in forms that training never saw.

    ## How it is measured
    In each text column one word in twenty loses the vowels after its first letter; seeded, on a
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
    Train with shortened copies of the texts, or on pieces of words.

    ## Example
    "cancel" decides; "cncl" is unknown and says nothing. AUC .90 falls to .89: 0.01 lost.

    ## References
    Breck et al., The ML Test Score, IEEE Big Data 2017 (Data 7, Monitor 2).
    """

    code: ClassVar[str] = "ROB006"
    name: ClassVar[str] = "abbreviations-hurt"
    title: ClassVar[str] = "Holds up when words are abbreviated"
    noise: ClassVar[Noise] = Noise.ABBREVIATIONS
    cells: ClassVar[str] = "words abbreviated"
    advice: ClassVar[str] = "Train with shortened copies of the texts, or on pieces of words."
