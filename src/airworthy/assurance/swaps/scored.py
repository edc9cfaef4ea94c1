"""Rows in two versions that differ only in the person, both through the scorer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.given import PREDICTIONS, SCORER, SEED, ScoresColumns, sizes_of
from airworthy.assurance.predictions import Predictions, Values, take_columns
from airworthy.assurance.probes import sample
from airworthy.assurance.swaps.columns import Told
from airworthy.assurance.swaps.kinds import GENDERED, Kind
from airworthy.assurance.swaps.people import first_name, names_in
from airworthy.assurance.swaps.swap import Marker, Reader, written
from airworthy.charter.model import Task
from airworthy.kernel.fact import Facts
from airworthy.kernel.seed import derive_seed

Floats = NDArray[np.float64]
Markers = tuple[Marker, ...]
READ_ROWS = 20_000
"""Rows whose texts are read; about half a second for short ones."""
SHOWN_PAIRS, SHOWN_LETTERS = 3, 30


@dataclass(frozen=True)
class Pair:
    """One text in both versions, shortened to what was swapped first, with its scores."""

    first: str
    second: str
    score_first: float
    score_second: float


@dataclass(frozen=True, eq=False)
class SwapChange:
    """What one way of swapping does.

    Parameters
    ----------
    change : (n, k) score of the second version less that of the first; k classes of a multiclass model,
        else 1. Probabilities, or standard deviations of the outcomes for numbers, or decisions where there
        are no scores.
    flipped : (n,) whether the decision differs, or None for numbers.
    clusters : (n,) entity of each row, or None.
    found : rows among those read in which there is something of this kind; the n were drawn from them.
    """

    change: Floats
    flipped: NDArray[np.bool_] | None
    clusters: NDArray[np.int64] | None
    found: int
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, eq=False)
class SwapScores:
    """`SwapChange` of each way of swapping that touches a row; `mixed` rows tell of women and of men."""

    read: int
    mixed: int
    by_kinds: Mapping[tuple[Kind, ...], SwapChange]


WAYS: tuple[tuple[Kind, ...], ...] = (GENDERED, *((kind,) for kind in (*GENDERED, Kind.GROUPS)))
"""All gendered words at once, then each kind alone."""


def swap_scores(facts: Facts, told: Sequence[Told]) -> SwapScores:
    """Score at most as many rows of each way as the scorer may be asked for."""
    seed, scorer = facts[SEED], facts[SCORER]
    rows = sample(facts[PREDICTIONS], READ_ROWS, derive_seed(seed, "assurance", "texts read"))
    texts = [_Texts.of(column, rows.columns[column.name]) for column in told if column.name in rows.columns]
    read: dict[tuple[Kind, ...], list[list[Markers]]] = {
        kinds: [text.markers(kinds) for text in texts] for kinds in (GENDERED, (Kind.GROUPS,))
    }
    found = {way: _of_kinds(read[GENDERED if way[0] in GENDERED else way], way) for way in WAYS}
    by_kinds = {}
    for way, markers in found.items():
        touched = np.flatnonzero(np.any([[bool(cell) for cell in column] for column in markers], axis=0))
        if len(touched):
            rng = np.random.default_rng(derive_seed(seed, "assurance", f"swapped {'+'.join(way)}"))
            most = min(len(touched), sizes_of(scorer).permuted)
            at = np.sort(rng.choice(touched, most, replace=False))
            by_kinds[way] = _change(rows, scorer, texts, markers, at, len(touched))
    return SwapScores(len(rows), _mixed(found[GENDERED]), by_kinds)


@dataclass(frozen=True)
class _Texts:
    """The cells of one column and who reads them."""

    column: Told
    cells: Sequence[str | None]
    reader: Reader

    @classmethod
    def of(cls, column: Told, values: Values) -> _Texts:
        cells = [None if value is None else str(value) for value in values]
        said = (text for text in cells if text)
        if column.alone:
            return cls(column, cells, Reader.of_names(filter(None, map(first_name, said)), fill=False))
        return cls(column, cells, Reader.of_names(name for text in said for name in names_in(text)))

    def markers(self, kinds: Sequence[Kind]) -> list[Markers]:
        alone = self.column.alone
        return [self.reader.markers(text, kinds, alone=alone) if text else () for text in self.cells]


def _of_kinds(columns: Sequence[Sequence[Markers]], way: Sequence[Kind]) -> list[list[Markers]]:
    return [[tuple(marker for marker in cell if marker.kind in way) for cell in column] for column in columns]


def _mixed(columns: Sequence[Sequence[Markers]]) -> int:
    sides = ({marker.side for cell in row for marker in cell} for row in zip(*columns, strict=True))
    return sum(len(found) > 1 for found in sides)


def _change(
    rows: Predictions,
    scorer: ScoresColumns,
    texts: Sequence[_Texts],
    markers: Sequence[Sequence[Markers]],
    at: NDArray[np.int64],
    found: int,
) -> SwapChange:
    kept = take_columns(rows.columns, at)
    versions = [
        kept
        | {
            text.column.name: [_cell(text.cells[i], cells[i], side) for i in at]
            for text, cells in zip(texts, markers, strict=True)
        }
        for side in (0, 1)
    ]
    answers = [scorer.score_columns(version) for version in versions]
    scores = [_scores(rows, answer) for answer in answers]
    change = scores[1] - scores[0]
    decided = [_decided(rows, answer) for answer in answers]
    flipped = None if rows.task is Task.REGRESSION else decided[0] != decided[1]
    entity = None if rows.entity is None else rows.entity[at]
    largest = np.argsort(-np.abs(change).max(axis=1), kind="stable")
    first_places = [next((j for j, c in enumerate(markers) if c[i]), 0) for i in at]
    pairs = tuple(
        _pair(texts[first_places[row]].cells[at[row]] or "", markers[first_places[row]][at[row]], scores, row)
        for row in largest[:SHOWN_PAIRS]
    )
    return SwapChange(change, flipped, entity, found, pairs)


def _cell(text: str | None, markers: Sequence[Marker], side: int) -> str | None:
    return text if text is None or not markers else written(text, markers, side)


def _scores(rows: Predictions, answer: Any) -> Floats:
    """(n, k): the probability of the event, or of each class, or the number over the outcomes' spread."""
    if rows.task is Task.REGRESSION:
        return np.asarray(answer.prediction, float)[:, None] / (float(rows.y.std()) or 1.0)
    classes = rows.classes if rows.task is Task.MULTICLASS else rows.classes[1:]
    if answer.probability is None:
        return np.column_stack([np.array([d == label for d in answer.decision], float) for label in classes])
    found = np.asarray(answer.probability, float)
    return found if rows.task is Task.MULTICLASS else found[:, 1:]


def _decided(rows: Predictions, answer: Any) -> NDArray[Any]:
    """(n,) what was decided: by the model itself, or by the cut that was given for it."""
    own = getattr(answer, "own", True) or answer.probability is None
    if own or rows.task is not Task.BINARY or rows.threshold is None:
        return np.array([str(decision) for decision in answer.decision])
    return np.asarray(answer.probability)[:, 1] >= rows.threshold


def _pair(text: str, markers: Sequence[Marker], scores: Sequence[Floats], row: int) -> Pair:
    """The largest change of the row's classes, and the words around the first swap."""
    k = int(np.abs(scores[1][row] - scores[0][row]).argmax())
    begin, end = max(0, markers[0].start - SHOWN_LETTERS), markers[0].end + SHOWN_LETTERS
    near = [marker for marker in markers if marker.end <= end]
    shown = []
    for side in (0, 1):
        whole = written(text[:end], near, side)[begin:]
        shown.append(f"{'…' if begin else ''}{hide(whole)}{'…' if end < len(text) else ''}")
    return Pair(shown[0], shown[1], float(scores[0][row, k]), float(scores[1][row, k]))


def hide(text: str) -> str:
    """Without line breaks and digits: numbers of accounts, telephones and houses stay with their owner.

    >>> hide("call 555-0199")
    'call ###-####'
    """
    return "".join("#" if character.isdigit() else character for character in " ".join(text.split()))
