"""A forecast of quality with all that belongs to it, as a document and in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from airworthy.kernel.errors import InputError
from airworthy.lifecycle.outlook.coming import PART, PART_ROWS
from airworthy.lifecycle.outlook.expectation import Expectation
from airworthy.lifecycle.outlook.labelling import LABELLED, Labelling
from airworthy.lifecycle.outlook.lacking import OUT_OF_REACH
from airworthy.lifecycle.outlook.messy import Scenario
from airworthy.lifecycle.outlook.sites import Elsewhere

NOT_SHOWN = "What no past row shows:"
LABELS = {"auc": "AUC", "log_loss": "log loss", "rmse": "RMSE"}


@dataclass(frozen=True)
class Foreseen:
    """The next period's quality, a further site's, and what the evidence lacks.

    Attributes
    ----------
    period
        None where the rows have no order in time, or too few periods.
    elsewhere
        One for each column that names sites; none where too few can be measured.
    lacking
        What no known row shows.
    version
        Whose forecast it is; None of a bare table.
    """

    period: Expectation | None
    elsewhere: tuple[Elsewhere, ...]
    lacking: tuple[str, ...]
    version: str | None = None

    @property
    def metric(self) -> str:
        return self._first.metric

    @property
    def value(self) -> float:
        return self._first.value

    @property
    def low(self) -> float:
        return self._first.low

    @property
    def high(self) -> float:
        return self._first.high

    @property
    def level(self) -> float:
        return self._first.level

    @property
    def _first(self) -> Expectation | Elsewhere:
        return self.period or self.elsewhere[0]  # whoever makes one refuses rows that tell neither

    def to_label(self, coming: pl.DataFrame, target: str) -> pl.DataFrame:
        """The coming rows to label, with an empty column `target` and for how many rows each one stands.

        Raises `InputError` where no labels are asked for: there are too few rows, or some are labelled.
        """
        chosen = self.period.labelling if self.period else None
        if chosen is None:
            raise InputError(
                f"{coming.height:,} coming rows are too few to draw {LABELLED} from, or labels are there.",
                value=coming.height,
                remedy=f"Give more than {LABELLED} coming rows, and no labelled ones.",
            )
        return coming[list(chosen.places)].with_columns(
            pl.lit(None, dtype=pl.String).alias(target),
            pl.Series(PART, chosen.parts),
            pl.Series(PART_ROWS, [chosen.rows_of_parts[part] for part in chosen.parts]),
        )

    def as_json(self) -> dict[str, object]:
        return {
            "version": self.version,
            "metric": self.metric,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "level": self.level,
            "period": self.period.as_json() if self.period else None,
            "elsewhere": [one.as_json() for one in self.elsewhere],
            "lacking": list(self.lacking),
            "out_of_reach": OUT_OF_REACH,
        }

    def __str__(self) -> str:
        lines = [NOT_SHOWN, *(f"  {sentence}" for sentence in self.lacking)] if self.lacking else []
        if self.period is not None:
            lines += _period_lines(self.period)
        for one in self.elsewhere:
            lines += _elsewhere_lines(one)
        return "\n".join([*lines, OUT_OF_REACH])


def _figure(metric: str, value: float, sign: str = "") -> str:
    """Three digits: of an AUC or a loss in nats after the point, of an error in the outcome's unit in all."""
    text = f"{value:{sign}.3g}" if metric == "rmse" else f"{value:{sign}.3f}"
    return text if float(text) else text.lstrip("+-")


def _first(label: str) -> str:
    """The label at the start of a sentence."""
    return label[:1].upper() + label[1:]


def _around(found: Expectation | Elsewhere) -> str:
    low, high = (_figure(found.metric, end) for end in (found.low, found.high))
    return f"{low} to {high} ({100 * found.level:.3g} % interval)"


def _period_lines(found: Expectation) -> Iterator[str]:
    label, rests = LABELS[found.metric], f"{len(found.periods)} past periods"
    if found.coming_rows:
        rests += f" and {found.coming_rows:,} coming rows"
        rests += f", {found.labelled_rows:,} of them labelled" if found.labelled_rows else " without outcomes"
    beside = "All past rows together show" if found.fixed else "A random split of the same rows says"
    yield (
        f"{_first(label)} in the next period: {_around(found)}, from {rests}. "
        f"{beside} {_figure(found.metric, found.random_split)}."
    )
    if found.labelling is not None:
        yield _label_these(found.metric, found.labelling)
    if found.scenarios:
        yield "With messy input, measured in the newest period:"
    for one in found.scenarios:
        yield f"  {one.words}: {label} {_change(one, found.metric)}, {one.rows:,} rows"


def _label_these(metric: str, found: Labelling) -> str:
    """What labels would be worth; nothing is promised that is not narrower."""
    widths = (found.width, found.width_expected, found.width_at_random)
    now, then, drawn = (_figure(metric, width) for width in widths)
    cost = f" The labels cost {found.cost}." if found.cost else ""
    return (
        f"The interval is {now} wide. With the outcomes of {found.rows} coming rows, more of them where the "
        f"model is undecided, it would be about {then} wide; drawn evenly from all, {drawn}.{cost}"
    )


def _change(one: Scenario, metric: str) -> str:
    """What becomes of the figure: an AUC that gets worse falls, a loss rises."""
    sign = -1 if metric == "auc" else 1
    low, high = (_figure(metric, end, "+") for end in sorted((sign * one.low, sign * one.high)))
    return f"{_figure(metric, sign * one.worse_by, '+')} ({low} to {high})"


def _elsewhere_lines(found: Elsewhere) -> Iterator[str]:
    label = LABELS[found.metric]
    by = "all scored by this model" if found.fixed else "each scored by a model of the others"
    yield (
        f"{_first(label)} at a further {found.column}: {_around(found)}, from {len(found.sites)} known ones, "
        f"{by}:"
    )
    for name, figure, rows in found.sites:
        yield f"  {name}: {_figure(found.metric, figure)}, {rows:,} rows"
    if found.left_out:
        yield f"  {found.left_out} more had too few rows, or outcomes of one class only."
