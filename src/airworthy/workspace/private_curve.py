"""`aw.private_curve`: what quality, and what money, each epsilon costs on a table that somebody holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from airworthy.charter.model import LearnerKind, SearchRules, Task
from airworthy.charter.private import ROW, PrivacyRules
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.measures.epsilon import composed
from airworthy.model.job import prepare_job
from airworthy.model.private.columns import require_declared
from airworthy.model.private.curve import (
    Point,
    Prices,
    mean_and_interval,
    mechanisms_of,
    plans_of,
    points_of,
)
from airworthy.model.private.plan import plan_of, require_installed
from airworthy.model.rows import rows_of
from airworthy.workspace.training import problem_of

EPSILONS = (0.1, 0.5, 1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True)
class Figure:
    """A mean over splits with its 95 % interval."""

    value: float
    low: float | None
    high: float | None

    @classmethod
    def of(cls, values: Sequence[float]) -> Figure:
        return cls(*mean_and_interval(values))

    def text(self, digits: int) -> str:
        if self.low is None or self.high is None:
            return f"{self.value:.{digits}f}"
        return f"{self.value:.{digits}f} ({self.low:.{digits}f} to {self.high:.{digits}f})"


@dataclass(frozen=True)
class CurvePoint:
    """One epsilon; None without noise. `lost` is against the same splits without it: above 0 where worse."""

    epsilon: float | None
    quality: Figure
    lost: Figure
    cost: Figure | None


@dataclass(frozen=True)
class PrivateCurve:
    """Quality against epsilon.

    Attributes
    ----------
    figure : "AUROC", or "RMSE" of a number, where less is better.
    enough : the smallest epsilon whose loss lies below `most_lost` with its whole interval; None where none.
    together : epsilon that the fits with noise spent on a row at `delta`; measuring them had no noise.
    """

    points: tuple[CurvePoint, ...]
    figure: str
    rows: int
    splits: int
    delta: float
    together: float
    public_rows: bool
    currency: str | None = None
    most_lost: float | None = None
    enough: float | None = field(default=None)

    def __str__(self) -> str:
        heads = ["epsilon", self.figure, "lost"] + (["cost of 1,000"] if self.currency else [])
        cells = [heads, *([*self._cells(point)] for point in self.points)]
        widths = [max(len(row[at]) for row in cells) for at in range(len(heads))]
        lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells]
        return "\n".join([*lines, *self.notes])

    def _cells(self, point: CurvePoint) -> list[str]:
        name = "none" if point.epsilon is None else f"{point.epsilon:g}"
        lost = "" if point.epsilon is None else point.lost.text(4)
        money = [f"{point.cost.text(0)} {self.currency}"] if point.cost and self.currency else []
        return [name, point.quality.text(4), lost, *money]

    @property
    def notes(self) -> list[str]:
        """How it was measured, what is enough, and what drawing it told of the people."""
        found = [
            f"Means of {self.splits} splits of {self.rows:,} rows with 95 % intervals (wider because splits "
            f"share rows); delta {self.delta:g}. The last line is without noise."
        ]
        if self.most_lost is not None:
            found.append(
                f"No epsilon tried is surely within {self.most_lost:g} of it."
                if self.enough is None
                else f"From epsilon {self.enough:g} on the loss is surely below {self.most_lost:g}."
            )
        if self.public_rows:
            return [*found, "Drawn on rows that were declared public or made up: nobody's privacy was spent."]
        return [
            *found,
            f"Drawing this read the rows: the fits with noise alone spent epsilon {self.together:.3g}, and "
            "measuring them and the model without noise is covered by no epsilon. Keep it where the rows "
            "are, or draw it on public or made-up rows (public_rows=True).",
        ]

    def chart(self) -> dict[str, Any]:
        """The curve as a Vega-Lite document."""
        values = [
            {"epsilon": p.epsilon, "value": p.quality.value, "low": p.quality.low, "high": p.quality.high}
            for p in self.points
            if p.epsilon is not None
        ]
        plain = next(p.quality for p in self.points if p.epsilon is None)
        x = {"field": "epsilon", "type": "quantitative", "scale": {"type": "log"}, "title": "epsilon"}
        y = {"type": "quantitative", "scale": {"zero": False}, "title": self.figure}
        return {
            "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
            "title": f"{self.figure} against epsilon, {self.splits} splits of {self.rows:,} rows",
            "data": {"values": values},
            "layer": [
                {"mark": "rule", "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
                {"mark": {"type": "line", "point": True}, "encoding": {"x": x, "y": {**y, "field": "value"}}},
                {
                    "data": {"values": [{"value": plain.value, "label": "without noise"}]},
                    "mark": {"type": "rule", "strokeDash": [4, 4]},
                    "encoding": {"y": {**y, "field": "value"}},
                },
            ],
        }

    def as_json(self) -> dict[str, Any]:
        """All figures, for machines."""
        return {
            "figure": self.figure,
            "rows": self.rows,
            "splits": self.splits,
            "delta": self.delta,
            "together": self.together,
            "public_rows": self.public_rows,
            "currency": self.currency,
            "most_lost": self.most_lost,
            "enough": self.enough,
            "points": [
                {
                    "epsilon": p.epsilon,
                    "quality": vars(p.quality),
                    "lost": vars(p.lost),
                    "cost": None if p.cost is None else vars(p.cost),
                }
                for p in self.points
            ],
        }


def private_curve(
    frame: object,
    target: str,
    *,
    bounds: Mapping[str, Sequence[float]] | None = None,
    categories: Mapping[str, Sequence[str]] | None = None,
    epsilons: Sequence[float] = EPSILONS,
    delta: float = 1e-6,
    entity: str | None = None,
    exclude: Sequence[str] = (),
    splits: int = 5,
    costs: tuple[float, float, str] | None = None,
    most_lost: float | None = None,
    public_rows: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
) -> PrivateCurve:
    """Draw quality against epsilon for the private additive model, the one without noise beside it.

    Parameters
    ----------
    frame : pandas, Polars or Arrow frame.
    target : column with two values, or a number (then with `bounds` of its own).
    bounds, categories : lowest and highest of each number, and the words of each category, known without
        looking at the rows.
    entity : column that names the person; one row of each is learned from.
    splits : random divisions into four fifths that teach and a fifth that measures.
    costs : of a false alarm, of a miss, and their currency; without them no money is told.
    most_lost : loss of quality that would be borne.
    public_rows : whether the rows are public or made up, so that reading them tells of nobody.

    Raises
    ------
    InputError : a column lacks bounds or words, the rows are too few for `delta`, or have several classes.
    MissingExtra : interpret is not installed.

    Examples
    --------
    >>> import polars as pl
    >>> rows = pl.DataFrame({"x": [0.1, 0.9] * 300, "y": ["no", "yes"] * 300})
    >>> curve = private_curve(rows, "y", bounds={"x": (0, 1)}, epsilons=(4.0,), splits=2)  # doctest: +SKIP
    """
    require_installed(LearnerKind.ADDITIVE)
    _require_sensible(epsilons, splits)
    problem = problem_of(frame, target, entity=entity or (), exclude=exclude, rules=SearchRules(), seed=seed)
    if problem.task is Task.MULTICLASS:
        raise InputError(
            "The private additive model knows two outcomes or a number.",
            value=target,
            remedy="Join outcomes to two.",
        )
    rules = PrivacyRules(
        epsilon=max(epsilons),
        delta=delta,
        total_epsilon=max(epsilons),
        unit=entity or ROW,
        bounds={name: tuple(float(end) for end in ends) for name, ends in (bounds or {}).items()},
        categories={name: tuple(words) for name, words in (categories or {}).items()},
    )
    require_declared(problem.contract, rules)
    _require_target_bounds(problem.task, target, rules)
    made = prepare_job(problem)
    rows = rows_of(made.rows, made.job)
    plans = plans_of(plan_of(replace(problem.charter, privacy=rules), len(rows)), sorted(epsilons))
    prices = None if costs is None else Prices(costs[0], costs[1])
    total = (len(plans) + 1) * splits
    with (progress or QuietProgress()).stage("Fit with more and less noise", total=total) as stage:
        points = list(points_of(rows, plans, splits, prices, lambda: stage.advance(1)))
    sign = 1.0 if problem.task is Task.REGRESSION else -1.0
    told = tuple(_told(point, points[-1], sign) for point in points)
    return PrivateCurve(
        points=told,
        figure="RMSE" if problem.task is Task.REGRESSION else "AUROC",
        rows=len(rows),
        splits=splits,
        delta=delta,
        together=composed(mechanisms_of(plans, splits), delta),
        public_rows=public_rows,
        currency=None if costs is None else costs[2],
        most_lost=most_lost,
        enough=_enough(told, most_lost),
    )


def _require_sensible(epsilons: Sequence[float], splits: int) -> None:
    if not epsilons or min(epsilons) <= 0:
        value = ", ".join(f"{one:g}" for one in epsilons)
        raise InputError("An epsilon lies above 0.", value=value, remedy="Write for example (0.5, 1, 4).")
    if splits < 2:
        raise InputError("One split has no interval.", value=splits, remedy="Ask for 2 or more.")


def _require_target_bounds(task: Task, target: str, rules: PrivacyRules) -> None:
    if task is Task.REGRESSION and target not in rules.bounds:
        raise InputError(
            f"The outcome {target} has no bounds, and noise is sized by them.",
            value=target,
            remedy=f'Add "{target}": (lowest, highest) to bounds.',
        )


def _told(point: Point, plain: Point, sign: float) -> CurvePoint:
    lost = [sign * (one - other) for one, other in zip(point.figures, plain.figures, strict=True)]
    return CurvePoint(
        point.epsilon,
        Figure.of(point.figures),
        Figure.of(lost),
        Figure.of(point.costs) if point.costs else None,
    )


def _enough(points: Sequence[CurvePoint], most_lost: float | None) -> float | None:
    """The smallest epsilon from which on every one that was tried loses surely less."""
    found = None
    if most_lost is None:
        return None
    for point in reversed([point for point in points if point.epsilon is not None]):
        if point.lost.high is None or point.lost.high > most_lost:
            break
        found = point.epsilon
    return found
