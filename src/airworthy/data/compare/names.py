"""Which column of one table is which of the other: by name, by the writing of the name, and by the values."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.compare.alike import alike
from airworthy.data.compare.factor import factor_of_rows
from airworthy.data.compare.found import Renamed
from airworthy.data.compare.matching import Matched

MOST_PAIRS = 400
"""Pairs of unmatched columns that are compared value by value."""

LEAST_SHARE, LEAST_BEYOND_CHANCE = 0.9, 0.8
"""Share of rows with the same value under both names, and what of the rest of chance it must take (kappa)."""

SOME_ROWS = 50_000
"""Matched rows by which a factor between two columns is found."""

SOME_VALUES, FEW_VALUES, LEAST_OF_SOME = 20_000, 1_000, 0.8
"""Values by which most pairs of columns are known to be two, and the share of them that must meet."""

FEWEST_DIFFERENT = 10
"""Different values by which two columns without matched rows are known to be one."""


@dataclass(frozen=True)
class Pairing:
    """Names of the first table to names of the second, and what has no partner."""

    pairs: Mapping[str, str]
    removed: tuple[str, ...]
    added: tuple[str, ...]

    def with_pairs(self, more: Mapping[str, str]) -> Pairing:
        """The pairing with further pairs of what had no partner."""
        return Pairing(
            {**self.pairs, **more},
            tuple(name for name in self.removed if name not in more),
            tuple(name for name in self.added if name not in more.values()),
        )


def by_name(before: Sequence[str], after: Sequence[str]) -> Pairing:
    """Pair columns of one name, then those whose names differ by case or Unicode form alone.

    >>> by_name(["id", "Amount", "x"], ["id", "amount"]).pairs
    {'id': 'id', 'Amount': 'amount'}
    """
    present = set(after)
    exact = {name: name for name in before if name in present}
    left = Pairing(
        exact,
        tuple(name for name in before if name not in exact),
        tuple(name for name in after if name not in exact),
    )
    mine, theirs = _by_form(left.removed), _by_form(left.added)
    return left.with_pairs({name: theirs[form] for form, name in mine.items() if form in theirs})


def _by_form(names: Sequence[str]) -> dict[str, str]:
    """Names by what is left without case and form, where that is theirs alone."""
    forms = [unicodedata.normalize("NFKC", name).casefold().strip() for name in names]
    counted = Counter(forms)
    return {form: name for form, name in zip(forms, names, strict=True) if counted[form] == 1}


def by_values(before: pl.DataFrame, after: pl.DataFrame, pairing: Pairing) -> dict[str, str]:
    """Pairs of columns without partner that hold the same values as often: names for rows to be matched by.

    Only columns of many different values are asked, as all truth values look alike.
    """
    if len(pairing.removed) * len(pairing.added) > MOST_PAIRS:
        return _same_digest(before, after, pairing)
    shares = {
        (mine, theirs): _overlap(before[mine], after[theirs])
        for mine in pairing.removed
        for theirs in pairing.added
    }
    return _best({pair: share for pair, share in shares.items() if share >= LEAST_SHARE})


def _same_digest(before: pl.DataFrame, after: pl.DataFrame, pairing: Pairing) -> dict[str, str]:
    """Of very many columns only those that hold exactly the same values in any order."""
    mine = {_digest(before[name]): name for name in pairing.removed}
    theirs = {_digest(after[name]): name for name in pairing.added}
    return {name: theirs[digest] for digest, name in mine.items() if digest is not None and digest in theirs}


def _digest(column: pl.Series) -> tuple[str, int] | None:
    if column.n_unique() < FEWEST_DIFFERENT:
        return None
    return str(column.dtype), int(column.hash(11).sort().implode().hash(5)[0])


def _overlap(mine: pl.Series, theirs: pl.Series) -> float:
    """Share of the longer column's values that have a partner in the other, each once."""
    longer = max(mine.count(), theirs.count())
    one, other = alike(mine, theirs)
    if not longer or min(one.count(), other.count()) < LEAST_SHARE * longer or not _may_overlap(one, other):
        return 0.0
    counts = [side.drop_nulls().alias("value").value_counts(name="rows") for side in (one, other)]
    if min(count.height for count in counts) < FEWEST_DIFFERENT:
        return 0.0
    both = counts[0].join(counts[1], on="value", suffix="_other")
    return float(both.select(pl.min_horizontal("rows", "rows_other").sum()).item()) / longer


def _may_overlap(one: pl.Series, other: pl.Series) -> bool:
    """Whether some values leave it open that nearly all have a partner: to count millions takes long."""
    few = [side.drop_nulls().gather_every(max(1, len(side) // SOME_VALUES)) for side in (one, other)]
    if min(side.n_unique() for side in few) < FEWEST_DIFFERENT:
        return False
    if one.dtype.is_numeric() and not _alike_in_order(few[0].to_numpy(), few[1].to_numpy()):
        return False
    return float(few[0].head(FEW_VALUES).is_in(other.implode()).mean() or 0) >= LEAST_OF_SOME  # type: ignore[arg-type]


def _alike_in_order(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Of sets that share nine tenths, no quartile lies beyond a tenth of the other's order."""
    slack = 1 - LEAST_OF_SOME
    for share in (0.25, 0.5, 0.75):
        value = float(np.quantile(one, share, method="inverted_cdf"))
        if not (other < value).mean() - slack <= share <= (other <= value).mean() + slack:
            return False
    return True


def by_rows(before: pl.DataFrame, after: pl.DataFrame, pairing: Pairing, matched: Matched) -> list[Renamed]:
    """Columns without partner that hold the same value in nearly all matched rows, beyond chance."""
    if not len(matched.before) or len(pairing.removed) * len(pairing.added) > MOST_PAIRS:
        return []
    mine = {name: before[name][matched.before] for name in pairing.removed}
    theirs = {name: after[name][matched.after] for name in pairing.added}
    shares = {
        (name, other): share
        for name, values in mine.items()
        for other, others in theirs.items()
        if _may_be_same(values, others) and (share := same_share(values, others)) is not None
    }
    return [Renamed(name, other, shares[name, other]) for name, other in _best(shares).items()]


def _may_be_same(mine: pl.Series, theirs: pl.Series) -> bool:
    """Whether the first rows leave it open that nearly all rows hold the same value."""
    one, other = alike(mine.head(SOME_VALUES), theirs.head(SOME_VALUES))
    return float(one.eq_missing(other).mean() or 0) >= LEAST_OF_SOME  # type: ignore[arg-type]


def by_factor(before: pl.DataFrame, after: pl.DataFrame, pairing: Pairing, matched: Matched) -> list[Renamed]:
    """Columns without partner whose numbers differ by a known change of unit in nearly all matched rows.

    >>> from airworthy.data.compare.matching import match_in_place
    >>> a = pl.DataFrame({"id": [1, 2, 3, 4, 5], "kg": [50.0, 61.0, 72.0, 80.0, 95.0]})
    >>> b = a.select("id", lb=(pl.col("kg") * 2.2046).round(1))
    >>> (found,) = by_factor(a, b, by_name(a.columns, b.columns), match_in_place(5))
    >>> found.before, found.after, found.factor.name
    ('kg', 'lb', '2.2 (kg and pounds)')
    """
    if len(pairing.removed) * len(pairing.added) > MOST_PAIRS:
        return []
    some = slice(0, SOME_ROWS)
    mine = {name: before[name][matched.before[some]] for name in pairing.removed}
    theirs = {name: after[name][matched.after[some]] for name in pairing.added}
    factors = {
        (name, other): factor
        for name, values in mine.items()
        for other, others in theirs.items()
        if (factor := factor_of_rows(values, others)) is not None and factor.name
    }
    best = _best({pair: factor.share for pair, factor in factors.items()})
    return [
        Renamed(name, other, factors[name, other].share, factors[name, other]) for name, other in best.items()
    ]


def same_share(mine: pl.Series, theirs: pl.Series) -> float | None:
    """Share of rows in which two columns hold the same value; None where that is too few, or chance.

    >>> one, other = pl.Series([1, 2, 3]), pl.Series([1, 1, 1])
    >>> same_share(one, one), same_share(other, other)
    (1.0, None)
    """
    one, other = alike(mine, theirs)
    share = float(one.eq_missing(other).mean() or 0.0)  # type: ignore[arg-type]
    if share < LEAST_SHARE:
        return None
    counts = [side.alias("value").value_counts(name="rows") for side in (one, other)]
    if max(count.height for count in counts) < 2:
        return None  # one value everywhere says nothing of the name
    both = counts[0].join(counts[1], on="value", suffix="_other", nulls_equal=True)
    chance = float((both["rows"] * both["rows_other"]).sum()) / len(one) ** 2
    beyond = (share - chance) / (1 - chance) if chance < 1 else 0.0
    return share if beyond >= LEAST_BEYOND_CHANCE else None


def _best(shares: Mapping[tuple[str, str], float]) -> dict[str, str]:
    """Each name with the partner of the largest share, each once; the first of equals."""
    taken: dict[str, str] = {}
    for (mine, theirs), _ in sorted(shares.items(), key=lambda item: -item[1]):
        if mine not in taken and theirs not in taken.values():
            taken[mine] = theirs
    return taken
