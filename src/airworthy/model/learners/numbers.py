"""A row of numbers as the bytes of an npy file, and back."""

from __future__ import annotations

import io

import numpy as np

from airworthy.scoring.columns import FloatArray


def written_numbers(numbers: FloatArray) -> bytes:
    """`numbers` as the bytes of an npy file."""
    held = io.BytesIO()
    np.save(held, numbers, allow_pickle=False)
    return held.getvalue()


def read_numbers(data: bytes) -> FloatArray:
    """What `written_numbers` wrote.

    >>> read_numbers(written_numbers(np.array([1.0, 2.5])))
    array([1. , 2.5])
    """
    return np.asarray(np.load(io.BytesIO(data), allow_pickle=False))
