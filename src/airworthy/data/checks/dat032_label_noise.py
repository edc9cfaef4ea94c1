"""DAT032: are outcomes written down wrongly?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import AuditCheck
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import DATED, OUTCOME, has_outcome, inputs
from airworthy.data.checks.words import measured, share
from airworthy.data.facts.label_noise import LEAST_GAIN, LabelNoise, NoiseFloor
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import LogicalType

MOST_WRONG = 0.05
LEAST_FORETOLD, LEAST_FLAT = 0.5, 0.7
"""How often each outcome must be foretold for each time that it was written; the error of the most certain
fifth over that of the middle ones. Below them, and below `LEAST_GAIN`, doubt and wrong labels look alike: an
honest outcome of one input in 4,000 rows reaches a gain of 0.35 and a ratio of 0.67 (measured)."""

_FIFTHS = ("most certain", "second", "third", "fourth", "least certain")


class LabelNoiseFound(AuditCheck):
    """## What it finds
    Outcomes that were written down wrongly: mislabelled rows, swapped codes, careless annotation.

    ## Why it matters
    The model learns them, and the measured quality is capped by them. No larger model mends it.

    ## How it is found
    Small boosted trees, scored out of fold in three folds on at most 10,000 sampled rows, foretell the
    outcome (of more than 100 inputs from the 100 that tell most alone, chosen anew for each fold; one fold
    where its errors already show that the inputs tell too little). Within each foretold outcome the rows are
    cut into fifths of certainty. Honest doubt errs less the more certain the model is; wrong labels err as
    often wherever it is certain. The error is drawn as a line through the first and the second two fifths to
    full certainty, with its standard error. The details also give confident learning's estimate, which
    counts honest doubt as well, and the ten rows that contradict the model most.

    ## Limit
    At most 5 %. Ten much-used benchmark sets hold 3.3 % on average. No public table looked at ends
    above it.

    ## What to do
    Have two people read the listed rows again without seeing the label. If half of them are wrong, have more
    labels checked before tuning a model.

    ## Known problems
    Asked only where the inputs avoid 40 % of the errors of always naming the commonest outcome, each outcome
    is foretold half as often as it is written, and the error hardly falls from the middle fifths to the most
    certain one (by less than 30 %); otherwise nothing tells doubt from a wrong label. Labels that are wrong
    in a pattern that the inputs explain are learned, and not seen. Numbers as outcomes are not looked at.

    ## Example
    In 4,000 rows the trees err in 20.5 % of their most certain two fifths and in 20.1 % of the next: the line
    ends at 20.9 %, FAIL.

        >>> import airworthy as aw, numpy as np, polars as pl
        >>> rng = np.random.default_rng(0)
        >>> score = rng.normal(0, 3, 4000)
        >>> late = (score > 0) ^ (rng.random(4000) < 0.2)
        >>> table = pl.DataFrame({"score": score, "late": np.where(late, "yes", "no")})
        >>> report = aw.audit(table, target="late", effects=False)
        >>> [result.subject for result in report.failures if result.code == "DAT032"]
        ['target']

    ## References
    Northcutt, Jiang and Chuang, Confident learning, JAIR 70 (2021) 1373. Northcutt, Athalye and Mueller,
    Pervasive label errors, NeurIPS 2021 Datasets and Benchmarks.
    """

    code: ClassVar[str] = "DAT032"
    name: ClassVar[str] = "label-noise"
    title: ClassVar[str] = "Outcomes are written down rightly"
    cost: ClassVar[Cost] = Cost.SAMPLED
    default: ClassVar[Limit] = Limit(high=MOST_WRONG, source="default: 5 % of outcomes")
    advice: ClassVar[str] = (
        "Have two people read the listed rows again without their label, then more of them."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        asked = has_outcome(scope) and scope.charter.task is not Task.REGRESSION and _fact(scope).inputs
        return [OUTCOME] if asked else []

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [_fact(scope)] if self.subjects(scope) else []

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        if not self.subjects(scope):
            return {}
        from airworthy.data.facts.estimates import Normal  # loads with the measuring code

        told: NoiseFloor | None = facts[_fact(scope)]
        if told is None:
            answer: Estimate | NotApplicable = NotApplicable(
                "Fewer than 300 rows, or fewer than two outcomes with 30 of them."
            )
        elif told.gain < LEAST_GAIN:
            answer = NotApplicable(
                f"The inputs avoid {share(max(0.0, told.gain))} of the errors of a plain guess: too few to "
                "tell a wrong label from honest doubt."
            )
        elif told.least_foretold < LEAST_FORETOLD:
            answer = NotApplicable(
                "One outcome is hardly ever foretold, so its rows count as errors whoever wrote them down."
            )
        elif _flatness(told) < LEAST_FLAT:
            answer = NotApplicable(
                f"The error falls to {share(told.by_certainty[0])} where a small model is most certain, as "
                "honest doubt does: no floor of wrong outcomes shows."
            )
        else:
            answer = Normal(told.floor, told.deviation, told.rows, "share of outcomes")
        return {OUTCOME: answer}

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        wrong = share(result.details["by_certainty"][0])
        where = f"in the fifth of {n:,} sampled rows where a small model is most certain, it errs in {wrong}"
        if value <= 0:
            return f"No wrong outcomes show: {where}."
        return f"About {share(value)} of the outcomes seem to be written down wrongly: {where}."

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        told: NoiseFloor = facts[_fact(scope)]
        return {
            "rows_touched": round(max(0.0, told.floor) * told.rows),
            "sampled_rows": told.rows,
            "by_certainty": list(told.by_certainty),
            "confident_learning": told.confident,
            "errors_avoided": told.gain,
            "suspects": [
                {"row": row, "written": written, "foretold": foretold}
                for row, written, foretold in told.suspects
            ],
        }

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        told: NoiseFloor = facts[_fact(scope)]
        bars = list(zip(_FIFTHS, told.by_certainty, strict=True))
        return bar_chart("Errors by certainty, sampled rows", bars, x="fifth of the rows", y="share wrong")


def _fact(scope: Scope) -> LabelNoise:
    unfit = (*DATED, LogicalType.TEXT, LogicalType.IDENTIFIER)
    return LabelNoise(tuple(column.name for column in inputs(scope) if column.type not in unfit))


def _flatness(told: NoiseFloor) -> float:
    """The error of the most certain fifth over that of the third and fourth; 1 where neither errs."""
    middle = (told.by_certainty[2] + told.by_certainty[3]) / 2
    return told.by_certainty[0] / middle if middle else 1.0
