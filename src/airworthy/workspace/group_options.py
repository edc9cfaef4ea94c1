"""`--reference` and `--bands`: how `airworthy check` is told to compare groups, without a charter."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import pairwise

from airworthy.charter.model import Fairness, Selection
from airworthy.kernel.errors import InputError


def compared_as(
    protected: Sequence[str], references: Sequence[str], bands: Sequence[str], burden: bool = False
) -> Fairness:
    """How to compare groups; every limit is the shipped default.

    Parameters
    ----------
    references : texts such as `sex=Male`.
    bands : texts such as `age=25,40,65`, where the second and further bands begin.
    burden : to be selected is no good: the impact ratio counts who is spared.

    Raises
    ------
    InputError : a column that is not protected, or a text that cannot be read.

    >>> compared_as(["age"], [], ["age=25,40"]).bands
    {'age': (25.0, 40.0)}
    """
    return Fairness(
        tuple(protected),
        selection=Selection.BURDEN if burden else Selection.BENEFIT,
        reference=dict(_pairs("--reference", "sex=Male", references, protected)),
        bands={
            name: _edges(name, text) for name, text in _pairs("--bands", "age=25,40,65", bands, protected)
        },
    )


def _pairs(
    option: str, example: str, texts: Sequence[str], protected: Sequence[str]
) -> Iterator[tuple[str, str]]:
    for text in texts:
        name, found, value = text.partition("=")
        if not found or not value:
            raise InputError(
                f"{option} {text} names no column and value.", value=text, remedy=f"Write {option} {example}."
            )
        if name not in protected:
            near = get_close_matches(name, protected, n=1)
            remedy = f"Did you mean {near[0]!r}?" if near else f"Add --protected {name}."
            raise InputError(f"{option} names {name!r}, which is not protected.", value=name, remedy=remedy)
        yield name, value


def _edges(name: str, text: str) -> tuple[float, ...]:
    """The numbers where bands begin."""
    try:
        edges = tuple(float(part) for part in text.split(","))
    except ValueError:
        edges = (math.nan,)
    if not all(map(math.isfinite, edges)) or any(low >= high for low, high in pairwise(edges)):
        raise InputError(
            f"--bands {name}={text} are no rising numbers.",
            value=text,
            remedy=f"Write where bands begin, for example --bands {name}=25,40,65.",
        )
    return edges
