"""How the values of a text column are written: numbers, decimal commas, dates of several formats, words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from airworthy.data.facts import FormCounts, Sample
from airworthy.data.facts.texts import texts_of
from airworthy.data.facts.visit import ColumnView
from airworthy.kernel.fact import Facts

NUMBER, COMMA, GROUPED, UNIT, SIGNED, CODE = (
    "plain number",
    "decimal comma",
    "number with thousands separators",
    "number with a unit",
    "number with its sign behind",
    "code",
)
ISO, DAY_FIRST, MONTH_FIRST, SLASHES, DOTS, NAMED = (
    "date as 2024-12-31",
    "date as 31/12/2024",
    "date as 12/31/2024",
    "date as 01/02/2024",
    "date as 31.12.2024",
    "date with the month's name",
)
TEXT, BLANK, OFF_CALENDAR = "text", "blank", "date on no calendar"
_NUMERIC, _DATES = (NUMBER, COMMA, GROUPED, UNIT, SIGNED), (ISO, DAY_FIRST, MONTH_FIRST, SLASHES, DOTS, NAMED)

_TIME = r"([T ]\d{1,2}[:.]\d{2}.*)?$"
# A single letter is a unit only after a blank: 85123C is a code.
_UNITS = r"(\s?(%|€|\$|£|kg|mg|lbs?|km|cm|mm|mi|ft|min|ms|USD|EUR|GBP|°C|°F)|\s(g|m|h|s|C|F|k|K|M|in))"
# First match wins: a date before a number, a number before a code.
PATTERNS: tuple[tuple[str, str], ...] = (
    (BLANK, r"^\s*$"),
    (NUMBER, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"),
    (GROUPED, r"^[+-]?\d{1,3}([,'\u00a0 ]\d{3})+(\.\d+)?$"),
    (COMMA, r"^[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+$"),
    (ISO, r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}" + _TIME),
    (DAY_FIRST, r"^(1[3-9]|2\d|3[01])[/-]\d{1,2}[/-](\d{4}|\d{2})" + _TIME),
    (MONTH_FIRST, r"^\d{1,2}[/-](1[3-9]|2\d|3[01])[/-](\d{4}|\d{2})" + _TIME),
    (SLASHES, r"^\d{1,2}[/-]\d{1,2}[/-](\d{4}|\d{2})" + _TIME),
    (DOTS, r"^\d{1,2}\.\d{1,2}\.(\d{4}|\d{2})" + _TIME),
    (NAMED, r"^\d{1,2}[ -]?[A-Za-z]{3,9}\.?[ ,-]+\d{2,4}" + _TIME),
    (NAMED, r"^[A-Za-z]{3,9}\.? \d{1,2},? \d{4}" + _TIME),
    (UNIT, r"^[+-]?(€|\$|£)\s?\d[\d.,]*$"),
    (UNIT, r"^[+-]?\d[\d.,]*" + _UNITS + r"$"),
    (SIGNED, r"^\d[\d.,]*\s?-$"),
    (CODE, r"^[A-Za-z0-9_./-]*\d[A-Za-z0-9_./-]*$"),
)

FEW = 20
"""With at most so many different numbers or dates, a word among them may be one more category."""

RARE = 0.01
"""...unless it is as rare as a slip."""

KEYS = 0.9
"""Different values among those of the sample from which each value is looked at by itself."""

EXAMPLES = 5
_WIDTH = 40


def answer(fact: Any, view: ColumnView, facts: Facts) -> FormCounts:
    """Look at the sample; read every row only of a column that has a main form there."""
    sample: pl.DataFrame = facts[Sample()]
    seen = judge(count_values(sample[fact.column]))
    if seen.main is None:
        return FormCounts(view.rows - view.nulls, None, 0, seen.forms, ())
    if sample.height == view.rows:
        return seen
    known = sample[fact.column].drop_nulls()
    # Counting a million keys costs more than looking at each of them.
    keys = view.tally is None and known.n_unique() > KEYS * len(known)
    return judge(with_forms(texts_of(view)) if keys else count_values(view.values))


def count_values(column: pl.Series) -> pl.DataFrame:
    """Different values with their rows and form: columns value, count, form."""
    return with_forms(column.drop_nulls().alias("value").value_counts(name="count"))


def with_forms(texts: pl.DataFrame) -> pl.DataFrame:
    return texts.with_columns(_form(texts["value"].str.strip_chars()).alias("form"))


def _form(text: pl.Series) -> pl.Series:
    """The first pattern that each value matches; each pattern sees only what the ones before left over."""
    codes = np.zeros(len(text), np.int8)
    # Every pattern but the blank one asks for a digit: prose is done after one look.
    digits = text.str.contains(r"\d").to_numpy()
    codes[~digits & text.str.contains(PATTERNS[0][1]).to_numpy()] = 1
    left = np.flatnonzero(digits)
    for code, (_, pattern) in enumerate(PATTERNS[1:], 2):
        if not left.size:
            break
        hit = text.gather(left).str.contains(pattern).to_numpy()
        codes[left[hit]] = code
        left = left[~hit]
    names = pl.Series([TEXT, *(name for name, _ in PATTERNS), OFF_CALENDAR])
    forms = names.gather(codes)
    dated = np.flatnonzero(forms.is_in([ISO, DAY_FIRST, DOTS, MONTH_FIRST]).to_numpy())
    if dated.size:
        rows = pl.DataFrame({"text": text.gather(dated), "form": forms.gather(dated)})
        wrong = rows.select(_off_calendar(pl.col("text"))).to_series().to_numpy()
        codes[dated[wrong]] = len(names) - 1
    return names.gather(codes)


def _off_calendar(text: pl.Expr) -> pl.Expr:
    """Whether a value is written like a date of which its order leaves no doubt, and no such day exists."""
    parts = text.str.extract_groups(r"^(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})").struct
    first, second, third = (parts.field(str(i)) for i in (1, 2, 3))
    year = pl.when(third.str.len_chars() == 2).then("20" + third).otherwise(third)
    orders = {
        ISO: (first, second, third),
        DAY_FIRST: (year, second, first),
        DOTS: (year, second, first),
        MONTH_FIRST: (year, first, second),
    }
    wrong = pl.lit(value=False)
    for form, order in orders.items():
        day = pl.concat_str(order, separator="-").str.to_date("%Y-%m-%d", strict=False)
        wrong |= (pl.col("form") == form) & day.is_null()
    return wrong


def judge(values: pl.DataFrame) -> FormCounts:
    """Name the main form, if most values are numbers or dates, and count those written otherwise."""
    total = int(values["count"].sum())
    by_form: dict[str, int] = dict(
        values.group_by("form").agg(pl.col("count").sum()).sort("form").iter_rows()
    )
    by_form = _settle_slashes(_settle_groups(by_form, values))
    forms = tuple(sorted(by_form.items(), key=lambda item: (-item[1], item[0])))
    family = next(
        (family for family in (_NUMERIC, _DATES) if sum(by_form.get(f, 0) for f in family) * 2 > total), None
    )
    if family is None:
        return FormCounts(total, None, 0, forms, ())
    main = max(family, key=lambda form: by_form.get(form, 0))
    accepted = {main, CODE} if family is _NUMERIC else {main}
    other = values.filter(~pl.col("form").is_in(_written_as(accepted, by_form)))
    usual = values.height - other.height
    if usual <= FEW and other.height and other.filter(pl.col("count") < RARE * total).is_empty():
        return FormCounts(total, None, 0, forms, ())
    ordered = other.sort("count", "value", descending=[True, False])["value"]
    examples = ordered.unique(maintain_order=True).head(EXAMPLES).to_list()
    disagree = int(other["count"].sum())
    return FormCounts(total, main, disagree, forms, tuple(value[:_WIDTH] for value in examples))


def _settle_groups(by_form: dict[str, int], values: pl.DataFrame) -> dict[str, int]:
    """`1,234` is a decimal comma where other values of the column can only be one."""
    if by_form.get(COMMA, 0) == 0 or by_form.get(GROUPED, 0) == 0:
        return by_form
    settled = dict(by_form)
    settled[COMMA] += settled.pop(GROUPED)
    return settled


def _settle_slashes(by_form: dict[str, int]) -> dict[str, int]:
    """`01/02/2024` goes with the order that other values of the column show; alone it stays as it is."""
    if SLASHES not in by_form or not (DAY_FIRST in by_form or MONTH_FIRST in by_form):
        return by_form
    settled = dict(by_form)
    order = max((DAY_FIRST, MONTH_FIRST), key=lambda form: by_form.get(form, 0))
    settled[order] = settled.get(order, 0) + settled.pop(SLASHES)
    return settled


def _written_as(accepted: set[str], by_form: Mapping[str, int]) -> list[str]:
    """The raw forms behind the settled ones."""
    raw = set(accepted)
    if raw & {DAY_FIRST, MONTH_FIRST} and SLASHES not in by_form:
        raw.add(SLASHES)
    if COMMA in raw and GROUPED not in by_form:
        raw.add(GROUPED)
    return sorted(raw)
