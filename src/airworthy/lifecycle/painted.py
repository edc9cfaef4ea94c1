"""The picture of a version's reasons, painted once in a run and read by everyone after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from airworthy.assurance.explain.asked_rows import AskedRows, Words
from airworthy.assurance.explain.measure import Wanted, background_of, picture_of
from airworthy.assurance.explain.picture import Picture
from airworthy.assurance.explain_tests import cautions
from airworthy.assurance.predictions import Predictions, take_columns
from airworthy.charter.model import Charter
from airworthy.data.series.names import FORECAST, SIZE
from airworthy.kernel.result import Result
from airworthy.scoring.scorer import Scorer

OF_A_RUN = Wanted(rows=200, shapes=6, measured=500)
"""Tree SHAP of a blend takes some 10 ms a row: a run shows wider intervals rather than wait."""


def picture_of_version(scorer: Scorer, predictions: Predictions, charter: Charter) -> Picture:
    """The picture on the rows of `predictions`."""
    columns = {name: predictions.columns[name] for name in scorer.reads}
    known = take_columns(columns, background_of(len(predictions), charter.seed))
    asked = AskedRows(
        scorer,
        columns,
        known,
        Words(charter.glossary, charter.units),
        charter.target.column,
        predictions.entity,
        {column.name: column.type for column in scorer.contract.columns},
        charter.seed,
    )
    # The forecast that a model corrects, and its size, are those of one series: elsewhere they ask nothing.
    return picture_of(
        asked,
        protected=charter.fairness.protected,
        apart=(FORECAST, SIZE) if charter.forecast else (),
        wanted=OF_A_RUN,
    )


def with_cautions(picture: Picture | None, results: Sequence[Result]) -> Picture | None:
    """The picture, with what tests of the reasons say against them."""
    return replace(picture, cautions=cautions(results)) if picture else None
