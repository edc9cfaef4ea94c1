"""ROB007: what happens to quality when texts end in an emoji?"""

from __future__ import annotations

from typing import ClassVar

from airworthy.assurance.messy_input import MessyTextCheck
from airworthy.assurance.noise import Noise


class EmojiHurt(MessyTextCheck):
    """## What it measures
    How much quality is lost when texts end in an emoji.

    ## Why it matters
    An emoji is one more word that training may never have seen, and it often stands where the words end.

    ## How it is measured
    One text in twenty gets an emoji at its end; seeded, on a
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
    Take emoji out of texts or train with them, in training and in serving alike.

    ## Example
    A model that reads the last word meets a sign that it does not know. AUC .90 falls to .88: 0.02 lost.

    ## References
    Breck et al., The ML Test Score, IEEE Big Data 2017 (Data 7, Monitor 2).
    """

    code: ClassVar[str] = "ROB007"
    name: ClassVar[str] = "emoji-hurts"
    title: ClassVar[str] = "Holds up when texts end in an emoji"
    noise: ClassVar[Noise] = Noise.EMOJI
    cells: ClassVar[str] = "texts with an emoji"
    advice: ClassVar[str] = "Take emoji out of texts or train with them, in training and in serving alike."
