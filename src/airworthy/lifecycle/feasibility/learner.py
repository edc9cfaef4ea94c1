"""One fixed learner for questions about the rows: quick, and the same for all sizes and all tables.

Tables go to small boosted trees. Where a column holds prose, its words and pairs of words go to a linear
model with the other columns beside them: trees read no words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.charter.model import Task
from airworthy.data.consequence.rows import encoded
from airworthy.kernel.seed import derive_seed

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

ROUNDS = 100
PROSE_WORDS, PROSE_DIFFERENT = 4.0, 0.5
"""A column of so many words a value, of which so large a share is different, is prose."""
MOST_WORDS = 30_000


@dataclass(frozen=True, eq=False)
class QuickLearner:
    """Rows that parts are learned from and scored.

    Attributes
    ----------
    frame : n rows of inputs only.
    y : (n,) 0/1, class numbers, or numbers.
    classes : how many there are; 0 for numbers.
    """

    frame: pl.DataFrame
    y: Floats
    classes: int
    seed: int = 0

    @property
    def task(self) -> Task:
        return {0: Task.REGRESSION, 2: Task.BINARY}.get(self.classes, Task.MULTICLASS)

    def scores(self, learn: Places, score: Places, seed: int = 0) -> Floats:
        """What a model of the rows `learn` says of the rows `score`: (m,), or (m, k) of several classes.

        Parameters
        ----------
        learn, score : places of rows.
        seed : of the draws within the learner.
        """
        return self._linear(learn, score) if self.prose else self._trees(learn, score, seed)

    @cached_property
    def prose(self) -> tuple[str, ...]:
        """Columns of sentences."""
        return tuple(name for name in self.frame.columns if _is_prose(self.frame[name]))

    @cached_property
    def _numbers(self) -> tuple[Floats, list[int]]:
        parts = [encoded(self.frame[name]) for name in self.frame.columns if name not in self.prose]
        if not parts:
            return np.zeros((self.frame.height, 0)), []
        return np.column_stack([values for values, _ in parts]), [at for at, (_, c) in enumerate(parts) if c]

    def _trees(self, learn: Places, score: Places, seed: int) -> Floats:
        import lightgbm  # pulls in scikit-learn: only when something is asked

        matrix, codes = self._numbers
        objective = {Task.BINARY: "binary", Task.MULTICLASS: "multiclass", Task.REGRESSION: "regression"}
        parameters: dict[str, Any] = {
            "objective": objective[self.task],
            "num_leaves": 8,
            "learning_rate": 0.1,
            "min_data_in_leaf": max(5, min(50, len(learn) // 50)),
            "max_bin": 63,
            "lambda_l2": 5.0,
            "bagging_fraction": 0.9,
            "bagging_freq": 1,
            "seed": derive_seed(self.seed, "feasibility", str(seed)) % 2**31,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": 1,
            "verbosity": -1,
        }
        if self.task is Task.MULTICLASS:
            parameters["num_class"] = self.classes
        data = lightgbm.Dataset(matrix[learn], self.y[learn], categorical_feature=codes, params=parameters)
        return np.asarray(lightgbm.train(parameters, data, ROUNDS).predict(matrix[score]), float)

    def _linear(self, learn: Places, score: Places) -> Floats:
        from scipy.sparse import csr_matrix, hstack
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression, Ridge

        parts: list[tuple[Any, Any]] = []
        for name in self.prose:
            texts = self.frame[name].fill_null("").to_list()
            maker = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_features=MOST_WORDS)
            known = maker.fit_transform([texts[at] for at in learn])
            parts.append((known, maker.transform([texts[at] for at in score])))
        numbers, _ = self._numbers
        if numbers.shape[1]:
            center = np.nanmean(numbers[learn], axis=0)
            spread = np.nanstd(numbers[learn], axis=0) + 1e-9
            plain = np.nan_to_num((numbers - center) / spread)
            parts.append((csr_matrix(plain[learn]), csr_matrix(plain[score])))
        x, there = (hstack([part[side] for part in parts]).tocsr() for side in (0, 1))
        if self.task is Task.REGRESSION:
            return np.asarray(Ridge(alpha=1.0).fit(x, self.y[learn]).predict(there), float)
        model = LogisticRegression(C=4.0, max_iter=300).fit(x, self.y[learn])
        return _all_classes(model.predict_proba(there), model.classes_, self.classes)


def _all_classes(found: Floats, known: Sequence[float], classes: int) -> Floats:
    """A column for each class, also for those that the part did not hold."""
    if classes == 2:
        return found[:, 1]
    whole = np.full((len(found), classes), 1e-6)
    whole[:, [int(one) for one in known]] = found
    return np.asarray(whole / whole.sum(axis=1, keepdims=True))


def _is_prose(column: pl.Series) -> bool:
    if column.dtype != pl.String:
        return False
    some = column.drop_nulls().head(2_000)
    if not len(some):
        return False
    words = float(some.str.count_matches(r"\s+").mean() or 0.0) + 1  # type: ignore[arg-type]
    return words >= PROSE_WORDS and some.n_unique() >= PROSE_DIFFERENT * len(some)
