"""Figures of lists of k items, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from airworthy.measures.topk import ndcg_at_k, recall_at_k


def test_hits_lower_down_are_worth_less_and_the_ideal_is_a_list_full_of_hits() -> None:
    hits = np.array([[True, False, True], [False, False, False], [True, True, True]])
    taken = np.array([2, 1, 9])
    third = 1 / math.log2(4)
    ideal = 1 + 1 / math.log2(3)
    assert ndcg_at_k(hits, taken).tolist() == pytest.approx([(1 + third) / ideal, 0.0, 1.0])
    assert recall_at_k(hits, taken).tolist() == pytest.approx([1.0, 0.0, 3 / 9])
