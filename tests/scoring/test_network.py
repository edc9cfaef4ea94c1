"""Small nets: margins and reasons by hand, and files that do not fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from airworthy.kernel.errors import IntegrityError
from airworthy.scoring.learners import open_learner
from airworthy.scoring.network import NetworkMargins
from airworthy.scoring.spec import Network

# One hidden layer of two units over two features: h1 = relu(x - y + 1), h2 = relu(2y - 3);
# the margin is 10 h1 + h2 + 0.5.
BY_HAND = [1.0, -1.0, 0.0, 2.0, 1.0, -3.0, 10.0, 1.0, 0.5]
NETWORK = Network(weights="net.npy", reads=((0, 1),), hidden=(2,))


def opened(folder: Path, numbers: object, network: Network = NETWORK) -> NetworkMargins:
    np.save(folder / "net.npy", np.array(numbers))
    found = open_learner(network, folder, 2, (0.0, 1.0))
    assert isinstance(found, NetworkMargins)
    return found


def test_margins_by_hand(tmp_path: Path) -> None:
    network = opened(tmp_path, BY_HAND)
    assert network.row([2.0, 1.0]) == (20.5,)  # h1 = 2, h2 = 0
    assert network.row([0.0, 4.0]) == (5.5,)  # h1 = 0, h2 = 5
    assert network.row([50.0, 1.0]) == (100.5,)  # 50 counts as 10
    assert network.batch(np.array([[2.0, 1.0], [0.0, 4.0]])).tolist() == [[20.5], [5.5]]


def test_reasons_by_hand_pass_on_what_is_left_of_each_sum(tmp_path: Path) -> None:
    # From the usual row (0, 1): h1 from 0 to relu(2 - 3 + 1) = 0, so neither x nor y moved anything through it;
    # h2's sum from -1 to 3 moves 3 of its 4, all by y.
    base, parts = opened(tmp_path, BY_HAND).contributions(np.array([[2.0, 3.0]]), 0)
    assert base.tolist() == [0.5]
    assert {at: part.tolist() for at, part in parts.items()} == {(0,): [0.0], (1,): [3.0]}


def test_several_nets_are_averaged_each_over_its_own_features(tmp_path: Path) -> None:
    # Two nets without hidden layers: 2 * y + 1 and 4 * x - 1.
    network = opened(
        tmp_path, [2.0, 4.0, 1.0, -1.0], Network(weights="net.npy", reads=((1,), (0,)), hidden=())
    )
    assert network.row([3.0, 5.0]) == ((11.0 + 11.0) / 2,)
    base, parts = network.contributions(np.array([[3.0, 5.0]]), 0)
    found = {at: part.tolist() for at, part in parts.items()}
    assert (base.tolist(), found) == ([(3.0 - 1.0) / 2], {(1,): [4.0], (0,): [6.0]})


@pytest.mark.parametrize("numbers", [BY_HAND[:-1], [*BY_HAND[:-1], np.inf], [1] * 9, ["a"] * 9])
def test_numbers_that_do_not_fit_are_refused(numbers: object, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="does not fit together: numbers of a network"):
        opened(tmp_path, numbers)


def test_a_file_that_is_no_array_is_refused(tmp_path: Path) -> None:
    (tmp_path / "net.npy").write_bytes(b"not an array")
    with pytest.raises(IntegrityError, match="cannot be read"):
        open_learner(NETWORK, tmp_path, 2, ())


@pytest.mark.parametrize("reads", [(), ((),), ((0, 2),), ((0, 1), (1,))])
def test_nets_that_read_what_is_not_there_are_refused(
    reads: tuple[tuple[int, ...], ...], tmp_path: Path
) -> None:
    with pytest.raises(IntegrityError):
        opened(tmp_path, BY_HAND, Network(weights="net.npy", reads=reads, hidden=(2,)))
