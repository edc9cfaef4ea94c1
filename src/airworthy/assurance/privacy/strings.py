"""Strings that a model's own file publishes: whoever holds the file reads them without asking anything."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from airworthy.assurance.given import PREDICTIONS, SCORER
from airworthy.assurance.predictions import Values
from airworthy.data.facts.personal import kinds_of, masked
from airworthy.kernel.fact import Facts
from airworthy.scoring.spec import Code, MapText, OneHot, ScorerSpec, TargetMean, TextScore
from airworthy.scoring.text import tokens_of

FEW_PEOPLE = 5
"""A value of fewer rows may be of one person, or of a family."""
LONG_NUMBER = re.compile(r"\d{7,}")
ACCOUNT = re.compile(r"(?:^|[^\w@])@(\w{2,})")

Kind = tuple[str, int, str]
"""What it is, how many, and the shape of one: letters as x, digits as 9."""


@dataclass(frozen=True)
class Published:
    """What stands of one column in the model's file; never a value itself.

    Attributes
    ----------
    strings
        Different ones.
    rare
        Of them, those of fewer than five rows; None where nobody counted the rows.
    single
        Of them, those of one row.
    personal
        What looks like data of a person.
    """

    column: str
    strings: int
    rare: int | None
    single: int | None
    personal: tuple[Kind, ...]

    @property
    def told(self) -> int:
        """Strings that look like data of a person."""
        return sum(count for _, count, _ in self.personal)

    def as_json(self) -> dict[str, Any]:
        kinds = [{"kind": kind, "strings": count, "shape": shape} for kind, count, shape in self.personal]
        rows = {"of_fewer_than_5_rows": self.rare, "of_1_row": self.single}
        return {"column": self.column, "strings": self.strings, **rows, "personal": kinds}


def published(facts: Facts) -> tuple[Published, ...] | None:
    """Every column whose values stand in the file of our own scorer; None of a model without such a file."""
    spec = _spec_of(facts[SCORER])
    if spec is None:
        return None
    columns = facts[PREDICTIONS].columns
    return tuple(
        _words(column, values, columns.get(column)) if worded else _values(column, values, spec)
        for column, (worded, values) in sorted(_strings(spec).items())
        if values
    )


def _spec_of(scorer: object) -> ScorerSpec | None:
    """What our own scorer is made of, also where a loaded or freshly trained model wraps it."""
    held = getattr(getattr(scorer, "model", None), "scorer", scorer)
    spec = getattr(held, "spec", None)
    return spec if isinstance(spec, ScorerSpec) else None


def _strings(spec: ScorerSpec) -> Mapping[str, tuple[bool, frozenset[str]]]:
    """By column: whether they are words of texts, and the strings."""
    values: dict[str, set[str]] = {}
    words: dict[str, set[str]] = {}
    for column in spec.contract.columns:
        values.setdefault(column.name, set()).update(column.vocabulary)
    for step in spec.steps:
        if isinstance(step, MapText):
            seen = (*step.values, *(new for new in step.values.values() if new is not None))
            values.setdefault(step.column, set()).update(seen)
    for feature in spec.features:
        values.setdefault(feature.column, set()).update(_of_feature(feature))
        if isinstance(feature, TextScore):
            words.setdefault(feature.column, set()).update(feature.tokens)
    found = {column: (False, frozenset(own)) for column, own in values.items()}
    return found | {column: (True, frozenset(own)) for column, own in words.items()}


def _of_feature(feature: object) -> Sequence[str]:
    if isinstance(feature, Code):
        return feature.vocabulary
    if isinstance(feature, OneHot):
        return (feature.value,)
    return tuple(feature.values) if isinstance(feature, TargetMean) else ()


def _values(column: str, values: frozenset[str], spec: ScorerSpec) -> Published:
    """Categories: the contract counted the training rows of each."""
    counts = spec.contract[column].counts if column in spec.contract else ()
    kinds = kinds_of(pl.Series(column, sorted(values), dtype=pl.String))
    rare = sum(count < FEW_PEOPLE for count in counts) if counts else None
    return Published(column, len(values), rare, counts.count(1) if counts else None, kinds)


def _words(column: str, words: frozenset[str], texts: Values | None) -> Published:
    """Words of texts: rows are counted in the measured texts, where there are any."""
    single_words = frozenset(word for word in words if " " not in word)
    kinds = list(kinds_of(pl.Series("word", sorted(single_words), dtype=pl.String)))
    if texts is None or isinstance(texts, np.ndarray):
        return Published(column, len(words), None, None, tuple(kinds))
    rows = Counter(word for text in texts for word in set(tokens_of(text or "")) & words)
    few = {word for word in words if rows[word] < FEW_PEOPLE}
    known = {word for word in few if rows[word]}
    numbers = sorted(word for word in few & single_words if LONG_NUMBER.fullmatch(word))
    accounts = sorted(set(_accounts(texts)) & known)
    for kind, found in (("number of seven or more digits", numbers), ("account name", accounts)):
        if found:
            kinds.append((kind, len(found), masked(found[0])))
    return Published(column, len(words), len(known), sum(rows[word] == 1 for word in words), tuple(kinds))


def _accounts(texts: Sequence[str | None]) -> Iterator[str]:
    for text in texts:
        yield from (name.lower() for name in ACCOUNT.findall(text or ""))
