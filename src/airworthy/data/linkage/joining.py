"""A join by likeness: for each row so far its one partner in a source, or none, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.charter.link_rules import too_late
from airworthy.charter.linking import Link
from airworthy.charter.model import Charter, Join, Source
from airworthy.data.linkage.columns import Written, choose_columns
from airworthy.data.linkage.kept_answers import Standing, read_kept, standing
from airworthy.data.linkage.link import link_chosen
from airworthy.data.linkage.linked import Linked, likeliest
from airworthy.data.linkage.neighbours import Places
from airworthy.data.linkage.partners import Partners
from airworthy.data.series.names import PREFIX
from airworthy.kernel.digest import digest_file

Flags = NDArray[np.bool_]

WRITTEN = 6
"""Decimals of a probability: the last bits of a logarithm differ between machines."""


@dataclass(frozen=True)
class LinkReport:
    """How partners were found: rows by what became of them, and what was compared.

    Attributes
    ----------
    uncertain_joined, uncertain_left : rows whose likeliest pair is uncertain, joined or left alone.
    expected_false : about how many of the joined pairs are not one, by their probabilities.
    answered : pairs that people decided; `disputed` and `contradicted` answers do not count.
    alike : rows that say the same as an earlier one in all that is compared, where each partner serves one.
    """

    least: float
    compared: tuple[str, ...]
    not_compared: Mapping[str, str]
    linked: int
    uncertain_joined: int
    uncertain_left: int
    expected_false: float
    answered: int = 0
    disputed: int = 0
    contradicted: int = 0
    alike: int = 0

    def parts(self) -> list[str]:
        """What a reader must know of the links, part by part."""
        told = [
            f"about {self.expected_false:,.1f} of the {self.linked:,} links are false by their probability"
        ]
        if uncertain := self.uncertain_joined + self.uncertain_left:
            told.append(
                f"{uncertain:,} rows are uncertain: {self.uncertain_joined:,} joined, "
                f"{self.uncertain_left:,} left alone (least = {self.least:g}); decide them with "
                "airworthy review links"
            )
        told += [f"{self.answered:,} pairs were decided by people"] if self.answered else []
        if doubtful := self.disputed + self.contradicted:
            told.append(f"{doubtful:,} answers cannot all be true and do not count; review them again")
        if self.alike:
            told.append(
                f"{self.alike:,} rows say the same as an earlier one, and a partner serves one row only: "
                "many = true lets it serve several"
            )
        return [*told, f"compared: {', '.join(self.compared)}"]


@dataclass(frozen=True, eq=False)
class LinkedRows:
    """Of n rows the partner's place (n,) Int64 and the probability (n,), null without one.

    `joined` (m,) says which pairs of `found` are joined. `sides` are the rows of both tables that were
    compared, as they were read: rows that say the same once, where they may share a partner.
    """

    partner: pl.Series
    probability: pl.Series
    found: Linked
    joined: Flags
    sides: tuple[pl.DataFrame, pl.DataFrame]
    standing: Standing
    report: LinkReport


def answers_path(charter: Charter, link: Link) -> Path:
    """The file of what people said, beside the charter."""
    return charter.path.parent / link.answers


def answers_digests(charter: Charter) -> dict[str, str]:
    """Digest of each file of answers that the links of a charter read; none where nobody answered yet."""
    paths = {join.link.answers: answers_path(charter, join.link) for join in charter.joins if join.link}
    return {f"answers in {name}": digest_file(path) for name, path in paths.items() if path.is_file()}


def link_rows(
    frame: pl.DataFrame, right: pl.DataFrame, join: Join, source: Source, charter: Charter
) -> LinkedRows:
    """Find each row's partner in `right`; no row has two, and a row of `right` serves one unless `many`.

    What is known only after the decision is not compared, nor are times and columns that a forecast made.

    Raises
    ------
    InputError : nothing to compare, or answers that cannot be read.
    MissingExtra : without the package splink.
    """
    link = join.link
    assert link is not None
    rows = frame.select(name for name in frame.columns if not name.startswith(("__", PREFIX)))
    kept = standing(read_kept(answers_path(charter, link)), join.source)
    chosen = choose_columns(rows, right, dict(link.same), _left_out(rows, right, join, source, charter))
    first, of = _distinct(chosen.compared)
    alike = rows.height - len(first)
    ours = rows
    if link.many:
        ours = rows[first]
        chosen = replace(chosen, compared=tuple(_only(column, first) for column in chosen.compared))
    else:
        of = np.arange(rows.height)
    partners = Partners.SERVED if link.many else Partners.ONE
    found = link_chosen(chosen, partners, kept.decided)
    joined = likeliest(found.weights.probability, found.pairs, partners)
    joined &= found.weights.probability >= link.least
    partner, probability = (values.gather(of) for values in _partners(found, joined))
    report = _report(found, link, probability, _uncertain(found)[of], kept, 0 if link.many else alike)
    return LinkedRows(partner, probability, found, joined, (ours, right), kept, report)


def _left_out(
    rows: pl.DataFrame, right: pl.DataFrame, join: Join, source: Source, charter: Charter
) -> dict[str, str]:
    """Columns that must not tell who a row is, each with why."""
    link = join.link
    assert link is not None
    declared = {name for pair in link.same for name in pair}
    found = dict.fromkeys(link.leave_out, "the charter leaves it out")
    both = [(name, name) for name in rows.columns] + [(name, join.prefix + name) for name in right.columns]
    found |= {name: why for name, joined in both if (why := too_late(joined, charter))}
    times = {charter.data.decision_time: rows.columns, source.event_time: right.columns}
    found |= {
        name: "it says when, not who"
        for name, columns in times.items()
        if name is not None and name in columns and name not in declared
    }
    return found


def _distinct(compared: Sequence[Written]) -> tuple[Places, Places]:
    """Places of the first of the rows that say the same, and for each row which of those it is."""
    said = pl.DataFrame({str(at): column.left for at, column in enumerate(compared)}, schema=None)
    groups = said.with_row_index("row").group_by(said.columns, maintain_order=True).agg("row")
    first = groups["row"].list.first().to_numpy().astype(np.int64)
    each = groups.select("row").with_row_index("group").explode("row").sort("row")
    return first, each["group"].to_numpy().astype(np.int64)


def _only(column: Written, places: Places) -> Written:
    return replace(column, left=[column.left[int(place)] for place in places])


def _partners(found: Linked, joined: Flags) -> tuple[pl.Series, pl.Series]:
    """Of each left row its partner's place and the pair's probability, null where it has none."""
    probability, pairs = found.weights.probability, found.pairs
    at = np.flatnonzero(joined)
    partner = np.full(pairs.rows[0], -1, np.int64)
    sure = np.full(pairs.rows[0], np.nan)
    partner[pairs.left[at]], sure[pairs.left[at]] = pairs.right[at], probability[at].round(WRITTEN)
    places = pl.Series(partner)
    return places.set(places < 0, None), pl.Series(sure).fill_nan(None)


def _uncertain(found: Linked) -> Flags:
    """Of each left row whether a person should look at one of its pairs."""
    flags = np.zeros(found.pairs.rows[0], np.bool_)
    flags[found.pairs.left[found.asked]] = True
    return flags


def _report(
    found: Linked, link: Link, probability: pl.Series, uncertain: Flags, kept: Standing, alike: int
) -> LinkReport:
    linked = probability.is_not_null().to_numpy()
    known = probability.drop_nulls()
    return LinkReport(
        least=link.least,
        compared=tuple(
            one.left_name if one.left_name == one.right_name else f"{one.left_name} = {one.right_name}"
            for one in found.compared
        ),
        not_compared={one.name: one.why for one in found.unread},
        linked=len(known),
        uncertain_joined=int((linked & uncertain).sum()),
        uncertain_left=int((~linked & uncertain).sum()),
        expected_false=round(float((1 - known).sum()), 2) + 0.0,
        answered=found.answered,
        disputed=len(kept.disputed),
        contradicted=len({place for one in found.disagreements for place in one.places}),
        alike=alike,
    )
