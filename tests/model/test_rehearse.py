"""The rule that ranks candidates is the one that chose better at past origins."""

from __future__ import annotations

import numpy as np

from airworthy.model.rehearse import rehearsed

BLOCKS = [np.arange(10 * k, 10 * k + 10) for k in range(4)]


def candidate(*levels: float) -> np.ndarray:
    return np.repeat(np.array(levels), 10)


def test_a_world_that_turned_is_ranked_by_its_latest_block() -> None:
    # From the second block on the second candidate is better. The latest block is wrong at the first of three
    # origins, 2/7 too much; the mean at all of them.
    ranking = rehearsed([candidate(1, 9, 9, 9), candidate(8, 7, 7, 7)], BLOCKS)
    assert ranking.places.tolist() == BLOCKS[-1].tolist()
    assert "latest block alone: on 3 past origins it chose within 9.5%" in ranking.note
    assert "the mean of 4 blocks within 28.6%" in ranking.note


def test_noise_around_two_equals_is_ranked_by_all_blocks() -> None:
    ranking = rehearsed([candidate(1.0, 1.3, 1.0, 1.3), candidate(1.2, 1.1, 1.2, 1.1)], BLOCKS)
    assert len(ranking.places) == 40
    assert "Ranked by the mean of 4 blocks" in ranking.note


def test_a_short_past_is_ranked_by_all_of_it_and_promises_nothing() -> None:
    ranking = rehearsed([candidate(1, 2), candidate(2, 1)], BLOCKS[:2])
    assert len(ranking.places) == 20
    assert ranking.note == ""


def test_the_latest_block_does_not_choose_what_a_guess_has_beaten() -> None:
    turned = [candidate(1, 9, 9, 9), candidate(8, 7, 7, 7)]
    guess = candidate(7.5, 8, 8, 8)
    ranking = rehearsed([*turned, candidate(7, 7.5, 7.5, 7.5)], BLOCKS, guess)
    assert len(ranking.places) == 40
    assert "lost to a plain guess in an earlier one" in ranking.note
    assert len(rehearsed(turned, BLOCKS, candidate(9, 9.5, 9.5, 9.5)).places) == 10
