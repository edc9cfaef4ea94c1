"""CAL001: do the announced probabilities, or numbers, come true on average?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from airworthy.assurance.quality_check import MODEL, AssuranceCheck, predictions_of
from airworthy.assurance.wording import interval, measured, number, percent, rows
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject

MOST_ERROR = 0.05
MOST_BIAS = 0.1


class Miscalibrated(AssuranceCheck):
    """## What it measures
    Whether events come as often as announced. Binary: over ten groups of rows with similar probability, the
    root mean square distance of announced and observed rate. Multiclass: the same for the most likely
    class. Regression: the mean error, in standard deviations of the outcome.

    ## Why it matters
    A threshold in money is right only if 20 % means 20 %. People also read the number itself.

    ## How it is measured
    Ten bins of equal row count, fewer below 200 rows: a bin has 20. A perfect model too shows a distance in a
    small sample, so the expected noise is taken off, and the interval inverts the distribution of the square
    (scaled non-central chi-squared, whole entities). Exactly at the limit it passes, and fails, a model in
    2 to 3 % of samples of 5,000 rows.
    Regression: t-interval of the mean error.

    ## Limit
    At most 0.05: announced 20 % then means about 15 to 25 %, which moves few decisions. Regression: at most
    0.1 standard deviations, which is 1 % of the outcome's variance.

    ## What to do
    Calibrate on recent rows, or train again: calibration is lost first when the base rate moves.

    ## Example
    1,000 rows announced at 30 % with 400 events are 0.10 off.

    ## References
    Kumar, Liang and Ma, NeurIPS 2019. Guo et al., ICML 2017.
    """

    code: ClassVar[str] = "CAL001"
    name: ClassVar[str] = "miscalibrated"
    title: ClassVar[str] = "Announced probabilities come true"
    advice: ClassVar[str] = "Train again with recent rows, so that calibration sees today's base rate."

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        if scope.charter.task is Task.REGRESSION:
            default = Limit(low=-MOST_BIAS, high=MOST_BIAS, source="default: a tenth of a standard deviation")
        else:
            default = Limit(high=MOST_ERROR, source="default: five points")
        return scope.limit(self.code, default)

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        # These import numpy; listing checks must not.
        import numpy as np

        from airworthy.assurance.figures import calibration_estimate
        from airworthy.measures.means import MeanT

        predictions = predictions_of(facts)
        if predictions.task is not Task.REGRESSION:
            if predictions.probability is None:
                return {MODEL: NotApplicable("The predictions carry no probabilities.")}
            return {MODEL: calibration_estimate(predictions)}
        spread = float(np.std(predictions.y))
        if spread == 0:
            return {MODEL: NotApplicable("Every outcome is the same number.")}
        error = predictions.require_prediction() - predictions.y
        furthest = float(
            np.ptp(predictions.y)
        )  # where all errors are alike, no unseen one is taken as larger
        ends = (-furthest, furthest)
        return {MODEL: MeanT(error, "standard deviations", predictions.entity, 1 / spread, ends)}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        import numpy as np  # listing checks must not import it

        from airworthy.measures.calibration import bins_for
        from airworthy.measures.probability import calibration_bins, confidence_of

        predictions = predictions_of(facts)
        if predictions.probability is None:
            spread = float(np.std(predictions.y))
            return {"rows_are": predictions.rows_are, "outcome_sd": spread}
        scores = predictions.score if predictions.task is Task.BINARY else predictions.probability
        hit, confidence = confidence_of(predictions.y, scores)
        bins = calibration_bins(hit, confidence, bins_for(len(hit)))
        return {
            "rows_are": predictions.rows_are,
            "announced": float(confidence.mean()),
            "observed": float(hit.mean()),
            "bins": [
                {"announced": float(a), "observed": float(o), "rows": int(r)}
                for a, o, r in zip(bins.predicted, bins.observed, bins.rows, strict=True)
            ],
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        of = rows(found.n, d["rows_are"])
        if "bins" not in d:
            way = "high" if found.value > 0 else "low"
            own = number(abs(found.value) * d["outcome_sd"])
            return (
                f"Predictions lie {own} too {way} on average: {number(abs(found.value))} standard "
                "deviations of the "
                f"outcome, {interval(found)}, {of}."
            )
        return (
            f"Announced and observed rates differ by {number(found.value)} (root mean square), "
            f"{interval(found)}; overall "
            f"{percent(d['announced'])} was announced and {percent(d['observed'])} came, {of}."
        )

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        bins = self.details(facts, scope, subject).get("bins")
        if not bins:
            return None
        rule = [{"announced": 0, "observed": 0}, {"announced": 1, "observed": 1}]
        encoding = {
            "x": {"field": "announced", "type": "quantitative", "title": "announced probability"},
            "y": {"field": "observed", "type": "quantitative", "title": "observed rate"},
        }
        return {
            "layer": [
                {
                    "data": {"values": rule},
                    "mark": {"type": "line", "strokeDash": [4, 4]},
                    "encoding": encoding,
                },
                {"data": {"values": bins}, "mark": {"type": "line", "point": True}, "encoding": encoding},
            ]
        }
