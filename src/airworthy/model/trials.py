"""The portfolio: which candidates are trained, in which order, and about how long each takes.

A trial depends on rows, charter and seed only. Time decides whether a trial runs, never what it becomes, so
the list of finished trials is all that a replay needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from importlib.util import find_spec

from airworthy.kernel.errors import MissingExtra
from airworthy.model.crossfit import SKETCH_ROWS, Field, Fit
from airworthy.model.learners.fitted import Grown
from airworthy.model.learners.settings import ADDITIVE_ROWS, FOREST_ROWS, LINEAR_ROWS, NETWORK_ROWS, Trees
from airworthy.model.part import Part
from airworthy.model.rows import MANY_ROWS
from airworthy.model.unneeded import loading
from airworthy.scoring.contract import Column, LogicalType

QUICK = "linear-quick"
QUICK_ROWS = 10_000
SHORT = 4
"""Where less than this many times its forecast is left, a first answer comes before the line in all folds."""
TEXT_SECONDS = 1.3e-4
"""Of a line for one row's words and one output: 8,784 tweets of three kinds took 4 s, most of it reading."""
PAIRS = 10
PLAIN_TREES = Trees(leaves=31, learning_rate=0.1, columns=1.0, rows=1.0, penalty=0.0)


class Weighing(StrEnum):
    """What decides how much a row counts in fitting."""

    NONE = "none"
    BY_GROUP = "by group"
    BY_CLASS = "by class"
    INDEPENDENT = "as if groups and outcomes were independent"


@dataclass(frozen=True)
class Trial:
    """One candidate to train. `seconds` is a rough forecast, replaced by what its kind really took."""

    name: str
    learner: str
    rank: int  # simplicity: the lowest is the simplest
    fit: Fit
    seconds: float
    one_fold: bool = False
    drawn: bool = False  # by chance: dropped after one fold when it is clearly worse than the best
    weighing: Weighing = Weighing.NONE
    trusting: bool = False  # reads columns that may give the outcome away: shown, and never taken

    @property
    def apart(self) -> bool:
        """Whether it has a process of its own: interpret loads what no other kind needs."""
        return self.learner == "additive"

    @property
    def follows_lines(self) -> bool:
        """Whether it carries a trend on beyond the rows it saw; trees and tables stay where they were."""
        return self.learner == "linear"


def portfolio(field: Field, threads: int) -> tuple[Trial, ...]:
    """Trials in the order in which they are worth their time: something simple first, so that it is kept."""
    n, fits = field.learned, len(field.holds)
    width, outputs = len(field.contract.inputs), field.outputs
    cells = n * width * outputs
    trees = partial(_trees, threads=threads, seconds=fold_seconds(field))
    linear = Trial("linear", "linear", 0, _linear, _line_seconds(field))
    few = fits * min(n, ADDITIVE_ROWS)
    additive = Trial(
        "additive", "additive", 1, partial(_additive, pairs=0), 0.5 + 2e-5 * few * width * outputs
    )
    pairs = Trial("additive-pairs", "additive", 2, partial(_additive, pairs=PAIRS), 2.0 + 6e-5 * few * width)
    slow = 0.05 if n < MANY_ROWS else 0.1
    # What any other configuration has to beat.
    plain = trees("lightgbm-31", PLAIN_TREES)
    boosted = [
        # Rows left out of each tree cost 1.6 % of log loss on adult and .4 % of RMSE on housing, and a
        # penalty some more; on six other public tables neither mattered (under .3 %; measured in folds).
        trees("lightgbm-15", Trees(leaves=15, learning_rate=slow, rows=1.0, penalty=0.0)),
        trees("lightgbm-63", Trees(leaves=63, learning_rate=slow, columns=0.5, penalty=10.0, leaf_rows=40)),
        trees("lightgbm-6", Trees(leaves=6, learning_rate=0.1, columns=0.5)),
    ]
    forest = Trial(
        "extra-trees",
        "extra-trees",
        3,
        partial(_extra_trees, threads=threads),
        0.5 + 8e-6 * fits * min(n, FOREST_ROWS) * width,
    )
    taught = fits * min(n, NETWORK_ROWS)
    network = Trial("network", "network", 3, _network, 0.5 + taught * (5e-5 + 2e-6 * width))
    # At random a net lowered the loss of four blends in six; in time order it was the worst (measured).
    bent = [forest, network] if field.ordered else [network, forest]
    others = [
        Trial("xgboost", "xgboost", 3, partial(_xgboost, threads=threads), fits * (0.3 + 3e-6 * cells)),
        Trial("catboost", "catboost", 3, partial(_catboost, threads=threads), fits * (1.0 + 1e-5 * cells)),
    ]
    others = [trial for trial in others if find_spec(trial.name) is not None]
    # On many rows the additive model takes longer than all others together, and would starve them.
    rest = [additive, *boosted, *bent, *others] if n <= QUICK_ROWS else [*boosted, *bent, *others, additive]
    found = [plain, linear, *rest] if n > 2 * QUICK_ROWS else [linear, plain, *rest]
    return (*found, pairs) if outputs == 1 else tuple(found)


def quick_trial(field: Field) -> Trial:
    """What is finished soonest: a line of one penalty, from a part of the rows, measured on one fold."""
    inputs = field.contract.inputs
    work = 5e-7 * len(inputs) + TEXT_SECONDS * texts_of(inputs)
    seconds = 0.3 + min(field.learned, SKETCH_ROWS) * work * field.outputs
    return Trial(QUICK, "linear", 0, _quick_linear, seconds, one_fold=True)


def wants_quick(field: Field, left: float) -> bool:
    """Whether so few seconds are left, or so many rows to learn, that something has to be kept at once."""
    return field.learned > 2 * QUICK_ROWS or left < SHORT * _line_seconds(field)


def _line_seconds(field: Field) -> float:
    cells = field.learned * len(field.contract.inputs) * field.outputs
    return 0.3 + len(field.holds) * (linear_seconds(field) + 1e-7 * cells)


def linear_seconds(field: Field) -> float:
    """About what five penalties take in one fold: a number is one feature, a category up to thirty.

    Measured with 400 rows of 10,000 numbers: .3 s to encode, .6 s to fit.
    """
    inputs = field.contract.inputs
    numbers, texts = sum(column.type.numeric for column in inputs), texts_of(inputs)
    features = 6e-7 * numbers + 4e-6 * (len(inputs) - numbers) + TEXT_SECONDS * texts
    return 1e-4 * len(inputs) + min(field.learned, LINEAR_ROWS) * features * field.outputs


def texts_of(inputs: Sequence[Column]) -> int:
    """How many of the inputs are free text."""
    return sum(column.type is LogicalType.TEXT for column in inputs)


def fold_seconds(field: Field) -> float:
    """About what 31 leaves at a rate of a tenth take in all folds.

    A split looks at every bin of every column, however few the rows: with 400 rows of 1,000 numbers 90 rounds
    took 3.5 s (measured).
    """
    width = len(field.contract.inputs) * field.outputs
    return len(field.holds) * (0.1 + 3e-3 * width + 1e-6 * field.learned * width)


def plain_trees(threads: int) -> Fit:
    """LightGBM's own defaults: quick, and what every question about the rows is asked with."""
    return partial(boosted_trees, trees=PLAIN_TREES, threads=threads)


def _trees(name: str, trees: Trees, *, threads: int, seconds: float) -> Trial:
    forecast = seconds * (0.5 + trees.leaves / 30) * 0.1 / trees.learning_rate
    return Trial(name, "lightgbm", 3, partial(boosted_trees, trees=trees, threads=threads), forecast)


# Each learner's library takes a second or more to import, and the first model must not wait for all of them.


def _linear(part: Part, setting: int | None) -> Grown:
    from airworthy.model.learners.linear import fit_linear

    return fit_linear(part, setting)


def _quick_linear(part: Part, setting: int | None) -> Grown:
    from airworthy.model.learners.linear import fit_linear

    return fit_linear(part, setting, strengths=(0.1,))


def boosted_trees(part: Part, setting: int | None, trees: Trees, threads: int) -> Grown:
    """LightGBM as `trees` say."""
    from airworthy.model.learners.lightgbm import fit_lightgbm

    return fit_lightgbm(part, setting, trees, threads)


def _extra_trees(part: Part, setting: int | None, threads: int) -> Grown:
    with loading("sklearn"):
        from airworthy.model.learners.extra_trees import fit_extra_trees

    return fit_extra_trees(part, threads)


def _network(part: Part, setting: int | None) -> Grown:
    from airworthy.model.learners.network import fit_network

    return fit_network(part, setting)


def _catboost(part: Part, setting: int | None, threads: int) -> Grown:
    with loading():
        from airworthy.model.learners.catboost import fit_catboost

    return fit_catboost(part, setting, threads)


def _xgboost(part: Part, setting: int | None, threads: int) -> Grown:
    from airworthy.model.learners.xgboost import fit_xgboost

    return fit_xgboost(part, setting, threads)


def _additive(part: Part, setting: int | None, pairs: int) -> Grown:
    # An extra, and named when it is missing.
    if find_spec("interpret") is None:
        raise MissingExtra("interpret-core", "explain")
    with loading("sklearn"):
        from airworthy.model.learners.additive import fit_additive

    return fit_additive(part, pairs)
