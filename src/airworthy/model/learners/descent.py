"""Fitting a small neural net: AdamW steps, and a running mean of the weights after each epoch.

The mean of the latest steps (Polyak and Juditsky 1992) does what a falling learning rate does, without the
number of epochs being set beforehand: an epoch can be chosen later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

# 32 bits: half the time of 64, and what is scored are the weights as they are written.
Floats = npt.NDArray[np.float32]

STEP_ROWS = 128
RATE = 0.002
DECAY = 0.03
"""Weight decay, times the rate at each step (AdamW, Loshchilov and Hutter 2019)."""
FIRST, SECOND, TINY = 0.9, 0.999, 1e-8
DROPPED = 0.15
"""Share of hidden values left out of each step (dropout)."""
REMEMBERED = 0.99
"""Share of the running mean that stays at each step."""


class Net:
    """Weights and biases of all layers, views of one row of numbers.

    Parameters
    ----------
    sizes
        Inputs, hidden sizes, outputs.
    """

    def __init__(self, sizes: Sequence[int], numbers: Floats | None = None) -> None:
        pairs = list(zip(sizes[1:], sizes[:-1], strict=True))
        count = sum(size * (inputs + 1) for size, inputs in pairs)
        self.numbers = np.zeros(count, np.float32) if numbers is None else numbers
        self.layers: list[tuple[Floats, Floats]] = []
        at = 0
        for size, inputs in pairs:
            end = at + size * inputs
            self.layers.append((self.numbers[at:end].reshape(size, inputs), self.numbers[end : end + size]))
            at = end + size

    def margins(self, rows: Floats) -> Floats:
        """Shape (n, outputs) of rows (n, inputs), by matrix products: close to what a scorer says."""
        return self.values(rows)[-1]

    def values(self, rows: Floats, masks: Sequence[Floats] = ()) -> list[Floats]:
        """What every layer makes of `rows`; `masks` leave hidden values out."""
        found = [rows]
        for depth, (weights, biases) in enumerate(self.layers):
            found.append(found[-1] @ weights.T + biases)
            if depth < len(self.layers) - 1:
                np.maximum(found[-1], 0.0, out=found[-1])
                if masks:
                    found[-1] *= masks[depth]
        return found

    def slope(self, values: Sequence[Floats], error: Floats, masks: Sequence[Floats]) -> Floats:
        """The loss's gradient, as a row of numbers; `error` (n, outputs) is that of the margins."""
        slope = Net(self.sizes)
        for depth in reversed(range(len(self.layers))):
            weights, biases = slope.layers[depth]
            np.matmul(error.T, values[depth], out=weights)
            error.sum(axis=0, out=biases)
            if depth:
                error = (error @ self.layers[depth][0]) * (values[depth] > 0) * masks[depth - 1]
        return slope.numbers

    @property
    def sizes(self) -> list[int]:
        return [self.layers[0][0].shape[1], *(len(biases) for _, biases in self.layers)]


def started(sizes: Sequence[int], random: np.random.Generator) -> Net:
    """Weights drawn as He et al. 2015 advise for cut sums; the last layer says nothing yet."""
    net = Net(sizes)
    for weights, _ in net.layers[:-1]:
        weights[:] = random.normal(0.0, np.sqrt(2.0 / weights.shape[1]), weights.shape)
    return net


def epochs(rows: Floats, goals: Floats, hidden: Sequence[int], task: str, seed: int) -> Iterator[Net]:
    """The running mean after each epoch, without end.

    Parameters
    ----------
    rows
        Shape (n, d), standardised.
    goals
        Shape (n, outputs): numbers in standard deviations, 0/1 of two classes, or of each class.
    """
    random = np.random.default_rng(seed)
    net = started((rows.shape[1], *hidden, goals.shape[1]), random)
    steps = _Steps(net.numbers)
    while True:
        order = random.permutation(len(rows))
        for start in range(0, len(rows), STEP_ROWS):
            places = order[start : start + STEP_ROWS]
            masks = [_mask((len(places), size), random) for size in hidden]
            values = net.values(rows[places], masks)
            error = (_answers(values[-1], task) - goals[places]) / np.float32(len(places))
            steps.take(net.slope(values, error, masks))
        yield Net(net.sizes, steps.mean.copy())


class _Steps:
    """AdamW over `numbers`, in place, and their running mean."""

    def __init__(self, numbers: Floats) -> None:
        self._numbers, self._taken = numbers, 0
        self._first, self._second = np.zeros_like(numbers), np.zeros_like(numbers)
        self.mean = np.zeros_like(numbers)

    def take(self, slope: Floats) -> None:
        """One step against the slope."""
        self._taken += 1
        self._first += (1 - FIRST) * (slope - self._first)
        self._second += (1 - SECOND) * (slope**2 - self._second)
        # Both means start at nought, and are scaled up until they have seen enough.
        rate = RATE * np.sqrt(1 - SECOND**self._taken) / (1 - FIRST**self._taken)
        self._numbers *= np.float32(1 - RATE * DECAY)
        self._numbers -= np.float32(rate) * self._first / (np.sqrt(self._second) + np.float32(TINY))
        kept = min(REMEMBERED, self._taken / (self._taken + 9.0))  # early on, of fewer steps
        self.mean += (1 - kept) * (self._numbers - self.mean)


def _mask(shape: tuple[int, int], random: np.random.Generator) -> Floats:
    """Nought for values that are left out; the others make up for them."""
    kept = random.random(shape, np.float32) >= DROPPED
    return kept.astype(np.float32) / np.float32(1 - DROPPED)


def _answers(margins: Floats, task: str) -> Floats:
    if task == "regression":
        return margins
    if margins.shape[1] == 1:
        return np.asarray(1 / (1 + np.exp(-np.clip(margins, -30, 30))), dtype=np.float32)
    raised = np.exp(margins - margins.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)
