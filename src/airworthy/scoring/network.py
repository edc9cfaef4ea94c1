"""Small neural nets, summed row by row: a matrix product would give a batch other bits than a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from airworthy.kernel.errors import IntegrityError
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.integrity import require, weights_file
from airworthy.scoring.spec import Network

FAR = 10.0
"""A standardised number beyond it says nothing more."""
PORTION = 256
"""Rows at a time: their numbers stay in the processor's cache."""


@dataclass(frozen=True, eq=False)
class Layer:
    """`weights` (nets, size, inputs) and `biases` (nets, size) of one layer of all nets."""

    weights: FloatArray
    biases: FloatArray


def layers_of(numbers: FloatArray, learner: Network) -> list[Layer]:
    """The layers that stand one after the other in `numbers`."""
    nets, width = len(learner.reads), len(learner.reads[0])
    sizes = (*learner.hidden, learner.outputs)
    inputs = (width, *learner.hidden)
    wanted = sum(nets * size * (width + 1) for size, width in zip(sizes, inputs, strict=True))
    require(numbers.dtype == np.float64 and numbers.shape == (wanted,), "numbers of a network", numbers.shape)
    require(bool(np.isfinite(numbers).all()), "numbers of a network", "not finite")
    found, at = [], 0
    for size, width in zip(sizes, inputs, strict=True):
        end = at + nets * size * width
        weights, at = numbers[at:end].reshape(nets, size, width), end + nets * size
        found.append(Layer(weights, numbers[end:at].reshape(nets, size)))
    return found


class NetworkMargins:
    """The mean of several nets' margins."""

    def __init__(self, learner: Network, folder: Path, features: int, baseline: tuple[float, ...]) -> None:
        require(bool(learner.reads) and bool(learner.reads[0]), "nets of a network", len(learner.reads))
        for places in learner.reads:
            require(len(places) == len(learner.reads[0]), "features of a net", len(places))
            require(all(0 <= at < features for at in places), "features of a net", places)
        require(all(size > 0 for size in (*learner.hidden, learner.outputs)), "layers", learner.hidden)
        self._layers = layers_of(_read(weights_file(folder, learner.weights)), learner)
        self._reads = np.array(learner.reads, dtype=np.intp)
        usual = baseline if len(baseline) == features else (0.0,) * features
        self._usual = _bounded(usual)[self._reads]
        self._at_usual = self._sums(self._usual)

    def batch(self, matrix: FloatArray) -> FloatArray:
        margins = np.empty((len(matrix), self._layers[-1].biases.shape[1]))
        for start in range(0, len(matrix), PORTION):
            rows = np.clip(matrix[start : start + PORTION], -FAR, FAR)
            total = self._net(rows, 0)
            for net in range(1, len(self._reads)):
                total = total + self._net(rows, net)
            margins[start : start + PORTION] = total / len(self._reads)
        return margins

    def _net(self, rows: FloatArray, net: int) -> FloatArray:
        """Margins (n, outputs) of one net, unit by unit: `(rows * weights).sum(axis=1)` adds rows alike."""
        found = np.ascontiguousarray(rows[:, self._reads[net]])
        for depth, layer in enumerate(self._layers):
            if depth:
                found = np.where(found > 0.0, found, 0.0)
            sums = np.empty((len(found), layer.biases.shape[1]))
            for unit, (weights, bias) in enumerate(zip(layer.weights[net], layer.biases[net], strict=True)):
                sums[:, unit] = (found * weights).sum(axis=1) + bias
            found = sums
        return found

    def row(self, values: list[float]) -> tuple[float, ...]:
        return self._mean(self._sums(_bounded(values)[self._reads])[-1])

    def _mean(self, margins: FloatArray) -> tuple[float, ...]:
        """Of margins (nets, outputs), added in the order of the nets as a batch adds them."""
        first, *others = margins.tolist()
        for net in others:
            first = [total + own for total, own in zip(first, net, strict=True)]
        return tuple(total / len(margins) for total in first)

    def _sums(self, found: FloatArray) -> list[FloatArray]:
        """Sums (nets, size) of every layer, of inputs (nets, features)."""
        sums: list[FloatArray] = []
        for layer in self._layers:
            if sums:
                found = np.where(found > 0.0, found, 0.0)
            found = (layer.weights * found[:, None, :]).sum(axis=2) + layer.biases
            sums.append(found)
        return sums

    def contributions(
        self, matrix: FloatArray, output: int
    ) -> tuple[FloatArray, dict[tuple[int, ...], FloatArray]]:
        """Each feature's part of the way from the margin of the usual row, which together are that way.

        DeepLIFT's rescale rule (Shrikumar et al., ICML 2017, eq. 9): what moved a hidden sum is passed on in
        proportion to how far the sum moved on after values below 0 were cut.
        """
        shares = [self._shares(row, output) for row in _bounded(matrix)]
        parts = np.array(shares).reshape(len(matrix), *self._reads.shape)
        found: dict[tuple[int, ...], FloatArray] = {}
        for net, places in enumerate(self._reads.tolist()):
            for at, place in enumerate(places):
                found[(place,)] = found.get((place,), 0.0) + parts[:, net, at]
        return np.full(len(matrix), self._mean(self._at_usual[-1])[output]), found

    def _shares(self, row: FloatArray, output: int) -> FloatArray:
        """What each input of each net, (nets, features), added to one row's margin."""
        inputs = row[self._reads]
        sums = self._sums(inputs)
        share = self._layers[-1].weights[:, output, :]
        below = zip(self._layers[:-1], sums[:-1], self._at_usual[:-1], strict=True)
        for layer, own, usual in reversed(list(below)):
            share = ((share * _passed_on(own, usual))[:, :, None] * layer.weights).sum(axis=1)
        return np.asarray(share * (inputs - self._usual) / len(self._reads))


def _bounded(values: Sequence[float] | FloatArray) -> FloatArray:
    return np.clip(np.array(values, dtype=np.float64), -FAR, FAR)


def _passed_on(own: FloatArray, usual: FloatArray) -> FloatArray:
    """How much of a sum's way is left once values below 0 are cut: between none and all of it.

    >>> _passed_on(np.array([3.0, -1.0, 2.0]), np.array([-1.0, -2.0, 1.0]))
    array([0.75, 0.  , 1.  ])
    """
    way = own - usual
    after = np.where(own > 0.0, own, 0.0) - np.where(usual > 0.0, usual, 0.0)
    return np.where(way == 0.0, 0.0, after / np.where(way == 0.0, 1.0, way))


def _read(path: Path) -> npt.NDArray[np.float64]:
    try:
        found = np.load(path, allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise IntegrityError(
            f"The weights {path.name} cannot be read: {error}.",
            value=str(path),
            remedy="Run `airworthy verify`; restore the artefact or train the version again.",
        ) from error
    return np.asarray(found)
