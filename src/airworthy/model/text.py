"""Free text becomes one number a class: a linear score over weighted words, fitted out of fold.

The learners read the out-of-fold scores; the exported score is fitted on all training rows. So a model never
trusts a text score more than it deserves on unseen text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from airworthy.model.logistic import fit_margins
from airworthy.model.rows import FOLDS, Rows
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.contract import LogicalType
from airworthy.scoring.spec import TextLength, TextScore
from airworthy.scoring.text import tokens_of

if TYPE_CHECKING:
    import scipy.sparse as sp

MAX_TOKENS = 20_000
MIN_ROWS = 2  # a token in one row alone says nothing about the next
STRENGTH = 2.0  # inverse of the L2 penalty


@dataclass(frozen=True, eq=False)
class TextFeatures:
    """Features over text columns, and their (n, d) values for training, out of fold."""

    features: tuple[TextScore | TextLength, ...]
    matrix: FloatArray


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Place and inverse document frequency of each known token."""

    index: dict[str, int]
    idf: FloatArray


@dataclass(frozen=True, eq=False)
class TextModel:
    """Weights (outputs, tokens) and intercepts (outputs,)."""

    vocabulary: Vocabulary
    weights: FloatArray
    intercepts: FloatArray

    def score(self, tokens: Sequence[Sequence[str]]) -> FloatArray:
        """Margins (n, outputs) of n texts."""
        return np.asarray(_tfidf(tokens, self.vocabulary) @ self.weights.T + self.intercepts)


def fit_text(rows: Rows) -> TextFeatures:
    """Text scores of every text input (for regression, and one a class beyond two classes), and lengths."""
    features: list[TextScore | TextLength] = []
    values: list[FloatArray] = []
    for column in rows.contract.inputs:
        if column.type is not LogicalType.TEXT:
            continue
        texts = [str(value) if value is not None else "" for value in rows.columns[column.name]]
        scores, held_out = _fit_column(column.name, texts, rows)
        features += scores
        values += list(held_out.T)
        length = TextLength(column=column.name, scale=100.0)
        features.append(length)
        values.append(np.array([len(text) / 100.0 for text in texts]))
    matrix = np.column_stack(values) if values else np.empty((len(rows), 0))
    return TextFeatures(tuple(features), np.asarray(matrix, dtype=np.float64))


def _fit_column(name: str, texts: Sequence[str], rows: Rows) -> tuple[list[TextScore], FloatArray]:
    tokens = [tokens_of(text) for text in texts]
    held_out = np.zeros((len(rows), rows.outputs))
    regression = rows.task == "regression"
    for k in range(FOLDS):
        inside, outside = np.flatnonzero(rows.fold != k), np.flatnonzero(rows.fold == k)
        part = fit_text_model(
            [tokens[i] for i in inside], rows.y[inside], regression=regression, outputs=rows.outputs
        )
        held_out[outside] = part.score([tokens[i] for i in outside])
    model = fit_text_model(tokens, rows.y, regression=regression, outputs=rows.outputs)
    vocabulary = model.vocabulary
    scores = [
        TextScore(
            column=name,
            intercept=float(intercept),
            tokens={
                token: (float(vocabulary.idf[i]), float(weight[i])) for token, i in vocabulary.index.items()
            },
        )
        for weight, intercept in zip(model.weights, model.intercepts, strict=True)
    ]
    return scores, held_out


def fit_text_model(
    tokens: Sequence[Sequence[str]], y: FloatArray, *, regression: bool, outputs: int
) -> TextModel:
    """A linear score over the words of n texts.

    Parameters
    ----------
    tokens : (n,) words of each text, as `airworthy.scoring.text.tokens_of` gives them.
    y : (n,) class indices or numbers.
    outputs : margins a text: one a class beyond two classes, else one.
    """
    vocabulary = _vocabulary(tokens)
    weights, intercepts = fit_margins(
        _tfidf(tokens, vocabulary), y, regression=regression, outputs=outputs, strength=STRENGTH
    )
    return TextModel(vocabulary, weights, intercepts)


def _vocabulary(tokens: Sequence[Sequence[str]]) -> Vocabulary:
    """The tokens in most rows, at most `MAX_TOKENS`, in alphabetical order."""
    seen: Counter[str] = Counter()
    for row in tokens:
        seen.update(set(row))
    often = [(token, count) for token, count in seen.items() if count >= MIN_ROWS]
    kept = sorted(sorted(often, key=lambda item: (-item[1], item[0]))[:MAX_TOKENS])
    # Smoothed inverse document frequency, as scikit-learn's TfidfTransformer defines it.
    idf = np.array([np.log((1 + len(tokens)) / (1 + count)) + 1.0 for _, count in kept], dtype=np.float64)
    return Vocabulary({token: i for i, (token, _) in enumerate(kept)}, idf)


def _tfidf(tokens: Sequence[Sequence[str]], vocabulary: Vocabulary) -> sp.csr_matrix:
    """Rows of tf * idf, each of Euclidean length 1."""
    import scipy.sparse as sp  # 24 MB that only words need

    index = vocabulary.index
    indptr, indices, data = [0], [], []
    for row in tokens:
        counts = Counter(index[token] for token in row if token in index)
        indices += list(counts)
        data += list(counts.values())
        indptr.append(len(indices))
    shape = (len(tokens), max(1, len(index)))
    counted = sp.csr_matrix((np.array(data, dtype=np.float64), indices, indptr), shape=shape)
    if not index:
        return counted
    weighted = counted.multiply(vocabulary.idf[None, :]).tocsr()
    norm = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    return sp.diags_array(1.0 / np.where(norm > 0, norm, 1.0)) @ weighted
