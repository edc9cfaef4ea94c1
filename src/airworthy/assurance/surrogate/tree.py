"""A small decision tree that imitates a model: questions that a person can answer from the row."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.counterfactual.words import told
from airworthy.assurance.predictions import Values
from airworthy.assurance.surrogate.target import Codes, Floats, Imitated

MOST_WORDS = 12
SMALLEST_LEAF = 0.01
"""Of the rows: a leaf of fewer would be asked for hardly ever."""


@dataclass(frozen=True)
class Question:
    """`column` at most `most`, or equal to `word`.

    A missing number is answered with yes where `missing` says so, which is told where there `were_missing`.
    """

    column: str
    label: str
    most: float | None = None
    word: str | None = None
    flag: bool = False
    missing: bool = False
    were_missing: bool = False

    def __str__(self) -> str:
        if self.word is not None:
            return f"{self.label} is {told(self.word, True)}"
        told_so = f"{self.label} is false" if self.flag else f"{self.label} is {told(self.most)} or less"
        return f"{told_so} or missing" if self.were_missing and self.missing else told_so

    @property
    def otherwise(self) -> str:
        """What holds where it is answered with no."""
        if self.word is not None:
            return f"{self.label} is not {told(self.word, True)}"
        told_so = f"{self.label} is true" if self.flag else f"{self.label} is more than {told(self.most)}"
        return f"{told_so} or missing" if self.were_missing and not self.missing else told_so

    def yes(self, columns: Mapping[str, Values]) -> NDArray[np.bool_]:
        """The rows (n,) that answer it with yes."""
        values = columns[self.column]
        if self.word is not None:
            return np.array([value == self.word for value in values], bool)
        numbers = np.asarray(values, float)
        assert self.most is not None
        return np.where(np.isnan(numbers), self.missing, numbers <= self.most)


@dataclass(frozen=True)
class Leaf:
    """An answer: the class, its `share` among the `rows` that taught it, and their mean score."""

    decided: int
    share: float
    score: float
    rows: int


@dataclass(frozen=True)
class Fork:
    """A question with what follows on yes and on no."""

    question: Question
    yes: Fork | Leaf
    no: Fork | Leaf


@dataclass(frozen=True)
class Tree:
    """A tree over rows by column."""

    root: Fork | Leaf

    def answers(self, columns: Mapping[str, Values]) -> tuple[Codes, Floats]:
        """The class decided (n,) and the score told (n,) of each row."""
        n = len(next(iter(columns.values())))
        decided, score = np.zeros(n, np.int64), np.zeros(n)
        for leaf, rows in _leaves(self.root, columns, np.ones(n, bool)):
            decided[rows], score[rows] = leaf.decided, leaf.score
        return decided, score

    def rules(self) -> Iterator[tuple[tuple[str, ...], Leaf]]:
        """Every leaf with what has to hold to come to it."""
        yield from _rules(self.root, ())

    @property
    def questions(self) -> int:
        """The most that are asked of one row."""
        return max(len(held) for held, _ in self.rules())


def _leaves(
    node: Fork | Leaf, columns: Mapping[str, Values], rows: NDArray[np.bool_]
) -> Iterator[tuple[Leaf, NDArray[np.bool_]]]:
    if isinstance(node, Leaf):
        yield node, rows
        return
    yes = node.question.yes(columns)
    yield from _leaves(node.yes, columns, rows & yes)
    yield from _leaves(node.no, columns, rows & ~yes)


def _rules(node: Fork | Leaf, held: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Leaf]]:
    if isinstance(node, Leaf):
        yield held, node
        return
    yield from _rules(node.yes, (*held, str(node.question)))
    yield from _rules(node.no, (*held, node.question.otherwise))


def grow_tree(rows: Imitated, depth: int, seed: int) -> Tree:
    """Learn a tree of at most `depth` questions a row from the model's own answers.

    Two branches that decide alike are one in a tree of classes: the second question would change nothing.
    """
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor  # heavy, and only fitting needs it

    questions, table = _table(rows)
    kind = DecisionTreeClassifier if rows.classes else DecisionTreeRegressor
    made = kind(max_depth=depth, min_samples_leaf=max(5, int(SMALLEST_LEAF * len(rows))), random_state=seed)
    made.fit(table, rows.decided if rows.classes else rows.score)
    return Tree(_node(made.tree_, 0, table, questions, rows, np.arange(len(rows))))


def _table(rows: Imitated) -> tuple[list[Question], Floats]:
    """One column a possible question: numbers as they are, and each frequent word as 1 where it stands."""
    questions, made = [], []
    for name, values in rows.columns.items():
        label = rows.labels[name]
        if isinstance(values, np.ndarray):
            questions.append(Question(name, label, flag=name in rows.flags))
            made.append(values)
            continue
        counts = Counter(value for value in values if value is not None)
        for word, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_WORDS]:
            questions.append(Question(name, label, word=word))
            made.append(np.array([value == word for value in values], float))
    return questions, np.column_stack(made)


def _node(
    fitted: Any, at: int, table: Floats, questions: list[Question], rows: Imitated, here: Codes
) -> Fork | Leaf:
    """The part of the fitted tree from node `at` on, to which the rows `here` have come."""
    left, right = int(fitted.children_left[at]), int(fitted.children_right[at])
    if left < 0:
        return _leaf(rows, here)
    column = int(fitted.feature[at])
    asked, values = questions[column], table[here, column]
    if asked.word is not None:
        # Such a column is 1 where the word stands: yes is the right branch.
        yes, (first, second) = values > 0.5, (right, left)
    else:
        goes_left = bool(fitted.missing_go_to_left[at])
        asked = _asked(asked, values, float(fitted.threshold[at]), goes_left)
        yes, (first, second) = asked.yes({asked.column: values}), (left, right)
    on_yes = _node(fitted, first, table, questions, rows, here[yes])
    on_no = _node(fitted, second, table, questions, rows, here[~yes])
    if (
        rows.classes
        and isinstance(on_yes, Leaf)
        and isinstance(on_no, Leaf)
        and on_yes.decided == on_no.decided
    ):
        return _leaf(rows, here)
    return Fork(asked, on_yes, on_no)


def _asked(asked: Question, values: Floats, threshold: float, goes_left: bool) -> Question:
    """The question with a number of few digits that parts the rows as the fitted threshold does."""
    missing, known = np.isnan(values), values[~np.isnan(values)]
    below = known <= threshold
    most = (
        between(float(known[below].max()), float(known[~below].min()))
        if 0 < below.sum() < len(below)
        else threshold
    )
    yes = goes_left if missing.any() else bool(below.mean() >= 0.5)
    return replace(asked, most=most, missing=yes, were_missing=bool(missing.any()))


def _leaf(rows: Imitated, here: Codes) -> Leaf:
    counts = np.bincount(rows.decided[here], minlength=max(1, len(rows.classes)))
    most = int(counts.argmax())
    return Leaf(most, float(counts[most] / len(here)), float(rows.score[here].mean()), len(here))


def between(low: float, high: float) -> float:
    """The number of fewest digits from `low` up to, not including, `high`.

    >>> between(38.2137, 41.9), between(2.0, 3.0), between(0.1231, 0.1239)
    (40.0, 2.0, 0.1231)
    """
    digits = -math.floor(math.log10(max(abs(low), abs(high), 1e-300)))
    for decimals in range(digits, 18):
        found = math.ceil(round(low * 10.0**decimals, 6)) / 10.0**decimals
        if low <= (found := float(round(found, decimals))) < high:
            return found
    return low
